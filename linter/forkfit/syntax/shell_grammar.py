"""Parse a shell script by the grammar of tree-sitter-bash into nodes of our own; the only module that knows it."""

from __future__ import annotations

from array import array
from functools import cache
from typing import TYPE_CHECKING

from forkfit.model.record import Record

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

DEEPEST_TREE = 300  # nodes inside each other, of which a statement takes three to five


class Leaf(Record):
    """A node of the grammar, by character offset: its kind as the grammar calls it, and the field it fills in its parent.

    Signs and keywords are not `named`; what the grammar cannot read is of the kind ``ERROR``.
    """

    kind: str
    start: int
    end: int
    named: bool
    field: str = ""
    children: tuple[Leaf, ...] = ()

    def child(self, field: str) -> Leaf | None:
        """Return the child that fills a field."""
        return next((child for child in self.children if child.field == field), None)


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def grow(plain: str) -> Leaf:
    """Return the tree of a script; what is nested more than 300 deep is an error in it."""
    content = plain.encode("utf-8", "surrogatepass")
    root = _parser().parse(content).root_node
    return _leaf(root, None if len(content) == len(plain) else _characters(plain), "", 0)


def _characters(plain: str) -> array[int]:
    """Return the index of the character in which each byte lies."""
    found = array("I")
    for index, letter in enumerate(plain):
        found.extend([index] * len(letter.encode("utf-8", "surrogatepass")))
    found.append(len(plain))
    return found


def _leaf(node: Node, characters: array[int] | None, field: str, depth: int) -> Leaf:
    start, end = node.start_byte, node.end_byte
    if characters is not None:
        start, end = characters[start], characters[end]
    if depth > DEEPEST_TREE:
        return Leaf("ERROR", start, end, True, field)
    children = tuple(
        _leaf(child, characters, node.field_name_for_child(index) or "", depth + 1)
        for index, child in enumerate(node.children)
        if not child.is_missing
    )
    return Leaf(node.type, start, end, node.is_named, field, children)

"""Parse a shell script by the grammar of tree-sitter-bash into nodes of our own; the only module that knows it."""

from __future__ import annotations

from array import array
from functools import cache
from typing import TYPE_CHECKING

from forkfit.model.record import Record

if TYPE_CHECKING:
    from tree_sitter import Parser, TreeCursor

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


class Unclear(Exception):
    """The grammar has found a statement that lacks a part."""


@cache
def _parser() -> Parser:
    from tree_sitter import Language, Parser

    return Parser(Language(_grammar()))


def _grammar() -> object:
    """Return the grammar itself, without the package around it where that can be left out.

    The package imports importlib.resources for queries that nobody asks it for here: 7 ms, a twelfth of a run that reads a script.
    """
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    package = PathFinder.find_spec("tree_sitter_bash")
    places = package.submodule_search_locations if package is not None else None
    spec = PathFinder.find_spec("tree_sitter_bash._binding", places) if places else None
    if spec is None or spec.loader is None:
        import tree_sitter_bash  # it is laid out otherwise than in 0.25

        return tree_sitter_bash.language()
    binding = module_from_spec(spec)
    spec.loader.exec_module(binding)
    return binding.language()


def grow(plain: str) -> Leaf:
    """Return the tree of a script; what is nested more than 300 deep is an error in it."""
    content = plain.encode("utf-8", "surrogatepass")
    cursor = _parser().parse(content).walk()
    return _leaf(cursor, None if len(content) == len(plain) else _characters(plain), 0)


def _characters(plain: str) -> array[int]:
    """Return the index of the character in which each byte lies."""
    found = array("I")
    for index, letter in enumerate(plain):
        found.extend([index] * len(letter.encode("utf-8", "surrogatepass")))
    found.append(len(plain))
    return found


def _leaf(cursor: TreeCursor, characters: array[int] | None, depth: int) -> Leaf:
    """Return the node at which a cursor stands, with all below it; the cursor comes back to it."""
    node = cursor.node
    assert node is not None
    start, end = node.start_byte, node.end_byte
    if characters is not None:
        start, end = characters[start], characters[end]
    field = cursor.field_name or ""
    if depth > DEEPEST_TREE:
        return Leaf("ERROR", start, end, True, field)
    children: list[Leaf] = []
    if cursor.goto_first_child():
        while True:
            if cursor.node is not None and not cursor.node.is_missing:
                children.append(_leaf(cursor, characters, depth + 1))
            if not cursor.goto_next_sibling():
                break
        cursor.goto_parent()
    return Leaf(node.type, start, end, node.is_named, field, tuple(children))

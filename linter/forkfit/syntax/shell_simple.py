"""Read simple commands from the grammar's nodes: assignments, words and redirections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from forkfit.syntax.shell_grammar import Leaf, Unclear
from forkfit.syntax.shell_nodes import Assignment, Command, Opaque, Redirect, Word
from forkfit.syntax.shell_plain import declares, read_assignment
from forkfit.syntax.shell_words import read_whole, read_word


def read_simple(plain: str, leaf: Leaf, leaves: Iterable[Leaf]) -> Command:
    """Return the command that some nodes make up."""
    assignments: list[Assignment] = []
    words: list[Word | Assignment] = []
    redirects: list[Redirect] = []
    name = ""
    for first, last, group in touching(leaves):
        kind = group[0].kind
        if kind.endswith("_redirect"):
            redirects.extend(read_redirect(plain, one) for one in group if one.kind.endswith("_redirect"))
        elif kind == "variable_assignment" and not words:
            assignments.append(_assignment(plain, group[0], last))
        elif kind == "variable_assignment" and declares(name):
            words.append(_assignment(plain, group[0], last))
        elif any(one.kind == "ERROR" for one in group):
            words.append(Word(first, last, (Opaque(first, last, f"`{shown(plain, first, last)}` is not understood"),)))
        else:
            for word in _words(plain, first, last):
                if any(isinstance(part, Opaque) and part.why.endswith("never closed") for part in word.parts):
                    raise Unclear(f"`{shown(plain, first, last)}` is never closed")
                assigned = read_assignment(plain, word) if declares(name) else None
                words.append(assigned if assigned is not None else word)
                name = name or plain[word.start : word.end]
    return Command(leaf.start, leaf.end, tuple(assignments), tuple(words), tuple(redirects))


def shown(plain: str, start: int, end: int) -> str:
    """Return source text for a message: on one line, shortened, and nothing in it that cannot be printed."""
    line = " ".join(plain[start : min(end, start + 80)].split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def touching(leaves: Iterable[Leaf]) -> Iterator[tuple[int, int, list[Leaf]]]:
    """Yield groups of nodes without a gap between them, each a word, with their stretch."""
    group: list[Leaf] = []
    first = last = 0
    for leaf in leaves:
        if leaf.kind in ("comment", "heredoc_body", "heredoc_end"):
            continue
        if group and leaf.start == last and not leaf.kind.endswith("_redirect") and not group[-1].kind.endswith("_redirect"):
            group.append(leaf)
        else:
            if group:
                yield first, last, group
            group, first = [leaf], leaf.start
        last = leaf.end
    if group:
        yield first, last, group


_BLANKS = re.compile(r"(?:\s|\\\n)*")


def past_blanks(plain: str, index: int, stop: int) -> int:
    """Return the offset of the next character that is no blank."""
    found = _BLANKS.match(plain, index, stop)
    return found.end() if found else index


def _words(plain: str, index: int, stop: int) -> Iterator[Word]:
    """Yield the words of a stretch: one, unless the grammar has taken a blank for a part of it."""
    while (index := past_blanks(plain, index, stop)) < stop:
        word = read_word(plain, index, stop)
        if word.end <= index:
            word = read_whole(plain, index, stop)
        yield word
        index = word.end


_ASSIGNS = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[(?P<index>[^\]]*)\])?(?P<plus>\+?)=")


def _assignment(plain: str, leaf: Leaf, end: int) -> Assignment:
    start = leaf.start
    found = _ASSIGNS.match(plain, start, end)
    if found is None:
        return Assignment(start, end, "_", Word(start, end, (Opaque(start, end, "this assignment is not understood"),)))
    index = read_whole(plain, found.start("index"), found.end("index"), quoted=True) if found["index"] is not None else None
    appends = bool(found["plus"])
    array = next((child for child in leaf.children if child.kind == "array"), None)
    if array is not None and index is None:
        inside = [child for child in array.children if child.kind not in ("(", ")")]
        items = tuple(read_whole(plain, first, last) for first, last, _ in touching(inside))
        return Assignment(start, end, found["name"], None, items, appends=appends)
    return Assignment(start, end, found["name"], read_whole(plain, found.end(), end), (), index, appends)


def read_redirect(plain: str, leaf: Leaf) -> Redirect:
    """Return a redirection; a here-document has no target."""
    operator = descriptor = ""
    target: Word | None = None
    for child in leaf.children:
        if child.kind == "file_descriptor":
            descriptor = plain[child.start : child.end]
        elif not child.named and not operator:
            operator = child.kind
        elif child.named and target is None and leaf.kind != "heredoc_redirect":
            target = read_whole(plain, child.start, child.end)
    return Redirect(leaf.start, leaf.end, operator, target, descriptor)

"""Read simple commands from the grammar's nodes: assignments, words and redirections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from forkfit.syntax.shell_grammar import Leaf, Unclear
from forkfit.syntax.shell_nodes import Assignment, Command, Opaque, Redirect, Word
from forkfit.syntax.shell_plain import declares, read_assignment
from forkfit.syntax.shell_words import read_whole, read_word


def read_simple(plain: str, leaf: Leaf, leaves: Sequence[Leaf]) -> Command:
    """Return the command that some nodes make up.

    The grammar says where redirections and arrays stand. The words between them are read by hand, because it divides some
    of them otherwise than the shell does.
    """
    assignments: list[Assignment] = []
    words: list[Word | Assignment] = []
    redirects: list[Redirect] = []
    name = ""
    groups = {first: (last, group) for first, last, group in touching(leaves)}
    index = leaf.start
    stop = max((last for last, _ in groups.values()), default=index)
    while (index := past_blanks(plain, index, stop)) < stop:
        last, group = groups.get(index, (index, []))
        if group and group[0].kind.endswith("_redirect"):
            redirects.extend(read_redirect(plain, one) for one in group if one.kind.endswith("_redirect"))
            index = last
        elif group and any(one.kind == "ERROR" for one in group):
            words.append(Word(index, last, (Opaque(index, last, f"`{shown(plain, index, last)}` is not understood"),)))
            index = last
        elif group and (not words or declares(name)) and (assignment := _special(plain, group[0], last)) is not None:
            (words or assignments).append(assignment)
            index = last
        else:
            word = _word(plain, index, last, stop)
            assigned = read_assignment(plain, word) if not words or declares(name) else None
            if assigned is not None and not words:
                assignments.append(assigned)
            else:
                words.append(assigned if assigned is not None else word)
                name = name or plain[word.start : word.end]
            index = word.end
    return Command(leaf.start, leaf.end, tuple(assignments), tuple(words), tuple(redirects))


def _word(plain: str, index: int, last: int, stop: int) -> Word:
    """Read a word by hand; where that finds no end of it, what the grammar takes for the word."""
    word = read_word(plain, index, stop)
    if word.end > index and not _is_open(word):
        return word
    word = read_whole(plain, index, max(last, index + 1))
    if _is_open(word):
        raise Unclear(f"`{shown(plain, index, stop)}` is never closed")
    return word


def _is_open(word: Word) -> bool:
    return any(isinstance(part, Opaque) and part.why.endswith("never closed") for part in word.parts)


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


_ASSIGNS = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[(?P<index>[^\]]*)\])?(?P<plus>\+?)=")


def _special(plain: str, leaf: Leaf, end: int) -> Assignment | None:
    """Return an assignment to an array or to an element of one, None for any other word."""
    array = next((child for child in leaf.children if child.kind == "array"), None)
    found = _ASSIGNS.match(plain, leaf.start, end) if leaf.kind == "variable_assignment" else None
    if found is None or (array is None and found["index"] is None):
        return None
    appends = bool(found["plus"])
    if array is not None and found["index"] is None:
        inside = [child for child in array.children if child.kind not in ("(", ")")]
        items = tuple(read_whole(plain, first, last) for first, last, _ in touching(inside))
        return Assignment(leaf.start, end, found["name"], None, items, appends=appends)
    index = read_whole(plain, found.start("index"), found.end("index"), quoted=True)
    return Assignment(leaf.start, end, found["name"], read_whole(plain, found.end(), end), (), index, appends)


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

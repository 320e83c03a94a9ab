"""The text of a script, from which any stretch can be cut with the places it came from."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text
from forkfit.syntax.shell_nodes import VEIL, Statement, Word


class Script(Record):
    """A script: `plain` is what the grammar reads, as long as the text; `starts` are the offsets of the pieces."""

    text: Text
    plain: str
    starts: tuple[int, ...]


def script(text: Text) -> Script:
    """Return the script of a text; what is not known in it is veiled, so that nobody reads source text as code."""
    pieces = tuple(p if p.text or p.instead is None else p.replace(text="?") for p in text.pieces)
    starts: list[int] = []
    shown: list[str] = []
    offset = 0
    for piece in pieces:
        starts.append(offset)
        offset += len(piece.text)
        shown.append(piece.text if piece.instead is None else VEIL * len(piece.text))
    return Script(Text(pieces), "".join(shown), tuple(starts))


def cut(script: Script, start: int, end: int) -> Text:
    """Return the characters between two offsets."""
    pieces, starts = script.text.pieces, script.starts
    if len(pieces) == 1:
        return Text((pieces[0].cut(start, end),))
    found: list[Piece] = []
    for index in range(max(bisect_right(starts, start) - 1, 0), len(pieces)):
        begin = starts[index]
        if begin >= end:
            break
        piece = pieces[index]
        left, right = max(start - begin, 0), min(end - begin, len(piece.text))
        if left < right:
            found.append(piece.cut(left, right))
    return Text(tuple(found))


def place(script: Script, start: int, end: int) -> Span | None:
    """Return where the characters between two offsets stand."""
    return cut(script, start, end).at


def shown(script: Script, node: Statement | Word) -> str:
    """Return source text for a note, on one line and shortened."""
    plain = " ".join(cut(script, node.start, min(node.end, node.start + 200)).plain.split())
    return plain if len(plain) <= 70 else plain[:67] + "..."


def lines_of(source: Source) -> Text:
    """Return a file as text with a piece a line; a carriage return before a line's end is left out."""
    pieces: list[Piece] = []
    starts = (*source.starts, len(source.text))
    for number, (start, end) in enumerate(pairwise(starts), 1):
        line = source.text[start:end]
        if line:
            at = Span(source.path, number, 1, number, len(line.rstrip("\r\n")) + 1)
            pieces.append(Piece(line.replace("\r\n", "\n"), (Step(Role.WRITTEN, at),), True))
    return Text(tuple(pieces))

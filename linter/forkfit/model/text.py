"""Text made of pieces that remember where they stand, through slices, joins and interpolation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail, joined
from forkfit.model.value import Bounded, ByCpus, Known, Unknown, Value

_WORD = r"\S+"


class Piece(Record):
    """A run of characters with one origin.

    The first step of the trail is where the characters stand. `exact` says that they stand there one for one on one
    line, so that a slice has a place of its own. Where `instead` is set the characters are not known: `text` is then
    the source text, and `instead` what can be said of it.
    """

    text: str
    trail: Trail = ()
    exact: bool = False
    instead: ByCpus | Bounded[str] | Unknown | None = None

    def cut(self, start: int, stop: int) -> Piece:
        """Return the characters from start to stop; a piece that is not known stays whole."""
        if self.instead is not None or (start == 0 and stop == len(self.text)):
            return self
        trail = self.trail
        if self.exact and trail and trail[0].at is not None:
            first = trail[0]
            trail = (Step(first.role, trail[0].at.narrowed(start, stop - start), first.note), *trail[1:])
        return Piece(self.text[start:stop], trail, self.exact)


class Text(Record):
    """A string in pieces. It reads as `plain`, and every slice knows its own trail."""

    pieces: tuple[Piece, ...] = ()

    @property
    def plain(self) -> str:
        """The characters; source text where a piece is not known."""
        pieces = self.pieces
        return pieces[0].text if len(pieces) == 1 else "".join(p.text for p in pieces)

    @property
    def trail(self) -> Trail:
        """Every step of every piece, each once."""
        pieces = self.pieces
        return pieces[0].trail if len(pieces) == 1 else joined(*(p.trail for p in pieces))

    @property
    def at(self) -> Span | None:
        """Where the text begins; it spans to its last piece when that stands later in the same file."""
        spans = [p.trail[0].at for p in self.pieces if p.trail and p.trail[0].at is not None]
        if not spans:
            return None
        first, last = spans[0], spans[-1]
        if (first.file, first.line, first.column) > (last.file, last.line, last.column) or first.file != last.file:
            return first
        return Span(first.file, first.line, first.column, last.end_line, last.end_column)

    @property
    def is_known(self) -> bool:
        """Whether every character is known."""
        return all(p.instead is None for p in self.pieces)

    @property
    def value(self) -> Value[str]:
        """The string as a value: Known, what stands instead of a lone unknown piece, or Unknown with the first reason."""
        if self.is_known:
            return Known(self.plain, self.trail)
        first = next(p.instead for p in self.pieces if p.instead is not None)
        if len(self.pieces) == 1:
            return first.because(*self.trail)
        match first:
            case Unknown():
                return first.because(*self.trail)
            case _:
                return Unknown(f"part of {self.plain!r} is decided only when it runs", self.trail)

    def __len__(self) -> int:
        return sum(len(p.text) for p in self.pieces)

    def __bool__(self) -> bool:
        return any(p.text or p.instead is not None for p in self.pieces)

    def __str__(self) -> str:
        return self.plain

    def __getitem__(self, wanted: slice) -> Text:
        start, stop, _ = wanted.indices(len(self))
        found: list[Piece] = []
        begin = 0
        for piece in self.pieces:
            end = begin + len(piece.text)
            left, right = max(start, begin), min(stop, end)
            if left < right or (begin == end and start <= begin < stop):
                found.append(piece.cut(left - begin, right - begin))
            begin = end
        return Text(tuple(found))

    def parts(self, bounds: Iterable[tuple[int, int]]) -> tuple[Text, ...]:
        """Return the slices between these bounds; many slices of many pieces stay cheap."""
        cut = Slicer(self)
        return tuple(cut(start, stop) for start, stop in bounds)

    def __add__(self, other: Text) -> Text:
        return Text(self.pieces + other.pieces)

    def because(self, *steps: Step) -> Text:
        """Return the same characters, each piece with further steps."""
        return Text(tuple(p.replace(trail=joined(p.trail, steps)) for p in self.pieces))

    def stripped(self) -> Text:
        """Return the text without blanks at its ends."""
        plain = self.plain
        start = len(plain) - len(plain.lstrip())
        return self[start : start + len(plain.strip())]

    def words(self) -> tuple[Text, ...]:
        """Return the runs between blanks; what stands inside a piece that is not known does not count as one."""
        shown = "".join(p.text if p.instead is None else "?" * len(p.text) for p in self.pieces)
        return self.parts(found.span() for found in re.finditer(_WORD, shown))


class Slicer:
    """Cuts many slices out of one text, each at the cost of its own pieces only."""

    __slots__ = ("_pieces", "_starts")

    def __init__(self, text: Text) -> None:
        self._pieces = text.pieces
        self._starts = [0, *accumulate(len(p.text) for p in text.pieces)]

    def __call__(self, start: int, stop: int) -> Text:
        """Return the characters from start to stop, both inside the text."""
        starts, pieces = self._starts, self._pieces
        found: list[Piece] = []
        for index in range(bisect_left(starts, start + 1) - 1, len(pieces)):
            begin, end = starts[index], starts[index + 1]
            if begin >= stop:
                break
            left, right = max(start, begin), min(stop, end)
            if left < right:
                found.append(pieces[index].cut(left - begin, right - begin))
        return Text(tuple(found))


def join(texts: Iterable[Text]) -> Text:
    """Return one text after the other."""
    return Text(tuple(p for t in texts for p in t.pieces))


def written(text: str, at: Span, *, exact: bool = True) -> Text:
    """Return text that stands in a file."""
    return Text((Piece(text, (Step(Role.WRITTEN, at),), exact),))


def assumed(text: str, note: str) -> Text:
    """Return text that nobody wrote."""
    return Text((Piece(text, (Step(Role.ASSUMED, None, note),)),))

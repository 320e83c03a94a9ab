"""The lines of one instruction joined to one, and where each of its characters stands."""

from __future__ import annotations

from bisect import bisect_right

from forkfit.model.source import Source
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text

MOST_LINES = 5_000  # of one instruction whose characters still know their own places


class Line:
    """The characters of one instruction, joined over its lines, and where in the source each run of them begins."""

    __slots__ = ("begins", "places", "plain", "source")

    def __init__(self, source: Source, runs: list[tuple[int, int]]) -> None:
        self.source = source
        self.plain = "".join(source.text[start:end] for start, end in runs)
        self.begins: list[int] = []
        self.places: list[int] = []
        position = 0
        for start, end in runs:
            self.begins.append(position)
            self.places.append(start)
            position += end - start

    def at(self, position: int) -> int:
        """Return the index in the source of the character at a position."""
        run = bisect_right(self.begins, position) - 1
        return self.places[run] + position - self.begins[run]

    def text(self, start: int, end: int) -> Text:
        """Return the characters from start to end, a piece for each line that they stand on; past 5,000 lines one in all."""
        if len(self.begins) > MOST_LINES and start < end:
            whole = self.source.span(self.places[0], self.places[-1])
            return Text((Piece(self.plain[start:end], (Step(Role.WRITTEN, whole),)),))
        pieces: list[Piece] = []
        run = bisect_right(self.begins, start) - 1
        while start < end:
            stop = min(end, self.begins[run + 1]) if run + 1 < len(self.begins) else end
            if start < stop:
                place = self.places[run] + start - self.begins[run]
                span = self.source.span(place, place + stop - start)
                pieces.append(Piece(self.plain[start:stop], (Step(Role.WRITTEN, span),), exact=True))
            start = stop
            run += 1
        return Text(tuple(pieces))

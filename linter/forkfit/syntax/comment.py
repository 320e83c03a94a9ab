"""A comment that speaks to us, and the lines that it speaks of."""

from __future__ import annotations

from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Span


class Comment(Record):
    """A comment that speaks to us, from its ``#`` on; `first` and `last` are the lines that it speaks of.

    In YAML `keys` are those of the entry that it stands at, from the top of the document, and `within` those around it.
    """

    at: Span
    text: str
    first: int
    last: int
    keys: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def stands_alone(source: Source, at: Span) -> bool:
    """Tell whether nothing but blanks is before a comment on its line."""
    return not source.line(at.line)[: at.column - 1].strip()


class Below:
    """What the comments of a file speak of, asked for from top to bottom; each line is looked at once."""

    def __init__(self, source: Source) -> None:
        """Look at the lines of this source."""
        self._source = source
        self._spoken = self._first = self._last = 0

    def spoken_of(self, at: Span) -> int:
        """Return the line of a comment, or the line below where it stands alone; comments between the two are stepped over."""
        if not stands_alone(self._source, at):
            return at.line
        if not at.line < self._spoken:
            self._spoken = at.line + 1
            while self._source.line(self._spoken).lstrip().startswith("#"):
                self._spoken += 1
        return self._spoken

    def of(self, at: Span) -> tuple[int, int]:
        """Return the first and the last line that a comment speaks of: a backslash at an end goes on with the next line."""
        line = first = self.spoken_of(at)
        if first != self._first:
            text = self._source.line
            while line < len(self._source.starts) and (text(line).endswith("\\") or (line > first and text(line).lstrip().startswith("#"))):
                line += 1
            self._first, self._last = first, line
        return self._first, self._last

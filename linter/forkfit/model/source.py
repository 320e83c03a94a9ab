"""A file's text with its line starts."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, count
from operator import add

from forkfit.model.record import Record
from forkfit.model.span import Span


class BrokenSource(Exception):
    """A file that does not follow its own language, or cannot be read at all."""

    def __init__(self, message: str, at: Span, cure: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.cure = cure


class Source(Record):
    """The text of one file, by its POSIX path from the project root, and the index at which each line starts.

    `is_env_file` says that Compose reads it as one, whatever its name.
    """

    path: str
    text: str
    starts: tuple[int, ...]
    is_env_file: bool = False

    def span(self, start: int, end: int) -> Span:
        """Return the place of the characters from index start to index end."""
        line = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end, lo=line) - 1
        return Span(self.path, line + 1, start - self.starts[line] + 1, last + 1, end - self.starts[last] + 1)

    def line(self, number: int) -> str:
        """Return a line by its number from 1, without its end; empty past the last one."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


def source(path: str, text: str) -> Source:
    """Return the source with its line starts found."""
    lengths = accumulate(map(len, text.split("\n")[:-1]))
    return Source(path, text, (0, *map(add, lengths, count(1))))

"""A line of source as it can be shown, with marks under the stretch that matters."""

from __future__ import annotations

import re

from forkfit.formats.columns import widths
from forkfit.formats.escape import BRACKET, spelled
from forkfit.formats.redact import MASK, Stretch, hidden_of_variable, is_env_file, secrets
from forkfit.model.source import Source
from forkfit.model.span import Span

TAB = "    "
_CUT = "..."
_AROUND = 1024  # characters on either side of a stretch that are looked at; no terminal shows more
# The end of a word that is cut off and the whole next one, which may be the secret that the first announces.
_HEAD = r"""[^\s'"]*[\s'"]+[^\s'"]*[\s'"]+"""
_TAIL = r"""(?s).*[\s'"]"""


def excerpt(source: Source, at: Span, columns: int) -> tuple[str, str] | None:
    """Return the first line of a span in so many columns, and the marks below it; None where there is nothing to show."""
    if (at.line, at.column, at.end_line, at.end_column) == (1, 1, 1, 1) or at.line > len(source.starts):
        return None
    line = source.line(at.line)
    start = min(at.column - 1, len(line))
    end = min(at.end_column - 1, len(line)) if at.end_line == at.line else len(line.rstrip())
    variable = is_env_file(source)
    if variable and start > _AROUND:
        return None
    line, start, end = _near(line, start, max(start, end))
    hidden = hidden_of_variable(line, start, end) if variable else secrets(line)
    start = next((begin for begin, stop in hidden if begin < start < stop), start)
    return _drawn(_cells(line, hidden), start, end, columns)


def _near(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return what is around a stretch of a very long line, in whole words: half a password is not recognised."""
    end = min(end, start + _AROUND)
    left, right = max(0, start - _AROUND), min(len(line), end + _AROUND)
    if left > 0:
        head = re.match(_HEAD, line[left:start])
        left = left + head.end() if head else start
    if right < len(line):
        # A stretch of one endless word, with a password in it perhaps, loses that word too.
        tail = re.match(_TAIL, line[start:right])
        right = start + (tail.end() if tail else 0)
    return line[left:right], start - left, min(end, right) - left


def _cells(line: str, hidden: list[Stretch]) -> list[str]:
    """Return what is shown for each character of a line; a hidden stretch is shown in the cell of its first character."""
    cells = [TAB if letter == "\t" else spelled(letter) for letter in line]
    for begin, stop in hidden:
        cells[begin:stop] = [MASK, *[""] * (stop - begin - 1)]
    for index in range(2, len(cells)):
        if cells[index] == "[" and cells[index - 1] == cells[index - 2] == "#":
            cells[index] = BRACKET
    return cells


def _drawn(cells: list[str], start: int, end: int, columns: int) -> tuple[str, str]:
    """Lay cells out around the stretch from start to end, and mark it; at least one column is marked."""
    sizes = [sum(widths(cell)) for cell in cells]
    first, last = 0, len(cells)
    if sum(sizes) > columns:
        first, last = _window(sizes, start, end, columns - 2 * len(_CUT))
    before = _CUT if first > 0 else ""
    after = _CUT if last < len(cells) else ""
    shown = before + "".join(cells[first:last]) + after
    margin = len(before) + sum(sizes[first:start])
    marked = max(1, sum(sizes[start : min(end, last)]))
    return shown.rstrip(), " " * margin + "^" * marked


def _window(sizes: list[int], start: int, end: int, columns: int) -> tuple[int, int]:
    """Return the cells to show, as many as fit: the stretch, then what is around it, evenly."""
    first, last, used = start, start, 0
    while last < end and used + sizes[last] <= columns:
        used += sizes[last]
        last += 1
    while True:
        grown = False
        if first > 0 and used + sizes[first - 1] <= columns:
            first, used, grown = first - 1, used + sizes[first - 1], True
        if last < len(sizes) and used + sizes[last] <= columns:
            last, used, grown = last + 1, used + sizes[last], True
        if not grown:
            return first, last

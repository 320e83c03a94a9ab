"""Nodes of a configuration document: what YAML says, with places and trails in the leaves."""

from __future__ import annotations

import re
from enum import Enum

from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Role, Span, Step, Trail, joined
from forkfit.model.text import Piece, Text

Plain = str | int | float | bool | None


class Style(Enum):
    """How a scalar is written; only a plain one can be anything but text."""

    PLAIN = "plain"
    SINGLE = "single-quoted"
    DOUBLE = "double-quoted"
    LITERAL = "literal"
    FOLDED = "folded"


class Scalar(Record):
    """A leaf. `value` is what Compose makes of it, `raw` its characters after YAML's unquoting and folding.

    The pieces of its text are worked out when asked for, or given where interpolation has made them.
    """

    value: Plain
    raw: str
    at: Span
    style: Style = Style.PLAIN
    tag: str = ""
    trail: Trail = ()
    source: Source | None = None
    pieces: tuple[Piece, ...] | None = None

    @property
    def text(self) -> Text:
        """The characters with the place of each run of them."""
        made = self.pieces if self.pieces is not None else _pieces(self)
        if not self.trail:
            return Text(made)
        return Text(made).because(*self.trail)

    def because(self, *steps: Step) -> Scalar:
        """Return the same leaf with further steps."""
        return self.replace(trail=joined(self.trail, steps))


class Sequence(Record):
    """A list of nodes."""

    items: tuple[Node, ...]
    at: Span
    tag: str = ""
    trail: Trail = ()

    def because(self, *steps: Step) -> Sequence:
        """Return the same list with further steps."""
        return self.replace(trail=joined(self.trail, steps))


class Entry(Record):
    """A key and what it maps to."""

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        """The key's characters."""
        return self.key.raw


class Mapping(Record):
    """Keys in the order written, each once."""

    entries: tuple[Entry, ...]
    at: Span
    tag: str = ""
    trail: Trail = ()

    def because(self, *steps: Step) -> Mapping:
        """Return the same mapping with further steps."""
        return self.replace(trail=joined(self.trail, steps))

    def entry(self, name: str) -> Entry | None:
        """Return the entry of that key, None where there is no such key."""
        for entry in self.entries:
            if entry.key.raw == name:
                return entry
        return None

    def get(self, name: str) -> Node | None:
        """Return the node of that key, None where there is no such key."""
        found = self.entry(name)
        return found.value if found else None


Node = Scalar | Sequence | Mapping


def _pieces(scalar: Scalar) -> tuple[Piece, ...]:
    """Find the characters of a leaf in its source, line by line; where they cannot be found, the leaf's own place serves."""
    source, raw, at = scalar.source, scalar.raw, scalar.at
    if source is not None and raw:
        begin = source.starts[at.line - 1] + at.column - 1
        end = source.starts[at.end_line - 1] + at.end_column - 1
        if scalar.style in _QUOTES:
            begin, end = begin + 1, end - 1
        if source.text[begin:end] == raw and at.line == at.end_line:
            place = at.narrowed(1, len(raw)) if scalar.style in _QUOTES else at
            return (Piece(raw, (Step(Role.WRITTEN, place, ""),), True, None),)
        if found := _aligned(scalar, source, begin, end):
            return found
    return (Piece(raw, (Step(Role.WRITTEN, at, ""),), False, None),)


_QUOTES = (Style.SINGLE, Style.DOUBLE)
_BLOCKS = (Style.LITERAL, Style.FOLDED)
_BLANKS = " \t\r\n"
# The runs of a line, and what YAML turns into one character each; a backslash at the end of a line joins it to the next.
_DOUBLE = r"(?P<escape>\\(?:x..|u....|U........|.|$))|[^\\]+"
_SINGLE = r"(?P<escape>'')|[^']+"
_WHOLE = r"(?P<escape>(?!))|.+"


def _aligned(scalar: Scalar, source: Source, begin: int, end: int) -> tuple[Piece, ...]:
    """Return a piece for each run of characters that stands in the source as it reads; empty where one does not."""
    raw, style = scalar.raw, scalar.style
    runs = re.compile(_DOUBLE) if style is Style.DOUBLE else re.compile(_SINGLE) if style is Style.SINGLE else re.compile(_WHOLE)
    lines = source.text[begin:end].split("\n")
    found: list[Piece] = []
    place = source.span(begin, begin)
    taken = breaks = 0
    joins = False
    for number, line in enumerate(lines):
        start = begin
        begin += len(line) + 1
        if style in _BLOCKS:
            content = line.strip(_BLANKS) if number else ""  # what stands behind | or > is no content
            gap = _blanks(raw, taken)
        else:
            content = line.lstrip(_BLANKS) if number else line
            content = content.rstrip(_BLANKS) if number < len(lines) - 1 else content
            breaks += number > 0
            gap = "\n" * (breaks - 1) if breaks != 1 or joins else " "
        if not content and number < len(lines) - 1:
            continue
        if gap:
            found.append(Piece(gap, (Step(Role.WRITTEN, place),)))
            taken += len(gap)
        breaks, joins = 0, False
        start += line.find(content)
        for run in runs.finditer(content):
            place = source.span(start + run.start(), start + run.end())
            if run[0] == "\\" and style is Style.DOUBLE:
                joins = True
                continue
            made = run[0] if run["escape"] is None else raw[taken : taken + 1]
            found.append(Piece(made, (Step(Role.WRITTEN, place),), exact=run["escape"] is None))
            taken += len(made)
    if rest := _blanks(raw, taken):
        found.append(Piece(rest, (Step(Role.WRITTEN, place),)))
    return tuple(found) if "".join(p.text for p in found) == raw else ()


def _blanks(text: str, start: int) -> str:
    """Return the run of blanks and breaks that begins at an index."""
    stop = start
    while stop < len(text) and text[stop] in _BLANKS:
        stop += 1
    return text[start:stop]

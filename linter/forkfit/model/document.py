"""Nodes of a configuration document: what YAML says, with places and trails in the leaves."""

from __future__ import annotations

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
        return next((e for e in self.entries if e.key.raw == name), None)

    def get(self, name: str) -> Node | None:
        """Return the node of that key, None where there is no such key."""
        found = self.entry(name)
        return found.value if found else None


Node = Scalar | Sequence | Mapping


def _pieces(scalar: Scalar) -> tuple[Piece, ...]:
    """Find the characters of a leaf in its source, run by run; where YAML has changed them, the leaf's own place serves."""
    whole = (Piece(scalar.raw, (Step(Role.WRITTEN, scalar.at),), exact=False),)
    source = scalar.source
    if source is None or not scalar.raw:
        return whole
    begin = source.starts[scalar.at.line - 1] + scalar.at.column - 1
    end = source.starts[scalar.at.end_line - 1] + scalar.at.end_column - 1
    written = source.text[begin:end]
    if scalar.at.line == scalar.at.end_line:
        offset = written.find(scalar.raw)
        if offset != -1:
            return (Piece(scalar.raw, (Step(Role.WRITTEN, source.span(begin + offset, begin + offset + len(scalar.raw))),), exact=True),)
    return _aligned(scalar, source, begin, written) or whole


def _aligned(scalar: Scalar, source: Source, begin: int, written: str) -> tuple[Piece, ...]:
    """Align a scalar of several lines word by word; empty where a word does not stand in the source as it reads."""
    found: list[Piece] = []
    position = 0
    for word, blank in _runs(scalar.raw):
        if blank:
            found.append(Piece(word, found[-1].trail[:1] if found else (Step(Role.WRITTEN, scalar.at),)))
            continue
        offset = written.find(word, position)
        if offset == -1:
            return ()
        position = offset + len(word)
        found.append(Piece(word, (Step(Role.WRITTEN, source.span(begin + offset, begin + position)),), exact=True))
    return tuple(found)


def _runs(text: str) -> list[tuple[str, bool]]:
    """Split into runs of blanks and of other characters."""
    runs: list[tuple[str, bool]] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or text[index].isspace() != text[start].isspace():
            runs.append((text[start:index], text[start].isspace()))
            start = index
    return runs

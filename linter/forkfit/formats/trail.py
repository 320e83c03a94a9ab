"""The way a value came, one line a step: what it is, the place, and what happened there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from forkfit.formats.colour import Paint
from forkfit.formats.columns import padded, width, wrapped
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.model.finding import Reason
from forkfit.model.format import Look
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail

MOST_STEPS = 12  # of one value; real trails have two to five
_INDENT = 4
_GAP = 2
_NARROWEST = 16  # columns for what happened; with fewer, each part of a step has a line of its own

WORDS = {
    Role.WRITTEN: "written here",
    Role.USED: "used here",
    Role.FALLBACK: "default used here",
    Role.REPLACED: "written here, and replaced",
    Role.MERGED: "brought by a merge key",
    Role.ALIASED: "brought by an alias",
    Role.EXTENDED: "brought by extends",
    Role.INCLUDED: "brought by include",
    Role.LAUNCHED: "starts the next command",
    Role.IMPORTED: "imported here",
    Role.CONVERTED: "converted here",
    Role.SUPPOSED: "only on some branches",
    Role.ASSUMED: "assumed",
    Role.COMPUTED: "worked out",
}


class _Row(Record):
    """A line of the table: what (only at its first step), the place, and what happened there."""

    what: str
    place: str
    words: str


def lines(because: tuple[Reason, ...], look: Look, paint: Paint) -> Iterator[str]:
    """Yield the trail of a finding, its columns aligned; a reason without steps is a line by itself."""
    widest = max(20, (look.width - _INDENT) * 45 // 100)
    tables = [(reason, tuple(_rows(reason, look))) for one in because for reason in (one.joins if look.verbose and one.joins else (one,))]
    rows = [row for _, table in tables for row in table]
    whats = max((wide for row in rows if (wide := width(row.what)) <= widest), default=0)
    begin = _INDENT + (whats + _GAP if whats or any(row.what for row in rows) else 0)
    places = max((width(row.place) for row in rows if row.words), default=0)
    words = look.width - begin - places - _GAP
    for reason, table in tables:
        if not table:
            yield from _indented(said(reason.what), _INDENT, look.width)
        elif words < _NARROWEST:
            yield from _stacked(table, look, paint)
        else:
            yield from _aligned(table, begin, places, words, paint)


def told(step: Step) -> str:
    """Say what happened at a step."""
    note = said(step.note)
    if step.role is Role.SUPPOSED and step.at is None:
        return f"supposed: {note}"
    return f"{WORDS[step.role]}: {note}" if note else WORDS[step.role]


def followed(trail: Trail) -> Iterator[tuple[Step, int]]:
    """Yield the steps of a trail with how many left out follow each: of a chain of imports the first is enough to find it by."""
    alike = 0
    for index, step in enumerate(trail):
        if alike:
            alike -= 1
            continue
        if step.role is Role.IMPORTED and step.note:
            alike = sum(1 for _ in takewhile(lambda other, step=step: _same_step(other, step), trail[index + 1 :]))  # type: ignore[misc]
        alike = alike if alike > 1 else 0
        yield step, alike


def _same_step(one: Step, other: Step) -> bool:
    return one.role is other.role and one.note == other.note


def _rows(reason: Reason, look: Look) -> Iterator[_Row]:
    most = len(reason.trail) if look.verbose else MOST_STEPS
    steps = tuple((step, 0) for step in reason.trail) if look.verbose else tuple(followed(reason.trail))
    what = said(reason.what)
    for step, alike in steps[:most]:
        # What nobody wrote has no place; its words stand where the place would.
        yield _Row(what, place(step.at, look), told(step)) if step.at else _Row(what, told(step), "")
        if alike:
            yield _Row("", f"... {alike} more imports", "")
        what = ""
    if len(steps) > most:
        yield _Row("", f"... {len(steps) - most} more steps", "")


def _aligned(table: tuple[_Row, ...], begin: int, places: int, words: int, paint: Paint) -> Iterator[str]:
    """Yield rows whose places begin in one column; what is too long to stand before it has a line of its own."""
    for row in table:
        start = " " * _INDENT + row.what
        if width(start) > begin - _GAP and row.what:
            yield start
            start = ""
        start = padded(start, begin)
        if row.words:
            start += paint("place", row.place) + " " * (places - width(row.place) + _GAP)
            first, *more = wrapped(row.words, words)
            under = begin + places + _GAP
        else:
            first, *more = wrapped(row.place, places + _GAP + words)
            under = begin
        yield start + first
        yield from (" " * under + line for line in more)


def _stacked(table: tuple[_Row, ...], look: Look, paint: Paint) -> Iterator[str]:
    """Yield the rows of a narrow terminal: what, below it each place, below that what happened there."""
    for row in table:
        indent = _INDENT
        if row.what:
            yield from _indented(row.what, indent, look.width)
        if not row.words:
            yield from _indented(row.place, indent + 2, look.width)
            continue
        if indent + 2 + width(row.place) + _GAP + width(row.words) <= look.width:
            yield " " * (indent + 2) + paint("place", row.place) + " " * _GAP + row.words
            continue
        yield " " * (indent + 2) + paint("place", row.place)
        yield from _indented(row.words, indent + 4, look.width)


def _indented(text: str, indent: int, columns: int) -> Iterator[str]:
    """Yield text wrapped behind a margin, continued a little further in."""
    first, *more = wrapped(text, columns - indent - _GAP)
    yield " " * indent + first
    yield from (" " * (indent + _GAP) + line for line in more)

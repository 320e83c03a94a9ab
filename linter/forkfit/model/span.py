"""Places in files, and the steps by which a value came from one place to the next."""

from __future__ import annotations

from enum import Enum

from forkfit.model.record import Record


class Span(Record):
    """A stretch of one file: POSIX path from the project root, lines and columns from 1, end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def holds(self, inner: Span) -> bool:
        """Tell whether another place lies within this one."""
        begins = (self.line, self.column) <= (inner.line, inner.column)
        return self.file == inner.file and begins and (inner.end_line, inner.end_column) <= (self.end_line, self.end_column)

    def narrowed(self, start: int, length: int) -> Span:
        """Return the part of a one-line span that begins `start` characters in."""
        column = self.column + start
        return Span(self.file, self.line, column, self.line, column + length)

    def key(self) -> tuple[str, int, int, int, int]:
        """Return what findings and steps are sorted by."""
        return (self.file, self.line, self.column, self.end_line, self.end_column)


def whole_file(file: str) -> Span:
    """Return the span that stands for a file as a whole: its first character."""
    return Span(file, 1, 1, 1, 1)


class Role(Enum):
    """What happened to a value at one step of its way."""

    WRITTEN = "written"  # the characters stand here
    USED = "used"  # a variable is replaced by its value here
    FALLBACK = "fallback"  # a default stands in, because the variable has no value
    REPLACED = "replaced"  # a stronger place replaces the value written here
    MERGED = "merged"  # a YAML merge key brought it here
    ALIASED = "aliased"  # a YAML alias brought it here
    EXTENDED = "extended"  # `extends` brought it here
    INCLUDED = "included"  # `include` brought it here
    LAUNCHED = "launched"  # this command starts the next one
    IMPORTED = "imported"  # this statement imports the next module
    CONVERTED = "converted"  # the program turns the value into another type here
    SUPPOSED = "supposed"  # only some branches come this way
    ASSUMED = "assumed"  # nobody wrote it: the program's own default, or our assumption
    COMPUTED = "computed"  # worked out from the steps above; it stands nowhere

    # Each member is one object, and every step of every trail is hashed: Enum's own way, by the name, is ten times as slow.
    __hash__ = object.__hash__


class Step(Record):
    """One step of a trail. An assumption has no place."""

    role: Role
    at: Span | None
    note: str = ""


Trail = tuple[Step, ...]


def places(trail: Trail) -> tuple[Span, ...]:
    """Return the places of a trail, in its order."""
    return tuple(step.at for step in trail if step.at is not None)


def joined(*trails: Trail) -> Trail:
    """Join trails, each step once, in the order first seen."""
    filled = [trail for trail in trails if trail]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(step for trail in filled for step in trail))

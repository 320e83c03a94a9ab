"""What an expression of a program can stand for, beside plain Python values."""

from __future__ import annotations

import ast
from typing import Any

from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value

Plain = str | int | float | bool | bytes | None

# A Thing is a Plain value or one of the records below; Any, because a value of a program has any type.
Thing = Any


MOST_HELD = 20_000  # values inside one list or dictionary, at any depth
_TOO_LARGE = Unknown(f"more than {MOST_HELD} values are held here")


class Items(Record):
    """A list, tuple or set. Where `rest` is set there may be more items than are known, and it says why.

    `size` counts all values inside, at any depth: a list of itself, thrice, forty times over, is not followed.
    """

    kind: str
    items: tuple[Value[Thing], ...]
    rest: Unknown | None = None
    size: int = 0

    def __init__(self, kind: str, items: tuple[Value[Thing], ...], rest: Unknown | None = None, size: int = 0) -> None:
        size = _size(items)
        if size > MOST_HELD:
            items, rest, size = (), _TOO_LARGE, 1
        super().__init__(kind, items, rest, size)

    def __hash__(self) -> int:
        return hash((Items, self.kind, len(self.items)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Items) and self._values() == other._values()


class Beginning(Unknown):
    """Why there may be more entries than are known; their names all begin with `start`."""

    start: str = ""

    def because(self, *steps: Any) -> Beginning:
        """Return the same reason with further steps."""
        return Beginning(self.why, super().because(*steps).trail, self.start)


def wider(first: Unknown | None, second: Unknown | None) -> Unknown | None:
    """Return why there may be more entries, of two such reasons: the one that leaves more names open."""
    if isinstance(first, Beginning) and second is not None:
        return first if isinstance(second, Beginning) and second.start.startswith(first.start) else Unknown(second.why, second.trail)
    return first or second


def _may_hold(rest: Unknown | None, key: Plain) -> bool:
    """Tell whether one of the entries that are not known may have this name."""
    return rest is not None and not (isinstance(rest, Beginning) and not (isinstance(key, str) and key.startswith(rest.start)))


class Table(Record):
    """A dictionary, in the order written, each key once. Where `rest` is set it may hold more, and other values."""

    entries: tuple[tuple[Plain, Value[Thing]], ...]
    rest: Unknown | None = None
    size: int = 0

    def __init__(self, entries: tuple[tuple[Plain, Value[Thing]], ...], rest: Unknown | None = None, size: int = 0) -> None:
        size = _size(tuple(value for _, value in entries))
        if size > MOST_HELD:
            entries, rest, size = (), _TOO_LARGE, 1
        super().__init__(entries, rest, size)

    def __hash__(self) -> int:
        return hash((Table, len(self.entries)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self._values() == other._values()

    def get(self, key: Plain) -> Value[Thing]:
        """Return what a key maps to; Absent where there is no such key, the reason of `rest` where there may be one."""
        for name, value in self.entries:
            if name == key and type(name) is type(key):
                return value
        return self.rest if self.rest is not None and _may_hold(self.rest, key) else Absent("there is no such key")

    def having(self, key: Plain, value: Value[Thing]) -> Table:
        """Return the dictionary with a key set."""
        if any(name == key for name, _ in self.entries):
            return self.replace(entries=tuple((n, value if n == key else v) for n, v in self.entries))
        return self.replace(entries=(*self.entries, (key, value)))

    def over(self, below: Table) -> Table:
        """Return this dictionary over weaker entries, as ``{**below, **self}``."""
        entries = dict(below.entries) | dict(self.entries)
        if self.rest is not None:
            entries = {n: v if n in dict(self.entries) or not _may_hold(self.rest, n) else self.rest for n, v in entries.items()}
        return Table(tuple(entries.items()), wider(self.rest, below.rest))


class Arguments(Record):
    """The arguments of a call, evaluated. Where `rest` is set there may be more (``*args``, ``**options``)."""

    positional: tuple[Value[Thing], ...] = ()
    named: tuple[tuple[str, Value[Thing]], ...] = ()
    rest: Unknown | None = None

    def get(self, position: int | None, *names: str) -> Value[Thing]:
        """Return the argument at a position or of one of several names; Absent where it is not given."""
        for name, value in self.named:
            if name in names:
                return value
        if position is not None and position < len(self.positional):
            return self.positional[position]
        if self.rest is not None and any(_may_hold(self.rest, name) for name in names):
            return self.rest
        return Absent("not given")


class ModuleObject(Record):
    """A module of the project, by its dotted name."""

    name: str


class _Defined(Record):
    """What a definition in the project makes: the same definition is the same thing."""

    module: str
    node: Any
    scope: Any

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, _Defined) and other.node is self.node

    def __hash__(self) -> int:
        return hash((type(self), id(self.node)))


class Function(_Defined):
    """A function of the project; `receiver` is what it is called on, where it is a method. `scope` is where it stands."""

    receiver: Thing = None


class Class(_Defined):
    """A class of the project; `scope` is where it stands."""


class Instance(Record):
    """An object of a class of the project."""

    of: Class
    arguments: Arguments
    at: Span


class Outside(Record):
    """A module, class, function or object of a library or of the standard library, by its dotted name."""

    name: str


class Made(Record):
    """What calling something outside gave; the same call is the same object. `scope` is where the call stands."""

    of: str
    scope: Any
    node: ast.Call
    at: Span

    @property
    def module(self) -> str:
        """The dotted name of the module in which the call stands."""
        name: str = self.scope.module.name
        return name

    @property
    def arguments(self) -> Arguments:
        """The arguments of the call, evaluated when they are asked for."""
        found: Arguments = self.scope.arguments_of(self.node)
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Made) and other.node is self.node

    def __hash__(self) -> int:
        return hash((Made, id(self.node)))


class Member(Record):
    """An attribute of an object of which nothing more is known, such as ``app.conf``."""

    base: Thing
    name: str


class Method(Record):
    """A method of a plain value, list or dictionary."""

    receiver: Thing
    name: str


class CpuRatio(Record):
    """A number that is no whole one: an expression in the host's CPU count, divided by a whole number above 0."""

    top: str
    bottom: int


class Path(Record):
    """A ``pathlib.Path`` below the folder of a module; `text` is from the project root."""

    text: str


class Raises(Unknown):
    """The program stops here with an error, unless it catches it; `error` is the name of the class."""

    error: str = "Exception"

    def because(self, *steps: Any) -> Raises:
        """Return the same error with further steps."""
        return Raises(self.why, super().because(*steps).trail, self.error)


class Partial(Unknown):
    """A text of which parts are known, such as what ``f"ffmpeg -i {path}"`` gives: a command is known by its first word."""

    text: Text = Text()

    def because(self, *steps: Any) -> Partial:
        """Return the same text with further steps."""
        return Partial(self.why, super().because(*steps).trail, self.text)


def _size(values: tuple[Value[Thing], ...]) -> int:
    return 1 + sum(v.value.size if isinstance(v, Known) and isinstance(v.value, (Items, Table)) else 1 for v in values)


def is_true(thing: Thing) -> bool | None:
    """Return whether a thing counts as true, None where that cannot be said."""
    match thing:
        case Items(items=items, rest=rest):
            return True if items else (None if rest is not None else False)
        case Table(entries=entries, rest=rest):
            return True if entries else (None if rest is not None else False)
        case Made() | Member() | Instance() | Outside() | CpuRatio():
            return None
        case ModuleObject() | Function() | Class() | Path() | Method():
            return True
        case _:
            return bool(thing)


def outside_name(thing: Thing) -> str:
    """Return the dotted name of something outside, ``()`` for a call; empty for everything else."""
    match thing:
        case Outside(name=name):
            return name
        case Made(of=name):
            return f"{name}()"
        case Member(base=base, name=name):
            return f"{outside_name(base)}.{name}"
        case _:
            return ""


def known_items(value: Value[Thing]) -> tuple[Value[Thing], ...]:
    """Return the items of a list, tuple or set; empty for everything else."""
    return value.value.items if isinstance(value, Known) and isinstance(value.value, Items) else ()

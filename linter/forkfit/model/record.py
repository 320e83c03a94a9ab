"""Records: frozen, slotted classes that cost next to nothing to define.

``dataclasses`` compiles each method of each class from text, half a millisecond a class, which a pre-commit hook
pays at every commit. A record has the same shape for its readers and for type checkers (PEP 681), and builds its
methods once, here.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar, Self, dataclass_transform

_set = object.__setattr__


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Turn the annotations of a class body into slots, and its assignments into defaults."""

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _RecordType:
        inherited = [b for b in bases if isinstance(b, _RecordType)]
        own = tuple(n for n, kind in _annotations(body).items() if not str(kind).startswith("ClassVar"))
        defaults = {n: v for b in inherited for n, v in b.__defaults__.items()}
        defaults.update((n, body.pop(n)) for n in own if n in body)
        body["__slots__"] = own
        body["__fields__"] = tuple(n for b in inherited for n in b.__fields__) + own
        body["__defaults__"] = defaults
        made = super().__new__(mcs, name, bases, body)
        made.__puts__ = tuple(getattr(made, n).__set__ for n in made.__fields__)
        made.__take__ = staticmethod(_taker(made.__fields__))
        made.__rests__ = {}
        if (fill := _INITIALISERS.get(len(made.__fields__))) is not None and "__init__" not in body:
            made.__init__ = fill(made)  # type: ignore[misc]
        return made

    __fields__: tuple[str, ...]
    __defaults__: dict[str, Any]
    __rests__: dict[int, tuple[Any, ...]]
    __puts__: tuple[Callable[[object, Any], None], ...]
    __take__: Callable[[object], tuple[Any, ...]]


def _taker(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """Return what reads all fields of a record at once; records are compared and hashed far more often than made."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _ordered(kind: _RecordType, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """Return the values of all fields in their order; raise TypeError where one is missing or unknown."""
    fields, given = kind.__fields__, len(values)
    if not named and (given == len(fields) or given in kind.__rests__):
        return values + kind.__rests__.get(given, ())
    if given > len(fields):
        raise TypeError(f"{kind.__name__} has {len(fields)} fields, {given} values given")
    rest, defaults, filled, left = fields[given:], kind.__defaults__, [*values], len(named)
    for name in rest:
        if name in named:
            filled.append(named[name])
            left -= 1
        elif name in defaults:
            filled.append(defaults[name])
        else:
            raise TypeError(f"{kind.__name__} needs {name!r}")
    if left:
        odd = next(name for name in named if name not in rest)
        raise TypeError(f"{kind.__name__} has no field {odd!r}, or it is given twice")
    if not named:
        kind.__rests__[given] = tuple(filled[given:])
    return tuple(filled)


# Most records have few fields and are given them by position: each of these fills one of so many in half the time.


def _one(kind: _RecordType) -> Callable[..., None]:
    (put,) = kind.__puts__

    def fill(self: object, *values: Any, **named: Any) -> None:
        if named or len(values) != 1:
            values = _ordered(kind, values, named)
        put(self, values[0])

    return fill


def _two(kind: _RecordType) -> Callable[..., None]:
    put_first, put_second = kind.__puts__

    def fill(self: object, *values: Any, **named: Any) -> None:
        if named or len(values) != 2:
            values = _ordered(kind, values, named)
        first, second = values
        put_first(self, first)
        put_second(self, second)

    return fill


def _three(kind: _RecordType) -> Callable[..., None]:
    put_first, put_second, put_third = kind.__puts__

    def fill(self: object, *values: Any, **named: Any) -> None:
        if named or len(values) != 3:
            values = _ordered(kind, values, named)
        first, second, third = values
        put_first(self, first)
        put_second(self, second)
        put_third(self, third)

    return fill


def _four(kind: _RecordType) -> Callable[..., None]:
    put_first, put_second, put_third, put_fourth = kind.__puts__

    def fill(self: object, *values: Any, **named: Any) -> None:
        if named or len(values) != 4:
            values = _ordered(kind, values, named)
        first, second, third, fourth = values
        put_first(self, first)
        put_second(self, second)
        put_third(self, third)
        put_fourth(self, fourth)

    return fill


def _five(kind: _RecordType) -> Callable[..., None]:
    put_first, put_second, put_third, put_fourth, put_fifth = kind.__puts__

    def fill(self: object, *values: Any, **named: Any) -> None:
        if named or len(values) != 5:
            values = _ordered(kind, values, named)
        first, second, third, fourth, fifth = values
        put_first(self, first)
        put_second(self, second)
        put_third(self, third)
        put_fourth(self, fourth)
        put_fifth(self, fifth)

    return fill


_INITIALISERS = {1: _one, 2: _two, 3: _three, 4: _four, 5: _five}


def _annotations(body: dict[str, Any]) -> dict[str, Any]:
    """Return the annotations of a class body; its module has them as text (``from __future__ import annotations``)."""
    if "__annotations__" not in body and "__annotate_func__" in body:
        raise TypeError(f"the module of {body.get('__qualname__')} needs 'from __future__ import annotations'")
    found: dict[str, Any] = body.get("__annotations__", {})
    return found


class Record(metaclass=_RecordType):
    """A value with named fields; it compares by them and never changes."""

    __fields__: ClassVar[tuple[str, ...]]
    __defaults__: ClassVar[dict[str, Any]]
    __rests__: ClassVar[dict[int, tuple[Any, ...]]]  # what was worked out: by the number of fields given, the defaults of the others
    __puts__: ClassVar[tuple[Callable[[object, Any], None], ...]]  # past __setattr__, and twice as fast as by name
    __take__: ClassVar[Callable[[object], tuple[Any, ...]]]

    def __init__(self, *values: Any, **named: Any) -> None:
        """Take the fields in their order or by name; raise TypeError where one is missing or unknown."""
        for put, value in zip(self.__puts__, _ordered(type(self), values, named)):  # noqa: B905 - the keyword alone costs a tenth of a record
            put(self, value)

    def _values(self) -> tuple[Any, ...]:
        return type(self).__take__(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} does not change; use replace()")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        take = type(self).__take__
        return take(self) == take(other)

    def __hash__(self) -> int:
        return hash((type(self), type(self).__take__(self)))

    def __repr__(self) -> str:
        inside = ", ".join(f"{n}={getattr(self, n)!r}" for n in self.__fields__)
        return f"{type(self).__name__}({inside})"

    def __getstate__(self) -> tuple[Any, ...]:
        return self._values()

    def __setstate__(self, values: tuple[Any, ...]) -> None:
        for name, value in zip(self.__fields__, values, strict=True):
            _set(self, name, value)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed; raise TypeError for a name that is no field."""
        fields = self.__fields__
        values = [*type(self).__take__(self)]
        for name, value in changes.items():
            if name not in fields:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            values[fields.index(name)] = value
        return type(self)(*values)

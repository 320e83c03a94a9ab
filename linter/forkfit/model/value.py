"""Values that know how they came about, and what takes their place where they cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Generic, TypeVar

from forkfit.model.record import Record
from forkfit.model.span import Step, Trail, joined

T = TypeVar("T")
U = TypeVar("U")

MOST_ALTERNATIVES = 64


class Known(Record, Generic[T]):
    """A value that could be worked out."""

    value: T
    trail: Trail = ()

    def because(self, *steps: Step) -> Known[T]:
        """Return the same value with further steps."""
        return Known(self.value, joined(self.trail, steps))


class Absent(Record):
    """Looked for and not there: that is knowledge too."""

    why: str
    trail: Trail = ()

    def because(self, *steps: Step) -> Absent:
        """Return the same absence with further steps."""
        return Absent(self.why, joined(self.trail, steps))


class ByCpus(Record):
    """A whole number that the host's CPU count decides: an expression in `n`, such as ``max(2, n // 2)``."""

    expression: str = "n"
    trail: Trail = ()

    @property
    def is_cpu_count(self) -> bool:
        """Whether the number is the host's CPU count itself."""
        return self.expression == "n"

    def at(self, cpus: int) -> int:
        """Return the number on a host with so many CPUs; raise ValueError where the expression yields none."""
        from forkfit.model.arithmetic import evaluate

        return evaluate(self.expression, cpus)

    def because(self, *steps: Step) -> ByCpus:
        """Return the same expression with further steps."""
        return ByCpus(self.expression, joined(self.trail, steps))


class Unknown(Record):
    """A value that cannot be known from the files, and why."""

    why: str
    trail: Trail = ()

    def because(self, *steps: Step) -> Unknown:
        """Return the same reason with further steps."""
        return Unknown(self.why, joined(self.trail, steps))


class Unread(Unknown):
    """A variable that nothing sets, but for a file that could not be read: without that file it is empty."""


class Bounded(Record, Generic[T]):
    """One of several values, each of any other kind; which one, the files do not say."""

    alternatives: tuple[Known[T] | Absent | ByCpus | Unknown, ...]
    trail: Trail = ()

    def because(self, *steps: Step) -> Bounded[T]:
        """Return the same alternatives with further steps."""
        return Bounded(self.alternatives, joined(self.trail, steps))


Single = Known[T] | Absent | ByCpus | Unknown
Value = Known[T] | Absent | ByCpus | Unknown | Bounded[T]


def alternatives(value: Value[T]) -> tuple[Single[T], ...]:
    """Return each value it may be, one for all kinds but Bounded, with the steps that lead to it."""
    if isinstance(value, Bounded):
        return tuple(a.because(*value.trail) for a in value.alternatives)
    return (value,)


def either(values: Iterable[Value[T]], trail: Trail = ()) -> Value[T]:
    """Return the value that is one of these: itself where all agree, otherwise Bounded, Unknown past 64."""
    flat: dict[object, Single[T]] = {}
    values = tuple(values)
    if len(values) == 1:
        return values[0].because(*trail)
    for value in values:
        for single in alternatives(value):
            flat.setdefault(_essence(single), single)
    singles = tuple(flat.values())
    if not singles:
        return Absent("no value", trail)
    if len(singles) == 1:
        return singles[0].because(*trail)
    if len(singles) > MOST_ALTERNATIVES:
        return Unknown(f"more than {MOST_ALTERNATIVES} values are possible", trail)
    return Bounded(singles, trail)


def _essence(value: Single[T]) -> object:
    match value:
        case Known():
            return (Known, type(value.value), value.value)  # True is not 1: Celery treats them differently
        case ByCpus():
            return (ByCpus, value.expression)
        case Unknown():
            return (Unknown, value.why)
        case Absent():
            return (Absent,)


def apply(change: Callable[[T], U], value: Value[T]) -> Value[U]:
    """Change what is known, in every alternative, and keep every trail; Absent, ByCpus and Unknown pass through."""
    match value:
        case Known():
            return Known(change(value.value), value.trail)
        case Bounded():
            return either((apply(change, a) for a in value.alternatives), value.trail)
        case _:
            return value


def total(*counts: Value[int]) -> Value[int]:
    """Add numbers up, those that the host's CPU count decides too; what is not known makes the sum unknown."""
    made: list[Value[int]] = []
    for singles in product(*(alternatives(c) for c in counts)):
        trail = joined(*(s.trail for s in singles))
        obstacle = next((s for s in singles if isinstance(s, (Absent, Unknown))), None)
        known = sum(s.value for s in singles if isinstance(s, Known))
        by_host = [s.expression for s in singles if isinstance(s, ByCpus)]
        if obstacle is not None:
            made.append(obstacle)
        elif by_host:
            made.append(ByCpus(" + ".join([*by_host, str(known)] if known else by_host), trail))
        else:
            made.append(Known(known, trail))
        if len(made) > MOST_ALTERNATIVES:
            return Unknown(f"more than {MOST_ALTERNATIVES} values are possible")
    return either(made)


def in_words(count: Value[int], unknown: str = "unknown") -> str:
    """Say a number as it is known: "20", "2 or 4", "n // 2 (n CPUs of the host)"."""
    match count:
        case Known():
            return str(count.value)
        case ByCpus():
            return f"{count.expression} (n CPUs of the host)"
        case Bounded():
            return " or ".join(in_words(one, unknown) for one in count.alternatives)
        case _:
            return unknown


def combine(change: Callable[..., U], *values: Value[T]) -> Value[U]:
    """Work a value out of several: Known where all are, Bounded where some are, otherwise the first obstacle."""
    made: list[Value[U]] = []
    for singles in product(*(alternatives(v) for v in values)):
        obstacle = next((s for s in singles if not isinstance(s, Known)), None)
        if obstacle is not None:
            made.append(obstacle)
        else:
            made.append(Known(change(*(s.value for s in singles)), joined(*(s.trail for s in singles))))  # type: ignore[union-attr]
        if len(made) > MOST_ALTERNATIVES:
            return Unknown(f"more than {MOST_ALTERNATIVES} values are possible")
    return either(made)

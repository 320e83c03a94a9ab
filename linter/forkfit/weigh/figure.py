"""Sums that are linear in the number of processes, as values of memory: known, by CPUs, one of several, or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from forkfit.model.memory import Memory
from forkfit.model.span import Trail, joined
from forkfit.model.value import MOST_ALTERNATIVES, ByCpus, Known, Single, Unknown, Value, alternatives, either
from forkfit.model.weight import Part


def figure(parts: Iterable[Part], count: Value[int]) -> Value[Memory]:
    """Return the parents of the parts plus their children so many times, by the kind of the count and with its trail.

    It is never less than a part that stands alone.
    """
    listed = tuple(parts)
    once, each = amounts(listed)
    least = alone(listed)
    if each == 0:
        return Known(Memory(max(once, least)), count.trail)
    return either(_times(once, each, least, single) for single in alternatives(count))


def amounts(parts: Iterable[Part]) -> tuple[int, int]:
    """Return the bytes that the parts cost once, and those that they cost for each child."""
    listed = tuple(part for part in parts if not part.alone)
    return sum(p.parent.bytes for p in listed), sum(p.child.bytes for p in listed)


def alone(parts: Iterable[Part]) -> int:
    """Return the bytes that are needed at one moment whatever the number of children, 0 where no part says so."""
    return max((part.parent.bytes for part in parts if part.alone), default=0)


def least(count: Value[int]) -> int | None:
    """Return the smallest number it may be, None where any alternative is not a number."""
    numbers = [single.value if isinstance(single, Known) else None for single in alternatives(count)]
    return None if None in numbers else min(number for number in numbers if number is not None)


def total(figures: Iterable[Value[Memory]]) -> Value[Memory]:
    """Add figures up; what is unknown in one is unknown in the sum."""
    listed = tuple(figures)
    if len(listed) == 1:
        return listed[0]
    made: list[Single[Memory]] = []
    for singles in product(*(alternatives(f) for f in listed)):
        made.append(_added(singles))
        if len(made) > MOST_ALTERNATIVES:
            return Unknown(f"more than {MOST_ALTERNATIVES} sums are possible")
    return either(made)


def _times(once: int, each: int, least: int, count: Single[int]) -> Single[Memory]:
    match count:
        case Known():
            return Known(Memory(max(once + each * max(count.value, 0), least)), count.trail)
        case ByCpus():
            sum_of = f"{once} + {each} * ({count.expression})"
            return ByCpus(f"max({least}, {sum_of})" if least else sum_of, count.trail)
        case Unknown():
            return count
        case _:
            return Unknown(count.why, count.trail)


def _added(singles: Iterable[Single[Memory]]) -> Single[Memory]:
    known = 0
    terms: list[str] = []
    trails: list[Trail] = []
    for single in singles:
        trails.append(single.trail)
        match single:
            case Known():
                known += single.value.bytes
            case ByCpus():
                terms.append(single.expression)
            case Unknown():
                return single
            case _:
                return Unknown(single.why, single.trail)
    if terms:
        return ByCpus(" + ".join((*terms, *([str(known)] if known else []))), joined(*trails))
    return Known(Memory(known), joined(*trails))

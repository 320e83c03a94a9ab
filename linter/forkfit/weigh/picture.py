"""What a container needs, cut into the kinds of memory for a bar, and drawn over the count of one worker for a curve."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.model.budget import Bar, Course, Curve, Kind, Portion
from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.value import Bounded, ByCpus, Known, Value, alternatives
from forkfit.model.weight import Estimate, Mode, Part, Programs, Shape, Sum
from forkfit.weigh.estimate import FIGURES, needed_by_others, shown
from forkfit.weigh.figure import alone, amounts

# Hosts that are looked at where the CPU count decides and nobody names it.
HOSTS = (4, 8, 16, 32)
# A curve has no more points than these, and reaches at least so far.
MOST_POINTS = 128
LEAST_REACH = 8

Pick = Callable[[Value[int]], int]


def bars(container: Container, by_handbook: bool) -> tuple[Bar, ...]:
    """Return what the deciding figure is made of: one bar, one for each of several hosts, none where a count or a pool is unknown.

    Of the ways in which a program may run, and of the counts that it may have, the ones that need the most are drawn.
    """
    programs = container.estimate.programs
    figure = dict(FIGURES)["handbook" if by_handbook else "busy"]
    sums = (figure(way) for ways in programs for way in ways)
    counts = [sum_of.children for sum_of in sums if amounts(sum_of.parts)[1]]
    singles = [single for count in counts for single in alternatives(count)]
    if not all(programs) or not all(isinstance(single, (Known, ByCpus)) for single in singles):
        return ()
    if any(isinstance(single, ByCpus) for single in singles):
        return tuple(_bar(f"on {cpus} CPUs", programs, figure, _on(cpus)) for cpus in HOSTS)
    open_ended = any(isinstance(count, Bounded) for count in counts) or any(len(ways) > 1 for ways in programs)
    return (_bar("at the most" if open_ended else "", programs, figure, _on(0)),)


def curve(estimate: Estimate, about: int, by_handbook: bool) -> Curve | None:
    """Return the figures over the count of one worker; None where that count changes nothing, or the others are not known."""
    ways = estimate.programs[about]
    decides = "handbook" if by_handbook else "busy"
    if not any(amounts(dict(FIGURES)[decides](way).parts)[1] for way in ways):
        return None
    others = {name: needed_by_others(estimate.programs, about, of) for name, of in FIGURES}
    if None in others.values():
        return None
    now = _only({way.busy.children for way in ways})
    counts = _counts(ways, now, estimate.safe_concurrency)
    courses = tuple(
        Course(name, name == decides, tuple(Memory(_need(ways, of, count) + (others[name] or 0)) for count in counts))
        for name, of in FIGURES
    )
    unit = "threads" if all(way.mode is Mode.THREADS for way in ways) else "children"
    return Curve(unit, counts, courses, now, _only({way.at_start.children for way in ways}), estimate.safe_concurrency)


def _need(ways: tuple[Shape, ...], of: Callable[[Shape], Sum], count: int) -> int:
    """Return the bytes that a program needs with so many children, on the way that needs the most."""
    return max(_bytes(of(way), count) for way in ways)


def _bytes(sum_of: Sum, count: int) -> int:
    once, each = amounts(sum_of.parts)
    return max(once + each * count, alone(sum_of.parts))


def _counts(ways: tuple[Shape, ...], now: int | None, fits: int | None) -> tuple[int, ...]:
    """Return the counts to draw: up to a little above the one in force, and the one that fits where that is not far away."""
    largest = max((_on(HOSTS[-1])(way.busy.children) for way in ways), default=0) if now is None else now
    reach = max(LEAST_REACH, largest + largest // 4)
    if fits is not None and fits < 3 * reach:
        reach = max(reach, fits + fits // 4 + 1)
    step = -(-reach // MOST_POINTS)
    return tuple(range(0, reach + step, step))


def _only(counts: set[Value[int]]) -> int | None:
    """Return the count where all ways have one and the same."""
    numbers = {count.value if isinstance(count, Known) else None for count in counts}
    return numbers.pop() if len(numbers) == 1 else None


def _on(cpus: int) -> Pick:
    """Return what picks the largest number that a count may be on a host with so many CPUs; what is not known is none."""

    def pick(count: Value[int]) -> int:
        known = [s.value if isinstance(s, Known) else s.at(cpus) for s in alternatives(count) if isinstance(s, (Known, ByCpus))]
        return max((0, *known))

    return pick


def _bar(case: str, programs: Programs, figure: Callable[[Shape], Sum], pick: Pick) -> Bar:
    amount = dict.fromkeys(Kind, 0)
    children = 0
    for ways in programs:
        way = max(ways, key=lambda way: _bytes(figure(way), pick(figure(way).children)))
        count = pick(figure(way).children)
        children += count if way.mode in (Mode.FORKED, Mode.SPAWNED) else 0
        for part in shown(figure(way).replace(children=Known(count))):
            for kind, cost in _kinds(part, count):
                amount[kind] += cost
    return Bar(case, children, tuple(Portion(kind, Memory(cost)) for kind, cost in amount.items() if cost))


def _kinds(part: Part, count: int) -> tuple[tuple[Kind, int], ...]:
    """Return what a part costs, by what it is for."""
    if part.alone:
        return ()
    if part.of_model or part.of_tool or part.in_task:
        kind = Kind.MODELS if part.of_model else Kind.TOOLS if part.of_tool else Kind.TASKS
        return ((kind, part.parent.bytes + count * part.child.bytes),)
    return ((Kind.PARENT, part.parent.bytes), (Kind.CHILDREN, count * part.child.bytes))

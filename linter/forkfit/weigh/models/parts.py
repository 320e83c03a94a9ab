"""What the models of a worker add to its sums, by the way its pool makes processes.

All children load at once, after the fork, so the peak of a load counts for each of them; a model that the parent
builds has its peak before there is any child. One call of one model at a time is counted for each process that runs tasks.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.value import Known, alternatives
from forkfit.model.weight import Confidence, Footprint, Mode, Part
from forkfit.model.worker import ModelLoad, When
from forkfit.weigh.program import Added

MOST_WAYS = 16
NONE = Memory(0)


class Held(Record):
    """A model that is loaded, and what it needs on one of the ways in which it may be."""

    load: ModelLoad
    footprint: Footprint


def ways(models: Iterable[ModelLoad]) -> tuple[tuple[Held, ...], ...]:
    """Return the sets of models that a worker may hold, of each one of its alternatives; with too many, the least and the most.

    What is not weighed, and what nothing is seen to load, is in none.
    """
    each = []
    for load in models:
        found = [Held(load, single.value) for single in alternatives(load.footprint) if isinstance(single, Known)]
        if found and not load.supposed:
            open_end: list[Held | None] = [None] if len(found) < len(alternatives(load.footprint)) else []
            each.append([*found, *open_end])
    count = 1
    for found_ways in each:
        count *= len(found_ways)
    if count > MOST_WAYS:
        each = [[min(found, key=_weight), max(found, key=_weight)] for found in each]
        return tuple(tuple(h for h in (found[end] for found in each) if h is not None) for end in (0, 1))
    return tuple(tuple(h for h in way if h is not None) for way in product(*each))


def _weight(held: Held | None) -> int:
    return 0 if held is None else max(held.footprint.peak.bytes, held.footprint.anon.bytes + held.footprint.inference.bytes)


def added(held: tuple[Held, ...], mode: Mode, index: int, working_set: Memory) -> Added:
    """Return what these models add to a program, the one at `index` in its container."""
    before = tuple(h for h in held if h.load.when is When.PARENT)
    after = tuple(h for h in held if h.load.when is When.CHILD)
    used = tuple(h for h in held if not h.load.after_fork)
    runs = max(used, key=lambda h: h.footprint.inference.bytes, default=None)
    one_call = max(runs.footprint.inference if runs is not None else NONE, working_set)
    told = "working set of a task" if runs is None or one_call == working_set else _call(runs)
    common = Added(resident=_sum((*(h.footprint.anon for h in used), *(h.footprint.mapped for h in used))))
    if mode in (Mode.THREADS, Mode.ALONE):
        return common.replace(
            at_start=tuple(_part(h, index, h.footprint.anon, NONE) for h in before),
            warm=tuple(_part(h, index, h.footprint.anon, NONE) for h in held),
            loading=_growth(held),
            loading_at_start=_growth(before),
            what_loads=_heaviest(held),
            task=_task(told, one_call, mode is Mode.ALONE, runs, index),
            taken=_over(one_call, working_set),
        )
    # A spawned child imports the application anew.
    again = tuple(h for h in before if mode is Mode.SPAWNED and not h.load.after_fork)
    born = (*again, *(h for h in after if h.load.at_birth))
    every = (*again, *after)
    own = tuple(_part(h, index, h.footprint.anon, h.footprint.anon if h in again else NONE) for h in before)
    # What a load took for a moment is free again when the model runs.
    rest = Memory(max(one_call.bytes - _growth(every).bytes, 0))
    return common.replace(
        at_start=(*own, *(_part(h, index, NONE, h.footprint.anon) for h in born[len(again) :]), *_peak(born, index)),
        warm=(*own, *(_part(h, index, NONE, h.footprint.anon) for h in after), *_peak(every, index)),
        loading=_growth(before),
        loading_at_start=_growth(before),
        what_loads=_heaviest(before),
        task=_task(told, rest, False, runs, index),
        taken=_over(max(one_call, _growth(every)), working_set),
    )


def _over(amount: Memory, working_set: Memory) -> Memory:
    return Memory(max(amount.bytes - working_set.bytes, 0))


def _task(what: str, cost: Memory, once: bool, runs: Held | None, index: int) -> Part:
    trail = (Step(Role.ASSUMED, None, runs.footprint.assuming),) if runs is not None and runs.footprint.assuming else ()
    return Part(what, cost if once else NONE, NONE if once else cost, _sure(runs), trail, worker=index, in_task=True)


def _call(runs: Held) -> str:
    return f"one call of {_named(runs)}" + (f" for {runs.footprint.given}" if runs.footprint.given else "")


def _sure(runs: Held | None) -> Confidence:
    return Confidence.ASSUMED if runs is None else runs.footprint.confidence


def _growth(held: Iterable[Held]) -> Memory:
    """Return by how much the highest moment of loading models one after the other is above what they hold in the end."""
    loaded = most = 0
    for one in held:
        most = max(most, loaded + one.footprint.peak.bytes)
        loaded += one.footprint.anon.bytes
    return Memory(max(0, most - loaded))


def _peak(held: tuple[Held, ...], index: int) -> tuple[Part, ...]:
    growth = _growth(held)
    if not growth.bytes:
        return ()
    return (Part(f"more while {_heaviest(held)} loads", NONE, growth, _doubt(held), worker=index, of_model=True),)


def _part(held: Held, index: int, parent: Memory, child: Memory) -> Part:
    footprint = held.footprint
    mapped = f", its {footprint.mapped} of weights mapped and not counted" if footprint.mapped.bytes else ""
    trail = (Step(Role.WRITTEN, held.load.at, "loaded here"),)
    return Part(
        f"{'' if held.load.is_array else 'model '}{_named(held)}{mapped}",
        parent,
        child,
        footprint.confidence,
        trail,
        worker=index,
        before_fork=bool(parent.bytes),
        of_model=True,
    )


def _named(held: Held | None) -> str:
    if held is None:
        return ""
    name = held.load.name
    return f"{name.value} of {held.load.library}" if isinstance(name, Known) else held.load.callee


def _heaviest(held: tuple[Held, ...]) -> str:
    return _named(max(held, key=lambda h: h.footprint.peak.bytes - h.footprint.anon.bytes, default=None))


def _doubt(held: tuple[Held, ...]) -> Confidence:
    return Confidence.ASSUMED if any(h.footprint.confidence is Confidence.ASSUMED for h in held) else Confidence.TABLE


def _sum(amounts: Iterable[Memory]) -> Memory:
    return Memory(sum(amount.bytes for amount in amounts))

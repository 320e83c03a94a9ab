"""What a pool makes of the counts: its processes, its slots, and the settings that it ignores."""

from __future__ import annotations

from typing import Any

from forkfit.launchers.celery.precedence import Decision, first_place
from forkfit.launchers.celery.release import Version
from forkfit.model.memory import Memory
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Bounded, Known, Unknown, Value, alternatives, either
from forkfit.model.worker import Autoscale, Effect, Pool, Remark


def children(asked: Value[int], autoscale: Value[Autoscale]) -> tuple[Value[int], Value[int]]:
    """Return the most children, and those at start: autoscaling replaces the count."""
    most: list[Value[int]] = []
    least: list[Value[int]] = []
    for single in alternatives(autoscale):
        match single:
            case Absent():
                most.append(asked)
                least.append(asked)
            case Known(value=bounds, trail=trail):
                beaten = _beaten_by_autoscale(asked)
                most.append(Known(bounds.maximum, (*trail, *beaten)))
                least.append(Known(bounds.minimum, (*trail, *beaten)))
            case _:
                most.append(Unknown(_why(single), single.trail))
                least.append(Unknown(_why(single), single.trail))
    return either(most), either(least)


def _why(single: Any) -> str:
    return single.why if isinstance(single, Unknown) else "the bounds of --autoscale are decided only when it runs"


def _beaten_by_autoscale(asked: Value[int]) -> tuple[Step, ...]:
    at = first_place(asked.trail) if isinstance(asked, Known) else None
    return (Step(Role.REPLACED, at, "--autoscale overrides the concurrency written here"),) if at is not None else ()


def slots(pool: Pool, most: Value[int]) -> Value[int]:
    """Return the number of tasks at a time: solo runs one, whatever number is asked for."""
    if pool is not Pool.SOLO:
        return most
    at = first_place(most.trail) if isinstance(most, (Known, Bounded)) else None
    note = "the solo pool runs one task at a time" + (f", not {most.value}" if isinstance(most, Known) and at is not None else "")
    return Known(1, (*(most.trail if at is not None else ()), Step(Role.REPLACED if at is not None else Role.ASSUMED, at, note)))


def processes(pool: Value[Pool], of_prefork: Value[int]) -> Value[int]:
    """Return the pool's own processes: its children under prefork, itself otherwise."""
    found: list[Value[int]] = []
    for single in alternatives(pool):
        match single:
            case Known(value=kind, trail=trail) if not kind.forks:
                found.append(Known(1, trail))
            case Known():
                found.append(of_prefork)
            case _:
                found.append(Unknown(_why(single), single.trail))
    return either(found)


_IGNORING = {
    "autoscale": (Pool.SOLO, Pool.THREADS),
    "max-memory-per-child": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "max-tasks-per-child": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "pool-start-method": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "concurrency": (Pool.SOLO,),
}


def ignored_by_pool(
    pool: Value[Pool], asked: Decision, autoscale: Decision, memory: Decision, tasks: Decision, start: Decision
) -> tuple[Remark, ...]:
    """Return a remark for each setting that is written somewhere and that the pool makes nothing of."""
    if not isinstance(pool, Known):
        return ()
    settled = {"autoscale": autoscale, "max-memory-per-child": memory, "max-tasks-per-child": tasks, "pool-start-method": start}
    found = []
    for setting, decision in (settled | {"concurrency": asked}).items():
        given = [(name, value) for name, value in decision.valid if _asks_for_more(value)]
        if pool.value not in _IGNORING[setting] or not given:
            continue
        name, value = given[0]
        message = f"the {pool.value.value} pool makes nothing of {name}"
        found.append(Remark(Effect.IGNORED_BY_POOL, setting, message, _at(value), "all", "", False, value.trail))
    return tuple(found)


def _asks_for_more(value: Value[Any]) -> bool:
    """Tell whether a value is more than what every pool does without it: one task at a time, and no limit for a child."""
    match value:
        case Unknown():
            return False
        case Known(value=Memory(bytes=amount)):
            return amount > 0
        case Known(value=int() as number):
            return number > 1
        case _:
            return True


def _at(value: Value[Any]) -> Span | None:
    return first_place(value.trail) or next((at for a in alternatives(value) if (at := first_place(a.trail))), None)


def under(pool: Value[Pool], remarks: list[Remark]) -> tuple[Remark, ...]:
    """Keep the remarks that hold under the pool; where it may be another one, they hold on some ways only."""
    kept: dict[Remark, None] = {}
    for remark in remarks:
        holds = [not remark.pools or (isinstance(a, Known) and a.value in remark.pools) for a in alternatives(pool)]
        if any(holds):
            kept[remark.replace(supposed=remark.supposed or not all(holds))] = None
    return tuple(kept)


def green_beat(pool: Value[Pool], beat: Value[bool], version: Version) -> tuple[Remark, ...]:
    """Return a remark where beat is embedded under a pool of greenlets, with which the worker does not start."""
    if not (isinstance(pool, Known) and pool.value in (Pool.GEVENT, Pool.EVENTLET) and isinstance(beat, Known) and beat.value):
        return ()
    message = f"-B does not go with the {pool.value.value} pool, so the worker ends with an error"
    return (
        Remark(Effect.STOPS, "beat", message, first_place(beat.trail), "all", "a beat process of its own", version.assumed, beat.trail),
    )

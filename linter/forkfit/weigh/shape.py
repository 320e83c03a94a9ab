"""The ways in which a worker program may run, each with its sums and the counts that they are multiplied by."""

from __future__ import annotations

from itertools import product

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.value import Known, Value, alternatives
from forkfit.model.weight import Confidence, Part
from forkfit.weigh.figure import amounts
from forkfit.weigh.host import on_host
from forkfit.weigh.program import Added, Mode, Program, mode_of, parts_at_start, parts_when_busy

NOTHING = Added()


class Sum(Record):
    """Parts, and how many children to count: the parents of all parts, and their children so many times.

    A part that stands alone is the least that the whole may be.
    """

    parts: tuple[Part, ...]
    children: Value[int]


class Shape(Record):
    """One way in which a program may run, with the sum for each figure."""

    mode: Mode
    at_start: Sum
    warm: Sum
    busy: Sum
    handbook: Sum


def shapes(program: Program, probed: bool, per_worker: Memory | None, settings: Settings) -> tuple[Shape, ...]:
    """Return the ways in which a program may run; an unknown pool has none, an unknown start method is Celery's own."""
    worker = program.worker
    found: dict[Shape, None] = {}
    for pool, method, beat in product(alternatives(worker.pool), alternatives(worker.start_method), alternatives(worker.embedded_beat)):
        if isinstance(pool, Known):
            mode = mode_of(pool.value, method.value if isinstance(method, Known) else "fork")
            for models in _models(program, mode, settings):
                busy = parts_when_busy(program, mode, models, isinstance(beat, Known) and beat.value, probed, settings)
                found[_shape(program, mode, models, busy, per_worker, settings)] = None
    return tuple(found)


def _models(program: Program, mode: Mode, settings: Settings) -> tuple[Added, ...]:
    """Return what the models that the code loads add, on each way in which they may be loaded."""
    if not program.models:
        return (NOTHING,)
    from forkfit.weigh.models.parts import added, ways

    return tuple(added(held, mode, program.index, settings.working_set) for held in ways(program.models))


def heaviest(shapes: tuple[Shape, ...]) -> Shape | None:
    """Return the way to run whose children cost the most, the one whose sum is shown; None where there is none."""
    return max(shapes, key=lambda shape: tuple(reversed(amounts(shape.busy.parts))), default=None)


def _shape(program: Program, mode: Mode, models: Added, busy: tuple[Part, ...], per_worker: Memory | None, settings: Settings) -> Shape:
    worker = program.worker
    one = Known(1, worker.pool.trail)
    starting: Value[int] = one
    running: Value[int] = one
    if mode in (Mode.FORKED, Mode.SPAWNED):
        starting, running = on_host(worker.processes_at_start, settings), on_host(worker.processes, settings)
    elif mode is Mode.THREADS:
        running = on_host(worker.concurrency, settings)
    return Shape(
        mode,
        at_start=Sum(parts_at_start(program, mode, models), starting),
        warm=Sum(tuple(part for part in busy if not part.in_task), running),
        busy=Sum(busy, running),
        handbook=Sum((_by_handbook(program, mode, models, per_worker),), running),
    )


def _by_handbook(program: Program, mode: Mode, models: Added, per_worker: Memory | None) -> Part:
    """Return what the handbook formula multiplies: the figure that a user states, otherwise the resident size of one child."""
    resident, none = per_worker or Memory.mib(program.load.resident) + models.resident, Memory(0)
    forks = mode in (Mode.FORKED, Mode.SPAWNED)
    sure = Confidence.STATED if per_worker else Confidence.TABLE
    return Part("one worker", none if forks else resident, resident if forks else none, sure, worker=program.index)

"""The ways in which a worker program may run, each with its sums and the counts that they are multiplied by."""

from __future__ import annotations

from itertools import product

from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.value import Known, Value, alternatives
from forkfit.model.weight import Confidence, Mode, Part, Shape, Sum
from forkfit.weigh.figure import amounts
from forkfit.weigh.host import on_host
from forkfit.weigh.program import Added, Program, mode_of, parts_at_start, parts_when_busy

NOTHING = Added()


def shapes(program: Program, probed: bool, per_worker: Memory | None, settings: Settings, apart: Memory) -> tuple[Shape, ...]:
    """Return the ways in which a program may run; an unknown pool has none, an unknown start method is Celery's own.

    `per_worker` is a stated figure, and `apart` what is stated for the parent beside it, which counts once.
    """
    worker = program.worker
    found: dict[Shape, None] = {}
    for pool, method, beat in product(alternatives(worker.pool), alternatives(worker.start_method), alternatives(worker.embedded_beat)):
        if isinstance(pool, Known):
            mode = mode_of(pool.value, method.value if isinstance(method, Known) else "fork")
            for models in _models(program, mode, settings):
                busy = parts_when_busy(program, mode, models, isinstance(beat, Known) and beat.value, probed, settings)
                found[_shape(program, mode, models, busy, _by_handbook(program, mode, models, per_worker, apart), settings)] = None
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


def _shape(program: Program, mode: Mode, models: Added, busy: tuple[Part, ...], handbook: tuple[Part, ...], settings: Settings) -> Shape:
    worker = program.worker
    one = Known(1, worker.pool.trail)
    starting: Value[int] = one
    running: Value[int] = one
    if mode in (Mode.FORKED, Mode.SPAWNED):
        starting, running = on_host(worker.processes_at_start, settings), on_host(worker.processes, settings)
    elif mode is Mode.THREADS or any(part.of_tool for part in busy):
        # One process runs all tasks, and each of them may wait for a program.
        running = on_host(worker.concurrency, settings)
    return Shape(
        mode,
        at_start=Sum(parts_at_start(program, mode, models), starting),
        warm=Sum(tuple(part for part in busy if not part.in_task), running),
        busy=Sum(busy, running),
        handbook=Sum(handbook, running),
    )


def _by_handbook(program: Program, mode: Mode, models: Added, per_worker: Memory | None, apart: Memory) -> tuple[Part, ...]:
    """Return what the handbook formula multiplies: the figure that a user states, otherwise the resident size of one child."""
    resident, none = per_worker or Memory.mib(program.load.resident) + models.resident, Memory(0)
    forks = mode in (Mode.FORKED, Mode.SPAWNED)
    sure = Confidence.STATED if per_worker else Confidence.TABLE
    one = Part("one worker", none if forks else resident, resident if forks else none, sure, worker=program.index)
    return (one, Part("the parent, as stated", apart, none, Confidence.STATED, worker=program.index)) if apart.bytes else (one,)

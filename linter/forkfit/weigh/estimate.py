"""What a container needs: the sum over its worker programs, and how many processes would fit its limit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Step
from forkfit.model.value import ByCpus, Known, Unknown, Value, alternatives, either
from forkfit.model.weight import Confidence, Estimate, Part
from forkfit.model.worker import Worker
from forkfit.weigh.figure import amounts, figure, total
from forkfit.weigh.program import Mode, Program, mode_of, parts_at_start, parts_when_busy, weighed
from forkfit.weigh.table import Table

# Figures that a user states: what one child needs, and what the parent needs beside its children.
Stated = tuple[Value[Memory], Value[Memory]]

# With more libraries of unknown weight than these, figures read "at least".
MOST_UNWEIGHED = 3

# Hosts with more CPUs than these are not asked about.
MOST_CPUS = 256


class Shape(Record):
    """One way in which a program may run: its sums, and how many children they count at start and at most."""

    mode: Mode
    at_start: tuple[Part, ...]
    starting: Value[int]
    busy: tuple[Part, ...]
    running: Value[int]
    handbook: tuple[Part, ...]

    @property
    def warm(self) -> tuple[Part, ...]:
        """The parts of the busy sum that remain between tasks."""
        return tuple(part for part in self.busy if not part.in_task)


Sum = Callable[[Shape], tuple[tuple[Part, ...], Value[int]]]


def estimate(
    workers: tuple[Worker, ...],
    limit: Value[Memory],
    stated: Stated,
    probe: bool,
    settings: Settings,
    table: Table,
    installed: frozenset[str] | None,
    subject: int | None = None,
) -> Estimate:
    """Weigh one container: four figures, the sum line by line, and the counts that fit.

    `probe` says that its health check imports the application; `installed` are the distributions that the container
    installs, None where no file lists them. The counts that fit are those of the worker `subject`, with the others
    unchanged; of the first of the prefork workers with the most children where None is given.
    """
    programs = tuple(weighed(index, worker, table, installed) for index, worker in enumerate(workers))
    probed = max(programs, key=lambda p: p.load.main) if probe else None
    per_worker, parent = stated
    each = next((s.value for s in alternatives(per_worker) if isinstance(s, Known)), None)
    shapes = tuple(_shapes(p, p is probed, each, settings) for p in programs)
    room = _bytes(limit, min)
    about = _largest(shapes) if subject is None else subject
    extra = parent.value.bytes if each is not None and isinstance(parent, Known) else 0

    def fits(sum_of: Sum, beside: int = 0) -> int | None:
        return None if room is None else _most(shapes, about, sum_of, room - beside)

    handbook = fits(_by_handbook, extra)
    unweighed = tuple(dict.fromkeys(name for p in programs for name in p.closure.unweighed))
    models = tuple(dict.fromkeys(f"{m.library}.{m.constructor}" for w in workers for m in w.code.models))
    gaps = tuple(dict.fromkeys(gap.why for w in workers for gap in w.code.gaps))
    return Estimate(
        at_start=_figure(shapes, _idle),
        warm=_figure(shapes, _warm),
        busy=_figure(shapes, _busy),
        handbook=total((_figure(shapes, _by_handbook), Known(Memory(extra)))) if extra else _figure(shapes, _by_handbook),
        at_least=len(unweighed) > MOST_UNWEIGHED or bool(models or gaps),
        parts=tuple(part for of_one in shapes for part in _heaviest(of_one).busy) + _models(workers),
        parts_at_start=tuple(part for of_one in shapes for part in _heaviest(of_one).at_start),
        confidence=Confidence.STATED if each is not None else Confidence.ASSUMED if unweighed else Confidence.TABLE,
        per_worker=per_worker,
        fits_at_start=fits(_idle),
        fits_warm=fits(_warm),
        safe_concurrency=handbook if each is not None or settings.handbook_decides else fits(_busy),
        handbook_concurrency=handbook,
        gaps=(*gaps, *(f"{name} loads a model of unknown size" for name in models), *(f"{name} has no known weight" for name in unweighed)),
    )


def largest_cpus(estimate: Estimate, limit: Memory) -> int | None:
    """Return the most CPUs of a host on which the container fits its limit, by the figure that decides; 0 where none does.

    None where the CPU count decides nothing, and where it fits on every host with up to 256 CPUs.
    """
    decides = estimate.handbook if isinstance(estimate.per_worker, Known) else estimate.busy
    open_ones = [single for single in alternatives(decides) if isinstance(single, ByCpus)]
    for cpus in range(1, MOST_CPUS + 1 if open_ones else 1):
        if any(single.at(cpus) > limit.bytes for single in open_ones):
            return cpus - 1
    return None


def _idle(shape: Shape) -> tuple[tuple[Part, ...], Value[int]]:
    return shape.at_start, shape.starting


def _warm(shape: Shape) -> tuple[tuple[Part, ...], Value[int]]:
    return shape.warm, shape.running


def _busy(shape: Shape) -> tuple[tuple[Part, ...], Value[int]]:
    return shape.busy, shape.running


def _by_handbook(shape: Shape) -> tuple[tuple[Part, ...], Value[int]]:
    return shape.handbook, shape.running


def _shapes(program: Program, probed: bool, per_worker: Memory | None, settings: Settings) -> tuple[Shape, ...]:
    """Return the ways in which a program may run; an unknown pool has none, an unknown start method is Celery's own."""
    worker = program.worker
    found: dict[Shape, None] = {}
    for pool, method, beat in product(alternatives(worker.pool), alternatives(worker.start_method), alternatives(worker.embedded_beat)):
        if not isinstance(pool, Known):
            continue
        mode = mode_of(pool.value, method.value if isinstance(method, Known) else "fork")
        has_beat = isinstance(beat, Known) and beat.value
        resident = per_worker or Memory.mib(program.load.resident)
        once = Known(1, pool.trail)
        forks = mode in (Mode.FORKED, Mode.SPAWNED)
        shape = Shape(
            mode,
            parts_at_start(program, mode),
            _counted(worker.processes_at_start, settings) if forks else once,
            parts_when_busy(program, mode, has_beat, probed, settings),
            _counted(worker.processes if forks else worker.concurrency, settings) if mode is not Mode.ALONE else once,
            (
                Part(
                    "resident size",
                    Memory(0) if forks else resident,
                    resident if forks else Memory(0),
                    Confidence.TABLE,
                    worker=program.index,
                ),
            ),
        )
        found[shape] = None
    return tuple(found)


def _counted(count: Value[int], settings: Settings) -> Value[int]:
    """Return the count on a host with the CPUs that the user names, where one decides."""
    if settings.cpus is None:
        return count
    step = Step(Role.ASSUMED, None, f"on a host with {settings.cpus} CPUs")
    cpus = settings.cpus
    return either(Known(s.at(cpus), (*s.trail, step)) if isinstance(s, ByCpus) else s for s in alternatives(count))


def _figure(shapes: tuple[tuple[Shape, ...], ...], sum_of: Sum) -> Value[Memory]:
    """Add up one figure over the programs; it is unknown where a pool is."""
    return total(_of_program(of_one, sum_of) for of_one in shapes)


def _of_program(shapes: tuple[Shape, ...], sum_of: Sum) -> Value[Memory]:
    if not shapes:
        return Unknown("the pool is not known")
    return either(figure(*sum_of(shape)) for shape in shapes)


def _most(shapes: tuple[tuple[Shape, ...], ...], about: int, sum_of: Sum, room: int) -> int | None:
    """Return the largest count of one program with which a figure fits, the others unchanged; at least 0.

    Where a program may run in several ways it is the count that fits in each. Where the count changes nothing it is
    the count in force, or 0. None where what the others need is not known.
    """
    others = _bytes(total((Known(Memory(0)), *(_of_program(s, sum_of) for i, s in enumerate(shapes) if i != about))), max)
    if others is None or not shapes[about]:
        return None
    fitting: list[int] = []
    for shape in shapes[about]:
        parts, count = sum_of(shape)
        once, each = amounts(parts)
        left = room - others - once
        if each > 0:
            fitting.append(max(left // each, 0))
        elif left < 0:
            fitting.append(0)
        elif isinstance(count, Known):
            fitting.append(count.value)
        else:
            return None
    return min(fitting)


def _largest(shapes: tuple[tuple[Shape, ...], ...]) -> int:
    """Return the index of the first prefork program with the most children; a count that is not known is the most."""

    def children(of_one: tuple[Shape, ...]) -> float:
        counts = [s for shape in of_one if shape.mode in (Mode.FORKED, Mode.SPAWNED) for s in alternatives(shape.running)]
        return max((c.value if isinstance(c, Known) else float("inf") for c in counts), default=0)

    return max(range(len(shapes)), key=lambda index: children(shapes[index]))


def _heaviest(shapes: tuple[Shape, ...]) -> Shape:
    """Return the way to run whose children cost the most: the one whose sum is shown."""
    if not shapes:
        return Shape(Mode.ALONE, (), Known(0), (), Known(0), ())
    return max(shapes, key=lambda shape: tuple(reversed(amounts(shape.busy))))


def _models(workers: tuple[Worker, ...]) -> tuple[Part, ...]:
    """Return a part without weight for each model that is loaded: what it needs is not known."""
    none = Memory(0)
    return tuple(
        Part(f"{m.library}.{m.constructor} (model of unknown size)", none, none, Confidence.ASSUMED, (Step(Role.WRITTEN, m.at),), index)
        for index, worker in enumerate(workers)
        for m in worker.code.models
    )


def _bytes(amount: Value[Memory], pick: Callable[[list[int]], int]) -> int | None:
    """Return the least or the most that an amount may be; None where an alternative is not a number."""
    known = [s.value.bytes for s in alternatives(amount) if isinstance(s, Known)]
    return pick(known) if known and len(known) == len(alternatives(amount)) else None

"""What a container needs: the sum over its worker programs, and how many processes would fit its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from forkfit.model.container import Beside
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Step
from forkfit.model.value import ByCpus, Known, Unknown, Value, alternatives, either
from forkfit.model.weight import NO_WEIGHT, Confidence, Estimate, Mode, Part, Programs, Shape, Sum
from forkfit.model.worker import ModelLoad, Worker
from forkfit.weigh.figure import alone, amounts, figure, total
from forkfit.weigh.measured import Application
from forkfit.weigh.program import Program, weighed
from forkfit.weigh.shape import heaviest, shapes
from forkfit.weigh.table import Table

# Figures that a user states: what one child needs, and what the parent needs beside its children.
Stated = tuple[Value[Memory], Value[Memory]]

# With more libraries of unknown weight than these, figures read "at least".
MOST_UNWEIGHED = 3
FIGURES: tuple[tuple[str, Callable[[Shape], Sum]], ...] = (
    ("at start", lambda shape: shape.at_start),
    ("warm", lambda shape: shape.warm),
    ("busy", lambda shape: shape.busy),
    ("handbook", lambda shape: shape.handbook),
)
# Hosts with more CPUs than these are not asked about.
MOST_CPUS = 256


def estimate(
    workers: tuple[Worker, ...],
    limit: Value[Memory],
    stated: Stated,
    probe: bool,
    settings: Settings,
    table: Table,
    installed: frozenset[str] | None,
    subject: int | None = None,
    measured: Callable[[Worker], Application | None] = lambda _: None,
    neighbours: tuple[Beside, ...] = (),
) -> Estimate:
    """Weigh one container: four figures, the sum line by line, and the counts that fit.

    `probe` says that its health check imports the application; `installed` are the distributions that the container
    installs, None where no file lists them; `measured` finds what was measured of a worker's application; `neighbours`
    run in it as well. Of several stated figures the largest counts. The counts that fit are those of the worker `subject`,
    with the others unchanged; of the first of the prefork workers with the most children where None is given.
    """
    loaded = tuple(weighed(index, worker, table, installed, measured(worker)) for index, worker in enumerate(workers))
    others: tuple[Part, ...] = ()
    if neighbours:
        from forkfit.weigh.beside import named_beside, with_beside  # few containers have any

        loaded, others = with_beside(loaded, neighbours), named_beside(neighbours, loaded)
    probed = max(loaded, key=lambda p: p.load.main) if probe else None
    per_worker, parent = stated
    each = max((s.value for s in alternatives(per_worker) if isinstance(s, Known)), key=lambda m: m.bytes, default=None)
    apart = parent.value if each is not None and isinstance(parent, Known) else Memory(0)
    programs = tuple(shapes(p, p is probed, each, settings, Memory(0) if p.index else apart) for p in loaded)
    unweighed = tuple(dict.fromkeys(name for p in loaded for name in p.closure.unweighed))
    models = tuple(dict.fromkeys(why for p in loaded for m in p.models if (why := _why_open(m))))
    gaps = tuple(dict.fromkeys(gap.why for w in workers for gap in w.code.gaps))
    tools = _tools(loaded)
    heavy = [shape for of_one in programs if (shape := heaviest(of_one))]
    whole = Estimate(
        at_start=total(figure_of(p, lambda shape: shape.at_start) for p in programs),
        warm=total(figure_of(p, lambda shape: shape.warm) for p in programs),
        busy=total(figure_of(p, lambda shape: shape.busy) for p in programs),
        handbook=total(figure_of(p, lambda shape: shape.handbook) for p in programs),
        at_least=len(unweighed) > MOST_UNWEIGHED or bool(models or gaps or others) or (each is None and (bool(tools) or _grow(loaded))),
        parts=(*(part for shape in heavy for part in shown(shape.busy)), *_models(loaded), *tools, *_asides(loaded), *others),
        confidence=Confidence.STATED if each is not None else _confidence(loaded, unweighed),
        per_worker=per_worker,
        gaps=(*gaps, *models, *(part.what for part in (*tools, *others)), *(f"{name} {NO_WEIGHT}" for name in unweighed)),
        parts_at_start=tuple(part for shape in heavy for part in shown(shape.at_start)),
        programs=programs,
    )
    about = _largest(programs) if subject is None else subject
    return next(fitted(whole, limit, settings, (about,)))


def fitted(whole: Estimate, limit: Value[Memory], settings: Settings, subjects: Iterable[int]) -> Iterator[Estimate]:
    """Yield an estimate as each of these workers sees it: with the counts of it that fit the limit, the others unchanged."""
    room = _bytes(limit, min)
    by_handbook = settings.handbook_decides or any(isinstance(single, Known) for single in alternatives(whole.per_worker))
    needs = {name: [_bytes(figure_of(p, of), max) for p in whole.programs] for name, of in FIGURES} if room is not None else {}
    for subject in subjects:
        fits = {name: _most(whole.programs[subject], of, _left(needs[name], subject, room)) for name, of in FIGURES if room is not None}
        yield whole.replace(
            fits_at_start=fits.get("at start"),
            fits_warm=fits.get("warm"),
            safe_concurrency=fits.get("handbook" if by_handbook else "busy"),
            handbook_concurrency=fits.get("handbook"),
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


def _confidence(programs: tuple[Program, ...], unweighed: tuple[str, ...]) -> Confidence:
    if unweighed:
        return Confidence.ASSUMED
    return Confidence.MEASURED if all(p.measured and not p.closure.shares for p in programs) else Confidence.TABLE


def figure_of(shapes: tuple[Shape, ...], of: Callable[[Shape], Sum]) -> Value[Memory]:
    """Work out one figure of one program; it is unknown where the pool is."""
    if not shapes:
        return Unknown("the pool is not known")
    return either(figure(of(shape).parts, of(shape).children) for shape in shapes)


def _left(needs: list[int | None], subject: int, room: int) -> int | None:
    """Return the bytes that the programs beside one leave it; None where what they need is not known."""
    others = [need for index, need in enumerate(needs) if index != subject]
    return None if None in others else room - sum(need for need in others if need is not None)


def _most(ways: tuple[Shape, ...], of: Callable[[Shape], Sum], room: int | None) -> int | None:
    """Return the largest count of one program with which a figure fits what the others leave it; at least 0.

    Where a program may run in several ways it is the count that fits in each. Where the count changes nothing it is
    the count in force, or 0. None where it is not known what is left.
    """
    if room is None or not ways:
        return None
    fitting: list[int] = []
    for sum_of in map(of, ways):
        once, each = amounts(sum_of.parts)
        left = room - once
        if alone(sum_of.parts) > room:
            fitting.append(0)
        elif each > 0:
            fitting.append(max(left // each, 0))
        elif left < 0:
            fitting.append(0)
        elif isinstance(sum_of.children, Known):
            fitting.append(sum_of.children.value)
        else:
            return None
    return min(fitting)


def needed_by_others(programs: Programs, about: int, of: Callable[[Shape], Sum]) -> int | None:
    """Return the bytes that the programs beside one need at the most; None where that is not known."""
    return _bytes(total((Known(Memory(0)), *(figure_of(p, of) for i, p in enumerate(programs) if i != about))), max)


def _largest(programs: Programs) -> int:
    """Return the index of the first prefork program with the most children; a count that is not known is the most."""

    def children(of_one: tuple[Shape, ...]) -> float:
        forking = [shape.busy.children for shape in of_one if shape.mode in (Mode.FORKED, Mode.SPAWNED)]
        counts = [single for count in forking for single in alternatives(count)]
        return max((c.value if isinstance(c, Known) else float("inf") for c in counts), default=0)

    return max(range(len(programs)), key=lambda index: children(programs[index]))


def shown(sum_of: Sum) -> tuple[Part, ...]:
    """Return the parts that add up to a figure: where the load of a model before the fork decides, those of that moment."""
    least, count = alone(sum_of.parts), sum_of.children
    once, each = amounts(sum_of.parts)
    if not isinstance(count, Known) or once + each * count.value >= least:
        return sum_of.parts
    none = Memory(0)
    moment = [p.replace(child=none) for p in sum_of.parts if not p.alone and not p.in_task and p.parent.bytes]
    rest = least - sum(p.parent.bytes for p in moment)
    return (*moment, *(p.replace(what=f"more {p.what}", parent=Memory(rest), alone=False) for p in sum_of.parts if p.alone))


def _models(programs: tuple[Program, ...]) -> tuple[Part, ...]:
    """Return a part without weight for each model whose need is not known."""
    none = Memory(0)
    return tuple(
        Part(f"{m.callee} ({_lack(m)})", none, none, Confidence.ASSUMED, (Step(Role.WRITTEN, m.at),), program.index, of_model=True)
        for program in programs
        for m in program.models
        if _why_open(m)
    )


def _tools(programs: tuple[Program, ...]) -> tuple[Part, ...]:
    """Return a part without weight for each program that tasks start and that nobody weighed."""
    if not any(p.worker.code.tools for p in programs):
        return ()
    from forkfit.weigh.tools.parts import unweighed

    return tuple(part for p in programs for part in unweighed(p.worker.code.tools, p.index))


def _grow(programs: tuple[Program, ...]) -> bool:
    """Tell whether a program is started that needs more the more it is given."""
    return any(tool.grows_with for p in programs for tool in p.worker.code.tools)


def _asides(programs: tuple[Program, ...]) -> tuple[Part, ...]:
    """Return a part without weight for what is counted, or left out, for the queues that a worker reads."""
    none = Memory(0)
    return tuple(Part(aside.what, none, none, Confidence.READ, aside.trail, p.index) for p in programs for aside in p.worker.code.asides)


def _why_open(model: ModelLoad) -> str:
    """Say why a model makes figures floors; empty for one whose need is known."""
    if model.supposed:
        return f"{model.callee} is in a function that nothing is seen to call"
    why = next((single.why for single in alternatives(model.footprint) if isinstance(single, Unknown)), "")
    return f"{model.callee} loads a model of unknown size: {why}" if why else ""


def _lack(model: ModelLoad) -> str:
    return "nothing is seen to call it" if model.supposed else "model of unknown size"


def _bytes(amount: Value[Memory], pick: Callable[[list[int]], int]) -> int | None:
    """Return the least or the most that an amount may be; None where an alternative is not a number."""
    known = [s.value.bytes for s in alternatives(amount) if isinstance(s, Known)]
    return pick(known) if known and len(known) == len(alternatives(amount)) else None

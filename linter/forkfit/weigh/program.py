"""One worker program as a sum: what its parent needs once and what each of its children needs, line by line."""

from __future__ import annotations

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Step, whole_file
from forkfit.model.weight import Confidence, Cost, Mode, Part
from forkfit.model.worker import ModelLoad, Pool, Worker
from forkfit.weigh.bare import bare
from forkfit.weigh.closure import Closure, Share, close
from forkfit.weigh.load import Load
from forkfit.weigh.measured import NAME, Application
from forkfit.weigh.present import normal
from forkfit.weigh.table import Table

# MiB. The child forked last still shares what the parent's garbage collection before the next fork un-shares.
LAST_CHILD = 13.0
# A spawned child holds all that the parent holds, but for what only the parent uses.
PARENT_ONLY = 11.0
# What a boto3 client costs in the process that builds it.
BOTO3_CLIENT = 15.0
FROZEN = "a frozen heap stays shared"
# Kernel memory of a process: mostly page tables, which grow with what it imports.
KERNEL = 0.35
KERNEL_DOUBLES_AT = 150.0


class Added(Record):
    """What the models of a worker add on one of the ways in which they may be loaded.

    `at_start` and `warm` are parts of the sum; `loading` is how much more the process that loads models before it forks
    needs for a moment, and `what_loads` names the model; `task` takes the place of a task's working set; `taken` is what a
    process takes over that at the highest moment of a load or a call; `resident` is what a process's resident size grows by.
    """

    at_start: tuple[Part, ...] = ()
    warm: tuple[Part, ...] = ()
    loading: Memory = Memory(0)
    loading_at_start: Memory = Memory(0)
    what_loads: str = ""
    task: Part | None = None
    taken: Memory = Memory(0)
    resident: Memory = Memory(0)


class Program(Record):
    """A worker, what a bare worker of its versions weighs, and what its code adds; `index` is its place in the container.

    Where its application was measured, that is in the place of the bare worker, and the code adds what the
    measurement could not see. `beside` is what other programs cost that load its application as well and run from start
    to end.
    """

    index: int
    worker: Worker
    bare: Load
    closure: Closure
    measured: Application | None = None
    beside: tuple[Part, ...] = ()

    @property
    def load(self) -> Load:
        """The sum of the bare worker and the code."""
        return self.bare + self.closure.load

    @property
    def models(self) -> tuple[ModelLoad, ...]:
        """The models, and of those that a measurement has weighed what only their load and their use take."""
        loads = self.worker.code.models
        return loads if self.measured is None else self.measured.leaves(loads)


def weighed(index: int, worker: Worker, table: Table, installed: frozenset[str] | None, measured: Application | None = None) -> Program:
    """Weigh a worker's code; where nothing tells whether Django is installed, it counts as installed."""
    closure = close(worker.code, table, installed)
    if measured is not None:
        return Program(index, worker, measured.load, _unmeasured(closure, measured), measured)
    django = worker.code.uses_django or closure.has("django") or installed is None or any(_needs_django(name) for name in installed)
    beside = Load()
    if installed or closure.shares:
        from forkfit.weigh.companions import taken_up  # of a worker that imports nothing else nothing else is known

        beside = taken_up(installed, closure.has)
    return Program(index, worker, bare(worker.celery_version, worker.python_version, django, beside), closure)


def _unmeasured(closure: Closure, measured: Application) -> Closure:
    """Return what comes only with the application's own tasks, where none of them ran."""
    late = () if measured.runs_tasks else tuple(share for share in closure.shares if share.load.late)
    return Closure(late, Load())


def mode_of(pool: Pool, start_method: str) -> Mode:
    """Return how the processes of a pool come about; a fork server shares as little of the application as spawn does."""
    if pool.forks:
        return Mode.FORKED if start_method == "fork" else Mode.SPAWNED
    return Mode.THREADS if pool is Pool.THREADS else Mode.ALONE


def parts_at_start(program: Program, mode: Mode, models: Added) -> tuple[Part, ...]:
    """Return the sum that is charged when the pool is up and idle."""
    parts = [*(_priced(part, *_idle(load, mode)) for part, load in _summands(program)), *models.at_start, *program.beside]
    parts += _staying(program, mode)
    processes = _processes(program, mode, program.closure.load.main)
    alone = _alone(program, (*parts, *processes), models.loading_at_start, models)
    if _is_frozen(program, mode):
        parts.append(_frozen_at_start(program))
    elif mode is Mode.FORKED:
        last = program.measured.last if program.measured else LAST_CHILD
        parts.append(_part(program, "the child forked last still shares most pages", last - program.load.idle, 0.0))
    return _that_weigh((*parts, *processes, *alone))


def parts_when_busy(program: Program, mode: Mode, models: Added, beat: bool, probe: bool, settings: Settings) -> tuple[Part, ...]:
    """Return the sum that is charged when every child has run tasks, and runs one; those of tasks are marked.

    An embedded beat is one more forked child; a health check that imports the application is one more parent.
    """
    parts = [*(_priced(part, *_warm(load, mode)) for part, load in _summands(program)), *models.warm, *program.beside]
    parts += _staying(program, mode)
    processes = _processes(program, mode, program.closure.load.main + program.closure.load.late)
    alone = _alone(program, (*parts, *processes), models.loading, models)
    unsure = sum((share.load for share in program.closure.shares if not share.weighed), Load())
    if beat and mode is Mode.SPAWNED:
        parts += _once_more(program, "embedded beat", program.load.main - PARENT_ONLY, unsure.main)
    elif beat:
        parts += _once_more(program, "embedded beat", program.load.child, unsure.child)
    if _is_frozen(program, mode):
        parts.append(_frozen_when_warm(program))
    if probe:
        parts += _once_more(program, "health check that imports the application", program.load.main, unsure.main)
    return _that_weigh((*parts, *processes, *_tasks(program, mode, models, settings), *alone))


def _is_frozen(program: Program, mode: Mode) -> bool:
    """Tell whether children share a heap that is frozen; one that was measured was so when it was measured."""
    return mode is Mode.FORKED and program.worker.code.freezes_heap and program.measured is None


def _frozen_at_start(program: Program) -> Part:
    from forkfit.weigh.frozen import IDLE_CHILD, PARENT  # few applications freeze their heap

    return _part(program, FROZEN, PARENT, IDLE_CHILD - program.load.idle)


def _frozen_when_warm(program: Program) -> Part:
    from forkfit.weigh.frozen import saved_when_warm

    return _part(program, FROZEN, 0.0, -saved_when_warm(program.bare, (share.load for share in program.closure.shares)))


def _once_more(program: Program, what: str, amount: float, unsure: float) -> list[Part]:
    """Return what one more process costs, apart what is only assumed of it."""
    assumed = _part(program, f"{what}: libraries of unknown weight", unsure, 0.0).replace(confidence=Confidence.ASSUMED)
    return [_part(program, what, amount - unsure, 0.0), *([assumed] if unsure else [])]


def _alone(program: Program, parts: tuple[Part, ...], loading: Memory, models: Added) -> tuple[Part, ...]:
    """Return the moment at which the parent loads a model, where that takes more than the model holds in the end."""
    if not loading.bytes:
        return ()
    all_of_it = Memory(sum(part.parent.bytes for part in parts) + loading.bytes)
    sure = max((part.confidence for part in models.warm), key=lambda c: c is Confidence.ASSUMED, default=Confidence.TABLE)
    what = f"while {models.what_loads} loads, before there are children"
    return (Part(what, all_of_it, Memory(0), sure, worker=program.index, alone=True, of_model=True),)


def _idle(load: Load, mode: Mode) -> tuple[float, float]:
    """Return what a load costs the parent and each child before any task."""
    return load.main, {Mode.FORKED: load.idle, Mode.SPAWNED: load.main}.get(mode, 0.0)


def _warm(load: Load, mode: Mode) -> tuple[float, float]:
    """Return what a load costs the parent and each child once every process has run tasks."""
    match mode:
        case Mode.FORKED:
            return load.main, load.child + load.late
        case Mode.SPAWNED:
            return load.main, load.main + load.late
        case _:
            return load.main + load.late, 0.0


def _summands(program: Program) -> list[tuple[Part, Load]]:
    """Return the bare worker, each library and the project's own modules, not yet priced, with their loads."""
    if (measured := program.measured) is not None:
        what = f"the application as measured on {measured.measured_on} with Python {measured.python}"
        step = Step(Role.WRITTEN, whole_file(NAME))
        whole = _part(program, what, 0.0, 0.0).replace(confidence=Confidence.MEASURED, trail=(step,), before_fork=True)
        return [(whole, program.bare), *((_library(program, share), share.load) for share in program.closure.shares)]
    count = program.worker.code.modules
    own = _part(program, f"the project's own {count} modules" if count > 1 else "the project's own module", 0.0, 0.0)
    parts = [
        (_part(program, "Celery itself", 0.0, 0.0), program.bare),
        *((_library(program, share), share.load) for share in program.closure.shares),
        (own.replace(confidence=Confidence.ASSUMED, own_modules=True), program.closure.modules),
    ]
    return [(part.replace(before_fork=not load.late), load) for part, load in parts]


def _library(program: Program, share: Share) -> Part:
    confidence = Confidence.STATED if share.stated else Confidence.TABLE if share.weighed else Confidence.ASSUMED
    if share.doubtful:  # what it weighs is known, and not whether it is imported at all
        confidence = Confidence.ASSUMED
    early = Cost(Memory.mib(share.early.main), Memory.mib(share.early.child)) if share.load.late and share.weighed else None
    part = _part(program, share.library, 0.0, 0.0)
    return part.replace(confidence=confidence, trail=share.trail, frees=share.frees, early=early)


def _processes(program: Program, mode: Mode, imported: float) -> list[Part]:
    """Return what each process costs beside what it imports."""
    kernel = program.measured.kernel if program.measured else KERNEL * (1 + imported / KERNEL_DOUBLES_AT)
    children = mode in (Mode.FORKED, Mode.SPAWNED)
    parts = [_part(program, "kernel memory", kernel, kernel if children else 0.0)]
    if program.measured:
        parts[0] = parts[0].replace(confidence=Confidence.MEASURED)
    if mode is Mode.SPAWNED:
        parts.insert(0, _part(program, "what only the parent holds", 0.0, -PARENT_ONLY))
    return parts


def _tasks(program: Program, mode: Mode, models: Added, settings: Settings) -> list[Part]:
    """Return what running tasks add: to each child or thread, or once where one process runs them all."""
    once, none = mode is Mode.ALONE, Memory(0)

    def task(what: str, cost: Memory, sure: Confidence) -> Part:
        return Part(what, cost if once else none, none if once else cost, sure, worker=program.index, in_task=True)

    parts = [models.task or task("working set of a task", settings.working_set, Confidence.ASSUMED)]
    if program.worker.code.uses_boto3_client:
        parts.append(task("boto3 client", Memory.mib(BOTO3_CLIENT), Confidence.TABLE))
    if tools := program.worker.code.tools:
        from forkfit.weigh.tools.parts import parts as of_tools  # few tasks start programs

        # Whatever the pool, a program is another process: one for each task that waits for it.
        parts += of_tools(tools, program.index, models.taken)
    return parts


def _staying(program: Program, mode: Mode) -> tuple[Part, ...]:
    """Return what each child starts at its birth and leaves running; only children are born."""
    if mode not in (Mode.FORKED, Mode.SPAWNED) or not any(tool.stays for tool in program.worker.code.tools):
        return ()
    from forkfit.weigh.tools.parts import staying

    return staying(program.worker.code.tools, program.index)


def _part(program: Program, what: str, parent: float, child: float) -> Part:
    return Part(what, Memory.mib(parent), Memory.mib(child), Confidence.TABLE, worker=program.index)


def _priced(part: Part, parent: float, child: float) -> Part:
    return part.replace(parent=Memory.mib(parent), child=Memory.mib(child))


def _that_weigh(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.parent.bytes or part.child.bytes)


def _needs_django(distribution: str) -> bool:
    name = normal(distribution)
    return name in ("django", "djangorestframework") or name.startswith("django-")

"""What a library weighs once imported, what a model needs once loaded, and what a container needs in sum."""

from __future__ import annotations

from enum import Enum

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Trail
from forkfit.model.value import Known, Value, alternatives

LARGEST_WEIGHT = 65536.0  # MiB; the heaviest of 170 measured libraries is a 400th of it


class Weight(Record):
    """The measured weight of one import, in MiB (columns of facts: closure, exclusive over a loaded Celery worker).

    `main` and `child` add up over the import closure; `closure_main` and `closure_child` cap the sum, because a
    library often imports only part of another. `child_idle` is a child's share at start, `resident` what a process's
    resident size grows by. `implies` always comes along, `implies_optional` only where the dependency is installed;
    `distributions` are the names by which requirements list the library. `has_parts` says that more than the package
    itself was imported for it, so that who imports it may load less. `stated` is the place in
    the settings of a weight that a user states.
    """

    library: str
    version: str
    python: str
    measured_on: str
    method: str
    main: float
    child: float
    child_idle: float
    closure_main: float
    closure_child: float
    closure_child_idle: float
    resident: float
    implies: tuple[str, ...] = ()
    implies_optional: tuple[str, ...] = ()
    closure_resident: float = 0.0
    distributions: tuple[str, ...] = ()
    has_parts: bool = False
    stated: Trail = ()


class Built(Enum):
    """How a distribution is built, which says a little about what its import weighs."""

    ADDON = "an add-on of Django, in Python"
    PURE = "in Python"
    NATIVE = "for a platform, in another language too"
    UNKNOWN = "not known"


class Confidence(Enum):
    """Where a finding's figures come from, best first; `read` where nothing is estimated."""

    MEASURED = "measured"
    STATED = "stated"
    TABLE = "table"
    ASSUMED = "assumed"
    READ = "read"


class Survival(Enum):
    """Whether a model that is built before the fork answers in the children."""

    ALWAYS = "always"
    UNLESS_CALLED = "unless called"  # a call before the fork starts OpenMP threads, which the children do not have
    ONE_THREAD = "one thread"  # building it starts them already: it answers only with one OpenMP thread
    NEVER = "never"
    UNKNOWN = "unknown"


class Footprint(Record):
    """What one loaded model needs: anonymous memory once loaded, at the peak of the load, and at the peak of one call over that.

    `given` says what the call is given, `assuming` why that is assumed where the call grows with it. `mapped` are weights
    that are file-backed: page cache, which is dropped before anything is killed. `openmp` says that a call starts OpenMP
    threads. `law` says in words where the figures come from.
    """

    anon: Memory
    peak: Memory
    inference: Memory
    given: str = ""
    assuming: str = ""
    mapped: Memory = Memory(0)
    survival: Survival = Survival.UNKNOWN
    openmp: bool = False
    confidence: Confidence = Confidence.TABLE
    law: str = ""


class Cost(Record):
    """What something costs the parent once, and each child."""

    parent: Memory
    child: Memory


class Part(Record):
    """One summand: what it is, what it costs the parent once and each child, and where the figure comes from.

    `worker` is the program it belongs to, by its index in the container; `in_task` marks what only a running task
    adds, which is in `busy` and not in `warm`; `own_modules` marks the project's own code; `before_fork` what the parent
    holds when it forks, so that it counts as each child's own when its size is looked at. Of a library, `frees` are the
    parts that would go with a heavy import, and `early` is what one that comes with the tasks would cost before the fork.
    A negative figure takes back what other parts count too much of. What is `alone` is no summand: it is all that the
    program needs at one moment before there are children, and counts where that is more than the sum. `of_model` marks what
    a model holds or what its load takes, `of_tool` a program that is started.
    """

    what: str
    parent: Memory
    child: Memory
    confidence: Confidence
    trail: Trail = ()
    worker: int = 0
    in_task: bool = False
    own_modules: bool = False
    before_fork: bool = False
    alone: bool = False
    frees: tuple[str, ...] = ()
    early: Cost | None = None
    of_model: bool = False
    of_tool: bool = False


class Mode(Enum):
    """How the processes of a pool come about."""

    FORKED = "forked"  # children share the parent's pages until somebody writes
    SPAWNED = "spawned"  # children share nothing
    THREADS = "threads"  # one process, each thread with a task's memory of its own
    ALONE = "alone"  # one process, one task's memory


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


# The ways in which each program of a container may run, in the order of its workers.
Programs = tuple[tuple[Shape, ...], ...]


def largest(figure: Value[Memory]) -> Memory | None:
    """Return the most that a figure may be, None where any alternative is not a number."""
    amounts = [single.value if isinstance(single, Known) else None for single in alternatives(figure)]
    return None if None in amounts else max((amount for amount in amounts if amount is not None), key=lambda amount: amount.bytes)


# What ends each of the gaps that are libraries of unknown weight.
NO_WEIGHT = "has no known weight"


class Estimate(Record):
    """What a container needs, in four figures; `fits_*` are None where there is no known limit.

    `at_least` says that something with weight could not be weighed, so that every figure is a floor.
    `per_worker` is the stated figure that decides by the handbook formula, where there is one.
    The parents of `parts` plus their children, each as often as its worker has them, are `busy`; without those of
    tasks they are `warm`. The same of `parts_at_start` is `at_start`. A part that stands alone counts in place of its
    program's others where it is more than they are together. `programs` has the sums of each way in which a program may run.
    """

    at_start: Value[Memory]
    warm: Value[Memory]
    busy: Value[Memory]
    handbook: Value[Memory]
    at_least: bool
    parts: tuple[Part, ...]
    confidence: Confidence
    per_worker: Value[Memory]
    fits_at_start: int | None = None
    fits_warm: int | None = None
    safe_concurrency: int | None = None
    handbook_concurrency: int | None = None
    gaps: tuple[str, ...] = ()
    parts_at_start: tuple[Part, ...] = ()
    programs: Programs = ()

"""A worker: one launched program whose pool, counts and limits are settled, each value with its trail."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.model.weight import Footprint, Survival

if TYPE_CHECKING:
    from forkfit.model.bodies import Aside, Bodies  # what has no task does not pay for it
    from forkfit.model.tool import Tool


class Pool(Enum):
    """How a worker runs its tasks."""

    PREFORK = "prefork"
    SOLO = "solo"
    THREADS = "threads"
    GEVENT = "gevent"
    EVENTLET = "eventlet"

    @property
    def forks(self) -> bool:
        """Whether each slot is a process of its own; the others run all slots in one process."""
        return self is Pool.PREFORK


class Autoscale(Record):
    """The bounds between which a pool grows and shrinks."""

    maximum: int
    minimum: int

    def __str__(self) -> str:
        return f"{self.maximum},{self.minimum}"


class When(Enum):
    """When an import or a model load happens, seen from the fork."""

    PARENT = "parent"  # before the fork: children share the pages until they write
    CHILD = "child"  # in worker_process_init, a task or a lazy helper: each child pays


class Import(Record):
    """A third-party library that the worker imports, where, and the chain of imports that leads there, from the app down.

    `library` is the dotted name as imported. `optional` says that it is imported only on some ways: under
    ``except ImportError``, or where a condition holds; `doubtful` that only tasks import it of which it is not known
    whether the worker gets them.
    """

    library: str
    at: Span
    through: tuple[Span, ...] = ()
    when: When = When.PARENT
    optional: bool = False
    doubtful: bool = False


class ModelLoad(Record):
    """A constructor or loader of a model that the worker's code calls.

    `given` are its arguments as texts, by position ("0") or name, `later` what is made of the model afterwards
    (``dtype``, ``device``), `size` the bytes of the file of the repository that it reads. `at_birth` says that a child
    loads it before any task, `after_fork` that the parent loads it once its children are there, `supposed` that nothing
    the worker runs is seen to lead there, `doubtful` that only tasks do of which it is not known whether the worker
    gets them, `is_array` that the code makes it of no file. `called` are places where it is run before the fork.
    `memory` is what it holds once loaded, which is part of the `footprint`; `cheaper` are arguments that make it need
    less, and what. `survivals` says what may become in the children of what is built before the fork; empty where
    nobody knows its loader.
    """

    library: str
    constructor: str
    name: Value[str]
    at: Span
    when: When
    memory: Value[Memory]
    given: tuple[tuple[str, Value[str]], ...] = ()
    later: tuple[tuple[str, Value[str]], ...] = ()
    size: Value[int] = Absent("no file is named")
    at_birth: bool = False
    after_fork: bool = False
    supposed: bool = False
    doubtful: bool = False
    is_array: bool = False
    called: tuple[Span, ...] = ()
    footprint: Value[Footprint] = Unknown("this model was not weighed")
    cheaper: tuple[tuple[str, Footprint], ...] = ()
    survivals: frozenset[Survival] = frozenset()

    @property
    def callee(self) -> str:
        """The dotted name of what is called."""
        return f"{self.library}.{self.constructor}"


class Code(Record):
    """What a walk through the imports of an application saw. `modules` counts the project's own modules.

    `lazy` are imports in functions that no task is seen to call, `freezes_heap` says that the parent calls
    ``gc.freeze``. A child builds a boto3 client for itself where the code `uses` one, and inherits one that it `holds`.
    `application` is where it is made, None where that is not seen. `gaps` are reasons why there may be more: a module that
    was not found or not readable. `threads` is how many OpenMP
    threads the code and its environment allow. `supposed` says that settings which are only assumed lead to a part of it.
    `tools` are programs that its children start.
    `bodies` tells whose task brings what, until it is settled which tasks the worker gets, and is then None; `asides` say
    what came of that.
    """

    imports: tuple[Import, ...] = ()
    models: tuple[ModelLoad, ...] = ()
    modules: int = 0
    gaps: tuple[Gap, ...] = ()
    uses_boto3_client: bool = False
    holds_boto3_client: bool = False
    uses_django: bool = False
    lazy: tuple[Import, ...] = ()
    threads: Value[str] = Absent("OMP_NUM_THREADS is not set")
    freezes_heap: bool = False
    supposed: bool = False
    bodies: Bodies | None = None
    asides: tuple[Aside, ...] = ()
    application: Span | None = None
    tools: tuple[Tool, ...] = ()


class Gap(Record):
    """Something that a walk could not follow."""

    why: str
    at: Span | None = None


class Candidate(Record):
    """A place that gives a setting, weaker or stronger than others: `reads` is what Celery would read there."""

    setting: str
    source: str
    value: Value[int]


class Effect(Enum):
    """What comes of something that is written, where it is not what its author meant."""

    STOPS = "stops the worker"  # the worker ends at start-up with an error
    IDLES = "starts no child"  # the worker runs and has nobody to run its tasks
    NOTHING = "has no effect"  # nothing reads it in this place or in this version
    IGNORED_BY_POOL = "is ignored by the pool"  # it is read, and the pool makes nothing of it


class Remark(Record):
    """Something odd about one setting: what Celery makes of it, where it stands, in which releases, what works instead.

    `releases` are the Celery releases in which that is so, in words ("5.0 to 5.6"); `assumed` says that the release
    itself is an assumption, so that the remark is no more than likely; `supposed` that it holds on some ways only.
    `pools` are the pools under which it holds, all where there is none.
    """

    effect: Effect
    setting: str
    message: str
    at: Span | None
    releases: str = ""
    instead: str = ""
    assumed: bool = False
    trail: Trail = ()
    supposed: bool = False
    pools: tuple[Pool, ...] = ()


class Worker(Record):
    """One `celery worker` invocation, settled.

    `concurrency` is the number in force (with autoscale its maximum; for in-process pools the number of slots);
    `processes` are the pool's own processes at most (1 for in-process pools), `processes_at_start` those forked at
    start; the parent of a prefork pool is in neither. `candidates` are all places that give a concurrency, the one
    in force first; a zero or an empty value is no candidate. `remarks` say what is odd about its settings.
    """

    service: str
    at: Span
    program: str
    launcher: str
    argv: tuple[Text, ...]
    launch: Trail
    app: Value[str]
    pool: Value[Pool]
    concurrency: Value[int]
    autoscale: Value[Autoscale]
    processes: Value[int]
    processes_at_start: Value[int]
    start_method: Value[str]
    max_memory_per_child: Value[Memory]
    celery_version: Value[str]
    python_version: Value[str]
    embedded_beat: Value[bool] = Known(False)
    code: Code = Code()
    candidates: tuple[Candidate, ...] = ()
    remarks: tuple[Remark, ...] = ()
    max_tasks_per_child: Value[int] = Absent("no limit of tasks")

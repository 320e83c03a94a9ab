"""A container as its processes see it, and a container as the kernel weighs it."""

from __future__ import annotations

from posixpath import normpath

from forkfit.model.memory import Memory
from forkfit.model.pattern import ANY_DEPTH, fits_path
from forkfit.model.project import Ceiling, Differing, Environment
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.supposition import Supposition
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.model.weight import Estimate
from forkfit.model.worker import Worker


class Excluded(Record):
    """A rule of .dockerignore, as the names of a path from the root; `again` takes paths back in."""

    names: tuple[str, ...]
    again: bool = False


class Mapped(Record):
    """A path of the repository (from the root) that stands at a path of the container; by which step.

    Of the rules in `excluded`, the last that fits a path of the repository or a folder above it decides.
    """

    source: str
    target: str
    trail: Trail = ()
    excluded: tuple[Excluded, ...] = ()

    def stands_at(self, path: str) -> str | None:
        """Return the repository path that stands at a tidy container path, None where this step brings none there."""
        target = normpath(self.target)
        if path == target:
            return self.source  # what a rule says of all that is in a folder does not say it of the folder
        if path.startswith(target.rstrip("/") + "/"):
            found = normpath(f"{self.source}/{path[len(target.rstrip('/')) + 1 :]}")
        else:
            return None
        return None if self.excluded and is_excluded(found, self.excluded) else found


def is_excluded(path: str, rules: tuple[Excluded, ...]) -> bool:
    """Tell whether rules keep a repository path out of a build."""
    names = tuple(path.split("/"))
    decided = False
    for rule in rules:
        if decided is rule.again and fits_path((*rule.names, ANY_DEPTH), names):
            decided = not rule.again
    return decided


class View(Record):
    """What a process inside the container sees: where repository paths stand, and its environment.

    `paths` are in the order in which they shadow each other, the strongest first (bind mounts over COPY). `nearby` are
    folders of the repository (from the root) that may hold the application where no path is mapped: the build context,
    the sources of mounts, the folder of the Compose file, the likeliest first. `loaders` are callables that load models, by
    package and last name (``ranklib.load_ranker``), beside those that everybody knows. `cpuset` is the number of CPUs
    that it may run on, Absent where all of the host's are.
    """

    paths: tuple[Mapped, ...]
    working_dir: Value[str]
    environment: Environment
    nearby: tuple[str, ...] = ()
    loaders: frozenset[str] = frozenset()
    cpuset: Value[int] = Absent("no cpuset given")

    def find(self, path: str) -> tuple[str, ...]:
        """Return the repository paths that may stand at an absolute container path, the strongest first."""
        wanted = normpath(path)
        found = (mapped.stands_at(wanted) for mapped in self.paths)
        return tuple(dict.fromkeys(path for path in found if path is not None))


class Process(Record):
    """One program that a container starts, and how it came to be started.

    `argv` begins at the program itself: wrappers, shells and `exec` are behind it, in the trail. `cpus` is the most
    that a CPU quota (`cpus:`, rounded up) and a cpuset leave to the container, Absent where nothing bounds them.
    `launcher` is the name of the launcher that claims it. `program` is the name under which a supervisor runs it;
    `copies` is Unknown where nobody can say how many of it run. `by_program` says that it is started from within Python,
    past the command line, which the words then only stand for. What is `supposed` of it is stronger than all that is written.
    """

    service: str
    at: Span
    argv: tuple[Text, ...]
    view: View
    trail: Trail = ()
    cpus: Value[int] = Unknown("the container's CPU quota was not looked for")
    launcher: str = ""
    program: str = ""
    copies: Value[int] = Known(1)
    by_program: bool = False
    supposed: tuple[Supposition, ...] = ()


class Beside(Record):
    """A program that runs beside the workers of a container as long as they do, and how it came to be started.

    `launcher` is the one that knows it as a program of its own, which loads the application; empty for one of others.
    """

    name: str
    argv: tuple[Text, ...]
    trail: Trail = ()
    launcher: str = ""


class Unseen(Record):
    """A service that looks like a worker and cannot be seen through: why, and what would help."""

    service: str
    at: Span
    why: str
    help: str = ""
    trail: Trail = ()


class Container(Record):
    """A container with workers in it: what it may use, what they need. `workers` is never empty.

    `worker_estimates` are the same estimate as each worker sees it, in the order of `workers`: its `fits_*` say how
    many children that worker may have with the others unchanged. Empty where they equal `estimate`. `differing` are the variables
    of env files that reach the limit or a setting of a worker, and that Compose and python-dotenv read differently.
    `probe` says that its health check imports the application. `ceilings` are in no figure;
    `beside` are the programs that run with the workers.
    """

    service: str
    at: Span
    replicas: Value[int]
    memory_limit: Value[Memory]
    memory_swap: Value[Memory]
    workers: tuple[Worker, ...]
    processes: Value[int]
    os_processes: Value[int]
    estimate: Estimate
    worker_estimates: tuple[Estimate, ...] = ()
    differing: tuple[Differing, ...] = ()
    probe: bool = False
    ceilings: tuple[Ceiling, ...] = ()
    beside: tuple[Beside, ...] = ()

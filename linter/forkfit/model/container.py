"""A container as its processes see it, and a container as the kernel weighs it."""

from __future__ import annotations

from posixpath import normpath

from forkfit.model.memory import Memory
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.text import Text
from forkfit.model.value import Value
from forkfit.model.weight import Estimate
from forkfit.model.worker import Worker


class Mapped(Record):
    """A path of the repository (from the root) that stands at a path of the container; by which step."""

    source: str
    target: str
    trail: Trail = ()


class View(Record):
    """What a process inside the container sees: where repository paths stand, and its environment.

    `paths` are in the order in which they shadow each other, the strongest first (bind mounts over COPY over guesses).
    """

    paths: tuple[Mapped, ...]
    working_dir: Value[str]
    environment: Environment

    def find(self, path: str) -> tuple[str, ...]:
        """Return the repository paths that may stand at an absolute container path, the strongest first."""
        wanted = normpath(path)
        found = []
        for mapped in self.paths:
            target = normpath(mapped.target)
            if wanted == target:
                found.append(mapped.source)
            elif wanted.startswith(target.rstrip("/") + "/"):
                found.append(normpath(f"{mapped.source}/{wanted[len(target.rstrip('/')) + 1 :]}"))
        return tuple(dict.fromkeys(found))


class Process(Record):
    """One program that a container starts, and how it came to be started.

    `argv` begins at the program itself: wrappers, shells and `exec` are behind it, in the trail.
    """

    service: str
    at: Span
    argv: tuple[Text, ...]
    view: View
    trail: Trail = ()


class Unseen(Record):
    """A service that looks like a worker and cannot be seen through: why, and what would help."""

    service: str
    at: Span
    why: str
    help: str = ""
    trail: Trail = ()


class Container(Record):
    """A container with workers in it: what it may use, what they need. `workers` is never empty."""

    service: str
    at: Span
    replicas: Value[int]
    memory_limit: Value[Memory]
    memory_swap: Value[Memory]
    workers: tuple[Worker, ...]
    processes: Value[int]
    os_processes: Value[int]
    estimate: Estimate

"""A Compose project as Compose would load it: services with values that know where they come from."""

from __future__ import annotations

from enum import Enum

from forkfit.model.document import Mapping, Node
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.text import Text
from forkfit.model.value import Absent, Value

Words = tuple[Text, ...]


class Variable(Record):
    """A variable of a service's environment: `value` is Absent where it is declared without one."""

    name: str
    value: Value[Text]


class Differing(Record):
    """A variable of an env file that Compose and python-dotenv read differently; Absent where one of them reads none.

    `at` is the place of its value, or of its name where the value is brought from elsewhere.
    """

    name: str
    at: Span
    in_compose: Value[Text]
    in_python: Value[Text]


class Environment(Record):
    """What `environment` and `env_file` give a container, by name; `open` are the env files that could not be read."""

    variables: tuple[Variable, ...] = ()
    open: Trail = ()

    def get(self, name: str) -> Value[Text]:
        """Return the value of a variable; Absent, with the files that might set it, where nothing declares it."""
        for variable in self.variables:
            if variable.name == name:
                return variable.value
        return Absent(f"{name} is not set", self.open)

    def with_defaults(self, below: tuple[Variable, ...]) -> Environment:
        """Return this environment over weaker variables, such as those of the image."""
        names = {v.name for v in self.variables}
        return Environment((*(v for v in below if v.name not in names), *self.variables), self.open)


class Mount(Record):
    """A bind mount: a path of the repository (from the project root) that stands at a path of the container."""

    source: str
    target: str
    at: Span


class Build(Record):
    """How an image is built: the context from the project root, `dockerfile` from there; Absent where the default name serves."""

    context: Value[str]
    dockerfile: Value[str]
    inline: Value[Text]
    target: Value[str]
    args: tuple[Variable, ...]
    at: Span


class Cut(Record):
    """An operator outside quotes that ends a command: in which key, where, what never runs, and the words that are left."""

    key: str
    at: Span
    rest: Text
    words: Words


class Loss(Enum):
    """How a size that somebody wrote comes to nothing."""

    DROPPED = "dropped"  # Compose drops what is written, without a word
    TAKEN = "taken away"  # `!reset` or `!override` takes it away, and nothing stands in its place
    NOUGHT = "nought"  # a stronger place says 0, which means no limit


class Lost(Record):
    """A size that is written for a service and does not hold: its key, the place that loses it, how, and what stands there."""

    key: str
    at: Span
    how: Loss
    written: str = ""
    trail: Trail = ()

    @property
    def is_limit(self) -> bool:
        """Whether it is the memory limit, in either spelling."""
        return self.key in ("mem_limit", "deploy.resources.limits.memory")


class Ceiling(Record):
    """Something in memory that fills with files: what it is, and the most that it may hold, Absent where nothing says."""

    what: str
    size: Value[Memory]


class Service(Record):
    """One active service, effective after interpolation, merging and `extends`.

    `entrypoint` and `command` are Absent where no file gives them, and Known(()) where a file resets them. `cpus` is the
    quota of either spelling; `cuts` are the operators that end a command written as text, `lost` the sizes that come to
    nothing, `ceilings` the shared memory and the tmpfs mounts.
    """

    name: str
    at: Span
    node: Mapping
    entrypoint: Value[Words]
    command: Value[Words]
    environment: Environment
    memory_limit: Value[Memory]
    memory_swap: Value[Memory]
    memory_reservation: Value[Memory]
    shm_size: Value[Memory]
    replicas: Value[int]
    image: Value[str]
    build: Value[Build]
    working_dir: Value[str]
    mounts: tuple[Mount, ...] = ()
    healthcheck: Value[Words] = Absent("no health check")
    per_worker: Value[Memory] = Absent("no figure stated")
    parent: Value[Memory] = Absent("no figure stated")
    cpus: Value[float] = Absent("no cpus given")
    cpuset: Value[str] = Absent("no cpuset given")
    cuts: tuple[Cut, ...] = ()
    lost: tuple[Lost, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()

    def place_of(self, key: str) -> Span:
        """Return where the value of a key is written, as in ``deploy.resources``; where it is not, the nearest key above."""
        node: Node = self.node
        at = self.at
        for name in key.split("."):
            entry = node.entry(name) if isinstance(node, Mapping) else None
            if entry is None:
                return at
            node, at = entry.value, entry.key.at if isinstance(entry.value, Mapping) else entry.value.at
        return at


class Project(Record):
    """What one set of Compose files loads to. `files` in the order loaded, POSIX paths from the root.

    `read` are all files that were read for it: those, what they include and extend, and the `env_files`.
    """

    name: Value[str]
    directory: str
    files: tuple[str, ...]
    services: tuple[Service, ...]
    disabled: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()

    def service(self, name: str) -> Service | None:
        """Return the active service of that name, None where there is none."""
        return next((s for s in self.services if s.name == name), None)

"""What was measured of the user's own applications, as `compose-lint measure` wrote it down, and whether it still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forkfit.evaluate.python.installed import stated
from forkfit.model.files import Files
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import whole_file
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Known, Unknown, alternatives, apply
from forkfit.model.weight import Footprint, Weight
from forkfit.model.worker import ModelLoad, When, Worker
from forkfit.weigh.load import Load

NAME = "compose-lint.measured.json"
VERSION = 1


class Application(Record):
    """One application as it was measured: MiB of a bare worker and its imports together, and what they hold for.

    `last` is what the child forked last has for itself at start, `kernel` the kernel's memory for each process.

    `module` and `folder` are paths from the root; `service` is empty where an application was measured for all of its
    services. `runs_tasks` says that its own tasks ran too. `stale` says why it holds no longer; empty where it does.
    """

    app: str
    service: str
    module: str
    folder: str
    load: Load
    last: float
    kernel: float
    measured_on: str
    python: str
    runs_tasks: bool
    stale: str = ""

    def is_of(self, worker: Worker) -> bool:
        """Tell whether a worker runs an application of this name, in the service that it was measured for."""
        return isinstance(worker.app, Known) and worker.app.value == self.app and self.service in ("", worker.service)

    def leaves(self, loads: Iterable[ModelLoad]) -> tuple[ModelLoad, ...]:
        """Return the models that the figures lack, with what they lack of each.

        A model that is there before any task was weighed once loaded; the moment of its load and a call of it were not
        seen. One that comes with tasks was seen where tasks ran.
        """
        if self.runs_tasks:
            return ()
        kept = (load for load in loads if _comes_with_tasks(load) or _has_a_size(load))
        return tuple(load if _comes_with_tasks(load) else _in_use(load) for load in kept)


def _comes_with_tasks(load: ModelLoad) -> bool:
    return load.when is When.CHILD and not load.at_birth


def _has_a_size(load: ModelLoad) -> bool:
    """Tell whether a model's need is known by itself; one that was measured needs none that is not."""
    return not any(isinstance(single, Unknown) for single in alternatives(load.footprint))


def _in_use(load: ModelLoad) -> ModelLoad:
    """Return a model that is there already: its load and its use take more for a moment, and it holds nothing."""
    none = Memory(0)

    def more(one: Footprint) -> Footprint:
        return one.replace(anon=none, peak=Memory(max(one.peak.bytes - one.anon.bytes, 0)), mapped=none)

    return load.replace(footprint=apply(more, load.footprint), memory=Known(none))


class Measured(Record):
    """What the file at the root holds: applications, and the weights of libraries that no table knows."""

    applications: tuple[Application, ...] = ()
    weights: tuple[Weight, ...] = ()

    def find(self, worker: Worker, asked: Collection[str]) -> Application | None:
        """Return what was measured of a worker's application and still holds, for its own service first.

        `asked` are the files that were looked at for the project: of two applications of one name, the one among them.
        """
        found = [a for a in self.applications if a.is_of(worker) and not a.stale and (a.module in asked or not worker.code.modules)]
        own = [a for a in found if a.service] or found
        return own[0] if len(own) == 1 else None


def read_measured(files: Files, tell: Tell) -> Measured:
    """Return what was measured, nothing where there is no such file; one that cannot be used is told, with the place."""
    if not files.is_file(NAME):
        return Measured()
    from forkfit.weigh.measured_file import read  # most projects have no such file, and do not pay for it

    return read(files, tell)


def tell_stale(measured: Measured, asked: Collection[str], workers: Iterable[Worker], tell: Tell) -> None:
    """Tell of each measurement of a worker's application that is not used, and why."""
    for worker in workers:
        if measured.find(worker, asked) is None:
            for old in (a for a in measured.applications if a.is_of(worker)):
                why = old.stale or f"it is of {old.module}, and it is not seen that this worker runs that and no other"
                message = f"what was measured of {old.app} on {old.measured_on} is not used: {why}"
                tell(Trouble(Kind.STALE, message, whole_file(NAME), "Run compose-lint measure again.", worker.service))


def dependencies(files: Files, folder: str) -> str:
    """Return a fingerprint of what the nearest dependency files of a folder ask for; comments and order are not in it."""
    from hashlib import sha256

    said = stated(files, folder)
    lines = sorted({f"{r.name} {r.version or r.specifier}" for r in said[0].requirements}) if said else []
    return f"sha256:{sha256(chr(10).join(lines).encode()).hexdigest()[:32]}"

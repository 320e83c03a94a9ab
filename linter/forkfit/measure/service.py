"""Find what a service of the Compose project runs: its application, its environment, and the folder that holds its code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import join

from forkfit.arguments import Usage
from forkfit.compose.targets import Order, targets
from forkfit.files import below
from forkfit.model.container import Container, Process
from forkfit.model.files import Files
from forkfit.model.memory import Memory
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack
from forkfit.model.value import Known, Value
from forkfit.model.worker import Pool
from forkfit.pipeline import examine, launched_by
from forkfit.plugins import Parts

# What of a container's environment is about the container, and wrong on any other machine.
OF_THE_CONTAINER = frozenset({"PATH", "HOME", "PWD", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LD_PRELOAD", "TMPDIR"})
# Folders below a build context that commonly hold the code.
BELOW = (".", "src", "app", "backend")


class Served(Record):
    """What a service runs: its application, a folder from the root, and the variables that its worker sees.

    Those of which the value is not known are left out. `pool`, `processes` and `limit` are the service's own.
    """

    name: str
    app: str
    folder: str
    environment: dict[str, str]
    pool: Value[Pool]
    processes: Value[int]
    limit: Value[Memory]


def find(name: str, order: Order, files: Files, parts: Parts) -> Served:
    """Return what a service runs; raise Usage where that cannot be seen."""
    for request in targets(order, files).requests:
        stack = examine(request, files, parts, Settings()).stack
        service = next((s for s in stack.project.services if s.name == name), None)
        if service is None:
            continue
        container, app = _worker_of(name, stack)
        programs = launched_by(service, stack.project, request, files, parts).programs
        process = next(process for of_one in programs for process in of_one)
        folder = next(_holding(app, _folders(process, stack.project.directory, order.folder), files), order.folder)
        worker = container.workers[0]
        return Served(name, app, folder, _known(process.view.environment), worker.pool, container.processes, container.memory_limit)
    raise Usage(f"--service {name}: there is no such service in the project")


def _worker_of(name: str, stack: Stack) -> tuple[Container, str]:
    """Return the container of a service, and the one application that all of its workers run."""
    container = next((c for c in stack.containers if c.service == name), None)
    apps = sorted({w.app.value for w in container.workers if isinstance(w.app, Known)}) if container is not None else []
    if container is None or not apps:
        why = next((u.why for u in stack.unseen if u.service == name), "no Celery worker with a known application is seen in it")
        raise Usage(f"--service {name}: {why}; name the application with -A")
    if len(apps) > 1:
        raise Usage(f"--service {name}: its workers run {', '.join(apps)}; name one of them with -A")
    return container, apps[0]


def _folders(process: Process, *others: str) -> Iterator[str]:
    """Yield folders that may hold the code: what stands in the worker's working folder, then what is near the service."""
    if isinstance(process.view.working_dir, Known):
        yield from process.view.find(process.view.working_dir.value)
    yield from process.view.nearby
    yield from others


def _holding(app: str, folders: Iterable[str], files: Files) -> Iterator[str]:
    """Yield those in which, or below which, the application's module is."""
    top = app.partition(":")[0].partition(".")[0]
    for folder in folders:
        for inner in BELOW:
            place = below(folder, inner)
            if files.is_file(join(place, f"{top}.py")) or files.is_folder(join(place, top)):
                yield place


def _known(environment: Environment) -> dict[str, str]:
    found = {v.name: v.value.value.plain for v in environment.variables if isinstance(v.value, Known)}
    return {name: value for name, value in found.items() if name not in OF_THE_CONTAINER}

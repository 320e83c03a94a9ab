"""Find what a service of the Compose project runs: its application, its environment, and the folder that holds its code."""

from __future__ import annotations

from posixpath import join

from forkfit.arguments import Usage
from forkfit.compose.targets import Order, targets
from forkfit.files import below
from forkfit.model.files import Files
from forkfit.model.project import Build, Project, Service
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.value import Known
from forkfit.pipeline import examine
from forkfit.plugins import Parts

# What of a container's environment is about the container, and wrong on any other machine.
OF_THE_CONTAINER = frozenset({"PATH", "HOME", "PWD", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LD_PRELOAD", "TMPDIR"})
# Folders below a build context that commonly hold the code.
BELOW = (".", "src", "app", "backend")


class Found(Record):
    """What a service runs: its application, a folder from the root, and the variables that Compose gives it."""

    app: str
    folder: str
    environment: dict[str, str]


def find(name: str, order: Order, files: Files, parts: Parts) -> Found:
    """Return what a service runs; raise Usage where that cannot be seen."""
    for request in targets(order, files).requests:
        stack = examine(request, files, parts, Settings()).stack
        service = next((s for s in stack.project.services if s.name == name), None)
        if service is None:
            continue
        workers = [w for c in stack.containers if c.service == name for w in c.workers]
        apps = [w.app.value for w in workers if isinstance(w.app, Known)]
        if not apps:
            why = next((u.why for u in stack.unseen if u.service == name), "no Celery worker with a known application is seen in it")
            raise Usage(f"--service {name}: {why}; name the application with -A")
        return Found(apps[0], _folder(apps[0], service, stack.project, files, order.folder), _environment(service))
    raise Usage(f"--service {name}: there is no such service in the project")


def _folder(app: str, service: Service, project: Project, files: Files, here: str) -> str:
    """Return the first likely folder that holds the application's module; the working folder where none does."""
    top = app.partition(":")[0].partition(".")[0]
    contexts = [service.build.value.context] if isinstance(service.build, Known) and isinstance(service.build.value, Build) else []
    near = [c.value for c in contexts if isinstance(c, Known)]
    for folder in (*near, project.directory, here):
        for inner in BELOW:
            place = below(folder, inner)
            if files.is_file(join(place, f"{top}.py")) or files.is_folder(join(place, top)):
                return place
    return here


def _environment(service: Service) -> dict[str, str]:
    known = {v.name: v.value.value.plain for v in service.environment.variables if isinstance(v.value, Known)}
    return {name: value for name, value in known.items() if name not in OF_THE_CONTAINER}

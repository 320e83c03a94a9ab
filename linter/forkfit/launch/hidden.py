"""Services that the image alone starts, in a project where nothing else starts a worker and the repository is Celery's."""

from __future__ import annotations

import re
from posixpath import dirname, join

from forkfit.files import read_text
from forkfit.model.container import Unseen
from forkfit.model.files import Files
from forkfit.model.project import Project, Service
from forkfit.model.source import BrokenSource
from forkfit.model.value import Absent, Known
from forkfit.syntax.requirements import normalised

_WHY = "its image is not built here and starts what it likes"
_WRITE = "Build the image from this repository, or write the command in the Compose file."
_BROKER = re.compile(r"(?i)(?:\w+_)?CELERY_(?:\w+_)?(?:BROKER|BACKEND)(?:_\w+)?")
_NAME = re.compile(r"""(?m)^name\s*=\s*["']([\w.-]+)["']""")


def hidden(project: Project, files: Files) -> tuple[Unseen, ...]:
    """Return the services whose image may well start workers beside a web server, though no command in the Compose file says so.

    That is where a variable names Celery, or where the image bears the name of this repository's own project, which
    depends on Celery. To be asked only where a project has no worker that is seen, or known to be unseen.
    """
    asked = [s for s in project.services if _is_left_to_its_image(s)]
    told = tuple(Unseen(s.name, s.at, f"{_WHY}; its variable {name} is Celery's", _WRITE) for s in asked if (name := _variable(s)))
    return told or _of_this_repository(project, asked, files)


def _variable(service: Service) -> str:
    """Return the variable that tells an application where its Celery finds a broker; empty where none does."""
    from forkfit.launch.suspicion import stands_beside

    if stands_beside(service):
        return ""
    return next((v.name for v in service.environment.variables if _BROKER.fullmatch(v.name)), "")


def _of_this_repository(project: Project, asked: list[Service], files: Files) -> tuple[Unseen, ...]:
    home = _home(project.directory, files) if asked else None
    if home is None:
        return ()
    from forkfit.evaluate.python.installed import installed  # only a repository with a Python project beside its images pays for it

    folder, name = home
    named = [s for s in asked if isinstance(s.image, Known) and _base_name(s.image.value) == name]
    if not named or "celery" not in (installed(files, folder) or frozenset()):
        return ()
    return tuple(Unseen(s.name, s.at, f"{_WHY}; this repository, {name}, depends on Celery", _WRITE) for s in named)


def _is_left_to_its_image(service: Service) -> bool:
    return isinstance(service.command, Absent) and isinstance(service.entrypoint, Absent) and isinstance(service.build, Absent)


def _home(folder: str, files: Files) -> tuple[str, str] | None:
    """Return the nearest folder at or above one that holds a Python project with a Dockerfile, and the project's name."""
    while True:
        path = join(folder, "pyproject.toml")
        if files.is_file(path) and any(name.lower() in ("dockerfile", "containerfile") for name in files.names(folder)):
            try:
                found = _NAME.search(read_text(files, path).text)
            except BrokenSource:
                return None
            return (folder, normalised(found[1])) if found else None
        if folder in (".", ""):
            return None
        folder = dirname(folder) or "."


def _base_name(image: str) -> str:
    return normalised(image.rpartition("/")[2].partition("@")[0].partition(":")[0])

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

_NAME = re.compile(r"""(?m)^name\s*=\s*["']([\w.-]+)["']""")


def hidden(project: Project, files: Files) -> tuple[Unseen, ...]:
    """Return the services whose image bears the name of this repository's own project, which depends on Celery.

    Such an image may well start workers beside a web server; nothing in the Compose file says so. To be asked only
    where a project has no worker that is seen, or known to be unseen.
    """
    asked = [s for s in project.services if _is_left_to_its_image(s)]
    home = _home(project.directory, files) if asked else None
    if home is None:
        return ()
    from forkfit.evaluate.python.installed import installed  # only a repository with a Python project beside its images pays for it

    folder, name = home
    named = [s for s in asked if isinstance(s.image, Known) and _base_name(s.image.value) == name]
    if not named or "celery" not in (installed(files, folder) or frozenset()):
        return ()
    why = f"its image is not built here and starts what it likes; this repository, {name}, depends on Celery"
    return tuple(
        Unseen(s.name, s.at, why, "Build the image from this repository, or write the command in the Compose file.") for s in named
    )


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
            return (folder, _normalised(found[1])) if found else None
        if folder in (".", ""):
            return None
        folder = dirname(folder) or "."


def _base_name(image: str) -> str:
    return _normalised(image.rpartition("/")[2].partition("@")[0].partition(":")[0])


def _normalised(name: str) -> str:
    """Return a name as distributions and images share it."""
    return re.sub(r"[-_.]+", "-", name).lower()

"""Which projects the paths of a command line stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import basename, dirname

from forkfit.compose.discover import BASE_NAMES, OVERRIDE_NAMES, projects
from forkfit.compose.load import Request, load
from forkfit.files import tidy
from forkfit.model.files import Files
from forkfit.model.project import Project
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.trouble import Trouble

MOST_OTHERS = 24
MOST_NAMED = 6


class Order(Record):
    """What the user asked for: paths, files to be merged into one project, and what is stated about the deployment.

    Paths are POSIX, relative to the root; `folder` is the working folder, `root` the root's absolute path.
    """

    paths: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    folder: str = "."
    environment: tuple[tuple[str, str], ...] = ()
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    project_directory: str | None = None
    exclude: tuple[str, ...] = ()
    root: str = ""
    strict: bool = False

    def request(self, files: tuple[str, ...], folder: str) -> Request:
        """Return the request for one project."""
        return Request(
            files=files,
            folder=folder,
            environment=self.environment,
            env_files=self.env_files,
            profiles=self.profiles,
            project_directory=self.project_directory,
            root=self.root,
            strict=self.strict,
        )


class Targets(Record):
    """The projects to examine; the other files named, and the projects that may load them; what cannot be examined."""

    requests: tuple[Request, ...]
    candidates: tuple[Request, ...] = ()
    neighbours: frozenset[str] = frozenset()
    errors: tuple[str, ...] = ()


def targets(order: Order, files: Files) -> Targets:
    """Find the projects: `-f` files are one, a Compose file is one by itself, a folder holds some, other files have some."""
    if order.merged:
        return _existing((order.request(order.merged, order.folder),), files)
    if not order.paths:
        return _in_folder(order, order.folder, files)
    requests: list[Request] = []
    neighbours: set[str] = set()
    errors: list[str] = []
    for path in dict.fromkeys(tidy(p) for p in order.paths):
        if files.is_folder(path):
            found = _in_folder(order, path, files)
            requests.extend(found.requests)
            errors.extend(found.errors)
        elif is_compose_file(path, files):
            requests.append(order.request((path,), order.folder))
        else:
            neighbours.add(path)
    named = _existing(tuple(dict.fromkeys(requests)), files)
    candidates = tuple(order.request((), folder) for folder in projects(".", files, order.exclude)) if neighbours else ()
    return Targets(named.requests, tuple(c for c in candidates if c not in named.requests), frozenset(neighbours), (*errors, *named.errors))


def is_compose_file(path: str, files: Files) -> bool:
    """Tell whether a file is a project by itself: a YAML file that is named for Compose, or has services, and is no override."""
    name = basename(path)
    if name in OVERRIDE_NAMES or not name.endswith((".yaml", ".yml")):
        return False
    if "compose" in name:
        return True
    try:
        return re.search(rb"^services\s*:", files.read_bytes(path), re.MULTILINE) is not None
    except BrokenSource:
        return not files.is_file(path)


def _existing(requests: tuple[Request, ...], files: Files) -> Targets:
    """Keep the requests whose files are there; the others are errors."""
    missing = {r: [f for f in r.files if not files.is_file(f)] for r in requests}
    errors = tuple(f"{path} cannot be read: there is no such file" for paths in missing.values() for path in paths)
    return Targets(tuple(r for r, paths in missing.items() if not paths), errors=errors)


def _in_folder(order: Order, folder: str, files: Files) -> Targets:
    """Find the projects at and below a folder, otherwise the one that Compose would find above it."""
    found = projects(folder, files, order.exclude)
    if found:
        return Targets(tuple(order.request((), place) for place in found))
    above = folder
    while above not in (".", ""):
        above = dirname(above) or "."
        if any(name in BASE_NAMES for name in files.names(above)):
            return Targets((order.request((), above),))
    return Targets(
        (),
        errors=(f"no Compose file in {'this folder' if folder == '.' else folder}, below it or above it{_by_other_names(folder, files)}",),
    )


def _by_other_names(folder: str, files: Files) -> str:
    """Return the end of the message that names the files which may be meant; nothing where there are none."""
    from forkfit.compose.unnamed import unnamed  # only a folder without Compose files pays for it

    found = unnamed(folder, files)
    if not found:
        return ""
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"; name one of {', '.join(found[:MOST_NAMED])}{more}, or several with -f"


@lru_cache(maxsize=1024)  # every project of a run asks in the root, which may have a folder for each
def _yaml_among(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name.endswith((".yaml", ".yml")))


class Others:
    """The further Compose files beside those of a request, each loaded as a project by itself, and only when asked for."""

    def __init__(self, request: Request, files: Files, loaded: tuple[str, ...] = ()) -> None:
        """Look in the folder of the request's first file, and in the root; a project that is `loaded` of one file is no other one."""
        self._request = request
        self._files = files
        self._own = frozenset((*request.files, *(loaded if len(loaded) == 1 else ())))
        self._found: tuple[Project, ...] | None = None

    def __iter__(self) -> Iterator[Project]:
        """Yield the projects, in the order of their files."""
        if self._found is None:
            self._found = tuple(self._load())
        return iter(self._found)

    def _load(self) -> Iterator[Project]:
        here = dirname(self._request.files[0]) or "." if self._request.files else self._request.folder
        paths = [
            f"{folder}/{name}" if folder != "." else name
            for folder in dict.fromkeys((here, "."))
            for name in _yaml_among(self._files.names(folder))
        ]
        for path in [p for p in paths if p not in self._own and is_compose_file(p, self._files)][:MOST_OTHERS]:
            project = load(self._request.replace(files=(path,)), self._files, _unheard)
            if project is not None:
                yield project


def _unheard(trouble: Trouble) -> None:
    """Hear nothing: what is wrong in another project is told when that project is linted."""
    del trouble

"""Which files are known to stand in a container under a pattern."""

from __future__ import annotations

from posixpath import normpath

from forkfit.launch.image.ground import repository_paths, text_at
from forkfit.model.container import Mapped
from forkfit.model.files import Files
from forkfit.model.image import Layer, Made
from forkfit.model.pattern import fits, is_pattern
from forkfit.model.value import Absent

MOST_MATCHES = 1_000


def matching(pattern: str, layers: tuple[Layer, ...], files: Files) -> tuple[str, ...]:
    """Return the container paths of files that fit an absolute pattern, sorted, as ``glob`` does it: ``*`` stays in one name."""
    found = ["/"]
    for name in normpath(pattern).strip("/").split("/"):
        if is_pattern(name):
            # A shell's wildcard takes no hidden file unless it asks for one.
            inside = ((parent, child) for parent in found for child in _names(parent, layers, files))
            found = [_below(p, c) for p, c in inside if fits(name, c) and (name.startswith(".") or not c.startswith("."))]
        else:
            found = [_below(parent, name) for parent in found]
        found = found[:MOST_MATCHES]
    return tuple(sorted(path for path in found if not isinstance(text_at(layers, path, files), Absent)))


def _names(folder: str, layers: tuple[Layer, ...], files: Files) -> tuple[str, ...]:
    """Return the names that are known to stand in a container folder."""
    found = {name for path in repository_paths(layers, folder, files) if files.is_folder(path) for name in files.names(path)}
    start = folder.rstrip("/") + "/"
    for layer in layers:
        if isinstance(layer, Mapped | Made) and normpath(layer.target).startswith(start):
            found.add(normpath(layer.target)[len(start) :].split("/", 1)[0])
    return tuple(sorted(found))


def _below(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"

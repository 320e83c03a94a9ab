"""Where Python looks for modules: folders of the container, or of the repository where nothing maps them."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import join

from forkfit.files import below
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.value import Known, alternatives


class Place(Record):
    """A folder in which modules are looked for: a path of the container, or one of the repository (from the root)."""

    path: str
    in_container: bool = False
    trail: Trail = ()


def python_path(view: View) -> list[str]:
    """Return the container folders in which Python looks, in its order."""
    folders = [s.value for s in alternatives(view.working_dir) if isinstance(s, Known)]
    entries: list[str] = []
    for variable in alternatives(view.environment.get("PYTHONPATH")):
        if isinstance(variable, Known) and variable.value.is_known:
            entries += [e for e in variable.value.plain.split(":") if e]
    first = folders[0] if folders else "/"
    return list(dict.fromkeys([*folders, *(join(first, e) for e in entries)]))


def nearby(view: View, files: Files) -> list[Place]:
    """Return the repository folders that may hold the application, the likeliest first, each with its ``src`` below."""
    folders = [m.source for m in view.paths if files.is_folder(m.source)] + [f for f in view.nearby if files.is_folder(f)]
    step = "nothing says where the container has its modules, so they are looked for in this folder"
    found = []
    for folder in dict.fromkeys(below(".", f) for f in folders):
        found.append(Place(folder, trail=(Step(Role.ASSUMED, None, f"{step}: {folder}"),)))
        inner = below(folder, "src")
        if files.is_folder(inner):
            found.append(Place(inner, trail=(Step(Role.ASSUMED, None, f"{step}: {inner}"),)))
    return found


def with_sources(places: Iterable[Place], view: View, files: Files) -> list[Place]:
    """Add the ``src`` folders below: what stands there is usually installed into the container's site-packages."""
    found = list(places)
    for place in tuple(found):
        inner = Place(join(place.path, "src"), place.in_container, (Step(Role.ASSUMED, None, "the packages in src are installed"),))
        paths = view.find(inner.path) if inner.in_container else (inner.path,)
        if any(files.is_folder(path) for path in paths):
            found.append(inner)
    return found

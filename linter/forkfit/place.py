"""Where a run takes place: the project root, and the paths of the command line as seen from it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from forkfit.arguments import Arguments, Usage
from forkfit.compose.targets import Order
from forkfit.files import Disk, inside, project_root, rooted, seen_from
from forkfit.model.record import Record


class Place(Record):
    """The window on the root, the working folder as seen from it, and the folder that settings are looked up from."""

    files: Disk
    folder: str
    settings_folder: str

    def order(self, arguments: Arguments, environ: Mapping[str, str]) -> Order:
        """Return what the user asks for, in paths from the root; raise Usage for a path outside it."""
        inherited = {name: value for name, value in environ.items() if arguments.inherits}
        return Order(
            paths=tuple(self.path(p) for p in arguments.paths),
            merged=tuple(self.path(p) for p in arguments.files),
            folder=self.folder,
            environment=tuple({**inherited, **dict(arguments.environment)}.items()),
            env_files=tuple(self.path(p) for p in arguments.env_files),
            profiles=arguments.profiles,
            project_directory=self.path(arguments.project_directory) if arguments.project_directory is not None else None,
            exclude=arguments.exclude,
            strict=arguments.strict,
            root=rooted(self.files.root),
        )

    def seen_from(self, folder: str) -> str:
        """Return the root as seen from a folder, POSIX, empty where it is that folder."""
        root = seen_from(os.path.realpath(folder), self.files.root)
        return "" if root == "." else root

    def path(self, written: str) -> str:
        """Return a path of the command line as seen from the root."""
        for absolute in (os.path.abspath(written), os.path.realpath(written)):
            path = seen_from(self.files.root, absolute)
            if inside(path):
                return path
        raise Usage(f"{written} is outside the project root {self.files.root}; --root names another")


def locate(arguments: Arguments) -> Place:
    """Find the root: --root, or the folder with ``.git`` at or above the first path, or that folder, or this one."""
    first = next(iter((*arguments.files, *arguments.paths)), ".")
    folder = first if os.path.isdir(first) else os.path.dirname(first) or "."
    if arguments.root is not None:
        if not os.path.isdir(arguments.root):
            raise Usage(f"--root {arguments.root}: there is no such folder")
        root = os.path.realpath(arguments.root)
    else:
        here = os.getcwd()
        below_here = inside(seen_from(here, os.path.realpath(folder)))
        root = project_root(folder, here if below_here and not os.path.isdir(first) else folder)
    place = Place(Disk(root), ".", ".")
    near = place.path(folder)
    working = seen_from(root, os.getcwd())
    return Place(Disk(root), working if inside(working) else near, near)

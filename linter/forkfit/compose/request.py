"""What is asked for: which files, in which surroundings."""

from __future__ import annotations

from forkfit.model.record import Record


class Request(Record):
    """One project to load.

    Paths are POSIX, from the root; `files` in their order, none for Compose's own lookup in `folder`, where the command
    is supposed to run. `environment` is all of the process environment that counts: nothing else of it is read.
    `root` is the absolute path of the root, where it is known: for the project's name, and for absolute paths.
    A strict load stops where the reference stops.
    """

    files: tuple[str, ...] = ()
    folder: str = "."
    environment: tuple[tuple[str, str], ...] = ()
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    project_directory: str | None = None
    interpolate: bool = True
    strict: bool = False
    root: str = ""

"""What stages may ask of a project's files."""

from __future__ import annotations

from typing import Protocol


class Files(Protocol):
    """A window on the project root. Paths are POSIX, relative to the root, "." for the root itself."""

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; raise BrokenSource where it is missing, outside the root, not a file, or too large."""
        ...

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root."""
        ...

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        ...

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder; empty where it is none."""
        ...

    def size(self, path: str) -> int | None:
        """Return how many bytes a regular file inside the root has, None for everything else; it may be too large to be read."""
        ...

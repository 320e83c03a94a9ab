"""The files of a revision, and beside them what is in no revision: what git ignores, such as a secret .env, as it is now."""

from __future__ import annotations

from forkfit.compare.tree import GitTree
from forkfit.files import below, tidy
from forkfit.model.files import Files

_MOST_ASKED = 10_000


class Beside:
    """Files of a revision over those of now that are in no revision; `taken` are those of now that were read."""

    def __init__(self, tree: GitTree, now: Files) -> None:
        """Look at the revision first."""
        self._tree = tree
        self._now = now
        self._outside: dict[str, bool] = {}
        self.taken: set[str] = set()

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        if self._is_of_now(path):
            self.taken.add(tidy(path))
            return self._now.read_bytes(path)
        return self._tree.read_bytes(path)

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root."""
        return self._tree.is_file(path) or self._is_of_now(path)

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        return self._tree.is_folder(path)

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder; empty where it is none."""
        held = self._tree.names(path)
        more = (name for name in self._now.names(path) if name not in held and self._is_of_now(below(tidy(path), name)))
        return tuple(sorted({*held, *more}))

    def size(self, path: str) -> int | None:
        """Return the bytes of a regular file; see Files."""
        return self._now.size(path) if self._is_of_now(path) else self._tree.size(path)

    def _is_of_now(self, path: str) -> bool:
        if self._tree.is_file(path) or self._tree.is_folder(path) or not self._now.is_file(path):
            return False
        known = tidy(path)
        if known not in self._outside:
            self._outside[known] = len(self._outside) < _MOST_ASKED and self._tree.is_outside_history(known)
        return self._outside[known]

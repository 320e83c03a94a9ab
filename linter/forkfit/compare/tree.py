"""The files of a project at a revision of git, as git's objects have them: read-only, and none of the work tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from forkfit.compare.git import Entry, Repository, found, listed
from forkfit.files import LARGEST_FILE, inside, tidy
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file

_LINK, _SUBMODULE = "120000", "160000"
_MOST_LINKS = 40  # on the way to one file, as Linux has it
_LONGEST_LINK = 4096  # bytes


class GitTree:
    """The files of one commit below a folder of the repository; see Files."""

    def __init__(self, commit: str, entries: dict[str, Entry], repository: Repository) -> None:
        """Hold what a commit lists, by paths from the root."""
        self.commit = commit
        self._entries = entries
        self._repository = repository
        self._folders: dict[str, set[str]] = {".": set()}
        self._links = any(entry.mode == _LINK for entry in entries.values())
        self._submodules = frozenset(path for path, entry in entries.items() if entry.mode == _SUBMODULE)
        for path, entry in entries.items():
            self._put(path, is_folder=entry.mode == _SUBMODULE)

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        entry = self._entry(path)
        if entry is None:
            known = self._real(path) in self._folders
            raise BrokenSource(f"{path} is not a regular file" if known else f"{path} does not exist", whole_file(path))
        size = self._repository.size(entry.name)
        if size is None:
            raise BrokenSource(f"{path} cannot be read: this clone does not hold it", whole_file(path))
        if size > LARGEST_FILE:
            raise BrokenSource(f"{path} has {size} bytes; more than {LARGEST_FILE} are not read", whole_file(path))
        return self._repository.content(entry.name)

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root."""
        return self._seen(path) is not None

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        try:
            return self._real(path) in self._folders
        except BrokenSource:
            return False

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder; empty where it is none."""
        try:
            return tuple(sorted(self._folders.get(self._real(path), ())))
        except BrokenSource:
            return ()

    def size(self, path: str) -> int | None:
        """Return the bytes of a regular file; see Files."""
        entry = self._seen(path)
        return None if entry is None else self._repository.size(entry.name)

    def is_outside_history(self, path: str) -> bool:
        """Tell whether what stands at a path now is in no revision: git ignores it, or another repository holds it."""
        names = tidy(path).split("/")
        above = ("/".join(names[:count]) for count in range(1, len(names)))
        return any(folder in self._submodules for folder in above) or self._repository.ignores(tidy(path))

    def paths(self) -> tuple[str, ...]:
        """Return the sorted paths of all that the commit holds."""
        return tuple(sorted(self._entries))

    def _put(self, path: str, *, is_folder: bool) -> None:
        if is_folder:
            self._folders.setdefault(path, set())
        folder, _, name = path.rpartition("/")
        while name not in (names := self._folders.setdefault(folder or ".", set())):
            names.add(name)
            if not folder:
                break
            folder, _, name = folder.rpartition("/")

    def _seen(self, path: str) -> Entry | None:
        try:
            return self._entry(path)
        except BrokenSource:
            return None

    def _entry(self, path: str) -> Entry | None:
        entry = self._entries.get(self._real(path))
        return None if entry is None or entry.mode in (_LINK, _SUBMODULE) else entry

    def _real(self, path: str) -> str:
        """Return a path with its links resolved, as the disk would have them; raise BrokenSource where it leaves the root."""
        if not inside(tidy(path)):
            raise _outside(path)
        if not self._links:
            return tidy(path)
        todo, done, followed = list(reversed(path.split("/"))), list[str](), 0
        while todo:
            name = todo.pop()
            if name == "..":
                if not done:
                    raise _outside(path)
                done.pop()
            elif name not in ("", "."):
                done.append(name)
                entry = self._entries.get("/".join(done))
                if entry is not None and entry.mode == _LINK:
                    followed += 1
                    done.pop()
                    todo.extend(reversed(self._target(entry, path, followed).split("/")))
        return "/".join(done) or "."

    def _target(self, link: Entry, path: str, followed: int) -> str:
        if followed > _MOST_LINKS or (self._repository.size(link.name) or _LONGEST_LINK) >= _LONGEST_LINK:
            raise BrokenSource(f"{path} cannot be read: its links lead nowhere", whole_file(path))
        target = os.fsdecode(self._repository.content(link.name))
        if target.startswith("/"):
            raise _outside(path)
        return target


def _outside(path: str) -> BrokenSource:
    return BrokenSource(f"{path} is outside the project root, so it is not read", whole_file(path))


@contextmanager
def at_revision(root: str, revision: str) -> Iterator[GitTree]:
    """Open the files of a revision below a folder of the disk; raise Unusable where there is none."""
    commit, prefix = found(root, revision)
    repository = Repository(root)
    try:
        yield GitTree(commit, listed(root, commit, prefix), repository)
    finally:
        repository.close()

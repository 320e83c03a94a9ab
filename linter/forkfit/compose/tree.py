"""Tables of places in a Compose file: patterns of keys, found again while walking down a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from forkfit.model.record import Record

T = TypeVar("T")

Path = tuple[str, ...]

ANY = "*"  # any key, any item
ITEM = "[]"  # any item of a list


class Branch(Record, Generic[T]):
    """What a table says here, and of the keys below."""

    here: T | None
    below: dict[str, Branch[T]]

    def down(self, key: str) -> Branch[T] | None:
        """Return the branch of a key; None where the table says nothing of it or of anything below."""
        below = self.below
        return below.get(key) or below.get(ANY)


def planted(table: Iterable[tuple[Path, T]]) -> Branch[T]:
    """Return a table of patterns as a tree, so that a walk asks once a key and stops where nothing is said."""
    root: Branch[T] = Branch(None, {})
    for path, what in table:
        _plant(root.below, path, what)
    return root


def _plant(below: dict[str, Branch[T]], path: Path, what: T) -> None:
    key, rest = path[0], path[1:]
    branch = below.get(key) or Branch(None, {})
    if rest:
        _plant(branch.below, rest, what)
    else:
        branch = Branch(what, branch.below)
    below[key] = branch

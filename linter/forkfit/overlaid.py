"""Files of which some are not what the disk has, such as what comes by standard input."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import split

from forkfit.files import tidy
from forkfit.model.files import Files
from forkfit.model.record import Record


class Overlaid(Record):
    """Files that win over those below, by their paths."""

    below: Files
    contents: Mapping[str, bytes]

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        content = self.contents.get(tidy(path))
        return self.below.read_bytes(path) if content is None else content

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root, or has contents here."""
        return tidy(path) in self.contents or self.below.is_file(path)

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        return self.below.is_folder(path)

    def size(self, path: str) -> int | None:
        """Return a file's size; see Files."""
        content = self.contents.get(tidy(path))
        return self.below.size(path) if content is None else len(content)

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder, with those that have contents here."""
        own = (split(name) for name in self.contents)
        return tuple(sorted({*self.below.names(path), *(name for folder, name in own if (folder or ".") == tidy(path))}))

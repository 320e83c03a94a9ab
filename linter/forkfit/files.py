"""The only reader of disk: a window on the project root, through which nothing outside can be seen."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dictionary
from functools import lru_cache
from posixpath import normpath
from types import ModuleType

from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source, source
from forkfit.model.span import whole_file

LARGEST_FILE = 4 * 1024**2  # bytes; the largest file of 498 real Compose files is far below 1 MiB


def tidy(path: str) -> str:
    """Return a POSIX path without ``.``, ``..`` and doubled slashes; it begins with ``..`` where it leaves the root."""
    return normpath(path) if path else "."


def inside(path: str) -> bool:
    """Tell whether a tidy path stays inside the root."""
    return not (path == ".." or path.startswith(("../", "/")))


def below(folder: str, path: str) -> str:
    """Return a path as seen from the root that is written as seen from a folder."""
    return tidy(path if path.startswith("/") or folder in (".", "") else f"{folder}/{path}")


def seen_from(folder: str, path: str, rules: ModuleType = os.path) -> str:
    """Return a path of the disk as seen from a folder of it, POSIX; one on another drive is outside whatever folder."""
    try:
        return str(rules.relpath(path, folder)).replace(rules.sep, "/")
    except ValueError:  # Windows has no way from one drive to another
        return rooted(path, rules)


def rooted(path: str, rules: ModuleType = os.path) -> str:
    r"""Return an absolute path of the disk so that POSIX takes it for one: ``C:\shop`` is ``/C:/shop``."""
    posix = path.replace(rules.sep, "/")
    return posix if posix.startswith("/") else f"/{posix}"


def read_text(files: Files, path: str) -> Source:
    """Return a UTF-8 file as text, without a byte order mark; raise BrokenSource with the place where it is none."""
    content = files.read_bytes(path)
    if other := _encoding(content):
        raise BrokenSource(f"this file is {other}, not UTF-8", whole_file(path), "Save the file as UTF-8.")
    content = content.removeprefix(BOM_UTF8)
    if b"\0" in content:
        raise BrokenSource("this is a binary file", whole_file(path), "Name a text file.")
    try:
        return source(path, content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        at = whole_file(path).replace(line=line, end_line=line)
        raise BrokenSource(f"byte {content[error.start]:#04x} on line {line} is not UTF-8", at, "Save the file as UTF-8.") from error


def shipped(folder: str, name: str) -> bytes | None:
    """Return a file that forkfit or a plugin ships in a folder of its own, None where it ships none of that name."""
    try:
        with open(os.path.join(folder, name), "rb") as stream:
            return stream.read(LARGEST_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return None


def shipped_names(folder: str) -> tuple[str, ...]:
    """Return the sorted names in a folder that forkfit or a plugin ships; empty where there is none."""
    try:
        return tuple(sorted(os.listdir(folder)))
    except (FileNotFoundError, NotADirectoryError):
        return ()


def named_bytes(path: str) -> bytes:
    """Return the bytes of a file that the user names, wherever it is; raise BrokenSource."""
    folder, name = os.path.split(os.path.abspath(path))
    window = Disk(os.path.realpath(folder))
    if not window.is_file(name):
        raise BrokenSource(f"{path} cannot be read: there is no such file", whole_file(path))
    return window.read_bytes(name)


@lru_cache(maxsize=4096)  # each look at a file asks for its folder, and a path is resolved link by link
def _real_folder(path: str) -> str:
    """Return a folder with its links resolved."""
    return os.path.realpath(path)


_MARKS = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def _encoding(content: bytes) -> str:
    """Return the encoding that a byte order mark names, the longer one first; empty where there is none."""
    return next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")


class Disk(Record):
    """Files below a folder of the disk, given as an absolute path with its links resolved."""

    root: str

    def _open(self, path: str) -> str:
        """Return the real path; raise BrokenSource where it is outside the root, also by way of a link."""
        folder, name = os.path.split(os.path.join(self.root, path))
        real = os.path.join(_real_folder(folder), name)
        if name in ("", os.curdir, os.pardir) or os.path.islink(real):
            real = os.path.realpath(real)
        if not inside(tidy(path)) or not (real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)):
            raise BrokenSource(
                f"{path} is outside the project root, so it is not read",
                whole_file(path),
                "Move it into the project, or name a higher --root.",
            )
        return real

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        real = self._open(path)
        try:
            status = os.stat(real)
            if not stat.S_ISREG(status.st_mode):
                raise BrokenSource(f"{path} is not a regular file", whole_file(path))
            if status.st_size > LARGEST_FILE:
                raise BrokenSource(f"{path} has {status.st_size} bytes; more than {LARGEST_FILE} are not read", whole_file(path))
            with open(real, "rb") as stream:
                return stream.read(LARGEST_FILE)
        except FileNotFoundError as error:
            raise BrokenSource(f"{path} does not exist", whole_file(path)) from error
        except OSError as error:
            raise BrokenSource(f"{path} cannot be read: {error.strerror}", whole_file(path)) from error

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root."""
        return self._has(path, os.path.isfile)

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        return self._has(path, os.path.isdir)

    def _has(self, path: str, question: Callable[[str], bool]) -> bool:
        try:
            return question(self._open(path))
        except (BrokenSource, ValueError):
            return False

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder; empty where it is none."""
        try:
            return tuple(sorted(os.listdir(self._open(path))))
        except (BrokenSource, OSError, ValueError):
            return ()

    def size(self, path: str) -> int | None:
        """Return the bytes of a regular file; see Files."""
        try:
            status = os.stat(self._open(path))
        except (BrokenSource, OSError, ValueError):
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None


MOST_REMEMBERED = 65_536  # paths


class Remembered:
    """Files whose folders are looked at once: the projects of a run share most of them, and a run sees one state of the disk."""

    def __init__(self, files: Files) -> None:
        """Look into these files; `read` are the paths of those that were read."""
        self._files = files
        self.read: set[str] = set()
        self.is_file = lru_cache(maxsize=MOST_REMEMBERED)(files.is_file)
        self.is_folder = lru_cache(maxsize=MOST_REMEMBERED)(files.is_folder)
        self.names = lru_cache(maxsize=MOST_REMEMBERED)(files.names)

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        self.read.add(tidy(path))
        return self._files.read_bytes(path)

    def size(self, path: str) -> int | None:
        """Return the bytes of a regular file; see Files."""
        return self._files.size(path)

    def sources(self) -> Iterator[Source]:
        """Yield the files that were read, as far as they can be read again."""
        for path in sorted(self.read):
            try:
                yield source(path, self._files.read_bytes(path).decode("utf-8-sig", "replace"))
            except BrokenSource:
                continue


class Watched:
    """Files that remember which of them were asked for: what a project loads, and what excerpts are cut from."""

    def __init__(self, files: Files) -> None:
        """Watch these files."""
        self._files = files
        self.asked: set[str] = set()
        self.sources: dict[str, Source] = {}

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        name = tidy(path)
        self.asked.add(name)
        content = self._files.read_bytes(path)
        if name not in self.sources:
            self.sources[name] = source(name, content.removeprefix(BOM_UTF8).decode("utf-8", "replace"))
        return content

    def is_file(self, path: str) -> bool:
        """Tell whether the path is a regular file inside the root."""
        return self._files.is_file(path)

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder inside the root."""
        return self._files.is_folder(path)

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names in a folder; empty where it is none."""
        return self._files.names(path)

    def size(self, path: str) -> int | None:
        """Return the bytes of a regular file; see Files."""
        return self._files.size(path)


class InMemory(Record):
    """Files held in a dictionary from path to bytes, for tests and for standard input."""

    contents: Dictionary[str, bytes]

    def read_bytes(self, path: str) -> bytes:
        """Return a file's bytes; see Files."""
        if not inside(tidy(path)):
            raise BrokenSource(f"{path} is outside the project root, so it is not read", whole_file(path))
        try:
            return self.contents[tidy(path)]
        except KeyError:
            raise BrokenSource(f"{path} does not exist", whole_file(path)) from None

    def is_file(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return tidy(path) in self.contents

    def is_folder(self, path: str) -> bool:
        """Tell whether any file lies below the path."""
        folder = tidy(path)
        return folder == "." or any(name.startswith(folder + "/") for name in self.contents)

    def names(self, path: str) -> tuple[str, ...]:
        """Return the sorted names directly in a folder."""
        folder = tidy(path)
        start = "" if folder == "." else folder + "/"
        return tuple(sorted({name[len(start) :].split("/", 1)[0] for name in self.contents if name.startswith(start)}))

    def size(self, path: str) -> int | None:
        """Return the bytes of a file; see Files."""
        content = self.contents.get(tidy(path)) if inside(tidy(path)) else None
        return None if content is None else len(content)


def project_root(folder: str, given: str = "") -> str:
    """Return the project root for an absolute folder: the nearest at or above it that holds ``.git``, otherwise `given`.

    The search never takes the home directory or the root of the disk; where it finds none and `given` is empty, the
    folder itself is the root.
    """
    home = os.path.realpath(os.path.expanduser("~"))
    here = os.path.realpath(folder)
    while here not in (home, os.path.dirname(here)):
        if os.path.exists(os.path.join(here, ".git")):
            return here
        here = os.path.dirname(here)
    return os.path.realpath(given or folder)

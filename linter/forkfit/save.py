"""The only writer of disk: files that are whole or not there at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable


def save(path: str, content: bytes) -> None:
    """Put a file in place in one step, so that no reader meets half of it; raise OSError.

    A link stays one, a file keeps its rights, and what is no regular file (a pipe, ``/dev/stderr``) is written to. Where
    the folder takes no second file, or the file cannot be replaced, as one mounted into a container, it is overwritten.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = 0
    if mode and not stat.S_ISREG(mode):
        _overwrite(path, content)
        return
    target = os.path.realpath(path)
    beside = f"{target}.{os.getpid()}.part"
    try:
        stream = open(beside, "xb")  # noqa: SIM115 (what cannot be created is another matter than what cannot be filled)
    except OSError:
        if not mode:
            raise
        _overwrite(target, content)
        return
    try:
        with stream:
            stream.write(content)
        if mode:
            os.chmod(beside, stat.S_IMODE(mode))
    except BaseException:  # also where the user interrupts: half a file stays nowhere
        os.remove(beside)
        raise
    try:
        os.replace(beside, target)
    except OSError:
        os.remove(beside)
        if not mode:
            raise
        _overwrite(target, content)


def append(path: str, content: bytes, most: int) -> None:
    """Add to the end of a file, which stays below so many bytes; raise OSError, also where there is no room."""
    with open(path, "ab") as stream:
        if stream.tell() + len(content) > most:
            raise OSError(f"more than {most} bytes")
        stream.write(content)


def identities(paths: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Return what tells files from all others, by whatever names: a link is one, and a disk may take small letters for capitals."""
    found = set()
    for path in paths:
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            continue
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def size(path: str) -> int:
    """Return the bytes in a file, 0 where there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _overwrite(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)

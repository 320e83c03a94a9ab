"""New contents put in place: all of them or none, and only over what was read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from forkfit.mend.edit import Refused
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.save import save


def put(contents: Mapping[str, bytes], before: Mapping[str, bytes], files: Files, root: str) -> None:
    """Write files below the root, each in one step; raise Refused, with all as it was, where one cannot be or has changed."""
    real = [os.path.realpath(os.path.join(root, path)) for path in contents]
    if len(set(real)) < len(real):
        raise Refused(f"{' and '.join(contents)} lead to one file; nothing is written")
    for path in contents:
        _check(path, before[path], files, root)
    done: list[str] = []
    try:
        for path, content in contents.items():
            save(os.path.join(root, path), content)
            done.append(path)
    except BaseException as error:  # also where the user interrupts: one file without the other may be worse than none
        for written in done:
            save(os.path.join(root, written), before[written])
        if not isinstance(error, OSError):
            raise
        raise Refused(f"{path} cannot be written: {error.strerror or error}; every file is as it was") from error


def _check(path: str, before: bytes, files: Files, root: str) -> None:
    try:
        now = files.read_bytes(path)  # it also refuses what a link brings from outside the root
        mode = os.stat(os.path.join(root, path)).st_mode
    except (BrokenSource, OSError) as error:
        raise Refused(f"{path} cannot be read any more: {error}") from error
    if now != before:
        raise Refused(f"{path} has changed meanwhile; nothing is written")
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(os.path.join(root, path), os.W_OK):
        raise Refused(f"{path} is read-only; nothing is written")

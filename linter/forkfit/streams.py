"""The streams of a process: where to write, and what becomes of what cannot be written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from forkfit.model.record import Record


class Unwritable(Exception):
    """Standard output that takes nothing more, as on a full disk."""


class Streams(Record):
    """Where to write, what the process was started with, the day (as in 2027-01-31), and what reads so many bytes of standard input."""

    out: TextIO
    err: TextIO
    environ: Mapping[str, str]
    today: Callable[[], str]
    read: Callable[[int], bytes]


def usable(given: TextIO | None, own: TextIO | None) -> TextIO:
    """Return the stream that is given, or the process's own, which may be closed."""
    return given or own or open(os.devnull, "w", encoding="utf-8")


@contextmanager
def whole(out: TextIO) -> Iterator[None]:
    """See that all that is written within arrives; raise Unwritable.

    A reader that has gone, as `head` does, wants no more: that is no fault, and the exit status stays the verdict's.
    """
    try:
        yield
        out.flush()
    except BrokenPipeError:
        _discard(out)
    except OSError as error:
        _discard(out)
        raise Unwritable(f"standard output cannot be written: {error.strerror or error}") from error


def _discard(out: TextIO) -> None:
    """Send what is left of standard output nowhere, so that Python does not complain while it closes it."""
    if out in (sys.stdout, sys.__stdout__):
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def trace(bug: Exception, streams: Streams) -> None:
    """Keep the traceback of a bug of ours."""
    import traceback

    traceback.print_exception(bug, file=streams.err)

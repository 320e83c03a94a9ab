"""The command line: arguments in, exit status out. Streams and environment are given, so that a test needs no process."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import TextIOWrapper
from time import strftime
from typing import TextIO

INTERRUPTED = 130  # what a shell says of a command that Ctrl-C ended


def _today() -> str:
    return strftime("%Y-%m-%d")


def _standard_input(most: int) -> bytes:
    return sys.stdin.buffer.read(most) if sys.stdin is not None else b""


def main(
    argv: Sequence[str] | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
    today: Callable[[], str] = _today,
    read: Callable[[int], bytes] | None = None,
) -> int:
    """Run one command and return its exit status: 0 nothing found, 1 findings, 2 could not run or could not see."""
    try:
        return _run(argv, out, err, environ, today, read)
    except KeyboardInterrupt:
        print("compose-lint: interrupted", file=err or sys.stderr)
        return INTERRUPTED
    finally:
        if out is None:
            # The process ends here. Without this, Python would look through all that there is for garbage, several times,
            # which takes a sixth of a small run.
            gc.freeze()


def _run(
    argv: Sequence[str] | None,
    out: TextIO | None,
    err: TextIO | None,
    environ: Mapping[str, str] | None,
    today: Callable[[], str],
    read: Callable[[int], bytes] | None,
) -> int:
    if out is None and isinstance(sys.stdout, TextIOWrapper):
        # A name in a file may have characters that the terminal's encoding lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
        # A run builds many small records, no cycles, and ends: looking for garbage as often as Python does costs a tenth of it,
        # of which the imports have their share; so they come after this line.
        gc.set_threshold(200_000, 20, 20)
    from forkfit.command_line import parse
    from forkfit.model.report import Unusable
    from forkfit.streams import Streams, Unwritable, trace, usable, whole

    streams = Streams(
        usable(out, sys.stdout), usable(err, sys.stderr), os.environ if environ is None else environ, today, read or _standard_input
    )
    try:
        arguments = None
        with whole(streams.out):
            arguments = parse(list(sys.argv[1:] if argv is None else argv), streams.out)
        if arguments is None:
            return 0
        # What a plugin prints is not to stand in the middle of a report.
        with redirect_stdout(streams.err):
            status: int = import_module(f"forkfit.commands.{arguments.command}").run(arguments, streams)
        return status
    except (Unusable, Unwritable) as wrong:
        print("\n".join(f"compose-lint: {line}" for line in str(wrong).splitlines()), file=streams.err)
    except Exception as bug:
        trace(bug, streams)
        print(f"compose-lint: internal error, please report it with the lines above: {bug}", file=streams.err)
    return 2

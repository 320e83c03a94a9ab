"""Run the command line in a child process that may take so much and no more, and see what it opens."""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import NamedTuple

MEMORY = 640 * 1024**2  # bytes of address space beyond what the parent has
SECONDS = 30  # of CPU time, after which the kernel ends the child: far above what any case needs, also under coverage


class Ran(NamedTuple):
    """How a run ended: its exit status (negative where a signal ended it), what it wrote, took, and opened."""

    status: int
    out: str
    err: str
    seconds: float
    mebibytes: float
    opened: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that was written."""
        return self.out + self.err


def bounded(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> Ran:
    """Lint in a folder, in a child of this process; memory is what it took beyond what this process has."""
    from forkfit.cli import main

    with tempfile.TemporaryFile("w+") as told:
        before = _resident()
        child = os.fork()
        if child == 0:
            try:
                _limit()
                os.chdir(folder)
                opened: list[str] = []
                sys.addaudithook(lambda event, given: opened.append(os.fspath(given[0])) if _opens(event, given) else None)
                out, err = StringIO(), StringIO()
                status = main(list(arguments), out, err, environ or {}, lambda: "2026-11-25")
                json.dump([status, out.getvalue(), err.getvalue(), [str(path) for path in opened]], told)
                told.flush()
            finally:
                os._exit(0)
        _, ended, used = os.wait4(child, 0)
        told.seek(0)
        written = told.read()
    status, out, err, names = json.loads(written) if written else (-os.waitstatus_to_exitcode(ended) or -1, "", "", [])
    return Ran(status, out, err, used.ru_utime + used.ru_stime, max(0.0, used.ru_maxrss / 1024 - before), tuple(names))


def _opens(event: str, given: tuple[object, ...]) -> bool:
    return event in ("open", "os.listdir", "os.scandir") and isinstance(given[0], str)


def _limit() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _resident() -> float:
    """Return the MiB that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2

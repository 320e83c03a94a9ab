"""Run a program of the user's in a process group of its own, for a bounded time, and leave nothing of it behind."""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from forkfit.measure.cgroup import Cgroup
from forkfit.measure.signals import uninterrupted
from forkfit.model.record import Record

# prctl(2): who adopts a process whose parent has ended, and which signal a process gets then.
SET_CHILD_SUBREAPER, SET_PARENT_DEATH_SIGNAL = 36, 1
# Turns of looking for processes that are still there, 20 ms each.
MOST_TURNS = 250
LONGEST_LINE = 1_000_000


class Failed(Exception):
    """The program did not do what it was asked for; the text is for the user and holds nothing that it printed."""


class Program(Record):
    """What to run: words, folder, environment, and how many seconds it may go without an answer."""

    words: tuple[str, ...]
    folder: str
    environment: Mapping[str, str]
    seconds: float


class Conversation:
    """A running program, which tells what it has done a line at a time, as JSON, and waits to be told to go on."""

    def __init__(self, process: subprocess.Popen[bytes], before: frozenset[int], told: int, answer: int, seconds: float) -> None:
        """Talk to a process by two descriptors; `before` are processes that have nothing to do with it."""
        self.process = process
        self._before = before
        self._told = told
        self._answer = answer
        self._seconds = seconds
        self._kept = b""

    def processes(self) -> frozenset[int]:
        """Return the process and all below it, also those that have left it."""
        return frozenset(_descendants(os.getpid())) - self._before

    def go_on(self) -> None:
        """Tell the program to go on."""
        try:
            os.write(self._answer, b"\n")
        except BrokenPipeError as error:
            raise Failed("the application ended early") from error

    def messages(self, doing: str) -> Iterator[dict[str, Any]]:
        """Yield what the program tells; raise Failed where it ends, or stays silent for too long at what it is doing."""
        until = time.monotonic() + self._seconds
        while True:
            line, newline, rest = self._kept.partition(b"\n")
            if newline:
                self._kept = rest
                yield _read(line)
                continue
            left = until - time.monotonic()
            if left <= 0:
                raise Failed(f"still {doing} after {self._seconds:.0f} s; --timeout gives it longer")
            if select.select([self._told], [], [], min(left, 0.2))[0]:
                more = os.read(self._told, 65536)
                self._kept += more
                if len(self._kept) > LONGEST_LINE:
                    raise Failed(f"{doing}: more is told than can be read")
                if more:
                    continue
            if self.process.poll() is not None:
                raise Failed(f"the process ended while {doing}, {_ending(self.process.returncode)}")


@contextmanager
def running(program: Program, cgroup: Cgroup | None) -> Iterator[Conversation]:
    """Run a program, in a cgroup where there is one; when the block ends, however it does, every process of it is gone.

    What the program prints is not read: it may hold secrets. The two descriptors are added to its last word, JSON.
    """
    before = frozenset(_descendants(os.getpid()))
    library = ctypes.CDLL(None)
    # Whoever leaves the process group, as a daemon does, becomes a child of this process when its parent ends.
    library.prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    told, tells = os.pipe()
    hears, answers = os.pipe()

    def enter() -> None:
        library.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if cgroup is not None:
            cgroup.enter()

    process = None
    try:
        with uninterrupted():
            process = subprocess.Popen(
                (*program.words[:-1], json.dumps({**json.loads(program.words[-1]), "out": tells, "in": hears})),
                cwd=program.folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(tells, hears),
                preexec_fn=enter,
                start_new_session=True,
            )
        os.close(tells)
        tells = -1
        yield Conversation(process, before, told, answers, program.seconds)
    finally:
        with uninterrupted():
            for descriptor in (told, tells, hears, answers):
                if descriptor >= 0:
                    os.close(descriptor)
            _end(process, before)
            library.prctl(SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def environment_for(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program of the user's: it writes no byte code, and Celery accepts root."""
    return {**environ, "PYTHONDONTWRITEBYTECODE": "1", "C_FORCE_ROOT": "1"}


def parents() -> dict[int, int]:
    """Return the parent of each process that can be seen."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stream:
                    # The program's name stands in brackets and may hold blanks and brackets itself.
                    found[int(name)] = int(stream.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    return found


def _descendants(of: int) -> Iterator[int]:
    """Yield the processes below one."""
    above = parents()
    for pid in above:
        one, seen = pid, set[int]()
        while one in above and one not in seen:
            seen.add(one)
            one = above[one]
            if one == of:
                yield pid
                break


def _end(process: subprocess.Popen[bytes] | None, before: frozenset[int]) -> None:
    """Kill the process group, and whoever left it, until none is there.

    A process that was interrupted while it started is not known, and there all the same.
    """
    if process is not None:
        _kill_group(process.pid)
    for _ in range(MOST_TURNS):
        if process is not None:
            process.poll()
        left = [pid for pid in _descendants(os.getpid()) if pid not in before]
        if not left:
            break
        for pid in left:
            _kill(pid)
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue
        time.sleep(0.02)
    if process is not None:
        process.wait()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _read(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise Failed("the application writes where only the measurement does") from error
    if not isinstance(message, dict):
        raise Failed("the application writes where only the measurement does")
    return message


def _ending(status: int) -> str:
    """Say how a process ended."""
    if status == -signal.SIGKILL:
        return "killed, as the kernel does where memory runs out"
    return f"with exit status {status}" if status >= 0 else f"by signal {-status}"


def inside(name: str) -> str:
    """Return the path of one of the programs that run in the user's interpreter."""
    return os.path.join(os.path.dirname(__file__), "inside", f"{name}.py")


def words(python: str, name: str, asked: Mapping[str, Any], options: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words that run such a program, with what it is asked for as JSON."""
    return (python, *options, inside(name), json.dumps(asked))


def can_measure() -> bool:
    """Tell whether this machine has what a measurement reads: Linux, with the memory of a process in sum."""
    return sys.platform == "linux" and os.path.exists("/proc/self/smaps_rollup")

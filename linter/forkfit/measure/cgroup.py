"""A memory cgroup of our own, version 1 or 2, where this user may make one: what the kernel counts, and where it kills."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from forkfit.measure.signals import uninterrupted
from forkfit.model.memory import Memory
from forkfit.model.record import Record

VERSION_1 = "/sys/fs/cgroup/memory"
VERSION_2 = "/sys/fs/cgroup"
OWN = "/proc/self/cgroup"
PREFIX = "compose-lint-"
# Turns of waiting for the kernel to let go of a cgroup, 20 ms each.
MOST_TURNS = 250


class Count(Record):
    """What the kernel charges a cgroup with: anonymous memory with shared memory, and memory of its own."""

    anonymous: Memory
    kernel: Memory

    @property
    def total(self) -> Memory:
        """What a limit is held against once the page cache is dropped."""
        return self.anonymous + self.kernel


class Cgroup(Record):
    """A folder of the cgroup file system."""

    folder: str
    version: int

    def enter(self) -> None:
        """Put the calling process into it."""
        self._write("cgroup.procs", str(os.getpid()))

    def limit(self, memory: Memory) -> None:
        """Let the kernel kill above so much; swap does not help."""
        if self.version == 1:
            self._write("memory.limit_in_bytes", str(memory.bytes))
            self._write("memory.swappiness", "0")
        else:
            self._write("memory.max", str(memory.bytes))
            if os.path.exists(os.path.join(self.folder, "memory.swap.max")):
                self._write("memory.swap.max", "0")

    def count(self) -> Count:
        """Return what the kernel counts now."""
        told = self._table("memory.stat")
        if self.version == 1:
            kernel = int(self._read("memory.kmem.usage_in_bytes")) if self._has("memory.kmem.usage_in_bytes") else 0
            return Count(Memory(told["total_rss"] + told.get("total_shmem", 0)), Memory(kernel))
        parts = ("kernel_stack", "pagetables", "percpu", "slab_unreclaimable")
        kernel = sum(told.get(name, 0) for name in parts)
        return Count(Memory(told["anon"] + told.get("shmem", 0)), Memory(kernel))

    def kills(self) -> int:
        """Return how many processes the kernel has killed here."""
        return self._table("memory.oom_control" if self.version == 1 else "memory.events").get("oom_kill", 0)

    def processes(self) -> tuple[int, ...]:
        """Return the processes in it."""
        return tuple(int(pid) for pid in self._read("cgroup.procs").split())

    def _has(self, name: str) -> bool:
        return os.path.exists(os.path.join(self.folder, name))

    def _read(self, name: str) -> str:
        with open(os.path.join(self.folder, name), encoding="ascii") as stream:
            return stream.read()

    def _write(self, name: str, value: str) -> None:
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as stream:
            stream.write(value)

    def _table(self, name: str) -> dict[str, int]:
        pairs = (line.split() for line in self._read(name).splitlines())
        return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


@contextmanager
def cgroup() -> Iterator[Cgroup | None]:
    """Make a cgroup and remove it with all that still runs in it; None where this user may make none."""
    made = None
    try:
        with uninterrupted():
            made = _made()
        yield made
    finally:
        if made is not None:
            with uninterrupted():
                _remove(made)


def why_none() -> str:
    """Say why no memory cgroup can be made here; empty where one can."""
    with cgroup() as made:
        return "" if made is not None else "no memory cgroup is writable here, version 1 or 2"


def _made() -> Cgroup | None:
    name = f"{PREFIX}{os.getpid()}-{time.monotonic_ns()}"
    for root, version in ((VERSION_1, 1), (_own_folder(), 2)):
        folder = os.path.join(root, name)
        try:
            os.mkdir(folder)
        except OSError:
            continue
        found = Cgroup(folder, version)
        # Where the controller is not enabled for children, or the root is no cgroup, the folder counts nothing.
        if os.path.exists(os.path.join(folder, "memory.stat")) and os.access(os.path.join(folder, "cgroup.procs"), os.W_OK):
            return found
        os.rmdir(folder)
    return None


def _own_folder() -> str:
    """Return the folder of the unified hierarchy that this process may have children in: its own, or its parent."""
    try:
        with open(OWN, encoding="utf-8") as stream:
            own = next((line.rstrip("\n")[3:] for line in stream if line.startswith("0::")), "/")
    except OSError:
        own = "/"
    here = VERSION_2 + own.rstrip("/")
    # A group with processes of its own may not hand the controller on, but its siblings have it.
    return here if "memory" in _enabled(here) else os.path.dirname(here) if own != "/" else here


def _enabled(folder: str) -> str:
    try:
        with open(os.path.join(folder, "cgroup.subtree_control"), encoding="ascii") as stream:
            return stream.read()
    except OSError:
        return ""


def _remove(made: Cgroup) -> None:
    for _ in range(MOST_TURNS):
        for pid in made.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.rmdir(made.folder)
            return
        except OSError:
            time.sleep(0.02)

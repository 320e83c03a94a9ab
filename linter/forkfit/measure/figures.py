"""From what was read of a few workers to figures that hold for any number of children."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from forkfit.measure.application import Reading, Run
from forkfit.model.memory import MIB
from forkfit.model.record import Record

# Kernel memory of a process beside its page tables, MiB, where no cgroup counts it: measured 0.2 to 0.3.
KERNEL_BESIDE_TABLES = 0.2
# What the child forked last has for itself, MiB: it shares what the parent's garbage collection before the next fork
# un-shares, but not what a parent writes to once it is connected. One that is not writes to less than that.
LAST_CHILD = 13.0


class Figures(Record):
    """MiB: the parent, a child at start and warm, the resident size of a child, and kernel memory of each process.

    The child forked last has less for itself at start than the others.
    """

    parent: float
    child_at_start: float
    last_child_at_start: float
    child_warm: float
    child_resident: float
    kernel_per_process: float

    def at_start(self, children: int) -> float:
        """Return what so many children need when the pool is up and idle."""
        return self.parent + (children - 1) * self.child_at_start + self.last_child_at_start + self.kernel_per_process * (children + 1)

    def warm(self, children: int) -> float:
        """Return what so many children need after their first tasks."""
        return self.parent + children * self.child_warm + self.kernel_per_process * (children + 1)


def figures(runs: Iterable[Run]) -> Figures:
    """Return the figures by the run with the most children, of which there are two at least."""
    largest = max(runs, key=lambda run: run.concurrency)
    start, warm = largest.at_start, largest.warm
    parent = warm.parent.anonymous.in_mib
    # The child forked last is the one that still shares the most.
    last, *others = sorted(child.private.in_mib for child in start.children)
    return Figures(
        parent=parent,
        child_at_start=median(others),
        last_child_at_start=max(last, min(LAST_CHILD, median(others))),
        child_warm=(_together(warm) - parent) / len(warm.children),
        child_resident=median(child.resident.in_mib for child in warm.children),
        kernel_per_process=_kernel(warm),
    )


def charged(reading: Reading) -> float:
    """Return the MiB that a limit is held against: as the kernel counted, otherwise as the processes' own shares add up."""
    if reading.counted is not None:
        return reading.counted.total.bytes / MIB
    return _together(reading) + _kernel(reading) * (1 + len(reading.children))


def _together(reading: Reading) -> float:
    """Return the anonymous memory of all processes, each page once."""
    return sum(one.share.in_mib for one in (reading.parent, *reading.children))


def _kernel(reading: Reading) -> float:
    """Return the kernel memory of one process."""
    processes = (reading.parent, *reading.children)
    if reading.counted is not None and reading.counted.kernel.bytes:
        return reading.counted.kernel.in_mib / len(processes)
    return median(one.tables.in_mib for one in processes) + KERNEL_BESIDE_TABLES

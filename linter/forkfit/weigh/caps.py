"""What `max-memory-per-child` comes to: the sum that it allows, and what a child holds when it is born."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.value import Known, alternatives
from forkfit.model.worker import Worker
from forkfit.weigh.figure import least


class Allowed(Record):
    """What children may grow to by the caps that are set, and all that the container holds beside them."""

    children: int
    capped: Memory
    beside: Memory

    @property
    def total(self) -> Memory:
        """The sum."""
        return self.capped + self.beside


def allowed(container: Container) -> Allowed | None:
    """Return what the caps of a container allow, at the least where a count or a cap is open; None where none is known.

    A program without a cap counts as it is when busy.
    """
    children = capped = beside = 0
    for index, worker in enumerate(container.workers):
        parts = [part for part in container.estimate.parts if part.worker == index and not part.alone]
        cap, count = cap_of(worker, min), least(worker.processes)
        if count is None or not parts:
            return None
        beside += sum(part.parent.bytes for part in parts)
        if cap is None:
            beside += count * sum(part.child.bytes for part in parts)
        else:
            children += count
            capped += count * cap.bytes
    return Allowed(children, Memory(capped), Memory(beside)) if capped else None


def cap_of(worker: Worker, pick: Callable[[Iterable[int]], int]) -> Memory | None:
    """Return the least or the most that a cap may be; None where there may be none, or a pool that does not heed it."""
    caps = [cap.value.bytes if isinstance(cap, Known) else None for cap in alternatives(worker.max_memory_per_child)]
    heeded = all(isinstance(pool, Known) and pool.value.forks for pool in alternatives(worker.pool))
    return Memory(pick(c for c in caps if c is not None)) if heeded and None not in caps else None


def at_birth(container: Container, index: int) -> Memory:
    """Return what a child of one worker holds when it is forked: all that its parent held, which counts as its resident size."""
    return Memory(sum(p.parent.bytes for p in container.estimate.parts if p.worker == index and p.before_fork))

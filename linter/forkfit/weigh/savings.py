"""What changes to a worker's code would save: by the parts of its sum, without another look at the code."""

from __future__ import annotations

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.value import Known
from forkfit.model.weight import Cost, Part
from forkfit.model.worker import Worker
from forkfit.weigh.bare import release
from forkfit.weigh.frozen import OF_BARE, OF_IMPORTS

# Celery has a signal in the parent just before each fork since 5.3; 5.2.7 has none, and collects garbage there all the same.
SIGNAL_SINCE = (5, 3)
NEWEST = (5, 7)


class Heavy(Record):
    """A heavy import: its part, the parts that come only with it, and what all of them cost."""

    part: Part
    brought: tuple[Part, ...]
    cost: Cost


def parts_of(container: Container, index: int) -> tuple[Part, ...]:
    """Return the parts of one worker."""
    return tuple(part for part in container.estimate.parts if part.worker == index and not part.alone)


def forks(worker: Worker) -> bool:
    """Tell whether a worker's children are forked from it, so that they share what it holds."""
    method = worker.start_method
    return isinstance(worker.pool, Known) and worker.pool.value.forks and isinstance(method, Known) and method.value == "fork"


def heavy_imports(container: Container, index: int) -> tuple[Heavy, ...]:
    """Return the heavy imports of one worker before the fork, the heaviest first, with what would go with each."""
    parts = parts_of(container, index)
    found = []
    for part in parts:
        brought = tuple(other for other in parts if other.what in part.frees)
        if brought and part.trail:
            found.append(Heavy(part, tuple(other for other in brought if other is not part), _sum(brought)))
    return tuple(sorted(found, key=lambda heavy: -heavy.cost.parent.bytes))


def late_imports(container: Container, index: int) -> tuple[Part, ...]:
    """Return what one worker's tasks import, and each child holds alone, the heaviest first."""
    return tuple(sorted((part for part in parts_of(container, index) if part.early), key=lambda part: -part.child.bytes))


def saved_by_importing_early(parts: tuple[Part, ...], children: int) -> Memory:
    """Return what so many children would need less if these imports stood at module level; negative where it were more."""
    now = children * sum(part.child.bytes for part in parts)
    then = sum(part.early.parent.bytes + children * part.early.child.bytes for part in parts if part.early)
    return Memory(now - then)


def saved_by_freezing(container: Container, index: int) -> Memory | None:
    """Return what each child would need less, at the least, if its parent froze the heap.

    None where nothing forks, or no signal comes before it.
    """
    held = [part for part in parts_of(container, index) if part.before_fork]
    worker = container.workers[index]
    if not forks(worker) or not held or release(worker.celery_version, NEWEST) < SIGNAL_SINCE:
        return None
    bare, *imported = held
    return Memory(round(OF_BARE * bare.child.bytes + OF_IMPORTS * sum(part.child.bytes for part in imported)))


def _sum(parts: tuple[Part, ...]) -> Cost:
    return Cost(Memory(sum(p.parent.bytes for p in parts)), Memory(sum(p.child.bytes for p in parts)))

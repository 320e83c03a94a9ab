"""How numbers are said that may be open: children, amounts, and the workers of a container that are laid out."""

from __future__ import annotations

from math import inf

from forkfit.judging.verdict import Need
from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.value import ByCpus, Known, Value, alternatives, in_words, total
from forkfit.model.worker import Pool, Worker

# Of a container with more workers than this, only those with the most processes are laid out.
MOST_LAID_OUT = 4


def counted(container: Container, need: Need) -> str:
    """Say how many children there are at that point: "20 children", "2 or 4 children", "one process"; scaling grows them later."""
    counts = container.processes
    if need is Need.AT_START and not isinstance(container.estimate.per_worker, Known):
        counts = total(*(worker.processes_at_start for worker in container.workers))
    if all(isinstance(w.pool, Known) and not w.pool.value.forks for w in container.workers):
        if len(container.workers) > 1:
            return f"{len(container.workers)} processes"
        threads = slots(container, 0) if need in (Need.BUSY, Need.HEADROOM) else Known(1)
        several = threads != Known(1, threads.trail)
        return f"one process with {named(threads)} {slot(container.workers[0])}s" if several else "one process"
    match counts:
        case Known(value=1):
            return "1 child"
        case ByCpus(expression="n"):
            return "as many children as the host has CPUs"
        case _:
            return f"{named(counts)} children"


def slots(container: Container, index: int) -> Value[int]:
    """Return how often what a worker needs for each task at a time counts: for each child, for each thread of one process.

    Where no task costs one process anything it is 1, however many there may be.
    """
    worker = container.workers[index]
    if isinstance(worker.pool, Known) and not worker.pool.value.forks:
        busy = [part for way in container.estimate.programs[index] for part in way.busy.parts]
        return worker.concurrency if any(part.child.bytes for part in busy) else worker.processes
    return worker.processes


def slot(worker: Worker) -> str:
    """Name what runs one task at a time: a child, a thread, a green thread."""
    if not isinstance(worker.pool, Known) or worker.pool.value.forks:
        return "child"
    return "thread" if worker.pool.value is Pool.THREADS else "green thread"


def subject(container: Container, worker: Worker) -> str:
    """Name a worker in a message: its service, and its program where the service runs several."""
    return container.service if len(container.workers) == 1 else f"{container.service} ({worker.program})"


def named(count: Value[int]) -> str:
    """Say a number as it is known: "20", "2 or 4", "n // 2 (n CPUs)", "an unknown number of"."""
    return in_words(count, "an unknown number of")


def ranged(figure: Value[Memory]) -> str:
    """Say an amount as it is known: "480 MiB", "480 to 960 MiB", "an unknown amount"."""
    known = sorted((s.value for s in alternatives(figure) if isinstance(s, Known)), key=lambda m: m.bytes)
    if not known:
        return "an unknown amount of memory"
    return str(known[0]) if known[0] == known[-1] else f"{known[0].in_mib:.0f} to {known[-1]}"


def most(count: Value[int]) -> int | None:
    """Return the largest number it may be, None where any alternative is not a number."""
    numbers = [s.value if isinstance(s, Known) else None for s in alternatives(count)]
    return None if None in numbers else max(n for n in numbers if n is not None)


def laid_out(container: Container) -> tuple[int, ...]:
    """Return the places of the workers with the most processes, in their order; an unknown count is the most."""
    counts = [inf if (count := most(worker.processes)) is None else count for worker in container.workers]
    by_count = sorted(range(len(counts)), key=lambda index: -counts[index])
    return tuple(sorted(by_count[:MOST_LAID_OUT]))

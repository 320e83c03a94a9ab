"""By the cap that is set for each child, the children may grow beyond what the container may use.

What it does
------------
Multiplies the concurrency by ``max-memory-per-child`` (which counts KiB), adds the parent, and compares the sum with
the container's memory limit. No estimate decides: the two numbers are your own.

Why it matters
--------------
The cap says how large you let a child become before it is replaced. Where all children may become so large at the same
time and that is more than the container may use, the kernel ends one of them, or the whole container, before Celery
does. And Celery looks only when a task has ended: a task that is running may grow beyond its cap unseen.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8 --max-memory-per-child=400000
        mem_limit: 2g

Eight children of up to 391 MiB come to 3125 MiB. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=8 --max-memory-per-child=200000
        mem_limit: 2g

When it cannot tell
-------------------
Stays silent where the limit, the concurrency or the cap is not known, and for a pool that heeds no cap. A note only,
where a single child may grow beyond the limit by a cap that stands in the application, which several containers share:
it is no number for this one, and never acts in it. The size that
Celery compares holds the pages that a child shares with its parent as well, so that a sum a little above the limit may
still be held.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Allowed,
    Confidence,
    Container,
    Finding,
    Known,
    Memory,
    Reason,
    Severity,
    Stack,
    Worker,
    allowed,
    cap_of,
    concurrency_reasons,
    limit_reason,
    place_of,
)

ID = "FF106"
SEVERITY = Severity.WARNING
NEEDS = "cap"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container whose children may grow beyond its limit."""
    for container in stack.containers:
        limit = container.memory_limit
        most = allowed(container) if isinstance(limit, Known) else None
        if most is not None and isinstance(limit, Known) and limit.value < most.total:
            yield _finding(container, most, limit.value)


def _finding(container: Container, most: Allowed, limit: Memory) -> Finding:
    capped = [worker for worker in container.workers if cap_of(worker, min) is not None]
    caps = [Reason(f"a child of up to {cap_of(worker, min)}", worker.max_memory_per_child.trail) for worker in capped]
    children = "1 child" if most.children == 1 else f"{most.children} children"
    if all(_is_for_others(worker, container, limit) for worker in capped):
        least = min(cap for worker in capped if (cap := cap_of(worker, min)) is not None)
        return Finding(
            f"the cap of {least} a child never acts in {container.service}, which may use only {limit}",
            place_of(container),
            because=(*caps, limit_reason(container)),
            help="Give this worker a cap of its own: --max-memory-per-child, in KiB.",
            service=container.service,
            confidence=Confidence.STATED,
            severity=Severity.INFO,
            evidence="cap",
        )
    return Finding(
        f"{container.service} lets {children} grow to {most.capped}, which with {most.beside} beside them is {most.total},"
        f" by your own numbers, but may use only {limit}",
        place_of(container, *(step for worker in capped for step in worker.max_memory_per_child.trail)),
        because=(*concurrency_reasons(container), *caps, limit_reason(container)),
        help=_cure(most, limit),
        service=container.service,
        confidence=Confidence.STATED,
        evidence="cap",
    )


def _is_for_others(worker: Worker, container: Container, limit: Memory) -> bool:
    """Tell whether one child alone may outgrow the container by a cap that the Compose file of the container does not know of."""
    cap = cap_of(worker, min)
    own = any(step.at is not None and step.at.file == container.at.file for step in worker.max_memory_per_child.trail)
    return cap is not None and cap > limit and not own


def _cure(most: Allowed, limit: Memory) -> str:
    """Say the cap that fits and the limit that does; a cap that no child could live with is none."""
    room = (limit.bytes - most.beside.bytes) // most.children // 1024 if most.children else 0
    raised = f"aise the limit to {-(-most.total.bytes // 1024**2)}m"
    alone = most.capped.bytes // most.children if most.children else 0
    if room * 1024 < most.beside.bytes:
        return f"R{raised}." if alone + most.beside.bytes > limit.bytes else f"R{raised}, or lower the concurrency."
    return f"Set max-memory-per-child to {room} (KiB), lower the concurrency, or r{raised}."

"""The cap on a child's memory is below what a child holds when it is born.

What it does
------------
Compares ``max-memory-per-child``, which counts KiB, with what the parent holds when it forks: Celery, the libraries
imported at module level and the application. A child holds all of that from its first moment, shared with the parent or
not, and Celery counts it.

Why it matters
--------------
Celery replaces a child whose memory is above its cap as soon as its task has ended. A child that is born above it is
replaced after every single task: the worker forks all day, every child builds its connections and caches anew, and
throughput falls to a fraction. Nothing in the log calls that an error. Mostly the number was meant as MiB or bytes, or
was taken from a figure that leaves shared memory out.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4 --max-memory-per-child=512
        mem_limit: 2g

512 KiB is half a MiB; a child of an empty application is born with about 43 MiB. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4 --max-memory-per-child=400000
        mem_limit: 2g

When it cannot tell
-------------------
Stays silent where the cap or the pool is not known, and for a pool that heeds no cap. What is compared is the least
that a child can hold: the pages of mapped libraries, which Celery counts too, are left out, so that a cap a little above
it may replace every child as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Container, Finding, Memory, Reason, Severity, Stack, Worker, at_birth, cap_of, place_of

ID = "FF107"
SEVERITY = Severity.WARNING
NEEDS = "cap"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each worker whose children are born above their cap."""
    for container in stack.containers:
        for index, worker in enumerate(container.workers):
            cap = cap_of(worker, max)
            born = at_birth(container, index)
            if cap is not None and cap < born:
                yield _finding(container, worker, cap, born, index)


def _finding(container: Container, worker: Worker, cap: Memory, born: Memory, index: int) -> Finding:
    who = container.service if len(container.workers) == 1 else f"{container.service} ({worker.program})"
    parts = [p for p in container.estimate.parts if p.worker == index and p.before_fork]
    sure = Confidence.ASSUMED if any(p.confidence is Confidence.ASSUMED and not p.own_modules for p in parts) else Confidence.TABLE
    return Finding(
        f"{who} replaces a child that holds more than {_exactly(cap)}, but a child is born with about {born}:"
        " every child is replaced after its first task",
        place_of(container, *worker.max_memory_per_child.trail),
        because=(
            Reason(f"a child of up to {_exactly(cap)}", worker.max_memory_per_child.trail),
            *(Reason(f"{part.what}: {part.parent} ({part.confidence.value})", part.trail) for part in parts if part.parent.in_mib >= 1),
        ),
        help=f"The number counts KiB: {cap.bytes // 1024} is {_exactly(cap)}. Set it well above {-(-born.bytes // 1024)}.",
        service=container.service,
        confidence=sure,
        evidence=f"cap {worker.program}",
    )


def _exactly(cap: Memory) -> str:
    """Say a small size in KiB, where MiB would say nothing."""
    return str(cap) if cap.bytes >= 1024**2 else f"{cap.bytes // 1024} KiB"

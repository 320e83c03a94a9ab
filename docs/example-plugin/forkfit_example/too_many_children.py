"""A worker has more children than this house allows.

What it does
------------
Compares the number of children of each worker with 16.

Why it matters
--------------
Our hosts have 16 CPUs, and more children than that only take memory.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=32

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=16

When it cannot tell
-------------------
Stays silent; ``FF903 value-unknown`` says which value is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Reason, Stack, most, named, subject

MOST = 16


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each worker with too many children."""
    for container in stack.containers:
        for worker in container.workers:
            children = most(worker.processes)
            if children is not None and children > MOST:
                yield Finding(
                    f"{subject(container, worker)} has {named(worker.processes)} children, and {MOST} is the most",
                    at=worker.at,
                    because=(Reason(f"children {named(worker.processes)}", worker.processes.trail),),
                    help=f"Lower the concurrency to {MOST}.",
                    service=container.service,
                    evidence=worker.program,
                )

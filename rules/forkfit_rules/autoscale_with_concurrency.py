"""A worker scales itself, so the concurrency that is given beside it has no effect.

What it does
------------
Fires for a worker with both ``--autoscale`` (or the variable ``CELERY_WORKER_AUTOSCALE``) and a valid concurrency from
any place. Celery then starts the minimum and grows to the maximum, and never looks at the concurrency:

| ``--autoscale`` | starts, grows | release |
|---|---|---|
| ``6,3`` | 3, to 6 | all |
| ``3,6`` | 3, to 6 | 5.0 to 5.7 sort the two; 4.4 and before start 6 |
| ``6`` | 0, to 6 | all: the worker has no child until a task arrives |

Why it matters
--------------
The maximum is what the container must hold: every child of a busy worker runs at once, whatever the concurrency says.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --autoscale=16,4 --concurrency=4

Use instead::

    services:
      worker:
        command: celery -A proj worker --autoscale=4,1

When it cannot tell
-------------------
Stays silent where autoscaling is asked for on some branches only, under pools that do not scale (``FF204
setting-ignored-by-pool`` speaks), and where another worker of the project takes its number from the same place.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Absent,
    Container,
    Finding,
    Known,
    Reason,
    Severity,
    Span,
    Stack,
    Worker,
    alternatives,
    decides_elsewhere,
    named,
    places,
    subject,
)

ID = "FF203"
SEVERITY = Severity.INFO
NEEDS = "two counts"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each worker that is given both."""
    for container in stack.containers:
        for worker in container.workers:
            always = not any(isinstance(single, Absent) for single in alternatives(worker.autoscale))
            if always and isinstance(worker.pool, Known) and worker.pool.value.forks and worker.candidates:
                at = _place(worker)
                if at is not None and not decides_elsewhere(at, worker, stack):
                    yield _finding(container, worker, at)


def _place(worker: Worker) -> Span | None:
    return next((at for single in alternatives(worker.candidates[0].value) for at in places(single.trail)), None)


def _finding(container: Container, worker: Worker, at: Span) -> Finding:
    given = worker.candidates[0]
    bounds = str(worker.autoscale.value) if isinstance(worker.autoscale, Known) else "that is given"
    return Finding(
        f"{given.source} = {named(given.value)} has no effect on {subject(container, worker)}: "
        f"the autoscaling {bounds} decides how many processes it has",
        at,
        because=(
            Reason(f"autoscale {bounds}", worker.autoscale.trail),
            Reason(f"{given.source} {named(given.value)}", given.value.trail),
        ),
        help=f"Remove {given.source}, or the autoscaling; the container must hold the maximum.",
        service=container.service,
        evidence=f"autoscale {given.source} {worker.program}",
    )

"""A number of processes is written down, and a stronger place overrides it.

What it does
------------
Names each valid concurrency that has no effect because a stronger place gives another number. Celery takes the first
number that is not 0 of these places:

| release | order |
|---|---|
| 5.2 to 5.7 | option, variable, configuration, trailing word, the host's CPUs |
| 5.0 and 5.1 | option, variable, configuration, the host's CPUs |
| 4.4 and before | option (0 goes straight to the host's CPUs), trailing word, configuration, the host's CPUs |
| all, started from within Python | argument, configuration, the host's CPUs |

The option is ``--concurrency``, the variable ``CELERY_WORKER_CONCURRENCY``, the configuration ``worker_concurrency``,
the trailing word ``worker.concurrency=N`` after the options (behind ``--`` in 4.4). Of one option given twice, the
last counts.

Within the configuration an assignment to ``app.conf`` beats what ``config_from_object`` loads, whichever comes first;
with a namespace only from 5.7 on, before that the settings file wins.

Why it matters
--------------
Whoever changes the weaker number to make a worker fit its container changes nothing, and finds out in production.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        environment:
          CELERY_WORKER_CONCURRENCY: 2

Use instead::

    services:
      worker:
        command: celery -A proj worker
        environment:
          CELERY_WORKER_CONCURRENCY: 2

When it cannot tell
-------------------
Stays silent where the stronger number is given on some branches only, where both are the same, and where another
worker of the project takes its number from the weaker place: there it is a default, and the stronger one an exception.
With autoscaling, ``FF203 autoscale-with-concurrency`` speaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Absent,
    Candidate,
    Container,
    Finding,
    Known,
    Pool,
    Reason,
    Role,
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

ID = "FF202"
SEVERITY = Severity.INFO
NEEDS = "two counts"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each valid count that a stronger one overrides."""
    for container in stack.containers:
        for worker in container.workers:
            runs_one = isinstance(worker.pool, Known) and worker.pool.value is Pool.SOLO
            if isinstance(worker.autoscale, Absent) and not runs_one and len(worker.candidates) > 1:
                yield from _overridden(container, worker, stack)


def _overridden(container: Container, worker: Worker, stack: Stack) -> Iterator[Finding]:
    strongest, *weaker = worker.candidates
    for candidate in weaker:
        at = _place(candidate)
        if at is None or not _is_beaten(at, worker) or decides_elsewhere(at, worker, stack):
            continue
        if named(candidate.value) != named(strongest.value):
            yield _finding(container, worker, strongest, candidate, at)


def _place(candidate: Candidate) -> Span | None:
    return next((at for single in alternatives(candidate.value) for at in places(single.trail)), None)


def _is_beaten(at: Span, worker: Worker) -> bool:
    """Tell whether a stronger number replaces the one written there on every branch."""
    return all(any(step.role is Role.REPLACED and step.at == at for step in single.trail) for single in alternatives(worker.concurrency))


def _finding(container: Container, worker: Worker, strongest: Candidate, weaker: Candidate, at: Span) -> Finding:
    return Finding(
        f"{weaker.source} = {named(weaker.value)} has no effect on {subject(container, worker)}: "
        f"{strongest.source} = {named(strongest.value)} overrides it",
        at,
        because=(
            Reason(f"{strongest.source} {named(strongest.value)}", strongest.value.trail),
            Reason(f"{weaker.source} {named(weaker.value)}", weaker.value.trail),
        ),
        help=f"Keep one of the two: change {strongest.source}, or remove it so that {weaker.source} decides.",
        service=container.service,
        evidence=f"overridden {weaker.source} {worker.program}",
    )

"""A setting is given that the worker's pool makes nothing of.

What it does
------------
Fires for a setting that is read, and that the pool then ignores. So it is in Celery 4.4 to 5.7:

| setting | pools that ignore it |
|---|---|
| ``--concurrency`` | solo, which runs one task at a time |
| ``--autoscale`` | solo, threads |
| ``--max-memory-per-child`` | solo, threads, gevent, eventlet |
| ``--max-tasks-per-child`` | solo, threads, gevent, eventlet |
| ``--pool-start-method`` (5.7) | solo, threads, gevent, eventlet |

The variables ``CELERY_WORKER_...`` of Celery 5 and the settings ``worker_...`` count as the options do.

Why it matters
--------------
A limit for children that has no children to act on bounds nothing: the one process of such a worker grows until the
kernel kills it, and nobody looks there because the limit is written down.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --pool=threads --concurrency=8 --max-memory-per-child=200000

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=8 --max-memory-per-child=200000

When it cannot tell
-------------------
Stays silent where the pool is not known, for a value that asks for nothing more than the pool does anyway
(``--concurrency=1`` under solo, a limit of 0), and where another worker of the project, under a pool that heeds it,
takes the value from the same place.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Container, Effect, Finding, Known, Reason, Remark, Severity, Stack, Worker, decides_elsewhere, subject

ID = "FF204"
SEVERITY = Severity.WARNING
NEEDS = "remark"

_HELP = {
    "concurrency": "Remove it, or choose a pool that runs several tasks at a time.",
    "autoscale": "Remove it and give --concurrency, or choose the prefork pool.",
}


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each setting that a pool makes nothing of."""
    for container in stack.containers:
        for worker in container.workers:
            for remark in worker.remarks:
                if remark.effect is Effect.IGNORED_BY_POOL and not decides_elsewhere(remark.at, worker, stack):
                    yield _finding(container, worker, remark)


def _finding(container: Container, worker: Worker, remark: Remark) -> Finding:
    pool = worker.pool
    return Finding(
        f"{subject(container, worker)}: {remark.message}",
        remark.at or container.at,
        because=(
            Reason(f"pool {pool.value.value if isinstance(pool, Known) else 'unknown'}", pool.trail),
            Reason(remark.setting, remark.trail),
        ),
        help=_HELP.get(remark.setting, "Remove it, or choose the prefork pool, which alone has children."),
        service=container.service,
        severity=Severity.INFO if remark.supposed else None,
        evidence=f"{remark.setting} {worker.program}",
    )

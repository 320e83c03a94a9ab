"""A setting or a variable looks like one of Celery's, and nothing reads it.

What it does
------------
Fires for a name that Celery does not read in this place or in this version, and that nothing else in the repository
reads. What Celery reads for the number of processes:

| place | names that count |
|---|---|
| variable, 5.0 to 5.7 | ``CELERY_WORKER_CONCURRENCY``, in capitals; not ``CELERY_CONCURRENCY`` nor ``WORKER_CONCURRENCY`` |
| variable, 4.4 | none |
| settings, no namespace | ``worker_concurrency``, else ``CELERYD_CONCURRENCY`` |
| settings, namespace CELERY | ``CELERY_WORKER_CONCURRENCY``, else ``worker_concurrency``; on 5.7 also ``CELERYD_CONCURRENCY`` |
| settings, 3.1 | ``CELERYD_CONCURRENCY`` |
| after the options | ``worker.concurrency=N`` from 5.2 on, and before 5.0 behind ``--``; not in 5.0 and 5.1 |

The pool, ``max_memory_per_child`` and ``max_tasks_per_child`` follow the same pattern. For autoscaling there is no
setting in any version, only ``--autoscale`` and the variable ``CELERY_WORKER_AUTOSCALE`` of Celery 5.

Why it matters
--------------
The worker starts one process per CPU of the host, while the project says four. Nothing complains.

Example
-------
::

    services:
      worker:
        build: .
        command: celery -A proj worker
        environment:
          CELERY_CONCURRENCY: 4

Use instead::

    services:
      worker:
        build: .
        command: celery -A proj worker
        environment:
          CELERY_WORKER_CONCURRENCY: 4

When it cannot tell
-------------------
Stays silent where a script, a module, a Compose file or a configuration file of the repository reads the name, where
the image is not built here or a module cannot be read, and where the variable is empty. A note only, where the
version of Celery is assumed and matters.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Container, Effect, Finding, Reason, Remark, Severity, Stack, Worker, subject

ID = "FF205"
SEVERITY = Severity.WARNING
NEEDS = "remark"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each setting or variable that nothing reads."""
    for container in stack.containers:
        for worker in container.workers:
            for remark in worker.remarks:
                if remark.effect is Effect.NOTHING:
                    yield _finding(container, worker, remark)


def _finding(container: Container, worker: Worker, remark: Remark) -> Finding:
    return Finding(
        f"{remark.setting} has no effect on {subject(container, worker)}: {remark.message}",
        remark.at or container.at,
        because=(
            Reason(remark.setting, remark.trail),
            Reason("Celery version", worker.celery_version.trail),
        ),
        help=f"Use {remark.instead}." if remark.instead else "Remove it.",
        service=container.service,
        severity=Severity.INFO if remark.assumed or remark.supposed else None,
        evidence=f"{remark.setting} {worker.program}",
        cause=f"{remark.setting} {remark.message} {remark.at}" if remark.at is not None else "",
    )

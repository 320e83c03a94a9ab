"""A prefork worker starts as many processes as the host has CPUs, because nothing sets the number.

What it does
------------
Fires for a prefork worker whose number of children comes from nowhere: no ``--concurrency``, no
``CELERY_WORKER_CONCURRENCY``, no setting, or one that is 0 or empty. Says from which CPU count on the worker no
longer fits its limit; where there is no limit, what it needs on hosts with 4, 8, 16 and 32 CPUs.

Why it matters
--------------
The number is the CPU count of the host, not of the container: ``cpus``, ``deploy.resources.limits.cpus`` and
``cpuset`` do not lower it. A worker that runs with 2 children on a laptop starts 64 on a large server, in the same
container with the same limit. It is the most common cause of the real incidents behind this linter.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker
        mem_limit: 512m

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 512m

When it cannot tell
-------------------
Stays silent where the configuration could not be read; ``FF903 value-unknown`` says so. State the CPU count of your
hosts with ``--cpus`` or the setting ``cpus``, and the memory rules judge the worker for such a host.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    ByCpus,
    Confidence,
    Container,
    Finding,
    Known,
    Severity,
    Stack,
    Worker,
    about_or_more,
    at_cpus,
    concurrency_reasons,
    largest_cpus,
    left_to_host,
    limit_reason,
    subject,
)

ID = "FF201"
SEVERITY = Severity.WARNING
NEEDS = "count of the host"

HOSTS = (4, 8, 16, 32)


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each prefork worker whose count is left to the host."""
    for container in stack.containers:
        for worker in container.workers:
            count = left_to_host(worker)
            if count is not None:
                yield _finding(container, worker, count)


def _finding(container: Container, worker: Worker, count: ByCpus) -> Finding:
    who = subject(container, worker)
    says = "sets no concurrency, so Celery starts one process per CPU of the host"
    if not count.is_cpu_count:
        says = f"takes its concurrency from the host: {count.expression}, where n is its CPU count"
    return Finding(
        f"{who} {says}{_consequence(container)}",
        container.at,
        because=(*concurrency_reasons(container), limit_reason(container)),
        help=_help(container),
        service=container.service,
        confidence=Confidence.READ if worker.code.modules else Confidence.ASSUMED,
        evidence=f"unset {worker.program}",
    )


def _consequence(container: Container) -> str:
    limit = container.memory_limit
    if isinstance(limit, Known):
        cpus = largest_cpus(container.estimate, limit.value)
        if cpus is not None:
            return (
                f"; its limit of {limit.value} holds them on hosts with up to {cpus} CPUs"
                if cpus
                else f"; its limit of {limit.value} holds none"
            )
        return ""
    needs = [(n, need) for n in HOSTS if (need := at_cpus(container, n)) is not None]
    if len(needs) < len(HOSTS):
        return ""
    return f"; without a limit that is {about_or_more(container)} " + ", ".join(f"{need} on {n} CPUs" for n, need in needs)


def _help(container: Container) -> str:
    safe = container.estimate.safe_concurrency
    most = f"; up to {safe} fit" if safe else ""
    return f"Set --concurrency (or CELERY_WORKER_CONCURRENCY, or worker_concurrency){most}. Limits on CPUs do not lower the number."

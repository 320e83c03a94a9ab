"""Several worker processes share a container that has no memory limit.

What it does
------------
Fires for a container with two or more pool children and neither ``mem_limit`` nor ``deploy.resources.limits.memory``,
and says what limit the worker would need.

Why it matters
--------------
Without a limit the worker takes what the host has. When that runs out, the kernel kills the largest process of the
whole host, which may be the database.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 512m

When it cannot tell
-------------------
Stays silent where a limit is declared that cannot be worked out, where the concurrency is not known, and where
``FF201 concurrency-unset`` already says that nothing bounds the worker, or ``FF401 limit-lost`` that a limit is written
and does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Absent, Container, Finding, Severity, Stack, about_or_more, concurrency_reasons, limit_reason, limit_that_fits, most

ID = "FF105"
SEVERITY = Severity.INFO
NEEDS = "no limit"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container with several children and no limit."""
    for container in stack.containers:
        forked = sum(count for worker in container.workers if (count := most(worker.processes)) is not None)
        if not isinstance(container.memory_limit, Absent) or forked < 2 or _is_lost(container, stack):
            continue
        enough = limit_that_fits(container, stack.settings)
        if enough is None:
            continue
        yield Finding(
            f"{container.service} runs {forked} worker processes without a memory limit; "
            f"they need {about_or_more(container)} {enough.need}",
            container.at,
            because=(*concurrency_reasons(container), limit_reason(container)),
            help=_help(container, enough.written, stack),
            service=container.service,
            confidence=container.estimate.confidence,
            evidence="no limit",
        )


def _help(container: Container, limit: str, stack: Stack) -> str:
    spare = f"which leaves {_spare(container, stack)} percent of headroom"
    if container.estimate.at_least:
        return f"Set mem_limit to more than {limit}, {spare}: what could not be weighed comes on top."
    return f"Set mem_limit: {limit}, {spare}."


def _is_lost(container: Container, stack: Stack) -> bool:
    service = stack.project.service(container.service)
    return service is not None and any(lost.is_limit for lost in service.lost)


def _spare(container: Container, stack: Stack) -> int:
    return round(100 * (1 - stack.settings.of(container.service).headroom))

"""A setting ends the worker when it starts, or leaves it without any process for tasks.

What it does
------------
Fires for a value with which this version of Celery does not start, and for one that starts no child at all:

| written | what becomes of it |
|---|---|
| ``-c=3`` | usage error on 5.0 to 5.7; 3 processes on 4.4 |
| ``-c abc``, ``-c 2.5``, ``-c '$X'`` | usage error on all |
| ``-c auto`` | usage error before 5.7 |
| ``-c ''`` | usage error before 5.7, not given on 5.7 |
| ``-c -1`` | ends with an error from 5.3 on; before, a worker without children |
| ``worker_concurrency = "4"`` (text) | TypeError on 5.0 to 5.6, 4 processes on 5.7 and 4.4 |
| ``CELERY_WORKER_CONCURRENCY='"4"'`` | usage error on 5.0 to 5.7 |
| ``celery worker -A proj`` | usage error on 5.0 to 5.7 |
| ``--maxtasksperchild`` | usage error on 5.0 to 5.7 |
| ``--max-memory-per-child=200MB`` | usage error on all: it is a number of KiB |
| ``--autoscale=0`` | a worker without children, on all |
| ``-P SOLO``, ``-P thread`` | usage error on all: names of pools are lower case, and plural |

Why it matters
--------------
The container restarts for ever, or runs and looks healthy while its queue only grows.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker -c=3

Use instead::

    services:
      worker:
        command: celery -A proj worker -c 3

When it cannot tell
-------------------
A warning instead of an error where the version of Celery is assumed and others start with it, or where only some
branches give the value. Silent about values that are not known, in a command
with a variable that has none (``FF903 value-unknown`` says so), and where ``FF404 dotenv-read-differently`` names the
line.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Container, Effect, Finding, Kind, Reason, Remark, Severity, Stack, Worker, subject

ID = "FF206"
SEVERITY = Severity.ERROR
NEEDS = "remark"

_WITHOUT_VALUE = frozenset({Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE})


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each setting with which a worker does not start, or starts no child."""
    for container in stack.containers:
        for worker in container.workers:
            for remark in worker.remarks:
                told = _is_read_twice(remark, container) or _is_open(remark, container, stack)
                if remark.effect in (Effect.STOPS, Effect.IDLES) and not told:
                    yield _finding(container, worker, remark)


def _is_read_twice(remark: Remark, container: Container) -> bool:
    """Tell whether FF404 names the line of an env file: Compose and python-dotenv read it differently."""
    at = remark.at
    return at is not None and any(one.at.file == at.file and one.at.line <= at.line <= one.at.end_line for one in container.differing)


def _is_open(remark: Remark, container: Container, stack: Stack) -> bool:
    """Tell whether FF903 names a variable without a value in the same command, of which the deployment may know better."""
    service = stack.project.service(container.service)
    for key in ("command", "entrypoint"):
        node = service.node.get(key) if service is not None else None
        if node is not None and remark.at is not None and node.at.holds(remark.at):
            return any(t.kind in _WITHOUT_VALUE and node.at.holds(t.at) for t in stack.troubles)
    return False


def _finding(container: Container, worker: Worker, remark: Remark) -> Finding:
    doubtful = remark.assumed or remark.supposed
    said = f" (Celery {remark.releases})" if remark.releases not in ("", "all") else ""
    return Finding(
        f"{subject(container, worker)} {_becomes(remark)}: {remark.message}{said}",
        remark.at or container.at,
        because=(
            Reason(remark.setting, remark.trail),
            Reason("Celery version", worker.celery_version.trail),
        ),
        help=f"Use {remark.instead}." if remark.instead else "",
        service=container.service,
        confidence=Confidence.ASSUMED if doubtful else Confidence.READ,
        severity=Severity.WARNING if doubtful else None,
        evidence=f"{remark.setting} {worker.program}",
    )


def _becomes(remark: Remark) -> str:
    if remark.effect is Effect.IDLES:
        return "may start no child" if remark.supposed else "starts no child"
    return "may not start" if remark.supposed else "does not start"

"""The health check starts a second interpreter with the whole application.

What it does
------------
Looks at the health check of the service, or of its image, for a Celery command that names the application, such as
``celery -A proj inspect ping``, and says what it costs at every run.

Why it matters
--------------
Such a check imports everything that the worker's parent holds, in the same container and under the same limit, again and
again: measured 40 MiB for an empty application, 78 for Django, 164 with PyTorch and 348 with transformers, for seven
seconds or more, and the processor time of all these imports. A worker that just fits is killed by its own health check.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 256m
        healthcheck:
          test: celery -A proj inspect ping -d celery@$$HOSTNAME

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 256m
        healthcheck:
          test: test -n "$$(find /tmp/worker-heartbeat -mmin -2)"

with a file that the worker itself touches, in functions connected to ``celery.signals.worker_ready`` and
``celery.signals.heartbeat_sent``. ``celery -b BROKER inspect ping``, without the application, costs an interpreter with
Celery alone.

When it cannot tell
-------------------
Advice: heard only of a service that is short of memory or that nothing bounds, or where the rule is selected by name.
Stays silent where the check is a script of the image: what it runs is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Container, Finding, Known, Reason, Severity, Stack, at_birth

ID = "FF304"
SEVERITY = Severity.INFO
NEEDS = "probe"
ADVISES = True


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container whose health check imports the application."""
    for container in stack.containers:
        if container.probe:
            yield _finding(container, stack)


def _finding(container: Container, stack: Stack) -> Finding:
    service = stack.project.service(container.service)
    own = service is not None and isinstance(service.healthcheck, Known)
    cost = max((at_birth(container, index) for index in range(len(container.workers))), key=lambda memory: memory.bytes)
    return Finding(
        f"the health check of {container.service} imports the whole application: about {cost} more at every run",
        service.place_of("healthcheck.test") if service is not None and own else container.at,
        because=() if own else (Reason("the health check is that of the image"),),
        help="Let the worker touch a file on each heartbeat, and check its age.",
        service=container.service,
        confidence=Confidence.TABLE,
        evidence="probe",
        cause=f"{own} {cost}",
    )

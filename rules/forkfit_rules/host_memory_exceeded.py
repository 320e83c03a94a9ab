"""The containers of a project need more memory together than their host has.

What it does
------------
With ``--host-memory 16g``, or ``host-memory`` in the settings, adds up what the workers need when they are busy, never more
than their limit, and the declared limits of all other services, each times its replicas, and compares the sum with the
memory of the host. Says how many services have neither.

Why it matters
--------------
A limit of a container promises nothing: the sum of all limits may be larger than the host. Then the kernel kills on the
host whichever process it finds largest, in any container, and each container by itself looks well within its limit.

Example
-------
With ``--host-memory 2g``::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 512m
        deploy:
          replicas: 4
      db:
        image: postgres:16
        mem_limit: 1536m

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 512m
        deploy:
          replicas: 2
      db:
        image: postgres:16
        mem_limit: 1g

When it cannot tell
-------------------
Without the memory of the host it is silent. Of a value that depends on a branch the smallest counts, so that the sum
is never too large; what has neither an estimate nor a limit counts as nothing, and is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Container, Finding, Known, Memory, Reason, Service, Severity, Stack, Trail, Value, alternatives

ID = "FF108"
SEVERITY = Severity.WARNING
NEEDS = "host"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding where the services of a project outgrow the host that the user describes."""
    host = stack.settings.host_memory
    if host is None:
        return
    containers = {container.service: container for container in stack.containers}
    needs: list[tuple[int, Service, Reason]] = []
    open_ones: list[str] = []
    for service in stack.project.services:
        each, trail, why = _need(service, containers.get(service.name))
        times = _least(service.replicas)
        if each is None and times != 0:
            open_ones.append(service.name)
        elif each is not None:
            count = 1 if times is None else times
            needs.append((count * each, service, Reason(f"{service.name}: {count} x {Memory(each)} ({why})", trail)))
    total = Memory(sum(need for need, _, _ in needs))
    if not host < total or not containers:
        return
    largest = max(needs, key=lambda need: need[0])[1]
    neither = Reason(f"neither estimate nor limit: {', '.join(open_ones)}")
    yield Finding(
        f"the services of this project need {'at least ' if open_ones else ''}{total} together, but their host has only {host}",
        largest.at,
        because=(*(reason for _, _, reason in needs), *([neither] if open_ones else [])),
        help="Lower concurrency, replicas or limits until the sum fits, or spread the services over more hosts.",
        confidence=max((c.estimate.confidence for c in containers.values()), key=tuple(Confidence).index),
        evidence="host",
    )


def _need(service: Service, container: Container | None) -> tuple[int | None, Trail, str]:
    """Return what one replica needs in bytes, with its trail and why; None where nothing says."""
    limit = _least_bytes(service.memory_limit)
    busy = _least_bytes(container.estimate.busy) if container is not None else None
    if busy is not None and (limit is None or busy < limit):
        return busy, (), "estimated"
    return limit, service.memory_limit.trail, "its limit"


def _least_bytes(amount: Value[Memory]) -> int | None:
    known = [single.value.bytes for single in alternatives(amount) if isinstance(single, Known)]
    return min(known, default=None)


def _least(count: Value[int]) -> int | None:
    return min((single.value for single in alternatives(count) if isinstance(single, Known)), default=None)

"""Two limits of one container contradict each other.

What it does
------------
Fires for a container with workers where

- ``mem_limit`` and ``deploy.resources.limits.memory`` differ, or the first is given and the section
  ``deploy.resources.limits`` has something else and no ``memory``; the same for ``mem_reservation``, ``cpus`` and
  ``pids_limit`` with their twins;
- the reservation is above the limit;
- ``memswap_limit``, which counts memory and swap together, is below the memory limit, or stands without one.

Other services may contradict themselves in the same way; ``FF901`` tells what Compose refuses in those.

Why it matters
--------------
Compose refuses the whole project in the first case, and the engine refuses to create the container in the others: the
workers that run are those of the last deployment that worked. Before that, somebody relied on one of the two numbers.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 1g
        deploy:
          resources:
            limits:
              cpus: "2"

Compose takes the missing ``memory`` for another limit than ``1g``. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        deploy:
          resources:
            limits:
              cpus: "2"
              memory: 1g

When it cannot tell
-------------------
Stays silent where one of the two is not known, as with a variable that has no value here. On a host whose kernel does
not count swap the engine ignores ``memswap_limit`` with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Absent, Finding, Known, Memory, Reason, Service, Severity, Stack, Trouble, Value, alternatives

ID = "FF402"
SEVERITY = Severity.ERROR
NEEDS = "two sizes"

_REFUSED = "The engine refuses to create such a container."


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each pair of limits that cannot both hold."""
    weighed = {container.service for container in stack.containers}
    for service in stack.project.services:
        if service.name not in weighed:
            continue
        refused = [t for t in stack.troubles if t.limit and t.service == service.name]
        yield from (_refused(trouble, service) for trouble in refused)
        if not any(t.limit in ("mem_limit", "mem_reservation") for t in refused):
            yield from _reservation(service)
            yield from _swap(service)


def _refused(trouble: Trouble, service: Service) -> Finding:
    sizes = {"mem_limit": service.memory_limit, "mem_reservation": service.memory_reservation}
    value = sizes.get(trouble.limit)
    return Finding(
        trouble.message,
        trouble.at,
        because=() if value is None else _reasons(trouble.limit, value),
        help=f"{trouble.cure} As it is, Compose refuses the whole project.",
        service=service.name,
        evidence=f"refused {trouble.limit}",
    )


def _reservation(service: Service) -> Iterator[Finding]:
    limit, reservation = service.memory_limit, service.memory_reservation
    if isinstance(limit, Known) and isinstance(reservation, Known) and limit.value < reservation.value:
        key = "mem_reservation" if service.node.get("mem_reservation") is not None else "deploy.resources.reservations.memory"
        yield Finding(
            f"{service.name} reserves {reservation.value}, and its limit is {limit.value}",
            service.place_of(key),
            because=(*_reasons("reservation", reservation), *_reasons("limit", limit)),
            help=f"Lower the reservation, or raise the limit. {_REFUSED}",
            service=service.name,
            evidence="reservation above limit",
        )


def _swap(service: Service) -> Iterator[Finding]:
    limit, swap = service.memory_limit, service.memory_swap
    if not isinstance(swap, Known) or swap.value.bytes <= 0:
        return
    if isinstance(limit, Known) and swap.value < limit.value:
        message = f"{service.name} may use {swap.value} of memory and swap together, and {limit.value} of memory alone"
        cure = "Raise memswap_limit to the limit at least (the same number means no swap), or remove it."
    elif isinstance(limit, Absent) and not any(lost.is_limit for lost in service.lost):
        message = f"{service.name} has a memswap_limit of {swap.value}, and no memory limit"
        cure = "Add mem_limit: memswap_limit alone limits nothing."
    else:
        return
    yield Finding(
        message,
        service.place_of("memswap_limit"),
        because=(*_reasons("memory and swap", swap), *_reasons("limit", limit)),
        help=f"{cure} {_REFUSED}",
        service=service.name,
        evidence="swap below limit",
    )


def _reasons(what: str, value: Value[Memory]) -> tuple[Reason, ...]:
    return tuple(Reason(f"{what} {a.value}", a.trail) for a in alternatives(value) if isinstance(a, Known))

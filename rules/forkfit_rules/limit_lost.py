"""A memory limit is written and does not hold.

What it does
------------
Fires for a container with workers where

- ``mem_limit``, ``memswap_limit``, ``mem_reservation`` or ``shm_size`` is a number that Compose drops without a word:
  one with a point or an exponent (``1e9``, ``1.5``, ``1073741824.0``), or a whole one of more than 63 bits;
- a later file takes the memory limit away with ``!reset`` or ``!override``, or sets it to 0, and gives no other.

Other services may lose their limits in the same way; this linter looks at workers only.

Why it matters
--------------
Whoever reads the file sees a limit. The container has none: its workers take what the host has, and when that runs
out the kernel kills the largest process of the whole host. ``docker compose config`` shows no warning either.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 1e9

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 954m

When it cannot tell
-------------------
A limit that is taken away on purpose, as for a laptop, looks the same. Which files are merged is taken from the command
line, or is Compose's own lookup: an override that is named only when deploying is not seen unless it is named here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.api import Container, Finding, Loss, Lost, Memory, Reason, Severity, Stack, limit_that_fits

ID = "FF401"
SEVERITY = Severity.ERROR
NEEDS = "lost size"

_NUMBER = r"[0-9]{1,18}(?:\.[0-9]{0,18})?(?:[eE]\+?[0-9]{1,2})?"
_LEAST, _MOST = Memory.mib(6).bytes, Memory.mib(1024**2).bytes  # the engine takes no smaller limit; no container has more
_SO = {
    "memswap_limit": "so it may swap as much again as its limit",
    "mem_reservation": "so nothing is reserved for it",
    "deploy.resources.reservations.memory": "so nothing is reserved for it",
    "shm_size": "so its /dev/shm keeps the engine's own size",
}


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each size of a container with workers that comes to nothing."""
    for container in stack.containers:
        service = stack.project.service(container.service)
        for lost in service.lost if service is not None else ():
            yield Finding(
                _message(container.service, lost),
                lost.at,
                because=(Reason("limit" if lost.is_limit else lost.key, lost.trail),),
                help=_help(container, lost, stack),
                service=container.service,
                evidence=f"{lost.how.value} {lost.key}",
            )


def _message(who: str, lost: Lost) -> str:
    match lost.how:
        case Loss.DROPPED:
            return f"Compose drops {lost.key}: {lost.written} of {who} without a word, {_SO.get(lost.key, 'so it has no memory limit')}"
        case Loss.TAKEN:
            return f"the memory limit of {who} is taken away here, and none stands in its place"
        case Loss.NOUGHT:
            return f"{lost.key}: {lost.written} takes the memory limit of {who} away: 0 means no limit"


def _help(container: Container, lost: Lost, stack: Stack) -> str:
    if lost.how is Loss.DROPPED:
        amount = float(lost.written) if re.fullmatch(_NUMBER, lost.written, re.ASCII) else 0.0
        example = f"such as {round(Memory(int(amount)).in_mib)}m" if _LEAST <= amount <= _MOST else "as in 512m or 2g"
        return f"Write a whole number with a unit, {example}; a number without a unit is in bytes."
    enough = limit_that_fits(container, stack.settings)
    needs = f" Its workers need about {enough.need}; {enough.written} would hold them." if enough is not None else ""
    return f"Write here the limit that is to hold instead.{needs}"

"""How many CPUs a container may use at most: what `-c auto` of Celery 5.7 reads, and nothing else does."""

from __future__ import annotations

from math import ceil

from forkfit.model.project import Service
from forkfit.model.value import Absent, Value, apply, combine

_MOST_LISTED = 4096


def cpus_of(service: Service) -> Value[int]:
    """Return the smaller of the quota, rounded up and at least 1, and the cpuset's size; Absent where neither is set."""
    quota = apply(lambda share: max(1, ceil(share)), service.cpus)
    listed = apply(size_of_cpuset, service.cpuset)
    if isinstance(quota, Absent):
        return listed
    if isinstance(listed, Absent):
        return quota
    return combine(min, quota, listed)


def size_of_cpuset(cpuset: str) -> int:
    """Return how many CPUs a list such as ``0-3,7`` names; the kernel itself refuses what is no such list."""
    found: set[int] = set()
    for part in cpuset.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit() and (last or first).isdigit() and int(last or first) < _MOST_LISTED:
            found.update(range(int(first), int(last or first) + 1))
    return max(1, len(found))

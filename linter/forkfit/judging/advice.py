"""When advice is welcome: a container that fits its limit hears none."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.judging.counts import most
from forkfit.model.container import Container
from forkfit.model.finding import Finding
from forkfit.model.rule import Rule
from forkfit.model.stack import Stack
from forkfit.model.value import Absent

# The rules that say that a container does not fit, fits barely, or is bounded by nothing.
OCCASIONS = frozenset({"FF101", "FF102", "FF103", "FF104", "FF106", "FF201"})


def welcome(stack: Stack, found: Iterable[tuple[Rule, Finding]]) -> frozenset[str]:
    """Return the services of a project that advice may speak of: those short of memory, and those that nothing bounds."""
    short = {finding.service for rule, finding in found if rule.id in OCCASIONS}
    return frozenset(short | {c.service for c in stack.containers if _is_unbounded(c)})


def _is_unbounded(container: Container) -> bool:
    counts = (most(worker.processes) for worker in container.workers)
    return isinstance(container.memory_limit, Absent) and sum(count or 0 for count in counts) > 1

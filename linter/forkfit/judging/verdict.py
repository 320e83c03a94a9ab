"""What a container's figures come to against its limit: the one answer that the memory rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.value import Known, Value, alternatives
from forkfit.model.weight import Estimate

Quantifier = Callable[[Iterable[object]], bool]


class Need(Enum):
    """The point in a worker's life at which it outgrows its limit, the earliest first; NONE where it never does."""

    AT_START = "at start, before any task"
    WARM = "once its children have run their first tasks"
    BUSY = "while every child runs an ordinary task"
    HEADROOM = "with little to spare"
    NONE = "never"


def exceeding(container: Container, settings: Settings) -> Need:
    """Return the earliest point at which the container outgrows its limit, whatever an open value turns out to be.

    A figure that is not known, or is above the limit on some branches only, exceeds nothing: a rule errs only when
    every alternative fails.
    """
    return _point(container, settings.of(container.service), all)


def may_exceed(container: Container, settings: Settings) -> Need:
    """Return the earliest point at which the container outgrows its limit on at least one branch."""
    return _point(container, settings.of(container.service), any)


def decides_alone(estimate: Estimate, settings: Settings) -> bool:
    """Tell whether the handbook formula decides: the user states a per-worker figure, or the settings ask for it."""
    return settings.handbook_decides or isinstance(estimate.per_worker, Known)


def figure_at(container: Container, need: Need, settings: Settings) -> Value[Memory]:
    """Return the figure by which a point in a worker's life is judged."""
    return dict(_ladder(container.estimate, settings.of(container.service))).get(need, container.estimate.busy)


def _point(container: Container, settings: Settings, holds: Quantifier) -> Need:
    limit, estimate = container.memory_limit, container.estimate
    if not isinstance(limit, Known):
        return Need.NONE
    for need, figure in _ladder(estimate, settings):
        if _above(figure, limit.value, holds):
            return need
    if decides_alone(estimate, settings):
        return Need.NONE
    share = Memory(int(limit.value.bytes * settings.headroom))
    if _above(estimate.busy, share, holds) or _above(estimate.handbook, limit.value, holds):
        return Need.HEADROOM
    return Need.NONE


def _ladder(estimate: Estimate, settings: Settings) -> tuple[tuple[Need, Value[Memory]], ...]:
    """Return the figures that decide, the earliest point first: one figure where the handbook formula decides."""
    if decides_alone(estimate, settings):
        return ((Need.AT_START, estimate.handbook),)
    return ((Need.AT_START, estimate.at_start), (Need.WARM, estimate.warm), (Need.BUSY, estimate.busy))


def _above(figure: Value[Memory], limit: Memory, holds: Quantifier) -> bool:
    return holds(isinstance(single, Known) and limit < single.value for single in alternatives(figure))

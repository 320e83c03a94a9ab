"""What is seen of the workers of a project at one time, and whether they fit."""

from __future__ import annotations

from forkfit.judging.verdict import Need, decides_alone, exceeding, may_exceed
from forkfit.model.change import Fit, Sight
from forkfit.model.container import Container
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack
from forkfit.model.value import Absent, Known, alternatives

_NEEDS = {Need.AT_START: Fit.AT_START, Need.WARM: Fit.WARM, Need.BUSY: Fit.BUSY}


def sights(stack: Stack) -> dict[str, Sight]:
    """Return the services with workers of a project, by name, and those that are not seen through."""
    found = {unseen.service: Sight(unseen) for unseen in stack.unseen}
    return found | {container.service: Sight(container, _fit(container, stack.settings)) for container in stack.containers}


def _fit(container: Container, settings: Settings) -> Fit:
    """Return whether a container's workers fit it, by the figures that decide."""
    own = settings.of(container.service)
    by_handbook = decides_alone(container.estimate, own)
    if isinstance(container.replicas, Known) and container.replicas.value == 0:
        return Fit.NONE
    if isinstance(container.memory_limit, Absent):
        return Fit.UNLIMITED
    need = exceeding(container, settings)
    if need in _NEEDS:
        return Fit.HANDBOOK if by_handbook else _NEEDS[need]
    if may_exceed(container, settings) in _NEEDS:
        return Fit.MAYBE
    figure = container.estimate.handbook if by_handbook else container.estimate.busy
    known = isinstance(container.memory_limit, Known) and all(isinstance(one, Known) for one in alternatives(figure))
    return Fit.FITS if known else Fit.OPEN

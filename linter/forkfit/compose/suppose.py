"""A project as it would be with the memory limits that a user supposes."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.project import Project, Service
from forkfit.model.span import Role, Step, places
from forkfit.model.supposition import MEMORY, Supposition
from forkfit.model.trouble import Trouble
from forkfit.model.value import Known


def supposing(project: Project, suppositions: Iterable[Supposition]) -> Project:
    """Return the project with the limits that are supposed in place of those that are written."""
    limits = {one.service: one for one in suppositions if one.key == MEMORY}
    services = tuple(_limited(s, limits[s.name]) if s.name in limits else s for s in project.services)
    return project.replace(services=services)


def is_settled(trouble: Trouble, suppositions: Iterable[Supposition]) -> bool:
    """Tell whether a trouble is about a limit that is supposed."""
    return trouble.limit == "mem_limit" and any(one.key == MEMORY and one.service == trouble.service for one in suppositions)


def _limited(service: Service, one: Supposition) -> Service:
    written = places(service.memory_limit.trail)[:1]
    replaced = (Step(Role.REPLACED, at, "the limit supposed stands in its place") for at in written)
    return service.replace(
        memory_limit=Known(one.value, (one.step, *replaced)),
        lost=tuple(lost for lost in service.lost if not lost.is_limit),
    )

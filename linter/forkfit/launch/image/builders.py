"""The services that build an image which another one only names: those of the project, otherwise those of other Compose files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from forkfit.launch.image.bases import Reference, reference
from forkfit.model.project import Build, Project, Service
from forkfit.model.record import Record
from forkfit.model.value import Known


class Built(Record):
    """A service that builds an image, and whether it belongs to the project that asks."""

    service: Service
    build: Build
    is_own: bool


class Builders:
    """The builds of a project, and of other ones, by the images that they make; gone through once, however many services ask."""

    def __init__(self, project: Project, others: Iterable[Project]) -> None:
        """Look in the project; in the others (iterated when first needed) only for what it does not build itself."""
        self._own = _by_image((project,), is_own=True)
        self._others = others

    @cached_property
    def _further(self) -> dict[str, list[tuple[Reference, Built]]]:
        return _by_image(self._others, is_own=False)

    @cached_property
    def _unnamed(self) -> dict[str, list[Built]]:
        """The builds of other Compose files that call their image nothing, by the name of the service."""
        found: dict[str, list[Built]] = {}
        for project in self._others:
            first: dict[str, Service] = {}
            for service in project.services:
                first.setdefault(service.name, service)
            for service in first.values():
                if isinstance(service.build, Known) and not isinstance(service.image, Known):
                    found.setdefault(service.name, []).append(Built(service, service.build.value, False))
        return found

    def of(self, wanted: str, *, only_own: bool) -> tuple[Built, ...]:
        """Return the services that build an image of that name.

        Within the project the same tag wins over another one; another Compose file must build the very tag.
        """
        image = reference(wanted)
        own = self._own.get(image.name, ())
        found = _tagged(image, own) or _whatever_tag(own)
        return found if found or only_own else _tagged(image, self._further.get(image.name, ()))

    def of_other_tags(self, wanted: str) -> tuple[Built, ...]:
        """Return the services of other Compose files that build an image of that name, whatever its tag: perhaps a variant of it."""
        return _whatever_tag(self._further.get(reference(wanted).name, ()))

    def namesakes(self, service: Service) -> tuple[Built, ...]:
        """Return the services of the same name that other Compose files build, unless they call the image something else."""
        return tuple(self._unnamed.get(service.name, ()))


def _tagged(wanted: Reference, found: Iterable[tuple[Reference, Built]]) -> tuple[Built, ...]:
    return _whatever_tag(pair for pair in found if (pair[0].tag or "latest") == (wanted.tag or "latest"))


def _whatever_tag(found: Iterable[tuple[Reference, Built]]) -> tuple[Built, ...]:
    """Return each service once: it may go by two names that both fit."""
    return tuple({id(built): built for _, built in found}.values())


def _by_image(projects: Iterable[Project], *, is_own: bool) -> dict[str, list[tuple[Reference, Built]]]:
    found: dict[str, list[tuple[Reference, Built]]] = {}
    for project in projects:
        for service in project.services:
            if isinstance(service.build, Known):
                built = Built(service, service.build.value, is_own)
                for image in _names(service, project):
                    found.setdefault(image.name, []).append((image, built))
    return found


def _names(service: Service, project: Project) -> Iterator[Reference]:
    """Yield what the image of a service is called: what it says, otherwise what Compose calls it."""
    if isinstance(service.image, Known):
        yield reference(service.image.value)
    elif isinstance(project.name, Known):
        yield Reference(f"{project.name.value}-{service.name}")
        yield Reference(f"{project.name.value}_{service.name}")

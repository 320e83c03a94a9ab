"""From a service to its image, and to the words that really start in its container."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from forkfit.launch.image_bases import reference
from forkfit.launch.image_build import build
from forkfit.launch.image_find import OFFICIAL, builders, dockerfile_named
from forkfit.launch.image_recipe import given, supposed
from forkfit.model.files import Files
from forkfit.model.image import Image
from forkfit.model.project import Build, Project, Service, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Known, Unknown, Value, combine

DEEPEST = 4  # images of the repository built from each other


def image_of(service: Service, project: Project, files: Files, tell: Tell, others: Iterable[Project] = ()) -> Image | Absent | Unknown:
    """Return the image that a service runs, as the Dockerfile of the repository makes it.

    The service's own `build` wins; without one, a service that builds the same image, then `others` (projects of further
    Compose files, read only when needed), then the Dockerfile with the image's name, by an assumed step. Absent where
    the service has no image, Unknown where nothing of the repository builds it.
    """
    search = _Search(project, files, tell, tuple(others))
    if isinstance(service.build, Known):
        return _built(service.build.value, search, ())
    if not isinstance(service.build, Absent):
        return Unknown("how its image is built is not known", service.build.trail)
    if not isinstance(service.image, Known):
        return service.image if isinstance(service.image, Absent | Unknown) else Unknown("its image is not known", service.image.trail)
    return _named(service.image.value, search, service.image.trail, ())


class _Search(Record):
    """Where images are looked for."""

    project: Project
    files: Files
    tell: Tell
    others: tuple[Project, ...]


def _built(build_section: Build, search: _Search, visited: tuple[str, ...]) -> Image | Unknown:
    recipe = given(build_section, search.files, search.tell, partial(_base, search=search, visited=visited))
    return recipe if isinstance(recipe, Unknown) else build(recipe, search.files)


def _named(name: str, search: _Search, trail: Trail, visited: tuple[str, ...]) -> Image | Unknown:
    """Return the image of that name."""
    found = tuple(builders(name, search.project, search.others))
    ways = {(each.build.context, each.build.dockerfile, each.build.inline, each.build.target): each for each in found}
    if len(ways) > 1:
        services = ", ".join(each.service.name for each in ways.values())
        return Unknown(f"{name} is built in different ways by the services {services}", trail)
    for each in ways.values():
        image = _built(each.build, search, (*visited, name))
        role, note = (Role.USED, "") if each.is_own else (Role.ASSUMED, "the Compose file that builds it is taken to be used for it, ")
        step = Step(role, each.build.at, f"{note}the service {each.service.name} builds {name}")
        return image.replace(trail=joined(image.trail, (step,)))
    path = dockerfile_named(name, search.files)
    if path is None:
        return Unknown(f"nothing in the repository builds the image {name}", trail)
    if isinstance(path, Unknown):
        return path.because(*trail)
    recipe = supposed(path, search.files, search.tell, partial(_base, search=search, visited=(*visited, name)))
    image = recipe if isinstance(recipe, Unknown) else build(recipe, search.files)
    step = Step(Role.ASSUMED, None, f"the image {name} is taken to be built from {path}, which has its name")
    return image.replace(trail=joined(image.trail, (step,)))


def _base(base: Text, *, search: _Search, visited: tuple[str, ...]) -> Image | Absent | Unknown:
    """Return the image that a FROM or COPY names, where the repository builds it."""
    if not base.is_known:
        return Unknown("which image it is built from is decided only when it is built", base.trail)
    name = base.plain
    if name in visited or len(visited) >= DEEPEST or reference(name).last in OFFICIAL:
        return Absent(f"{name} is not built here")
    return _named(name, search, base.trail, (*visited, name))


def effective(service: Service, image: Image | Absent | Unknown) -> Value[Words]:
    """Return the words that start in the container: Compose's entrypoint and command over the image's, as Docker merges them.

    An entrypoint of the Compose file drops the image's command, unless it is empty; an empty command changes nothing
    (moby, daemon/commit.go, merge). An entrypoint that is not known is taken to run the command that it is given.
    """
    entrypoint: Value[Words] = service.entrypoint
    command: Value[Words] = service.command
    if isinstance(command, Known) and not command.value:
        command = Absent("the command is empty", command.trail)
    if isinstance(entrypoint, Known) and entrypoint.value:
        return _joined(entrypoint, command)
    if isinstance(image, Image):
        below, default = image.entrypoint, image.command
    else:
        below = default = image if isinstance(image, Unknown) else Unknown(image.why, image.trail)
    if isinstance(command, Absent):
        command = default
    if isinstance(entrypoint, Absent):
        entrypoint = below
    return _joined(entrypoint, command)


def _joined(entrypoint: Value[Words], command: Value[Words]) -> Value[Words]:
    """Return one after the other; what is absent adds nothing."""
    if isinstance(entrypoint, Unknown) and isinstance(command, Known) and command.value:
        note = f"{entrypoint.why}; it is taken to run the command that it is given"
        return command.because(Step(Role.ASSUMED, None, note))
    parts = [part for part in (entrypoint, command) if not isinstance(part, Absent)]
    if not parts:
        return Absent("neither the Compose file nor the image starts anything", joined(entrypoint.trail, command.trail))
    return combine(lambda *words: tuple(word for part in words for word in part), *parts)

"""Look for the images of one project: by its own builds, by its services, by what the repository calls them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from forkfit.launch.image.bases import reference
from forkfit.launch.image.builders import Builders, Built
from forkfit.launch.image.find import OFFICIAL, Layout, Repository, dockerfile_named, stage_named
from forkfit.launch.image.tagged import tagged
from forkfit.model.files import Files
from forkfit.model.image import Image
from forkfit.model.project import Build, Project, Service
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.trouble import Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown

DEEPEST = 4  # images of the repository built from each other

Found = Image | Absent | Unknown


class Images:
    """The images of the services of one project; what several of them need is looked up, built and told once."""

    def __init__(self, project: Project, files: Files, tell: Tell, others: Iterable[Project] = (), layout: Layout | None = None) -> None:
        """Look in the project, in `others` (further Compose files, iterated only when needed) and in the files.

        What is wrong in another project's Compose file is not told here, but when that project is linted.
        """
        self.files = files
        self.tell = _of(project, tell)
        self.builders = Builders(project, others)
        self.repository = Repository(files, layout)
        self._built: dict[object, Image | Unknown] = {}
        self._named: dict[tuple[str, tuple[str, ...]], Found] = {}

    def of(self, service: Service) -> Found:
        """Return the image that a service runs, as the Dockerfile of the repository makes it.

        The service's own `build` wins; without one, a service that builds the same image. By an assumed step: a service of
        other Compose files, a ``docker build`` of the repository's scripts, the Dockerfile that has the image's name, a
        namesake that another Compose file builds. Where several ways lead to different builds, none is taken. Absent where
        the service has no image, Unknown where nothing builds it.
        """
        if isinstance(service.build, Known):
            return self.built(service.build.value, ())
        if not isinstance(service.build, Absent):
            return Unknown("how its image is built is not known", service.build.trail)
        if not isinstance(service.image, Known):
            return service.image if isinstance(service.image, Absent | Unknown) else Unknown("its image is not known", service.image.trail)
        name = service.image.value
        image = self.named(name, ())
        if isinstance(image, Absent) and not is_official(name):
            image = self.one_way(self.builders.namesakes(service), name, ())
        if isinstance(image, Absent):
            return Unknown(image.why, service.image.trail)
        return image

    def built(self, section: Build, visited: tuple[str, ...]) -> Image | Unknown:
        """Return the image of a `build` section; `visited` are the images that are built from it."""
        from forkfit.launch.image.build import build
        from forkfit.launch.image.recipe import given

        key = (*_way(section), tuple((a.name, _essence(a.value)) for a in section.args), visited)
        if key not in self._built:
            recipe = given(section, self.files, self.tell, partial(self.base, visited=visited))
            self._built[key] = recipe if isinstance(recipe, Unknown) else build(recipe, self.files)
        return self._built[key]

    def named(self, name: str, visited: tuple[str, ...]) -> Found:
        """Return the image of that name; Absent where nothing of the repository builds it."""
        key = (name, visited)
        if key not in self._named:
            self._named[key] = self._search(name, visited)
        return self._named[key]

    def _search(self, name: str, visited: tuple[str, ...]) -> Found:
        official = is_official(name)
        image = self.one_way(self.builders.of(name, only_own=official), name, visited)
        if not isinstance(image, Absent) or official:
            return image
        ways, with_other_tags = tagged(name, self.repository.scripts, self.files)
        if len(ways) > 1:
            return Unknown(f"{name} is built in different ways, at {' and '.join(str(way.at) for way in ways)}")
        if not ways:
            image = self.one_way(self.builders.of_other_tags(name), name, visited)
            if not isinstance(image, Absent):
                return image
        path = ways[0].dockerfile if ways else dockerfile_named(name, self.repository)
        if path is None and len(with_other_tags) == 1:
            ways, path = with_other_tags, with_other_tags[0].dockerfile
        stage = stage_named(name, self.repository) if path is None else None
        if stage is not None:
            path = stage[0]
        if path is None:
            return image
        if isinstance(path, Unknown):
            return path
        from forkfit.launch.image.build import Recipe, build
        from forkfit.launch.image.recipe import extends, supposed

        where = (ways[0].context, ways[0].target) if ways else ("", stage[1] if stage is not None else "")
        recipe = supposed(path, *where, self.files, self.tell, partial(self.base, visited=(*visited, name)))
        if isinstance(recipe, Recipe) and not ways and extends(recipe.dockerfile, name):
            return image
        found = recipe if isinstance(recipe, Unknown) else build(recipe, self.files)
        reason = "which a script of the repository builds under that name" if ways else "which has its name"
        reason = f"whose stage {stage[1]} has its name" if stage is not None else reason
        step = Step(Role.ASSUMED, ways[0].at if ways else None, f"the image {name} is taken to be built from {path}, {reason}")
        return _with(found, step)

    def one_way(self, found: tuple[Built, ...], name: str, visited: tuple[str, ...]) -> Found:
        """Return the image that these services build, Unknown where they do it differently."""
        ways = {_way(each.build): each for each in found}
        if len(ways) > 1:
            services = ", ".join(dict.fromkeys(each.service.name for each in ways.values()))
            return Unknown(f"{name} is built in different ways by the services {services}")
        for each in ways.values():
            note = f"the service {each.service.name} builds {name}"
            step = Step(Role.USED, each.build.at, note)
            if not each.is_own:
                step = Step(Role.ASSUMED, each.build.at, f"this Compose file is taken to make the image: {note}")
            return _with(self.built(each.build, visited), step)
        return Absent(f"nothing in the repository builds the image {name}")

    def base(self, base: Text, *, visited: tuple[str, ...]) -> Found:
        """Return the image that a FROM or COPY names, where the repository builds it; its tag need not be known."""
        unknown = next((index for index, piece in enumerate(base.pieces) if piece.instead is not None), None)
        name = "".join(piece.text for piece in base.pieces[:unknown])
        if unknown is not None and not (name.endswith(":") and reference(name[:-1]).tag == ""):
            return Unknown("which image it is built from is decided only when it is built", base.trail)
        name = name.rstrip(":")
        if name in visited or len(visited) >= DEEPEST:
            return Absent(f"{name} is not built here")
        return self.named(name, (*visited, name))


def _of(project: Project, tell: Tell) -> Tell:
    """Return the hearer of what belongs to a project: its own files, and whatever is no Compose file."""

    def hear(trouble: Trouble) -> None:
        if trouble.at.file in (*project.files, *project.read) or not trouble.at.file.endswith((".yaml", ".yml")):
            tell(trouble)

    return hear


def is_official(name: str) -> bool:
    """Tell whether nobody builds an image of that name: a well-known one, or one whose very content is named."""
    image = reference(name)
    return image.last in OFFICIAL or bool(image.digest)


def _with(found: Image | Unknown, step: Step) -> Image | Unknown:
    trail: Trail = joined(found.trail, (step,))
    return found.replace(trail=trail)


def _way(section: Build) -> tuple[object, ...]:
    """Return what makes two builds the same, whatever their arguments."""
    return _essence(section.context), _essence(section.dockerfile), _essence(section.inline), _essence(section.target)


def _essence(value: object) -> object:
    match value:
        case Known(value=Text() as text):
            return text.plain
        case Known():
            return value.value
        case _:
            return type(value)

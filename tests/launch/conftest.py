from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from forkfit.files import InMemory
from forkfit.launch.image.search import Images
from forkfit.model.document import Mapping
from forkfit.model.files import Files
from forkfit.model.image import Image
from forkfit.model.project import Build, Environment, Project, Service, Variable, Words
from forkfit.model.span import Span
from forkfit.model.text import Text, written
from forkfit.model.trouble import Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown, Value

AT = Span("compose.yaml", 3, 5, 3, 10)


def text(plain: str) -> Text:
    return written(plain, AT)


def known(plain: str | None) -> Value[str]:
    return Absent("not given") if plain is None else Known(plain)


class Made:
    """Compose projects and their files, written down as briefly as they can be."""

    @staticmethod
    def files(**contents: str) -> InMemory:
        return InMemory({path: content.encode() for path, content in contents.items()})

    @staticmethod
    def build(
        context: str = ".",
        dockerfile: str | None = None,
        target: str | None = None,
        args: dict[str, str] | None = None,
        inline: Text | None = None,
    ) -> Build:
        variables = tuple(Variable(name, Known(text(value))) for name, value in (args or {}).items())
        return Build(Known(context), known(dockerfile), Known(inline) if inline else Absent("none"), known(target), variables, AT)

    @staticmethod
    def service(
        name: str = "worker",
        build: Build | None = None,
        image: str | None = None,
        command: Words | None = None,
        entrypoint: Words | None = None,
    ) -> Service:
        absent = Absent("not given")
        return Service(
            name=name,
            at=AT,
            node=Mapping((), AT),
            entrypoint=absent if entrypoint is None else Known(entrypoint),
            command=absent if command is None else Known(command),
            environment=Environment(),
            memory_limit=absent,
            memory_swap=absent,
            memory_reservation=absent,
            shm_size=absent,
            replicas=Known(1),
            image=known(image),
            build=Known(build) if build else absent,
            working_dir=absent,
        )

    @staticmethod
    def project(*services: Service, name: str = "shop") -> Project:
        return Project(Known(name), ".", ("compose.yaml",), services)

    @staticmethod
    def image_of(service: Service, project: Project, files: Files, tell: Tell, others: Iterable[Project] = ()) -> Image | Absent | Unknown:
        return Images(project, files, tell, others).of(service)

    @staticmethod
    def words(*plain: str) -> Words:
        return tuple(text(word) for word in plain)

    @staticmethod
    def plain(value: Value[Words]) -> tuple[str, ...]:
        assert isinstance(value, Known), value
        return tuple(word.plain for word in value.value)


@pytest.fixture
def make() -> type[Made]:
    return Made


@pytest.fixture
def told() -> list[Trouble]:
    return []


@pytest.fixture
def image(told: list[Trouble]) -> Callable[..., Image]:
    """Build the image of a Dockerfile among other files."""

    def build(dockerfile: str, others: dict[str, str] | None = None, **given: object) -> Image:
        contents = {"Dockerfile": dockerfile, **(others or {})}
        service = Made.service(build=Made.build(**given))  # type: ignore[arg-type]
        found = Made.image_of(service, Made.project(service), Made.files(**contents), told.append)
        assert isinstance(found, Image), found
        return found

    return build


@pytest.fixture
def refused(told: list[Trouble]) -> Callable[..., str]:
    """Say why there is no image."""

    def build(contents: dict[str, str], service: Service, *others: Service) -> str:
        found = Made.image_of(service, Made.project(service, *others), Made.files(**contents), told.append)
        assert isinstance(found, Absent | Unknown)
        return found.why

    return build


@pytest.fixture
def examined() -> Callable[..., dict[str, object]]:
    """Examine a project from its Compose file to its workers, as the JSON report shows it."""
    from forkfit.builtin import shipped
    from forkfit.compose.request import Request
    from forkfit.formats import contract
    from forkfit.model.settings import Settings
    from forkfit.pipeline import examine
    from forkfit.plugins import gather

    parts = gather(shipped(), ())

    def run(contents: dict[str, str], **settings: object) -> dict[str, object]:
        files = InMemory({path: content.encode() for path, content in contents.items()})
        found = examine(Request(("compose.yaml",)), files, parts, Settings(**settings))
        return contract.project(found.stack)

    return run

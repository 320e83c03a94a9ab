"""Variables of env files that Compose and python-dotenv read differently, of those that reach a setting of a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from forkfit.files import read_text
from forkfit.model.container import Container
from forkfit.model.files import Files
from forkfit.model.project import Differing, Environment, Project, Service
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Trail
from forkfit.model.text import Text
from forkfit.model.trouble import Trouble
from forkfit.model.value import Absent, Known, Value, alternatives

if TYPE_CHECKING:
    from forkfit.compose.dotenv import Assignment

# Lines of which no two readers think differently; a file that has no others needs no second reading.
_PLAIN = re.compile(r"(?:#.*|(?:export )?[A-Za-z_]\w*=[\w./:@%+,-]*|)", re.ASCII)


class _Line(Record):
    """A variable of an env file: where it stands, and what each reader makes of it, left to itself."""

    name: str
    at: Span
    in_compose: Text | None
    in_python: Value[Text]


def with_differing(containers: Iterable[Container], project: Project, files: Files) -> list[Container]:
    """Return the containers of a project, each with the variables that reach it and are read differently."""
    env_files = ReadTwice(project, files)
    by_name = {service.name: service for service in project.services}
    return [container.replace(differing=env_files.of(container, by_name[container.service])) for container in containers]


class ReadTwice:
    """The env files of a project, each read by both readers when first asked for."""

    def __init__(self, project: Project, files: Files) -> None:
        """Compare env files of this project."""
        self._files = files
        self._paths = frozenset(project.read) - frozenset(project.files)
        self._lines: dict[str, tuple[_Line, ...]] = {}

    def of(self, container: Container, service: Service) -> tuple[Differing, ...]:
        """Return the variables that reach the container's limit or a setting of its workers, and that the two read differently."""
        found: dict[tuple[str, str], Differing] = {}
        for at in _reached(container):
            if at.file not in self._paths:
                continue
            if at.file not in self._lines:
                self._lines[at.file] = _lines(at.file, self._files)
            for line in self._lines[at.file]:
                if line.at.line <= at.line <= line.at.end_line and (one := _compared(line, service)) is not None:
                    found[at.file, one.name] = one
        return tuple(found.values())


def _reached(container: Container) -> tuple[Span, ...]:
    """Return the places by which the limit and the settings came, each once."""
    steps = [s for value in (container.memory_limit, container.memory_swap) for a in alternatives(value) for s in a.trail]
    for worker in container.workers:
        steps += [s for a in alternatives(worker.pool) for s in a.trail]
        steps += [s for value in (worker.concurrency, worker.processes_at_start) for a in alternatives(value) for s in a.trail]
        steps += [s for a in alternatives(worker.autoscale) for s in a.trail]
        steps += [s for a in alternatives(worker.max_memory_per_child) for s in a.trail]
    return tuple(dict.fromkeys(step.at for step in steps if step.at is not None and step.role is not Role.REPLACED))


def _lines(path: str, files: Files) -> tuple[_Line, ...]:
    """Return the variables of a file, the last of each name; none where no two readers can differ."""
    try:
        source = read_text(files, path)
    except BrokenSource:
        return ()
    if all(_PLAIN.fullmatch(line.rstrip("\r")) for line in source.text.split("\n")):
        return ()
    from forkfit.compose.dotenv import parse
    from forkfit.evaluate.python.dotenv_file import variables  # it loads python-dotenv, and few files need the second reading

    in_python = {v.name: v.value for v in variables(path, files, Environment(), _deaf)}
    assigned = {a.name: a for a in parse(source, _nothing, _deaf) if a.name}.values()
    return tuple(_Line(a.name, _place(a, source), a.value, in_python.get(a.name, Absent("python-dotenv reads none"))) for a in assigned)


def _place(assigned: Assignment, source: Source) -> Span:
    """Return where the value stands, or the name where the value is brought from elsewhere."""
    at = assigned.value.at if assigned.value is not None else None
    return at if at is not None and at.file == source.path and at.line == assigned.key_at.line else assigned.key_at


def _compared(line: _Line, service: Service) -> Differing | None:
    """Return the variable where its readings differ; Compose's is the service's own, where that has it from this file."""
    has = service.environment.get(line.name)
    value = has.value if isinstance(has, Known) and _comes_from(line.at.file, has.trail) else line.in_compose
    other = line.in_python
    if value is None or not value.is_known or (isinstance(other, Known) and other.value.plain == value.plain):
        return None
    return Differing(line.name, line.at, Known(value, value.trail), other)


def _comes_from(path: str, trail: Trail) -> bool:
    return any(step.at is not None and step.at.file == path for step in trail if step.role is Role.WRITTEN)


def _nothing(name: str) -> None:
    """Know no variable: a file is compared by what it says itself."""
    del name


def _deaf(trouble: Trouble) -> None:
    """Hear nothing: the first reading has told what is wrong."""
    del trouble

"""Variables of env files that Compose and python-dotenv read differently, of those that reach a setting of a worker."""

from __future__ import annotations

import re

from forkfit.compose.dotenv import parse
from forkfit.files import read_text
from forkfit.model.container import Container
from forkfit.model.files import Files
from forkfit.model.project import Differing, Environment, Project, Service
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Trail
from forkfit.model.text import Text
from forkfit.model.trouble import Trouble
from forkfit.model.value import Absent, Known, alternatives

# Lines of which no two readers think differently; a file that has no others needs no second reading.
_PLAIN = re.compile(r"(?:#.*|(?:export )?[A-Za-z_]\w*=[\w./:@%+,-]*|)", re.ASCII)


def differing(container: Container, service: Service, project: Project, files: Files) -> tuple[Differing, ...]:
    """Return the variables that reach the container's limit or a setting of its workers, and that the two read differently."""
    found: dict[tuple[str, str], Differing] = {}
    compared: dict[str, tuple[Differing, ...]] = {}
    for at in _reached(container):
        if at.file not in project.read or at.file in project.files:
            continue
        if at.file not in compared:
            compared[at.file] = _compared(at.file, service, files)
        for one in compared[at.file]:
            if one.at.line <= at.line <= one.at.end_line:
                found[at.file, one.name] = one
    return tuple(found.values())


def _reached(container: Container) -> tuple[Span, ...]:
    """Return the places by which the limit and the settings came, each once."""
    trails = [single.trail for value in (container.memory_limit, container.memory_swap) for single in alternatives(value)]
    for worker in container.workers:
        for value in (worker.pool, worker.concurrency, worker.autoscale, worker.max_memory_per_child):
            trails += [single.trail for single in alternatives(value)]  # type: ignore[arg-type]
    return tuple(dict.fromkeys(step.at for trail in trails for step in trail if step.at is not None and step.role is not Role.REPLACED))


def _compared(path: str, service: Service, files: Files) -> tuple[Differing, ...]:
    """Return what the two read differently in a file."""
    try:
        source = read_text(files, path)
    except BrokenSource:
        return ()
    if all(_PLAIN.fullmatch(line.rstrip("\r")) for line in source.text.split("\n")):
        return ()
    from forkfit.evaluate.dotenv_file import variables  # it loads python-dotenv, and few files need the second reading

    in_python = {v.name: v.value for v in variables(path, files, Environment(), _deaf)}
    found = []
    for name, value, at in _in_compose(source, service):
        other = in_python.get(name, Absent(f"python-dotenv reads no {name} here"))
        if not (isinstance(other, Known) and other.value.plain == value.plain):
            found.append(Differing(name, at, Known(value, value.trail), other))
    return tuple(found)


def _in_compose(source: Source, service: Service) -> list[tuple[str, Text, Span]]:
    """Return the variables of a file as Compose reads them: as the service has them, where it has them from this file."""
    found = []
    for assigned in {a.name: a for a in parse(source, _nothing, _deaf)}.values():
        has = service.environment.get(assigned.name)
        value = has.value if isinstance(has, Known) and _comes_from(source.path, has.trail) else assigned.value
        if value is not None and assigned.name:
            end = assigned.value.at if assigned.value is not None else None
            at = assigned.key_at
            if end is not None and end.file == at.file:
                at = at.replace(end_line=end.end_line, end_column=end.end_column)
            found.append((assigned.name, value, at))
    return found


def _comes_from(path: str, trail: Trail) -> bool:
    return any(step.at is not None and step.at.file == path for step in trail if step.role is Role.WRITTEN)


def _nothing(name: str) -> None:
    """Know no variable: a file is compared by what it says itself."""
    del name


def _deaf(trouble: Trouble) -> None:
    """Hear nothing: the first reading has told what is wrong."""
    del trouble

"""What an edit reaches: the services of which anything is different after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from forkfit.files import below
from forkfit.launchers.celery.environ import READ
from forkfit.mend.edit import Edit
from forkfit.model.container import Container
from forkfit.model.document import Mapping as Table
from forkfit.model.document import Node, Scalar
from forkfit.model.project import Service
from forkfit.model.source import Source
from forkfit.model.stack import Stack
from forkfit.model.text import Text
from forkfit.model.value import Bounded, Known, Value

# Variables that nothing but a Celery worker reads: on what starts none they have no effect.
_OF_WORKERS = frozenset(READ.values())


def reached(before: Stack, after: Stack) -> Iterator[str]:
    """Yield each service of a project that is not what it was."""
    was, now = _services(before), _services(after)
    yield from (name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name))


def built_from(stack: Stack, edits: Iterable[Edit], sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield each service whose image is built from a Dockerfile in which a variable changes that anything may read."""
    files = {e.at.file for e in edits if not any(name in sources[e.at.file].line(e.at.line) for name in _OF_WORKERS)}
    for service in stack.project.services:
        build = service.build
        if isinstance(build, Known) and isinstance(build.value.context, Known):
            named = build.value.dockerfile
            if below(build.value.context.value, named.value if isinstance(named, Known) else "Dockerfile") in files:
                yield service.name


def _services(stack: Stack) -> dict[str, object]:
    containers = {container.service: container for container in stack.containers}
    unseen = {one.service for one in stack.unseen}
    return {s.name: _service(s, containers.get(s.name), s.name in unseen) for s in stack.project.services}


def _service(service: Service, container: Container | None, unseen: bool) -> object:
    variables = tuple((one.name, _said(one.value)) for one in service.environment.variables if unseen or one.name not in _OF_WORKERS)
    node = tuple((entry.name, _node(entry.value)) for entry in service.node.entries if entry.name not in ("environment", "env_file"))
    return node, variables, container and _container(container)


def _container(container: Container) -> object:
    workers = tuple(
        (
            worker.program,
            *(word.plain for word in worker.argv),
            *map(_said, (worker.pool, worker.concurrency, worker.processes, worker.autoscale, worker.max_memory_per_child)),
            *map(_said, (worker.max_tasks_per_child, worker.start_method)),
        )
        for worker in container.workers
    )
    return workers, _said(container.memory_limit)


def _node(node: Node) -> object:
    if isinstance(node, Scalar):
        return type(node.value), node.value
    if isinstance(node, Table):
        return tuple((entry.name, _node(entry.value)) for entry in node.entries)
    return tuple(_node(item) for item in node.items)


def _said(value: Value) -> object:  # type: ignore[type-arg]
    """Return a value without the way that it came."""
    match value:
        case Known(value=Text() as text):
            return text.plain
        case Known():
            return value.value
        case Bounded():
            return tuple(_said(a) for a in value.alternatives)
        case _:
            return value.replace(trail=())

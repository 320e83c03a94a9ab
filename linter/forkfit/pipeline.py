"""The order of the stages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest

from forkfit.compose.load import Request, load
from forkfit.compose.targets import Others, Targets
from forkfit.evaluate.installed import installed
from forkfit.files import Watched
from forkfit.judging.judge import RuleFailed, judge
from forkfit.launch.alternatives import as_started, one_of
from forkfit.launch.image import effective
from forkfit.launch.image_search import Found, Images
from forkfit.launch.launch import launch
from forkfit.launch.probe import probes_with_app
from forkfit.launch.view import layers_of, view_of
from forkfit.model.container import Container, Unseen
from forkfit.model.files import Files
from forkfit.model.memory import Memory
from forkfit.model.project import Project, Service
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.settings import Settings, Stated
from forkfit.model.source import Source
from forkfit.model.span import Role, Step
from forkfit.model.stack import Stack
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, ByCpus, Known, Unknown, Value, alternatives, apply, combine, either
from forkfit.model.worker import Worker
from forkfit.plugins import Parts
from forkfit.weigh.estimate import estimate
from forkfit.weigh.table import Table

# What is told of a project that loads all the same, such as one whose services all have profiles.
_HARMLESS = frozenset({Kind.WARNING, Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE, Kind.MISSING_ENV_FILE, Kind.CONSISTENCY})


class Examined(Record):
    """One project with all that was found in it, the files that it loads, and whether it could be loaded at all."""

    stack: Stack
    asked: frozenset[str]
    sources: tuple[Source, ...]
    loaded: bool


def check(targets: Targets, files: Files, parts: Parts, settings: Settings, report_bug: Callable[[Exception], None]) -> Report:
    """Examine each project that was asked for, and those that load a file that was, and judge them."""
    examined = [examine(request, files, parts, settings) for request in targets.requests]
    errors = [f"{', '.join(e.stack.project.files) or e.stack.project.directory} cannot be loaded" for e in examined if not e.loaded]
    loading = (examine(request, files, parts, settings) for request in targets.candidates)
    examined.extend(e for e in loading if e.asked & targets.neighbours)
    stacks = tuple(e.stack for e in examined)
    try:
        findings = judge(stacks, parts.rules, settings)
    except RuleFailed as failed:
        findings = failed.found
        errors.append(f"internal error: {failed}")
        report_bug(failed)
    sources = {source.path: source for e in examined for source in e.sources}
    return Report(stacks, findings, (*targets.errors, *errors), tuple(sources.values()), settings.fail_on)


def examine(request: Request, files: Files, parts: Parts, settings: Settings) -> Examined:
    """Load one project and find its workers, their settings and their weight."""
    watched = Watched(files)
    troubles: list[Trouble] = []
    project = load(request, watched, troubles.append)
    if project is None:
        project = Project(Unknown("the project cannot be loaded"), request.folder, request.files, ())
    table = Table(parts.shelves)
    containers: list[Container] = []
    unseen: list[Unseen] = []
    images = Images(project, watched, _of(project, troubles.append), Others(request, watched))
    for service in project.services:
        found = _container(service, images.of(service), project, watched, parts, settings, table, troubles.append)
        if isinstance(found, Container):
            containers.append(found)
        elif found is not None:
            unseen.append(found)
    if not containers and not unseen:
        from forkfit.launch.hidden import hidden  # a project with workers does not pay for it

        unseen.extend(hidden(project, watched))
    if containers and set(project.read) - set(project.files):
        from forkfit.compose.read_twice import ReadTwice  # only a project with env files has any to read twice

        env_files = ReadTwice(project, watched)
        by_name = {service.name: service for service in project.services}
        containers = [c.replace(differing=env_files.of(c, by_name[c.service])) for c in containers]
    stack = Stack(project, tuple(containers), tuple(unseen), tuple(dict.fromkeys(troubles)), settings)
    return Examined(stack, frozenset(watched.asked), tuple(watched.sources.values()), _loaded(stack))


def _of(project: Project, tell: Tell) -> Tell:
    """Return the hearer of what belongs to this project: what is wrong in another Compose file is told when that is linted."""

    def hear(trouble: Trouble) -> None:
        if trouble.at.file in (*project.files, *project.read) or not trouble.at.file.endswith((".yaml", ".yml")):
            tell(trouble)

    return hear


def _loaded(stack: Stack) -> bool:
    """Tell whether anything could be seen: a project without services whose own files are broken is a blind spot."""
    own = stack.project.files
    return bool(stack.project.services) or not any(t.at.file in own or not own for t in stack.troubles if t.kind not in _HARMLESS)


def _container(
    service: Service, image: Found, project: Project, files: Files, parts: Parts, settings: Settings, table: Table, tell: Tell
) -> Container | Unseen | None:
    """Find the workers of one service and weigh them together; None for a service that starts none."""
    view = view_of(service, project, image)
    launched = launch(service, effective(service, image), view, layers_of(service, image), parts.launchers, files)
    if not launched.programs:
        return launched.unseen
    by_name = {launcher.name: launcher for launcher in parts.launchers}
    settled = [[as_started(p, by_name[p.launcher].settle(p, files, tell)) for p in alternative] for alternative in launched.programs]
    workers = tuple(_on_host(one_of(nodes), settings) for program in settled for nodes in _by_node(program))
    limit = _limit(service, settings)
    near = view.nearby[0] if view.nearby else project.directory
    weigh = partial(
        estimate, workers, limit, _stated(service, settings), probes_with_app(service, image), settings, table, installed(files, near)
    )
    return Container(
        service=service.name,
        at=service.at,
        replicas=service.replicas,
        memory_limit=limit,
        memory_swap=service.memory_swap,
        workers=workers,
        processes=combine(lambda *counts: sum(counts), *(w.processes for w in workers)),
        os_processes=combine(lambda *counts: sum(counts), *(_with_parent(w) for w in workers)),
        estimate=weigh(),
        worker_estimates=tuple(weigh(subject=index) for index in range(len(workers))) if len(workers) > 1 else (),
    )


def _by_node(program: list[tuple[Worker, ...]]) -> Iterator[tuple[Worker, ...]]:
    """Yield, node by node of `celery multi`, the worker of each branch; a branch with fewer nodes has none of the last."""
    for nodes in zip_longest(*program):
        yield tuple(worker for worker in nodes if worker is not None)


def _with_parent(worker: Worker) -> Value[int]:
    """Return the processes of the operating system: a prefork pool has a parent, embedded beat is one more."""
    parent = int(isinstance(worker.pool, Known) and worker.pool.value.forks)
    beat: Value[int] = apply(int, worker.embedded_beat)
    return combine(lambda *counts: sum(counts) + parent, worker.processes, beat)


def _limit(service: Service, settings: Settings) -> Value[Memory]:
    if isinstance(service.memory_limit, Absent) and settings.memory is not None:
        return Known(settings.memory, (Step(Role.ASSUMED, None, "the limit given by --memory, where none is declared"),))
    return service.memory_limit


def _stated(service: Service, settings: Settings) -> tuple[Value[Memory], Value[Memory]]:
    """Return the per-worker and parent figures that a user states: on the service, otherwise in the settings."""
    table = settings.services.get(service.name, Stated())
    step = Step(Role.ASSUMED, None, "stated in the settings")
    return (
        Known(table.per_worker, (step,)) if table.per_worker and not isinstance(service.per_worker, Known) else service.per_worker,
        Known(table.parent, (step,)) if table.parent and not isinstance(service.parent, Known) else service.parent,
    )


def _on_host(worker: Worker, settings: Settings) -> Worker:
    """Return the worker with the processes that it has on a host with the CPUs that the user names."""
    if settings.cpus is None:
        return worker
    step = Step(Role.ASSUMED, None, f"on a host with {settings.cpus} CPUs")

    def counted(count: Value[int]) -> Value[int]:
        return either(Known(s.at(settings.cpus or 1), (*s.trail, step)) if isinstance(s, ByCpus) else s for s in alternatives(count))

    return worker.replace(processes=counted(worker.processes), processes_at_start=counted(worker.processes_at_start))

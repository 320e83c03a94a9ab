"""The order of the stages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from forkfit.compose.load import Request, is_seen, load, unloaded
from forkfit.compose.targets import Others, Targets
from forkfit.compose.whole import sees_all
from forkfit.config.patterns import figures_for
from forkfit.evaluate.python.built import built_beside
from forkfit.evaluate.python.installed import installed, version_beside
from forkfit.files import Remembered, Watched
from forkfit.judging.judge import RuleFailed, judge
from forkfit.judging.suppressions import suppressions
from forkfit.launch.alternatives import settled
from forkfit.launch.gpu import may_have_gpu
from forkfit.launch.image.effective import effective
from forkfit.launch.image.find import Layout
from forkfit.launch.image.search import Found, Images
from forkfit.launch.launch import Launched, launch
from forkfit.launch.probe import probes_with_app
from forkfit.launch.view import Nearby, layers_of, view_of
from forkfit.model.container import Container, Unseen, View
from forkfit.model.files import Files
from forkfit.model.project import Project, Service
from forkfit.model.record import Record
from forkfit.model.report import PluginFailed, Report
from forkfit.model.settings import Settings
from forkfit.model.source import Source
from forkfit.model.stack import Stack
from forkfit.model.trouble import Tell, Trouble
from forkfit.plugins import Parts
from forkfit.weigh.container import Scales, contained, equipped, modelled
from forkfit.weigh.measured import read_measured, tell_stale
from forkfit.weigh.table import Table


class Examined(Record):
    """One project with all that was found in it, the files that it loads, and whether it could be loaded at all."""

    stack: Stack
    asked: frozenset[str]
    sources: tuple[Source, ...]
    loaded: bool


Each = Callable[[Callable[[Request], Examined], Sequence[Request]], list[Examined]]


def check(
    targets: Targets,
    files: Files,
    parts: Parts,
    settings_of: Callable[[Request], Settings],
    today: str,
    report_bug: Callable[[Exception], None],
    each: Each | None = None,
) -> Report:
    """Examine each project that was asked for, and those that load a file that was, and judge them as of today (2027-01-31).

    `each` applies a function to many projects, where it is not to be one after the other.
    """
    files = files if isinstance(files, Remembered) else Remembered(files)
    layout = Layout(files)

    def one(request: Request) -> Examined:
        return examine(request, files, parts, settings_of(request), layout)

    examined = each(one, targets.requests) if each is not None else [one(request) for request in targets.requests]
    files.read.update(source.path for e in examined for source in e.sources)  # of which another process may have read some
    errors = [f"{', '.join(e.stack.project.files) or e.stack.project.directory} cannot be loaded" for e in examined if not e.loaded]
    loading = (examine(request, files, parts, settings_of(request), layout) for request in targets.candidates)
    named = {e.stack.project.files for e in examined}
    examined.extend(e for e in loading if e.asked & targets.neighbours and e.stack.project.files not in named)
    stacks = tuple(e.stack for e in examined)
    sources = {source.path: source for e in examined for source in e.sources}
    try:
        findings = judge(stacks, parts.rules, today, lambda: sees_all(targets.requests, sources, files))
    except RuleFailed as failed:
        findings = failed.found
        if isinstance(failed.__cause__, PluginFailed):
            errors.append(str(failed.__cause__))
        else:
            errors.append(f"internal error: {failed}")
            report_bug(failed)
    return Report(stacks, findings, (*targets.errors, *errors), tuple(sources.values()), parts.rules)


def examine(request: Request, files: Files, parts: Parts, settings: Settings, layout: Layout | None = None) -> Examined:
    """Load one project and find its workers, their settings and their weight; projects of one run share the layout."""
    watched = Watched(files)
    troubles: list[Trouble] = []
    project = load(request, watched, troubles.append) or unloaded(request)
    settings = figures_for(settings, project.files)
    if settings.suppositions:
        from forkfit.compose.suppose import is_settled, supposing

        project = supposing(project, settings.suppositions)
        troubles = [trouble for trouble in troubles if not is_settled(trouble, settings.suppositions)]
    measured = read_measured(watched, troubles.append)
    scales = Scales(Table(parts.shelves, (*settings.weights, *measured.weights)), lambda worker: measured.find(worker, watched.asked))
    containers: list[Container] = []
    unseen: list[Unseen] = []
    images = Images(project, watched, troubles.append, Others(request, watched, project.files), layout)
    nearby = Nearby(project)
    for service in project.services:
        found = _container(service, images.of(service), nearby, watched, parts, settings, scales, troubles.append)
        if isinstance(found, Container):
            containers.append(found)
        elif found is not None:
            unseen.append(found)
    if not containers and not unseen:
        from forkfit.launch.hidden import hidden  # a project with workers does not pay for it

        unseen.extend(hidden(project, watched))
    tell_stale(measured, watched.asked, (w for c in containers for w in c.workers), troubles.append)
    if containers and set(project.read) - set(project.files):
        from forkfit.compose.read_twice import with_differing  # only a project with env files has any to read twice

        containers = with_differing(containers, project, watched)
    sources = tuple(s.replace(is_env_file=True) if s.path in project.env_files else s for s in watched.sources.values())
    silenced = suppressions(sources, project)
    stack = Stack(project, tuple(containers), tuple(unseen), tuple(dict.fromkeys(troubles)), settings, silenced)
    return Examined(stack, frozenset(watched.asked), sources, is_seen(project, troubles))


def launched_by(service: Service, project: Project, request: Request, files: Files, parts: Parts) -> Launched:
    """Find the worker processes that one service of a project starts, as they see their container."""
    troubles: list[Trouble] = []
    image = Images(project, files, troubles.append, Others(request, files)).of(service)
    return _launched(service, image, view_of(service, Nearby(project), image), files, parts)


def _launched(service: Service, image: Found, view: View, files: Files, parts: Parts) -> Launched:
    view = view.replace(loaders=parts.loaders)
    return launch(service, effective(service, image), view, layers_of(service, image), parts.launchers, files)


def _container(
    service: Service, image: Found, nearby: Nearby, files: Files, parts: Parts, settings: Settings, scales: Scales, tell: Tell
) -> Container | Unseen | None:
    """Find the workers of one service and weigh them together; None for a service that starts none."""
    view = view_of(service, nearby, image)
    launched = _launched(service, image, view, files, parts)
    if not launched.programs:
        return launched.unseen
    supposed = tuple(one for one in settings.suppositions if one.service == service.name)
    programs = tuple(tuple(process.replace(supposed=supposed) for process in of_one) for of_one in launched.programs)
    workers = settled(programs, parts.launchers, files, tell)
    if not workers:
        return Unseen(service.name, service.at, "its command names no worker that it would start", "Name the workers, or their number.")
    near = view.nearby[0]
    workers = modelled(workers, parts.shelves, partial(version_beside, files, near), may_have_gpu(service, image, view))
    scales = scales.replace(table=scales.table.replace(built=built_beside(files, near)))
    there = installed(files, near)
    workers = equipped(workers, settings.tools, scales.table, there)
    return contained(service, workers, probes_with_app(service, image), settings, scales, there, launched.beside)

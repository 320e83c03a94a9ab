"""What a worker imports: from its first modules through the project's own to the libraries, in Python's order."""

from __future__ import annotations

from forkfit.evaluate.python import django
from forkfit.evaluate.python.effects import texts
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.lazy import lazy_imports, other_resources
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.remember import Seen, once
from forkfit.evaluate.python.scope import SETTINGS, TASKS, Run
from forkfit.evaluate.python.sightings import Chain
from forkfit.evaluate.python.tasks import Stage, entries, inside_of
from forkfit.evaluate.python.traverse import Traversal
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Trail
from forkfit.model.tool import Tool
from forkfit.model.value import Absent, Unknown, Value
from forkfit.model.worker import Code, Gap, When

THREADS = "OMP_NUM_THREADS"
MOST_ROUNDS = 10  # a module that is discovered may name further ones to discover


class Start(Record):
    """A module that the worker imports, by its dotted name, and why. Where it is `needed`, its absence leaves a gap."""

    name: str
    because: Trail = ()
    needed: bool = False


class Walked(Record):
    """What a walk saw: the project's modules in the order imported, and the environment that their code leaves."""

    code: Code
    modules: tuple[Module, ...]
    environment: Environment


def walk(run: Run, starts: tuple[Start, ...]) -> Walked:
    """Return what importing these modules brings along, with all that Celery and Django import before the fork.

    ``include=`` of the application, ``autodiscover_tasks`` and, where DJANGO_SETTINGS_MODULE is set, the installed apps
    are followed by themselves; what the configuration names (``imports``, ``include``) is for the caller to start with.
    """
    seen = once(run, tuple((s.name, s.because, s.needed) for s in starts), lambda: _walked(run, starts))
    return Walked(seen.code, seen.modules, run.environment)


def _walked(run: Run, starts: tuple[Start, ...]) -> Seen:
    going = Traversal(run)
    for start in starts:
        _start(start.name, start.because, going, needed=start.needed)
    apps: tuple[django.App, ...] = ()
    for _ in range(MOST_ROUNDS):
        seen = len(going.modules)
        apps = _django(going) or apps
        _discover(going, apps)
        for name, trail in (*going.seen.configured, *going.seen.included):
            _start(name, trail, going)
        if len(going.modules) == seen:
            break
    for stage in Stage:  # as they follow each other
        run.patience = SETTINGS if stage.when is When.PARENT else TASKS
        going.seen.stage = stage
        _run_entries(going, stage)
    run.patience = SETTINGS
    return Seen(_code(going), tuple(going.modules.values()), tuple(run.changes))


def _start(name: str, trail: Trail, going: Traversal, *, needed: bool = False) -> None:
    at = next((step.at for step in trail if step.at is not None), None)
    found = going.run.modules.find(name)
    if isinstance(found, Missing):
        if needed or found.lack is Lack.LOST:
            going.seen.gaps.append(Gap(found.why, at))
        elif found.lack is Lack.FOREIGN and at is not None:
            going.seen.library(name, at, None, When.PARENT, optional=False)
        return
    going.module(name, Chain(at) if at is not None else None, When.PARENT)


def _django(going: Traversal) -> tuple[django.App, ...]:
    """Import what ``django.setup()`` and the system checks import; return the installed apps."""
    run = going.run
    every: tuple[django.App, ...] = ()
    named = django.settings_modules(run)
    if not named and any(library.partition(".")[0] == "django" for library, _ in going.seen.imports):
        named = django.supposed_settings(run)
        going.seen.supposed |= bool(named)
        going.seen.gaps.extend(Gap(f"{django.SETTINGS} is set nowhere; {name} is assumed", trail[0].at) for name, trail in named)
    for name, trail in named:
        going.seen.uses_django = True
        settings = run.modules.find(name)
        _start(name, trail, going, needed=True)
        if not isinstance(settings, Module):
            continue
        apps, gaps = django.installed_apps(settings, run)
        going.seen.gaps.extend(gaps)
        every += apps
        for app in apps:
            _start(app.name, app.trail, going)
            _if_there(app.config, app.trail, going)
        for app in apps:
            _if_there(f"{app.name}.models", app.trail, going)
        for app in apps:
            if app.ready is not None:
                going.body(app.ready.node, inside_of(app.ready, run), None, When.PARENT)
        if django.autodiscovers_admin(apps):
            for app in apps:
                _if_there(f"{app.name}.admin", app.trail, going)
        for urlconf, urls_trail in django.urlconf(settings, run):
            _start(urlconf, urls_trail, going)
    return every


def _if_there(name: str, trail: Trail, going: Traversal) -> None:
    if name and isinstance(going.run.modules.find(name), Module):
        _start(name, trail, going)


def _discover(going: Traversal, apps: tuple[django.App, ...]) -> None:
    """Import what ``autodiscover_tasks`` finds: each package, and its ``tasks`` module where it has one."""
    for listed, related, at in going.seen.discovers:
        found = tuple((app.name, app.trail) for app in apps) if listed is None else texts(listed)
        for package, trail in found:
            module = going.run.modules.find(package)
            if isinstance(module, Missing) and module.lack is Lack.LOST:
                # An entry of INSTALLED_APPS may be a class: then its module's own package is looked in.
                package = package.rpartition(".")[0]
            elif not going.is_seen(package):
                _start(package, trail, going)
            if related:
                name = f"{package}.{related}"
                if isinstance(going.run.modules.find(name), Module):
                    going.module(name, Chain(at), When.PARENT)


def _run_entries(going: Traversal, stage: Stage) -> None:
    """Follow the functions that Celery calls; modules that they import may hold further ones."""
    done: set[str] = set()
    while pending := [m for name, m in going.modules.items() if name not in done]:
        for module in pending:
            done.add(module.name)
            for entry in entries(module, going.run):
                if entry.stage is stage:
                    chain = going.chains.get(module.name)
                    if stage.when is When.CHILD:
                        going.seen.graph.enter(id(entry.function.node), chain.places() if chain else (), entry.task)
                    going.body(entry.function.node, inside_of(entry.function, going.run), chain, stage.when)


def _code(going: Traversal) -> Code:
    imports = tuple(going.seen.imports.values())
    lazy = lazy_imports(going)
    other_resources(going, lazy)
    going.run.asks("OMP_NUM_THREADS")
    started = going.seen.started
    unnamed = tuple(Gap("a program is started in a task whose name is not known", at) for at in started.unnamed()) if started else ()
    return Code(
        imports=imports,
        models=tuple(going.seen.models.values()),
        modules=len(going.modules),
        gaps=(*dict.fromkeys(going.seen.gaps), *unnamed),
        uses_boto3_client=going.seen.uses_boto3_client,
        holds_boto3_client=going.seen.holds_boto3_client,
        uses_django=going.seen.uses_django or any(i.library.partition(".")[0] == "django" for i in imports),
        lazy=lazy,
        threads=_threads(going),
        freezes_heap=going.seen.freezes_heap,
        supposed=going.seen.supposed,
        bodies=going.seen.graph.seen(),
        tools=_tools(going),
    )


def _tools(going: Traversal) -> tuple[Tool, ...]:
    """Return the programs that tasks start, another Python with what it imports."""
    if going.seen.started is None:
        return ()
    from forkfit.evaluate.python.second import with_imports

    return tuple(with_imports(tool, going.run) for tool in going.seen.started.tools)


def _threads(going: Traversal) -> Value[str]:
    """Return how many OpenMP threads there may be; a variable without a value is given one by whoever starts the container."""
    if going.seen.threads is not None:
        return going.seen.threads
    found: Value[str] = text_of(THREADS, going.run.environment)
    if isinstance(found, Absent) and any(v.name == THREADS for v in going.run.environment.variables):
        return Unknown(f"{THREADS} is given by whoever starts the container", found.trail)
    return found

"""Settle a claimed command: find the application, its release and its configuration, and decide each worker's values."""

from __future__ import annotations

from posixpath import dirname

from forkfit.evaluate.python.installed import stated, version_of
from forkfit.evaluate.python.modules import Module, Modules
from forkfit.launchers.celery import application, environ, forms, multi, unread
from forkfit.launchers.celery.application import Application
from forkfit.launchers.celery.configuration import Configuration, mixed
from forkfit.launchers.celery.configured import read_configuration
from forkfit.launchers.celery.found import Found, app_named, version_in, view_of, worker_of
from forkfit.launchers.celery.handlers import overriding
from forkfit.launchers.celery.line import CommandLine, after_program, read
from forkfit.launchers.celery.loading import Loaded, code, load, modules_for
from forkfit.launchers.celery.precedence import first_place
from forkfit.launchers.celery.release import Version
from forkfit.launchers.celery.state import texts
from forkfit.launchers.celery.worker import Surroundings
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.trouble import Tell
from forkfit.model.value import Known, Unknown, alternatives
from forkfit.model.worker import Code, Effect, Remark, Worker

MOST_ROUNDS = 3


def settle(process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Return the workers that a command starts: one, or one for each node of `celery multi`."""
    words = after_program(process.argv) or ()
    line = read(words)
    if line.sub_command is None or line.sub_command.plain != "multi":
        return (worker_of(process, line, "", _found(process, line, files, tell)),)
    made = []
    shared: Found | None = None
    for node in multi.nodes(words):
        line = read(node.words)
        if shared is None or _app_words(line) != _app_words(shared.line):
            shared = _found(process, line, files, tell)
        worker = worker_of(process, line, node.name, shared)
        if node.uncounted:
            unknown = Unknown(node.uncounted, process.trail)
            worker = worker.replace(processes=unknown, processes_at_start=unknown)
        made.append(worker)
    return tuple(made)


def _found(process: Process, line: CommandLine, files: Files, tell: Tell) -> Found:
    environment = process.view.environment
    hinted = forms.hints(process.argv, line)
    nearby = process.view.nearby[0] if process.view.nearby else "."
    # Which variables name the application and its folder depends on the release, which is looked up beside the application.
    likely = version_in(stated(files, nearby, tell), line, hinted)
    view = view_of(process.view, line, likely)
    app = app_named(line, environment, likely)
    modules = modules_for(app, view, files, tell)
    loaded = load(app, modules, environment, () if process.by_program else process.argv)
    said = stated(files, _folder(loaded.application) or nearby, tell)
    version = version_in(said, line, hinted)
    walked = _walked(line, loaded, modules, environment, version)
    configuration, every = walked.configuration, walked.modules
    around = Surroundings(
        loaded.run.environment,
        configuration,
        version,
        version_of(said, "python"),
        process.cpus,
        overriding(every, loaded.run),
        not process.by_program,
        process.supposed,
    )
    name = app.value if isinstance(app, Known) else ""
    remarks = (
        *application.remarks(name, loaded.application, first_place(app.trail)),
        *_mixed(configuration, version),
        *unread.settings(configuration, version, files),
        *unread.unread(environ.remarks(environment, version), process, every, files),
    )
    made = application.made_at(loaded.application.thing, loaded.run)
    return Found(line, app, around, walked.code.replace(application=made), remarks, files)


class Walked(Record):
    """What a worker imports, the configuration read along the way, and every module of the project among it."""

    code: Code
    configuration: Configuration
    modules: tuple[Module, ...]


def _walked(line: CommandLine, loaded: Loaded, modules: Modules, environment: Environment, version: Version) -> Walked:
    """Walk the imports and read the configuration in turn, until it names no further modules; three times at most."""
    configuration = read_configuration(loaded, line, version)
    known = frozenset(m.name for m in loaded.modules)
    named: tuple[str, ...] | None = None
    seen = Code()
    later: tuple[Module, ...] = ()
    for _ in range(MOST_ROUNDS):
        wanted = _named(configuration)
        if wanted == named:
            break
        named = wanted
        seen, walked = code(loaded, named, modules, environment)
        later = tuple(m for m in walked if m.name not in known)
        if given := _given(line):
            # What only -I names is imported when nothing looks at the configuration any more.
            seen, _ = code(loaded, (*named, *given), modules, environment)
        configuration = read_configuration(loaded, line, version, later)
    return Walked(seen, configuration, (*loaded.modules, *later))


def _named(configuration: Configuration) -> tuple[str, ...]:
    """Return the modules that the configuration asks the worker to import, in that order."""
    values = (configuration.get("imports"), configuration.get("include"))
    return tuple(dict.fromkeys(name for value in values for name in texts(value)))


def _given(line: CommandLine) -> tuple[str, ...]:
    """Return the modules that -I asks for."""
    given = line.last("include")
    return texts(given.value.value) if given is not None and given.value is not None else ()


def _mixed(configuration: Configuration, version: Version) -> tuple[Remark, ...]:
    keys = mixed(configuration)
    if not keys:
        return ()
    message = f"{', '.join(keys)} mixed with names of the other style: the worker ends and asks to rename them"
    at = configuration.at or next((at for a in alternatives(configuration.get(keys[0])) if (at := first_place(a.trail))), None)
    return (Remark(Effect.STOPS, keys[0], message, at, "4.0 and later", "", version.assumed),)


def _app_words(line: CommandLine) -> tuple[str, ...]:
    """Return what decides which application a node runs."""
    given = (line.last(name) for name in ("app", "workdir", "config"))
    return tuple(g.value.plain if g is not None and g.value is not None else "" for g in given)


def _folder(application: Application) -> str:
    """Return the repository folder of an application; empty where it is not in the repository."""
    if application.module is None or not application.module.path:
        return ""
    return dirname(application.module.path) or "."

"""From an application to its configuration: follow its modules, then read what they name."""

from __future__ import annotations

from forkfit.evaluate.expression import Run
from forkfit.evaluate.modules import Module
from forkfit.evaluate.objects import Made, Outside, Thing
from forkfit.launchers import celery_environment
from forkfit.launchers.celery_application import is_celery
from forkfit.launchers.celery_configuration import Configuration, Map, configuration
from forkfit.launchers.celery_effects import after_module, constructed
from forkfit.launchers.celery_loading import Loaded
from forkfit.launchers.celery_options import CommandLine
from forkfit.launchers.celery_release import Version
from forkfit.launchers.celery_state import State
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives


def read_configuration(loaded: Loaded, line: CommandLine, version: Version, later: tuple[Module, ...] = ()) -> Configuration:
    """Return the configuration of the application that a command line leads to.

    `later` are the modules that are imported when it has been read; what they assign counts only where nothing else does.
    """
    application, run = loaded.application, loaded.run
    named = _named(line, run.environment, version)
    if application.missing:
        return _unseen(application.missing, version)
    if isinstance(application.thing, Absent) and application.module is None:
        # No -A: the default application reads celeryconfig, unless the environment names another module.
        return configuration(State(), Known("celeryconfig") if isinstance(named, Absent) else named, version.release, run)
    for single in alternatives(application.thing):
        if isinstance(single, Known) and (is_celery(single.value, run) or isinstance(single.value, Outside)):
            state = _state(single.value, loaded.modules, version, run)
            late = _state(single.value, later, version, run, start=State()) if later else None
            return configuration(state, named, version.release, run, late)
    why = application.thing.why if isinstance(application.thing, (Unknown, Absent)) else "what -A names is no Celery application"
    unknown = Unknown(why, application.thing.trail)
    return Configuration(version.release, (Map(lambda _: unknown),), Absent("no namespace"))


def _state(app: Thing, modules: tuple[Module, ...], version: Version, run: Run, start: State | None = None) -> State:
    if start is not None:
        state = start
    elif isinstance(app, Made):
        state = constructed(app, version.release >= (5, 1))
    else:
        note = f"{app.name} is not in the repository, so what is set there is taken as Celery's default" if isinstance(app, Outside) else ""
        state = State(foreign=(Step(Role.ASSUMED, None, note),) if note else ())
    for module in modules:
        if _may_configure(module):
            state = after_module(module, app, state, run)
    return state


def _may_configure(module: Module) -> bool:
    """Tell whether a module may touch a configuration at all, by its text: most modules need not be followed."""
    text = module.source.text
    return "conf" in text or "add_defaults" in text


def _unseen(missing: str, version: Version) -> Configuration:
    """Return a configuration without settings, which says that the code was not there to look at."""
    note = f"{missing}, so Celery's default is taken"
    step = Step(Role.ASSUMED, None, note)
    return Configuration(version.release, (Map(lambda key: Absent(f"{key} is not set", (step,))),), Absent("no namespace"))


def _named(line: CommandLine, environment: Environment, version: Version) -> Value[str]:
    """Return the module that --config or the environment names: Celery 5 reads three names, 4 the last of them."""
    given = line.last("config")
    if given is not None and given.value is not None:
        return given.value.value
    names = celery_environment.CONFIG if version.release >= (5, 0) else celery_environment.CONFIG[2:]
    found = celery_environment.first_set(environment, names)
    return Absent("no module is named", found.trail) if isinstance(found, Absent) else found

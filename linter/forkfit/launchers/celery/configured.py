"""From an application to its configuration: follow its modules, then read what they name."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python.django import readied
from forkfit.evaluate.python.expression import Run, Scope
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Function, Instance, Made, Member, Outside, Thing
from forkfit.evaluate.python.tasks import inside_of
from forkfit.launchers.celery import environ
from forkfit.launchers.celery.application import is_celery, is_made_by_library
from forkfit.launchers.celery.configuration import Configuration, absent, always, configuration, either_of, one_layer
from forkfit.launchers.celery.effects import Follow, after_functions, after_modules, constructed, telling
from forkfit.launchers.celery.handlers import late as late_changes
from forkfit.launchers.celery.line import CommandLine
from forkfit.launchers.celery.loading import Loaded
from forkfit.launchers.celery.names import OLD_OF
from forkfit.launchers.celery.release import Version
from forkfit.launchers.celery.state import State
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives

_EXECUTES = ("\nexec(", " exec(", "\nexecfile(")


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
    follow = telling((*loaded.modules, *later))
    found = []
    for single in alternatives(_application(loaded)):
        if isinstance(single, Known) and (is_celery(single.value, run) or isinstance(single.value, Outside)):
            one = Follow(single.value, follow)
            state = after_modules(loaded.modules, one, _begun(single.value, version, run), run)
            late = after_modules(later, one, State(changes=late_changes((*loaded.modules, *later), run)), run)
            late = after_functions(readied(run) if later else (), one, late, run)
            found.append(configuration(state, named, version.release, run, late).replace(mentions=_mentions(loaded, later)))
        else:
            why = single.why if isinstance(single, (Unknown, Absent)) else "what -A names is no Celery application"
            unknown = one_layer(version.release, always(Unknown(why, single.trail)))
            # An application that a library makes is configured by the project, if it is configured at all.
            by_library = isinstance(single, Known) and isinstance(single.value, (Made, Member))
            found.append(unknown.replace(mentions=_mentions(loaded, later)) if by_library else unknown)
    return found[0] if len(found) == 1 else one_layer(version.release, either_of(found))


def _application(loaded: Loaded) -> Value[Thing]:
    """Return the application; where what -A names is not followed, the only one that the imported modules make."""
    thing = _handed_back(loaded.application.thing, loaded.run)
    if not all(isinstance(a, Unknown) or (isinstance(a, Known) and isinstance(a.value, Member)) for a in alternatives(thing)):
        return thing
    made = {call: module for module in loaded.modules if "Celery(" in module.source.text for call in _constructors(module)}
    if len(made) != 1:
        return thing
    (call, module), *_ = made.items()
    value = _scope_of(call, module, loaded.run).evaluate(call)
    note = f"{module.path} makes the only Celery application that is imported, so it is taken for the one that -A names"
    return value.because(Step(Role.ASSUMED, module.span(call), note))


def _handed_back(value: Value[Thing], run: Run) -> Value[Thing]:
    """Return the application that a call of a library gets, where the call is what -A names: ``app = instrument(app)``."""
    if not isinstance(value, Known) or not isinstance(value.value, Made) or is_celery(value.value, run):
        return value
    for given in value.value.arguments.positional:
        if isinstance(given, Known) and is_celery(given.value, run):
            step = Step(Role.ASSUMED, None, f"{value.value.of} is taken to hand back the application that it is given")
            return given.because(*value.trail, step)
    return value


def _constructors(module: Module) -> list[ast.Call]:
    calls = (n for n in ast.walk(module.tree) if isinstance(n, ast.Call))
    return [c for c in calls if (c.func.attr if isinstance(c.func, ast.Attribute) else getattr(c.func, "id", "")) == "Celery"]


def _scope_of(call: ast.Call, module: Module, run: Run) -> Scope:
    """Return the place of a call: in the function that holds it, whose parameters are not known, or at the module's level."""
    scope = run.module_scope(module)
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and node.lineno <= call.lineno <= (node.end_lineno or 0):
            return inside_of(Function(module.name, node, scope), run)
    return scope


def _begun(app: Thing, version: Version, run: Run) -> State:
    """Return the state with which an application begins; of one made elsewhere it says so."""
    if isinstance(app, Made) or (isinstance(app, Instance) and is_made_by_library(app.of, run)):
        return constructed(app, version.release >= (5, 1))
    if isinstance(app, Outside):
        note = f"{app.name} is not in the repository, so what is set there is taken as Celery's default"
        return State(foreign=(Step(Role.ASSUMED, None, note),))
    return State()


def _mentions(loaded: Loaded, later: tuple[Module, ...]) -> Callable[[str], bool]:
    """Return whether a setting's name, in any spelling, stands in the modules that are imported or among the variables.

    A module that executes the text of a file may name all, and so may one that has no text to look at.
    """
    modules = (*loaded.modules, *later)
    texts: list[str] = []

    def mentions(name: str) -> bool:
        if not texts:
            texts.extend("\n" + m.source.text.lower() for m in modules)
            texts.extend(v.name.lower() for v in loaded.run.environment.variables)
        wanted = (name, OLD_OF.get(name, name).lower(), *_EXECUTES)
        return any(m.broken and not m.source.text for m in modules) or any(word in text for text in texts for word in wanted)

    return mentions


def _unseen(missing: str, version: Version) -> Configuration:
    """Return a configuration without settings, which says that the code was not there to look at."""
    return one_layer(version.release, absent(Step(Role.ASSUMED, None, f"{missing}, so Celery's default is taken")))


def _named(line: CommandLine, environment: Environment, version: Version) -> Value[str]:
    """Return the module that --config or the environment names: Celery 5 reads three names, 4 the last of them."""
    given = line.last("config")
    if given is not None and given.value is not None:
        return given.value.value
    names = environ.CONFIG if version.release >= (5, 0) else environ.CONFIG[2:]
    found = environ.first_set(environment, names)
    return Absent("no module is named", found.trail) if isinstance(found, Absent) else found

"""Import an application as a worker does: its modules, the environment that they leave, and the object that -A means."""

from __future__ import annotations

from forkfit.evaluate.python import django
from forkfit.evaluate.python.expression import Run, begin
from forkfit.evaluate.python.modules import Module, Modules, modules_of
from forkfit.evaluate.python.places import Place
from forkfit.evaluate.python.traverse import Traversal
from forkfit.evaluate.python.walk import Start, walk
from forkfit.files import below
from forkfit.launchers.celery.application import Application, find_app
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.project import Environment, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Known, Value
from forkfit.model.worker import Code, When


class Loaded(Record):
    """An imported application. `modules` are the project's own, those that are imported last first.

    `run` evaluates under the environment that the code leaves, which is what Celery then reads its options from.
    """

    application: Application
    starts: tuple[Start, ...]
    modules: tuple[Module, ...]
    run: Run


def load(app: Value[str], modules: Modules, environment: Environment, words: Words = ()) -> Loaded:
    """Import what -A names; without it nothing but what the environment names. `words` are what the code finds in sys.argv."""
    name = app.value if isinstance(app, Known) else ""
    starts = _starts(name, app.trail, modules, environment)
    going = Traversal(begin(modules, environment, words))
    for start in starts:
        going.module(start.name, None, When.PARENT)
    # The settings are read with the configuration, and may load a .env file.
    for settings, _ in (*going.seen.configured, *django.settings_modules(going.run)):
        going.module(settings, None, When.PARENT)
    run = begin(modules, going.run.environment, words)
    application = find_app(name, run) if name else Application(app)
    return Loaded(application, starts, tuple(reversed(going.modules.values())), run)


def modules_for(app: Value[str], view: View, files: Files, tell: Tell) -> Modules:
    """Return the modules as the process finds them; where they hold no such application, as seen from a nearby folder that does."""
    name = app.value if isinstance(app, Known) else ""
    modules = modules_of(view, files, tell, name.partition(":")[0])
    if not name or _holds(name, modules, view):
        return modules
    for folder in view.nearby:
        for path in (folder, below(folder, "src")):
            note = f"the application is not where the container looks for modules, and is found in {path}"
            place = Place(path, trail=(Step(Role.ASSUMED, None, note),))
            other = modules.looking_in((place, *modules.roots))
            if files.is_folder(path) and _holds(name, other, view):
                return other
    return modules


def _holds(name: str, modules: Modules, view: View) -> bool:
    found = find_app(name, begin(modules, view.environment))
    return not found.missing and not isinstance(found.thing, Absent)


def code(loaded: Loaded, named: tuple[str, ...], modules: Modules, environment: Environment) -> tuple[Code, tuple[Module, ...]]:
    """Return all that a worker imports, the modules named by `imports`, `include` and -I among it, and the project's own in order."""
    further = tuple(Start(name) for name in named)
    walked = walk(begin(modules, environment), (*loaded.starts, *further))
    return walked.code, walked.modules


def _starts(name: str, trail: Trail, modules: Modules, environment: Environment) -> tuple[Start, ...]:
    """Return the modules that are imported for a name: its left part, then the module that the application is found in."""
    left = name.partition(":")[0] if ":" in name else name.rpartition(".")[0]
    found = find_app(name, begin(modules, environment)).module if name else None
    names = dict.fromkeys(n for n in (left, found.name if found is not None else "") if n and isinstance(modules.find(n), Module))
    # What is not there leaves a gap: nobody knows what it imports.
    return tuple(Start(n, trail, needed=True) for n in (names or ([left or name] if name else ())))

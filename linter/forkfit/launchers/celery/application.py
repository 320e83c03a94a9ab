"""From what -A names to the application object, by the rules of Celery's find_app."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.classes import lineage
from forkfit.evaluate.python.expression import Run, resolve_attribute
from forkfit.evaluate.python.modules import Missing, Module
from forkfit.evaluate.python.names import names_of
from forkfit.evaluate.python.objects import Class, Instance, Made, ModuleObject, Thing
from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives
from forkfit.model.worker import Effect, Remark

MOST_HOPS = 5  # pkg -> pkg.celery; a package cannot nest deeper by these rules


class Application(Record):
    """What -A leads to: the object, and the module that is imported for it; `missing` says why there is no such module.

    Where the module is the project's and the object is not known, `thing` says why.
    """

    thing: Value[Thing]
    module: Module | None = None
    missing: str = ""


def find_app(name: str, run: Run) -> Application:
    """Return the application that a name leads to: a module's `app`, then its `celery`, then ``.celery`` below, then the first one.

    Seen alike on Celery 4.4, 5.2 and 5.7. With a colon the attribute is final.
    """
    return _find(name, run, 0)


def is_celery(thing: Thing, run: Run) -> bool:
    """Tell whether a thing is a Celery application, also of a subclass."""
    match thing:
        case Made(of=name):
            return name.startswith("celery.") and name.endswith(".Celery")
        case Instance(of=Class() as cls):
            return any(base.startswith("celery.") and base.endswith(".Celery") for base in lineage(cls, run).outside)
        case _:
            return False


def made_at(thing: Value[Thing], run: Run) -> Span | None:
    """Return where an application is made; None where it is not one that is known, or made in no file of the project."""
    if not isinstance(thing, Known) or not isinstance(thing.value, (Made, Instance)) or not is_celery(thing.value, run):
        return None
    return thing.value.at


def is_made_by_library(cls: Class, run: Run) -> bool:
    """Tell whether a class of the project leaves its construction to its bases."""
    return not any(isinstance(s, ast.FunctionDef) and s.name == "__init__" for c in lineage(cls, run).classes for s in c.node.body)


def _find(name: str, run: Run, hops: int) -> Application:
    colon = ":" in name
    left, _, last = name.rpartition(":" if colon else ".")
    if not left:
        return _of_module(last, name, run, hops)
    module = run.modules.find(left)
    if isinstance(module, Missing):
        return Application(Absent(module.why), None, module.why)
    value = resolve_attribute(module, last, run)
    if colon:
        return Application(_not_absent(value, f"{left} has no {last}"), module)
    if isinstance(value, Known) and isinstance(value.value, ModuleObject):
        return _of_module(value.value.name, name, run, hops)
    if isinstance(value, Absent):
        return _of_module(name, name, run, hops)
    return Application(value, module)


def _of_module(dotted: str, name: str, run: Run, hops: int) -> Application:
    """Look in a module for the application."""
    module = run.modules.find(dotted)
    if isinstance(module, Missing):
        return Application(Absent(module.why), None, module.why)
    if module.broken:
        return Application(Unknown(f"{module.path}: {module.broken}"), module)
    for attribute in ("app", "celery"):
        value = resolve_attribute(module, attribute, run)
        if not isinstance(value, Absent) and not _is_module(value):
            return Application(value, module)
    if module.is_package and hops < MOST_HOPS and isinstance(run.modules.find(f"{dotted}.celery"), Module):
        below = _find(f"{name}.celery", run, hops + 1)
        if not isinstance(below.thing, Absent):
            return below
    for attribute in names_of(module, run):
        value = resolve_attribute(module, attribute, run)
        if any(isinstance(a, Known) and is_celery(a.value, run) for a in alternatives(value)):
            return Application(value, module)
    return Application(Absent(f"{dotted} has neither app nor celery, and no Celery application under another name"), module)


def _is_module(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and isinstance(value.value, ModuleObject)


def _not_absent(value: Value[Thing], why: str) -> Value[Thing]:
    return Unknown(why, value.trail) if isinstance(value, Absent) else value


# What web applications are made by: Celery takes whatever is called `app`, and then finds that it is none of its own.
_WEB = {
    "flask.Flask": "Flask",
    "quart.Quart": "Quart",
    "fastapi.FastAPI": "FastAPI",
    "starlette.applications.Starlette": "Starlette",
    "sanic.Sanic": "Sanic",
    "bottle.Bottle": "Bottle",
    "dash.Dash": "Dash",
}


def remarks(name: str, application: Application, at: Span | None) -> tuple[Remark, ...]:
    """Return a remark where -A leads to no application, or to one of a web framework: the worker then does not start."""
    thing = application.thing
    message = ""
    if name.endswith(".py") or "/" in name:
        message = f"-A {name} names a file where Celery takes the dotted name of a module, so the worker ends with an error"
    elif isinstance(thing, Absent) and application.module is not None and application.module.path:
        message = f"-A {name}: {thing.why}, so the worker ends with an error"
    elif isinstance(thing, Known) and isinstance(thing.value, Made) and thing.value.of in _WEB:
        message = f"-A {name} leads to a {_WEB[thing.value.of]} application, so the worker ends with an error"
    if not message:
        return ()
    return (Remark(Effect.STOPS, "--app", message, at, "all", "-A MODULE:ATTRIBUTE", False, thing.trail),)

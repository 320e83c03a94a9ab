"""Functions that ask for attributes by name."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.binders import names_of
from forkfit.evaluate.python.bindings import bound_by
from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.objects import Class, Made, Member, ModuleObject, Outside, Raises, Table, Thing
from forkfit.evaluate.python.operators import across
from forkfit.model.value import Absent, Known, Unknown, Value, either


def _getattr(call: Call) -> Value[Thing]:
    name, default = call.arguments.get(1), call.arguments.get(2)
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return call.unknown("which attribute this asks for is not known")

    def find(thing: Thing) -> Value[Thing]:
        found = call.scope.run.attribute(thing, name.value, call.scope.run)
        if not isinstance(found, Absent):
            # An object of a library may have it, or may not.
            return either((found, default)) if isinstance(thing, Made) and not isinstance(default, Absent) else found
        return Raises(found.why, (), "AttributeError") if isinstance(default, Absent) else default

    return across(find, call.arguments.get(0))


def _hasattr(call: Call) -> Value[Thing]:
    name = call.arguments.get(1)
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return call.unknown("which attribute this asks for is not known")

    def find(thing: Thing) -> Value[Thing]:
        if isinstance(thing, (Outside, Made, Member)):
            return call.unknown("whether a library has this is not known")
        found = call.scope.run.attribute(thing, name.value, call.scope.run)
        return found if isinstance(found, Unknown) else Known(not isinstance(found, Absent))

    return across(find, call.arguments.get(0))


def _vars(call: Call) -> Value[Thing]:
    """Follow ``vars(module)`` and ``vars(class)``: what they bind themselves, in that order."""

    def find(thing: Thing) -> Value[Thing]:
        run = call.scope.run
        match thing:
            case ModuleObject(name=name):
                module = run.modules.find(name)
                names = names_of(module, run) if isinstance(module, Module) and not module.broken else None
            case Class(node=node):
                names = tuple(dict.fromkeys(n for s in node.body for n in sorted(bound_by(s))))
            case _:
                names = None
        if names is None:
            return call.unknown("the attributes of this are not followed")
        found = ((name, run.attribute(thing, name, run)) for name in names)
        return Known(Table(tuple((name, value) for name, value in found if not isinstance(value, Absent))))

    return across(find, call.arguments.get(0)) if call.arguments.positional else call.unknown("what is bound here is not followed")


def _import_module(call: Call) -> Value[Thing]:
    """Follow ``import_module("library.module")``."""

    def find(thing: Thing) -> Value[Thing]:
        if not isinstance(thing, str) or thing.startswith("."):
            return call.unknown("which module this imports is not known")
        found = call.scope.run.modules.find(thing)
        if isinstance(found, Missing):
            return Known(Outside(thing)) if found.lack is Lack.FOREIGN else call.unknown(f"{thing} is not there")
        return Known(ModuleObject(thing))

    return across(find, call.arguments.get(0, "name"))


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    "builtins.getattr": _getattr,
    "builtins.hasattr": _hasattr,
    "builtins.vars": _vars,
    "importlib.import_module": _import_module,
}

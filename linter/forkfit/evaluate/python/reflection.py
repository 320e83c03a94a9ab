"""Functions that ask for attributes by name."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.objects import Outside, Raises, Thing
from forkfit.evaluate.python.operators import across
from forkfit.model.value import Absent, Known, Unknown, Value


def _getattr(call: Call) -> Value[Thing]:
    name, default = call.arguments.get(1), call.arguments.get(2)
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return call.unknown("which attribute this asks for is not known")

    def find(thing: Thing) -> Value[Thing]:
        found = call.scope.run.attribute(thing, name.value, call.scope.run)
        if not isinstance(found, Absent):
            return found
        return Raises(found.why, (), "AttributeError") if isinstance(default, Absent) else default

    return across(find, call.arguments.get(0))


def _hasattr(call: Call) -> Value[Thing]:
    name = call.arguments.get(1)
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return call.unknown("which attribute this asks for is not known")

    def find(thing: Thing) -> Value[Thing]:
        if isinstance(thing, Outside):
            return call.unknown("whether a library has this is not known")
        found = call.scope.run.attribute(thing, name.value, call.scope.run)
        return found if isinstance(found, Unknown) else Known(not isinstance(found, Absent))

    return across(find, call.arguments.get(0))


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {"builtins.getattr": _getattr, "builtins.hasattr": _hasattr}

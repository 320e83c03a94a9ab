"""What a program reads from its environment variables."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.objects import Outside, Raises, Table, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Bounded, Known, Unknown, Value, alternatives, either


def text_of(name: str, environment: Environment) -> Value[str]:
    """Return the text of a variable; Absent, with the files that might set it, where nothing sets it."""
    held = environment.get(name)
    found: list[Value[str]] = []
    for single in alternatives(held):
        match single:
            case Known(value=text, trail=trail):
                found.append(text.value.because(*trail))
            case Absent(trail=trail):
                found.append(Absent(f"{name} is not set", trail))
            case _:
                found.append(single)
    return either(found, held.trail if isinstance(held, Bounded) else ())


def whole(environment: Environment) -> Table:
    """Return the environment as a dictionary; open where files that are not there may set more."""
    rest = Unknown("files that could not be read may set more variables", environment.open) if environment.open else None
    found = ((v.name, text_of(v.name, environment)) for v in environment.variables)
    return Table(tuple((name, value) for name, value in found if not isinstance(value, Absent)), rest)


def variable(name: str, node: ast.AST, scope: Scope) -> Value[str]:
    """Return what a program reads of a variable here; Absent where it is not set."""
    scope.run.asks(name)
    value = text_of(name, scope.run.environment)
    if isinstance(value, Absent):
        return value
    return value.because(Step(Role.USED, scope.span(node)))


def with_default(name: str, value: Value[Thing], default: Value[Thing], node: ast.AST, scope: Scope) -> Value[Thing]:
    """Return the value of a variable, the default where it is not set; files that could not be read are in the trail."""
    step = Step(Role.FALLBACK, scope.span(node), f"{name} is not set")
    return either(default.because(step, *s.trail) if isinstance(s, Absent) else s for s in alternatives(value))


def required(name: str, node: ast.AST, scope: Scope) -> Value[Thing]:
    """Return the value of a variable without which the program stops with KeyError."""
    return or_stops(name, variable(name, node, scope), node, scope, "KeyError")


def or_stops(name: str, value: Value[Thing], node: ast.AST, scope: Scope, error: str) -> Value[Thing]:
    """Return the value of a variable; where it is not set the program stops, or a file that is not here sets it."""
    found: list[Value[Thing]] = []
    for single in alternatives(value):
        if not isinstance(single, Absent):
            found.append(single)
        elif single.trail:
            found.append(Unknown(f"{name} is set nowhere that could be read", single.trail).because(Step(Role.USED, scope.span(node))))
        else:
            found.append(Raises(f"{name} is not set, so the program stops here", (Step(Role.USED, scope.span(node)),), error))
    return either(found)


def is_set(name: Value[Thing], node: ast.AST, scope: Scope) -> Value[Thing]:
    """Return whether a variable is set, for ``name in os.environ``."""
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return scope.unknown("which variable this asks for is not known", node)
    value = variable(name.value, node, scope)
    return either(
        Known(not isinstance(s, Absent), s.trail) if isinstance(s, (Known, Absent)) else Known(True, s.trail) for s in alternatives(value)
    )


def read(call: Call) -> Value[Thing]:
    """Return what ``os.environ.get`` and ``os.getenv`` give."""
    found: list[Value[Thing]] = []
    for name in alternatives(call.arguments.get(0, "key")):
        if not isinstance(name, Known) or not isinstance(name.value, str):
            found.append(call.unknown("which variable is read here is not known"))
            continue
        value: Value[Thing] = variable(name.value, call.node, call.scope)
        default = call.arguments.get(1, "default")
        if isinstance(default, Absent):
            default = Known(None)
        found.append(with_default(name.value, value, default, call.node, call.scope))
    return either(found)


def _environment(call: Call) -> Value[Thing]:
    del call
    return Known(Outside("os.environ"))


FUNCTIONS = {
    "os.getenv": read,
    "os.environ.get": read,
    "os.environ.setdefault": read,
    "os.environ.pop": read,
    "os.environ.copy": _environment,
}

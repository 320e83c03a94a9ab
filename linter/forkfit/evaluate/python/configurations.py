"""Values of django-configurations: a class chosen by DJANGO_CONFIGURATION, whose values are read from the environment."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.counting import convert
from forkfit.evaluate.python.environment import or_stops, variable, with_default
from forkfit.evaluate.python.objects import Items, Made, Outside, Raises, Thing
from forkfit.evaluate.python.operators import across
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

_VALUES = "configurations.values."
_TRUE = frozenset(("yes", "y", "true", "1"))
_FALSE = frozenset(("no", "n", "false", "0", ""))


def settled(value: Value[Thing], name: str) -> Value[Thing]:
    """Return what a value of a configuration class is once the class is set up under the name that it is bound to."""
    return either(
        _read(one.value, name) if isinstance(one, Known) and isinstance(one.value, Made) and one.value.of.startswith(_VALUES) else one
        for one in alternatives(value)
    )


def _made(call: Call) -> Value[Thing]:
    """Follow the constructor: a value that names its variable, or reads none, is worked out at once."""
    assert isinstance(call.callee, Outside)
    made = Made(call.callee.name, call.scope, call.node, call.scope.span(call.node))
    named, reads = call.arguments.get(2, "environ_name"), call.arguments.get(1, "environ")
    late = call.arguments.get(None, "late_binding")
    if isinstance(late, Known) and late.value:
        return Known(made)
    if isinstance(named, Known) and isinstance(named.value, str) and named.value:
        return _read(made, named.value)
    if isinstance(reads, Known) and not reads.value:
        return call.arguments.get(0, "default")
    return Known(made)


def _read(made: Made, name: str) -> Value[Thing]:
    arguments, scope, node = made.arguments, made.scope, made.node
    kind = made.of.removeprefix(_VALUES)
    default, reads = arguments.get(0, "default"), arguments.get(1, "environ")
    if isinstance(default, Absent):
        default = Known(None)
    if isinstance(reads, Known) and not reads.value:
        return default
    stated, prefix = arguments.get(2, "environ_name"), arguments.get(3, "environ_prefix")
    wanted = stated.value if isinstance(stated, Known) and stated.value else name.upper()
    before = Known("DJANGO") if isinstance(prefix, Absent) else prefix
    if not isinstance(before, Known) or kind not in _KINDS:
        return Unknown(f"what {kind} reads is not followed", (Step(Role.WRITTEN, made.at),))
    wanted = f"{str(before.value).removesuffix('_')}_{wanted}" if before.value else str(wanted)
    required = arguments.get(4, "environ_required")
    found: list[Value[Thing]] = []
    for single in alternatives(variable(wanted, node, scope)):
        if not isinstance(single, Absent):
            found.append(across(_KINDS[kind], single).because(Step(Role.CONVERTED, made.at, kind)))
        elif kind == "SecretValue" or (isinstance(required, Known) and required.value):
            found.append(or_stops(wanted, single, node, scope, "ValueError"))
        else:
            found.append(with_default(wanted, single, default, node, scope))
    return either(found)


def _positive(thing: Thing) -> Value[Thing]:
    made = convert("int", Known(thing))
    if isinstance(made, Known) and made.value < 0:
        return Raises("this number is negative, so the program stops here", (), "ValueError")
    return made


def _truth(thing: Thing) -> Value[Thing]:
    word = str(thing).strip().lower()
    if word in _TRUE or word in _FALSE:
        return Known(word in _TRUE)
    return Raises("this is no truth value, so the program stops here", (), "ValueError")


def _list(thing: Thing) -> Value[Thing]:
    return Known(Items("list", tuple(Known(part.strip()) for part in str(thing).split(",") if part.strip())))


_KINDS: dict[str, Callable[[Thing], Value[Thing]]] = {
    "Value": lambda thing: Known(thing),
    "SecretValue": lambda thing: Known(thing),
    "PathValue": lambda thing: Known(thing),
    "IntegerValue": lambda thing: convert("int", Known(thing)),
    "PositiveIntegerValue": _positive,
    "FloatValue": lambda thing: convert("float", Known(thing)),
    "BooleanValue": _truth,
    "ListValue": _list,
    "TupleValue": _list,
}

FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {_VALUES + kind: _made for kind in _KINDS}

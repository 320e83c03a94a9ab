"""Libraries that read settings from environment variables: django-environ, environs, python-decouple, starlette."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.casts import cast, named
from forkfit.evaluate.python.env_files import beside_caller, of_files, values_of
from forkfit.evaluate.python.environment import or_stops, variable, with_default
from forkfit.evaluate.python.objects import Items, Made, Outside, Thing
from forkfit.model.project import Variable
from forkfit.model.value import Absent, Known, Value, alternatives, either


def _decouple(call: Call) -> Value[Thing]:
    """``config(option, default=undefined, cast=undefined)``: the process first, then ``settings.ini`` or ``.env``."""
    wanted = call.arguments.get(2, "cast")
    return _read(call, call.arguments.get(1, "default"), lambda v: cast(_known(wanted), v, call), beside_caller(call), cast_default=True)


def _starlette(call: Call, attribute: str) -> Value[Thing]:
    """``config(key, cast=None, default=undefined)``."""
    if attribute:
        return call.unknown("this method is not followed")
    wanted = call.arguments.get(1, "cast")
    files = of_files(_made(call).arguments.get(0, "env_file"), call)
    return _read(call, call.arguments.get(2, "default"), lambda v: cast(_known(wanted), v, call), files, cast_default=True)


def _django_environ(call: Call, attribute: str) -> Value[Thing]:
    """``env(var, cast=None, default=...)`` and ``env.int(var, default=...)``; the scheme gives casts and defaults."""
    scheme = _scheme(call)
    if attribute in ("", "get_value"):
        wanted, default = call.arguments.get(1, "cast"), call.arguments.get(2, "default")
    else:
        wanted, default = Absent(""), call.arguments.get(1, "default")
    if isinstance(default, Absent) and scheme is not None and len(scheme) > 1:
        default = scheme[1]
    if attribute not in ("", "get_value"):
        return _read(call, default, lambda v: named(attribute, v, call), ())
    if isinstance(wanted, Absent) and scheme:
        wanted = scheme[0]
    return _read(call, default, lambda v: cast(_known(wanted), v, call), ())


def _environs(call: Call, attribute: str) -> Value[Thing]:
    """``env(name, default=...)`` and ``env.int(name, default=...)``."""
    default = call.arguments.get(1, "default")
    if attribute in ("read_env", "seal", "prefixed"):
        return call.unknown("this method is not followed")
    return _read(call, default, lambda v: named(attribute or "str", v, call), ())


def _scheme(call: Call) -> tuple[Value[Thing], ...] | None:
    """Return the cast and the default that ``environ.Env(NAME=(int, 4))`` states for the variable asked for."""
    name = call.arguments.get(0, "var")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return None
    stated = _made(call).arguments.get(None, name.value)
    match stated:
        case Known(value=Items(items=items)):
            return items
        case Known():
            return (stated,)
        case _:
            return None


def _made(call: Call) -> Made:
    made = call.callee if isinstance(call.callee, Made) else call.callee.base
    assert isinstance(made, Made)
    return made


def _read(
    call: Call,
    default: Value[Thing],
    convert: Callable[[Value[Thing]], Value[Thing]],
    below: tuple[Variable, ...],
    *,
    cast_default: bool = False,
) -> Value[Thing]:
    found: list[Value[Thing]] = []
    for name in alternatives(call.arguments.get(0, "var", "option", "key", "name")):
        if not isinstance(name, Known) or not isinstance(name.value, str):
            found.append(call.unknown("which variable is read here is not known"))
            continue
        value: Value[Thing] = variable(name.value, call.node, call.scope)
        if isinstance(value, Absent):
            value = values_of(name.value, below, value, call.node, call.scope)
        given = either(convert(s) for s in alternatives(value) if not isinstance(s, Absent))
        if any(isinstance(s, Absent) for s in alternatives(value)):
            absent = Absent("", next(s.trail for s in alternatives(value) if isinstance(s, Absent)))
            if isinstance(default, Absent):
                fallback = or_stops(name.value, absent, call.node, call.scope, "ImproperlyConfigured")
            else:
                fallback = with_default(name.value, absent, convert(default) if cast_default else default, call.node, call.scope)
            given = either((given, fallback)) if not isinstance(given, Absent) else fallback
        found.append(given)
    return either(found)


def _known(value: Value[Thing]) -> Thing:
    match value:
        case Known(value=Outside(name="decouple.undefined")):
            return None
        case Known(value=thing):
            return thing
        case _:
            return None


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {"decouple.config": _decouple}
OBJECTS: dict[str, Callable[[Call, str], Value[Thing]]] = {
    "environ.Env": _django_environ,
    "environ.FileAwareEnv": _django_environ,
    "environs.Env": _environs,
    "environs.FileAwareEnv": _environs,
    "starlette.config.Config": _starlette,
}

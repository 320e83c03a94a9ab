"""Libraries that read settings from environment variables: django-environ, environs, python-decouple, starlette."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python import decouple_files
from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.casts import cast, named
from forkfit.evaluate.python.env_files import of_files, values_of
from forkfit.evaluate.python.environment import or_stops, variable, with_default
from forkfit.evaluate.python.objects import Items, Made, Outside, Thing
from forkfit.evaluate.python.paths import text_of_path
from forkfit.model.project import Variable
from forkfit.model.value import Absent, Known, Value, alternatives, either

MOST_PROXIES = 5  # a variable that holds the name of another


def _decouple(call: Call) -> Value[Thing]:
    """``config(option, default=undefined, cast=undefined)``: the process first, then ``settings.ini`` or ``.env``."""
    return _decoupled(call, decouple_files.beside(call.scope.module, call.scope.run))


def _decoupled(call: Call, below: tuple[Variable, ...]) -> Value[Thing]:
    wanted = call.arguments.get(2, "cast")
    return _read(call, call.arguments.get(1, "default"), lambda v: cast(_known(wanted), v, call), below, cast_default=True)


def _decouple_found(call: Call, attribute: str) -> Value[Thing]:
    """``AutoConfig(search_path)``, called as ``config`` is."""
    where = _made(call).arguments.get(0, "search_path")
    if attribute:
        return call.unknown("this method is not followed")
    if not isinstance(where, Known) or where.value is None:
        return _decouple(call)
    run, text = call.scope.run, text_of_path(where.value)
    if text is None:
        return call.unknown("where this looks for a file is not known")
    path = decouple_files.nearest(text, lambda path: run.modules.file(path, call.scope.module))
    return _decoupled(call, () if path is None else decouple_files.read(path, run))


def _decouple_named(call: Call, attribute: str) -> Value[Thing]:
    """``Config(RepositoryEnv(path))``, called as ``config`` is."""
    repository = _made(call).arguments.get(0, "repository")
    if attribute not in ("", "get"):
        return call.unknown("this method is not followed")
    match repository:
        case Known(value=Made(of="decouple.RepositoryEnv" | "decouple.RepositoryIni") as made):
            source = made.arguments.get(0, "source")
            text = text_of_path(source.value) if isinstance(source, Known) else None
            path = None if text is None else call.scope.run.modules.file(text, call.scope.module)
            if path is not None:
                return _decoupled(call, decouple_files.read(path, call.scope.run))
        case Known(value=Made(of="decouple.RepositoryEmpty")):
            return _decoupled(call, ())
    return call.unknown("the file that is read here is not known")


def _starlette(call: Call, attribute: str) -> Value[Thing]:
    """``config(key, cast=None, default=undefined)``."""
    if attribute:
        return call.unknown("this method is not followed")
    wanted = call.arguments.get(1, "cast")
    files = of_files(_made(call).arguments.get(0, "env_file"), call)
    return _read(call, call.arguments.get(2, "default"), lambda v: cast(_known(wanted), v, call), files, cast_default=True)


def _django_environ(call: Call, attribute: str) -> Value[Thing]:
    """``env(var, cast=None, default=...)`` and ``env.int(var, default=...)``; the scheme gives casts and defaults."""
    prefix = _assigned_prefix(call)
    scheme = _scheme(call, prefix)
    if attribute in ("", "get_value"):
        wanted, default = call.arguments.get(1, "cast"), call.arguments.get(2, "default")
    else:
        wanted, default = Absent(""), call.arguments.get(1, "default")
    if isinstance(default, Absent) and scheme is not None and len(scheme) > 1:
        default = scheme[1]
    if attribute not in ("", "get_value"):
        return _read(call, default, lambda v: named(attribute, v, call), (), prefix=prefix, proxies=True)
    if isinstance(wanted, Absent):
        # A default that is a number makes one of the variable too (smart_cast).
        wanted = scheme[0] if scheme else _kind_of(default)
    return _read(call, default, lambda v: cast(_known(wanted), v, call), (), prefix=prefix, proxies=True)


def _kind_of(default: Value[Thing]) -> Value[Thing]:
    kinds = {type(s.value) for s in alternatives(default) if isinstance(s, Known)}
    kind = kinds.pop() if len(kinds) == 1 else None
    return Known(Outside(f"builtins.{kind.__name__}")) if kind in (int, float, bool) else Absent("")


def _environs(call: Call, attribute: str) -> Value[Thing]:
    """``env(name, default=...)`` and ``env.int(name, default=...)``."""
    default = call.arguments.get(1, "default")
    if attribute in ("read_env", "seal", "prefixed"):
        return call.unknown("this method is not followed")
    return _read(call, default, lambda v: named(attribute or "str", v, call), (), prefix=_surrounding_prefix(call))


def _environs_itself(attribute: str) -> Callable[[Call], Value[Thing]]:
    return lambda call: _environs(call, attribute)


def _assigned_prefix(call: Call) -> str:
    """Return what ``env.prefix = "SHOP_"`` sets in the module of the call."""
    scope = call.scope.module_level
    if "prefix" in call.scope.module.source.text:
        for statement in call.scope.module.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=owner, attr="prefix")], value=value):
                    found = scope.at(statement).evaluate(owner)
                    if isinstance(found, Known) and found.value == _made(call):
                        text = scope.at(statement).evaluate(value)
                        return str(text.value) if isinstance(text, Known) else ""
    return ""


def _surrounding_prefix(call: Call) -> str:
    """Return the prefixes of the ``with env.prefixed("SHOP_")`` that a call stands in."""
    found = ""
    if "prefixed" in call.scope.module.source.text:
        for node in ast.walk(call.scope.module.tree):
            if isinstance(node, ast.With) and node.lineno <= call.node.lineno <= (node.end_lineno or 0):
                for item in node.items:
                    match item.context_expr:
                        case ast.Call(func=ast.Attribute(attr="prefixed"), args=[ast.expr() as text, *_]):
                            value = call.scope.evaluate(text)
                            found += str(value.value) if isinstance(value, Known) else ""
    return found


def _scheme(call: Call, prefix: str) -> tuple[Value[Thing], ...] | None:
    """Return the cast and the default that ``environ.Env(NAME=(int, 4))`` states for the variable asked for."""
    name = call.arguments.get(0, "var")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return None
    stated = _made(call).arguments.get(None, prefix + name.value)
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
    prefix: str = "",
    proxies: bool = False,
) -> Value[Thing]:
    found: list[Value[Thing]] = []
    for name in alternatives(call.arguments.get(0, "var", "option", "key", "name")):
        if not isinstance(name, Known) or not isinstance(name.value, str):
            found.append(call.unknown("which variable is read here is not known"))
            continue
        wanted = prefix + name.value
        value: Value[Thing] = variable(wanted, call.node, call.scope)
        if proxies:
            value = _through_proxies(value, prefix, call)
        if isinstance(value, Absent):
            value = values_of(wanted, below, value, call.node, call.scope)
        given = either(convert(s) for s in alternatives(value) if not isinstance(s, Absent))
        if any(isinstance(s, Absent) for s in alternatives(value)):
            absent = Absent("", next(s.trail for s in alternatives(value) if isinstance(s, Absent)))
            if isinstance(default, Absent):
                fallback = or_stops(wanted, absent, call.node, call.scope, "ImproperlyConfigured")
            else:
                fallback = with_default(wanted, absent, convert(default) if cast_default else default, call.node, call.scope)
            given = either((given, fallback)) if not isinstance(given, Absent) else fallback
        found.append(given)
    return either(found)


def _through_proxies(value: Value[Thing], prefix: str, call: Call) -> Value[Thing]:
    """Follow a variable whose value is ``$OTHER`` to the other one."""
    for _ in range(MOST_PROXIES):
        if not (isinstance(value, Known) and isinstance(value.value, str) and value.value.startswith("$")):
            return value
        value = variable(prefix + value.value.lstrip("$"), call.node, call.scope).because(*value.trail)
    return call.unknown("these variables name each other")


def _known(value: Value[Thing]) -> Thing:
    match value:
        case Known(value=Outside(name="decouple.undefined")):
            return None
        case Known(value=thing):
            return thing
        case _:
            return None


_ENVIRONS = ("", *(f".{kind}" for kind in ("int", "float", "bool", "str", "list")))

FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    "decouple.config": _decouple,
    **{f"environs.env{kind}": _environs_itself(kind[1:]) for kind in _ENVIRONS},
}
OBJECTS: dict[str, Callable[[Call, str], Value[Thing]]] = {
    "decouple.AutoConfig": _decouple_found,
    "decouple.Config": _decouple_named,
    "environ.Env": _django_environ,
    "environ.FileAwareEnv": _django_environ,
    "environs.Env": _environs,
    "environs.FileAwareEnv": _environs,
    "starlette.config.Config": _starlette,
}

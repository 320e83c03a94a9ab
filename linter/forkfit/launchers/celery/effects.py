"""Follow the statements of a module for what they do to the configuration of an application."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from forkfit.evaluate.python.bindings import bodies
from forkfit.evaluate.python.branches import Branch, branches, is_contradictory
from forkfit.evaluate.python.calls import arguments_of
from forkfit.evaluate.python.environment import required
from forkfit.evaluate.python.expression import Run, Scope
from forkfit.evaluate.python.fields import fields_of_settings
from forkfit.evaluate.python.functions import bound_frame, called
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Arguments, Function, Instance, Items, Member, Outside, Table, Thing
from forkfit.evaluate.python.tasks import inside_of
from forkfit.launchers.celery.names import may_name_setting
from forkfit.launchers.celery.state import Source, State, assigned, merged, supposed
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives

DEEPEST = 6  # functions that pass the application on to each other

# Celery(main, loader, backend, amqp, events, log, control, set_as_current, tasks, broker, include, changes, config_source, ...)
_INCLUDE, _CHANGES, _CONFIG_SOURCE, _NAMESPACE = 10, 11, 12, 16
# Arguments of the constructor that are no settings.
_NO_SETTINGS = """
main loader backend amqp events log control set_as_current tasks broker include changes config_source fixups task_cls
autofinalize namespace strict_typing accept_magic_kwargs result_cls
"""
_TELLING_TEXT = re.compile(r"(?<!django)\.conf\b|config_from_|add_defaults|Celery\(")
_TELLING_PARTS = (".conf", "config_from_", "add_defaults", "Celery(")  # which most texts lack, as is quickly seen
_TELLING = frozenset({"conf", "config_from_object", "config_from_envvar", "add_defaults"})


class Follow(Record):
    """An application, the names of functions that may configure one, and how deep in functions it is being followed."""

    app: Thing
    telling: frozenset[str] = frozenset()
    depth: int = 0

    def is_app(self, value: Value[Thing]) -> bool:
        """Tell whether a value may be the application."""
        return any(isinstance(a, Known) and a.value == self.app for a in alternatives(value))

    def is_conf(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression may be the application's `conf`."""
        if isinstance(node, ast.Attribute) and node.attr == "conf" and self.is_app(scope.evaluate(node.value)):
            return True
        conf = Outside(f"{self.app.name}.conf") if isinstance(self.app, Outside) else Member(self.app, "conf")
        return any(isinstance(a, Known) and a.value == conf for a in alternatives(scope.evaluate(node)))


def after_modules(modules: tuple[Module, ...], follow: Follow, state: State, run: Run) -> State:
    """Return the state after modules have run, in their order."""
    for module in modules:
        # Most modules do not touch a configuration, as their text tells, and need not be followed.
        text = module.source.text
        if _may_tell(text) or any(_holds(name, text) for name in follow.telling):
            state = _body(module.tree.body, run.module_scope(module), follow, state)
    return state


def after_functions(functions: tuple[Function, ...], follow: Follow, state: State, run: Run) -> State:
    """Return the state after functions that nobody calls by name, such as ``ready`` of Django's apps, have run."""
    for function in functions:
        if _TELLING_TEXT.search(function.scope.module.source.text):
            state = _body(function.node.body, inside_of(function, run), follow.replace(depth=follow.depth + 1), state)
    return state


def telling(modules: tuple[Module, ...]) -> frozenset[str]:
    """Return the names of the functions that may configure or make an application, also by way of each other."""
    found: set[str] = set()
    wanted: Callable[[str], bool] = _may_tell
    met: set[str] = set()
    for _ in range(DEEPEST):
        before = len(found)
        for module in modules:
            if wanted(module.source.text):
                functions = _functions(module.tree)
                if module.name not in met:
                    met.add(module.name)
                    found.update(f.name for f in functions if "Celery" in f.calls or f.tells)
                found.update(f.name for f in functions if not f.calls.isdisjoint(found))
        if len(found) == before:
            break
        names = tuple(sorted(found))
        wanted = partial(_holds_any, names)
    return frozenset(found)


def _holds_any(names: tuple[str, ...], text: str) -> bool:
    return any(_holds(name, text) for name in names)


# The workers of a project run the same modules, so what a text says is looked up once.
@lru_cache(maxsize=8192)
def _may_tell(text: str) -> bool:
    return any(part in text for part in _TELLING_PARTS) and _TELLING_TEXT.search(text) is not None


@lru_cache(maxsize=65536)
def _holds(name: str, text: str) -> bool:
    return name in text


class _Function(Record):
    """A function of a module: what it calls, by name, and whether it touches a configuration."""

    name: str
    calls: frozenset[str]
    tells: bool


@lru_cache(maxsize=8192)
def _functions(tree: ast.Module) -> tuple[_Function, ...]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return tuple(_Function(f.name, frozenset(_called_names(f)), bool(_tells(f))) for f in functions)


def _called_names(function: ast.AST) -> set[str]:
    calls = (n.func for n in ast.walk(function) if isinstance(n, ast.Call))
    return {f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, (ast.Attribute, ast.Name))}


def constructed(app: Thing, keywords_count: bool) -> State:
    """Return the state that the constructor leaves; other keywords are settings from 5.1 on."""
    arguments = app.arguments
    state = State(namespace=_plain(arguments.get(_NAMESPACE, "namespace")))
    changes = arguments.get(_CHANGES, "changes")
    if isinstance(changes, Known) and isinstance(changes.value, Table):
        state = state.replace(changes=changes.value)
    elif not _is_none(changes) and not (arguments.rest is not None and changes is arguments.rest):
        state = state.replace(changes=Table((), _unknown(changes)))
    include = arguments.get(_INCLUDE, "include")
    if not _is_none(include) and not isinstance(include, Unknown):
        state = assigned(state, "include", include)
    source = arguments.get(_CONFIG_SOURCE, "config_source")
    if not _is_none(source) and source is not arguments.rest:
        state = state.replace(source=Known(Source(source, app.at)))
    if keywords_count:
        for name, value in arguments.named:
            if name not in _NO_SETTINGS.split():
                state = assigned(state, name, value)
        if arguments.rest is not None:
            state = state.replace(changes=state.changes.replace(rest=arguments.rest))
    return state


def _body(body: Sequence[ast.stmt], scope: Scope, follow: Follow, state: State) -> State:
    for statement in body:
        if not bodies(statement):
            state = _statement(statement, scope.at(statement), follow, state)
            continue
        if not _tells(statement) and not _called_names(statement) & follow.telling:
            continue
        ways = [supposed(state, _on(branch, scope, follow, state), branch.supposed) for branch in branches(statement, scope)]
        state = merged(ways) if ways else state
    return state


def _on(branch: Branch, scope: Scope, follow: Follow, state: State) -> State:
    """Return the state after a way; what it sets from defaults that do not hold there is left as it was."""
    after = _body(branch.body, scope, follow, state)
    if not branch.contrary:
        return after
    kept = tuple((k, v) for k, v in after.changes.entries if v == state.changes.get(k) or not is_contradictory(v, branch))
    return after.replace(changes=after.changes.replace(entries=kept))


def _statement(statement: ast.stmt, scope: Scope, follow: Follow, state: State) -> State:
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                state = _target(target, value, scope, follow, state)
            return _called(value, scope, follow, state)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return _called(value, scope, follow, _target(target, value, scope, follow, state))
        case ast.AugAssign(target=ast.Attribute(value=owner, attr=key)) if follow.is_conf(owner, scope):
            return assigned(state, key, scope.unknown(f"{key} is changed in place", statement))
        case ast.Expr(value=value) | ast.Return(value=value) if value is not None:
            return _called(value, scope, follow, state)
        case _:
            return state


def _target(target: ast.expr, value: ast.expr, scope: Scope, follow: Follow, state: State) -> State:
    match target:
        case ast.Attribute(value=owner, attr="conf") if follow.is_app(scope.evaluate(owner)):
            return state.replace(changes=Table((), scope.unknown("conf is replaced as a whole", target)))
        case ast.Attribute(value=owner, attr=key) if follow.is_conf(owner, scope):
            return assigned(state, key, scope.evaluate(value))
        case ast.Subscript(value=owner, slice=key_node) if follow.is_conf(owner, scope):
            key_value = scope.evaluate(key_node)
            if isinstance(key_value, Known) and isinstance(key_value.value, str):
                return assigned(state, key_value.value, scope.evaluate(value))
            return state.replace(changes=state.changes.replace(rest=scope.unknown("a setting is assigned whose name is not known", target)))
        case _:
            return state


def _called(node: ast.expr, scope: Scope, follow: Follow, state: State) -> State:
    """Return the state after an expression, where it is a call."""
    if not isinstance(node, ast.Call):
        return state
    match node.func:
        case ast.Attribute(value=owner, attr=method) if method in _METHODS and follow.is_app(scope.evaluate(owner)):
            return _METHODS[method](node, arguments_of(node, scope), scope, state)
        case ast.Attribute(value=owner, attr="update" | "setdefault" as method) if follow.is_conf(owner, scope):
            return _change(method, node, arguments_of(node, scope), scope, state)
        case ast.Name(id="setattr") if len(node.args) == 3 and follow.is_conf(node.args[0], scope):
            key = scope.evaluate(node.args[1])
            if isinstance(key, Known) and isinstance(key.value, str):
                return assigned(state, key.value, scope.evaluate(node.args[2]))
            return state.replace(changes=state.changes.replace(rest=scope.unknown("a setting is assigned whose name is not known", node)))
        case _:
            return _in_function(node, scope, follow, state)


def _in_function(node: ast.Call, scope: Scope, follow: Follow, state: State) -> State:
    """Follow a call of one of the project's functions that is handed the application, makes it, or configures one."""
    if follow.depth >= DEEPEST:
        return state
    for callee in alternatives(scope.evaluate(node.func)):
        if not (isinstance(callee, Known) and isinstance(callee.value, Function)) or isinstance(callee.value.node, ast.Lambda):
            continue
        function = callee.value
        arguments = arguments_of(node, scope)
        if not (function.node.name in follow.telling or _is_handed(arguments, follow)):
            continue
        frame = bound_frame(function, arguments)
        inner = Scope(scope.run, function.scope.module, frame, function.scope.replace(before=None))
        state = _body(function.node.body, inner, follow.replace(depth=follow.depth + 1), state)
    return state


def _is_handed(arguments: Arguments, follow: Follow) -> bool:
    return any(follow.is_app(value) for value in (*arguments.positional, *(v for _, v in arguments.named)))


def _tells(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _TELLING for n in ast.walk(node))


def _from_object(node: ast.Call, arguments: Arguments, scope: Scope, state: State) -> State:
    source = Known(Source(arguments.get(0, "obj"), scope.span(node)))
    namespace = arguments.get(3, "namespace")
    kept = state.namespace if _is_none(namespace) else _plain(namespace)
    return state.replace(source=source, namespace=kept)


def _from_envvar(node: ast.Call, arguments: Arguments, scope: Scope, state: State) -> State:
    name = arguments.get(0, "variable_name")
    if isinstance(name, Known) and isinstance(name.value, str):
        thing = required(name.value, node, scope)
    else:
        thing = scope.unknown("the variable that names the configuration is not known", node)
    return state.replace(source=Known(Source(thing, scope.span(node))))


def _add_defaults(node: ast.Call, arguments: Arguments, scope: Scope, state: State) -> State:
    value = arguments.get(0, "fun")
    if isinstance(value, Known) and isinstance(value.value, Function):
        value = called(value.value, Arguments(), scope.run, scope)
    if isinstance(value, Known) and isinstance(value.value, Table):
        return state.replace(added=value.value.over(state.added))
    return state.replace(added=state.added.replace(rest=scope.unknown("defaults are added that are not known", node)))


_METHODS = {
    "config_from_object": _from_object,
    "config_from_envvar": _from_envvar,
    "add_defaults": _add_defaults,
}


def _change(method: str, node: ast.Call, arguments: Arguments, scope: Scope, state: State) -> State:
    if method == "setdefault":
        key, value = arguments.get(0, "key"), arguments.get(1, "default")
        if isinstance(key, Known) and isinstance(key.value, str):
            known = any(name == key.value for name, _ in state.changes.entries)
            return state if known else assigned(state, key.value, value)
    for more in arguments.positional:
        table = _table(more, scope)
        state = state.replace(
            changes=(table or Table((), scope.unknown("settings are taken over that are not known", node))).over(state.changes)
        )
    for name, value in arguments.named:
        state = assigned(state, name, value)
    if arguments.rest is not None:
        state = state.replace(changes=Table((), arguments.rest).over(state.changes))
    return state


def _table(value: Value[Thing], scope: Scope) -> Table | None:
    """Return a dictionary, a list of pairs, or the fields of settings, as a dictionary."""
    if not isinstance(value, Known):
        return None
    if isinstance(value.value, Table):
        return value.value
    if isinstance(value.value, Instance):
        return fields_of_settings(value.value, scope.run, may_name_setting)
    if not isinstance(value.value, Items):
        return None
    entries = []
    for item in value.value.items:
        pair = item.value.items if isinstance(item, Known) and isinstance(item.value, Items) else ()
        if len(pair) != 2 or not (isinstance(pair[0], Known) and isinstance(pair[0].value, str)):
            return None
        entries.append((pair[0].value, pair[1]))
    return Table(tuple(entries), value.value.rest)


def _plain(value: Value[Thing]) -> Value[str]:
    return Absent("no namespace") if _is_none(value) else value


def _is_none(value: Value[Thing]) -> bool:
    return isinstance(value, Absent) or (isinstance(value, Known) and value.value is None)


def _is_true(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and value.value is True


def _unknown(value: Value[Thing]) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown("changes= is not followed", value.trail)

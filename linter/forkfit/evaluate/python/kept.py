"""What the project keeps in a library's object under a key: ``app.config["CELERY"]``, ``app.extensions["celery"]``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Class, Made, Member, ModuleObject, Table, Thing
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.evaluate.python.tasks import functions, inside_of
from forkfit.model.value import Absent, Known, Value, either

MOST_MODULES = 200
_TAKING = frozenset(("update", "from_mapping", "setdefault"))


def kept(member: Member, key: str, scope: Scope) -> Value[Thing] | None:
    """Return what is put under a key of an object's attribute, in the modules that make the object; None where nothing is.

    One object of the kind is assumed: a Flask application is made once.
    """
    if not isinstance(member.base, Made):
        return None
    run, asked = scope.run, (member.base.module, member.name, key)
    if asked not in run.kept:
        run.kept[asked] = None  # what is put there may be worked out from what is there
        found = [v for module in _around(member.base.module, run) for v in _put(module, member.name, key, run)]
        run.kept[asked] = either(found) if found else None
    return run.kept[asked]


def _around(name: str, run: Run) -> Iterator[Module]:
    """Yield a module and the project's own that it imports."""
    first = run.modules.find(name)
    if not isinstance(first, Module):
        return
    names = {name: None}
    for node in ast.walk(first.tree):
        if isinstance(node, ast.Import):
            names.update((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = run.modules.relative(first, node.level, node.module or "")
            names.update((n, None) for n in (source, *(f"{source}.{alias.name}" for alias in node.names)))
    for found in [run.modules.find(n) for n in list(names)[:MOST_MODULES]]:
        if isinstance(found, Module):
            yield found


def _put(module: Module, attribute: str, key: str, run: Run) -> Iterator[Value[Thing]]:
    if attribute not in module.source.text or not (key in module.source.text or "from_object" in module.source.text):
        return
    scopes = [(run.module_scope(module), module.tree.body)]
    scopes += [(inside_of(function, run), function.node.body) for function in functions(module, run)]
    for scope, body in scopes:
        for statement in (s for outer in body for s in (outer, *inside(outer))):
            yield from _in_statement(statement, attribute, key, scope.at(statement))


def _in_statement(statement: ast.stmt, attribute: str, key: str, scope: Scope) -> Iterator[Value[Thing]]:
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr=attr), slice=ast.Constant(value=name))], value=value):
            if (attr, name) == (attribute, key):
                yield scope.evaluate(value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Attribute(attr=attr), attr=method)) as node) if attr == attribute:
            arguments = scope.arguments_of(node)
            if method in _TAKING:
                for name, held in arguments.named:
                    if name == key:
                        yield held
            for given in arguments.positional[:1]:
                found = _of(given, key, scope.run, is_object=method == "from_object") if method in (*_TAKING, "from_object") else None
                if found is not None and not isinstance(found, Absent):
                    yield found


def _of(given: Value[Thing], key: str, run: Run, *, is_object: bool) -> Value[Thing] | None:
    match given:
        case Known(value=Table() as table) if any(name == key for name, _ in table.entries):
            return table.get(key)
        case Known(value=Class() | ModuleObject() as thing) if is_object:
            return run.attribute(thing, key, run)
        case Known(value=str() as path) if is_object:
            return run.attribute(_imported(path, run), key, run)
        case _:
            return None


def _imported(path: str, run: Run) -> Thing:
    """Return what ``from_object("config.Production")`` names: a module, otherwise an attribute of one."""
    if isinstance(run.modules.find(path), Module):
        return ModuleObject(path)
    module, _, name = path.rpartition(".")
    value = run.attribute(ModuleObject(module), name, run) if isinstance(run.modules.find(module), Module) else Absent("no such module")
    return value.value if isinstance(value, Known) else None

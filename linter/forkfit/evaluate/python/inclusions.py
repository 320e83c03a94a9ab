"""Files that django-split-settings runs inside the settings module that includes them."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Made, Outside, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.files import below, inside
from forkfit.model.value import Known, Value

INCLUDE = "split_settings.tools.include"
MOST_FILES = 100


def included(node: ast.Call, scope: Scope) -> tuple[Module, ...]:
    """Return the files that ``include("base.py", optional("local.py"))`` runs here, in their order; empty for other calls."""
    run = scope.run
    if scope.evaluate(node.func) != Known(Outside(INCLUDE), scope.evaluate(node.func).trail):
        return ()
    found: list[Module] = []
    for value in scope.arguments_of(node).positional:
        for path in _paths(_pattern(value), scope.module, scope):
            name = f"{scope.module.name}:{path}"
            module = run.files.get(name)
            if module is None:
                module = run.files[name] = run.modules.at(path, name)
                # What an earlier file binds, a later one sees.
                run.including[name] = run.module_scope(found[-1]) if found else scope
            found.append(module)
    return tuple(found)


def call_of(statement: ast.stmt) -> ast.Call | None:
    """Return the call of a statement that may be such an inclusion."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="include") | ast.Attribute(attr="include")) as node):
            return node
        case _:
            return None


def _pattern(value: Value[Thing]) -> str:
    match value:
        case Known(value=str() as pattern):
            return pattern
        case Known(value=Made(of="split_settings.tools.optional") as made):
            return _pattern(made.arguments.get(0))
        case _:
            return ""


def _paths(pattern: str, module: Module, scope: Scope) -> list[str]:
    """Return the files that a pattern names, seen from the folder of the module, sorted."""
    folder = below(dirname(module.path), dirname(pattern)) if pattern else ".."
    if not inside(folder) or "*" in folder:
        return []
    files = scope.run.modules.files
    names = [name for name in files.names(folder) if fnmatchcase(name, basename(pattern))]
    return [path for name in names[:MOST_FILES] if files.is_file(path := below(folder, name)) and path != module.path]

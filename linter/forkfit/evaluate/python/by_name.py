"""Statements of a module that bind names which only a run tells: ``globals()[name] = ...``, ``exec(...)``."""

from __future__ import annotations

import ast
import re

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.modules import Missing, Module
from forkfit.evaluate.python.objects import Thing
from forkfit.evaluate.python.scope import Run
from forkfit.model.value import Known, Unknown, Value, alternatives, either

_MAY = re.compile(r"\b(?:globals|vars|locals|exec|execfile)\(|sys\.modules\[")
_DEEPEST = 10  # modules that take all from each other


def open_by_name(value: Value[Thing], key: str, module: Module, run: Run) -> Value[Thing]:
    """Return a setting of a module, open where a statement may have bound it by a name that is not written there."""
    why = _binding(module, key, run, 0)
    if why is None:
        return value
    if not any(isinstance(single, Known) for single in alternatives(value)):
        return why
    return either((value, why))


def _binding(module: Module, key: str, run: Run, depth: int) -> Unknown | None:
    has_names = _MAY.search(module.source.text) is not None
    if not has_names and "*" not in module.source.text:
        return None
    for outer in module.tree.body:
        for statement in (outer, *inside(outer)):
            match statement:
                case ast.ImportFrom(module=name, level=level, names=[ast.alias(name="*")]) if depth < _DEEPEST:
                    found = run.modules.find(run.modules.relative(module, level, name or ""))
                    if isinstance(found, Missing) or found is module:
                        continue
                    if found.broken:
                        return run.module_scope(module).unknown(f"{found.path}, which may bind {key}, could not be read", statement)
                    below = _binding(found, key, run, depth + 1)
                    if below is not None:
                        return below
                case ast.Assign() | ast.Expr() | ast.AugAssign() if has_names and _binds(statement, key):
                    return run.module_scope(module).unknown(f"{key} may be bound here by a name that only a run tells", statement)
    return None


def _binds(statement: ast.stmt, key: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Subscript(value=owner, slice=name)]) | ast.AugAssign(target=ast.Subscript(value=owner, slice=name)):
            return _is_namespace(owner) and not (isinstance(name, ast.Constant) and name.value != key)
        case ast.Expr(value=ast.Call(func=ast.Name(id="exec" | "execfile"), args=arguments)):
            return len(arguments) < 2 or _is_namespace(arguments[1])
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="update"))):
            return _is_namespace(owner)
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[owner, name, _])):
            return _is_module_itself(owner) and not (isinstance(name, ast.Constant) and name.value != key)
        case _:
            return False


def _is_namespace(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[]):
            return True
        case ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"):
            return _is_module_itself(owner)
        case _:
            return False


def _is_module_itself(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "modules"

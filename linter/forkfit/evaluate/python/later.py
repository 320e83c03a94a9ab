"""What functions of a module may change of its names after it has been read: ``global``, and lists that they add to."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from forkfit.evaluate.python.bindings import CHANGING
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Items, Table, Thing
from forkfit.evaluate.python.operators import is_plain
from forkfit.evaluate.python.scope import Run
from forkfit.model.value import Known, Unknown, Value, either

_MAY = re.compile(r"^[ \t]+(?:global[ \t]|\w+(?:\[|\.(?:" + "|".join(sorted(CHANGING)) + r")\())", re.MULTILINE)


class Touched:
    """The names that functions of a module assign, and those whose lists and dictionaries they change."""

    __slots__ = ("assigned", "changed")

    def __init__(self, tree: ast.Module) -> None:
        self.assigned: set[str] = set()
        self.changed: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(node)

    def _function(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        spec = function.args
        own = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg) if a is not None}
        changed: set[str] = set()
        for node in ast.walk(function):
            match node:
                case ast.Global(names=names):
                    self.assigned.update(names)
                case ast.Name(id=name, ctx=ast.Store()):
                    own.add(name)
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    changed.add(name)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in CHANGING:
                    changed.add(name)
        self.changed |= changed - own


NOTHING = Touched(ast.Module([], []))


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def _touched(tree: ast.Module) -> Touched:
    """Return what the functions of a tree touch; a tree is one object a run."""
    return Touched(tree)


def as_functions_leave(value: Value[Thing], name: str, module: Module, run: Run) -> Value[Thing]:
    """Return a module's value, open where a function of the module may have changed it since."""
    if not isinstance(value, Known) or not (is_plain(value.value) or isinstance(value.value, (Items, Table))):
        return value
    touched = run.touched.get(module.name)
    if touched is None:
        touched = run.touched[module.name] = _touched(module.tree) if _MAY.search(module.source.text) else NOTHING
    why = Unknown(f"a function in {module.path} may change {name}")
    if name in touched.assigned:
        return either((value, why))
    if name in touched.changed and isinstance(value.value, (Items, Table)) and value.value.rest is None:
        return Known(value.value.replace(rest=why), value.trail)
    return value

"""Which statements of a body bind a name, ``from module import *`` and inclusions among them."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache

from forkfit.evaluate.python.bindings import STAR, bodies, bound_by
from forkfit.evaluate.python.imports import star_names
from forkfit.evaluate.python.inclusions import call_of, included
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.scope import Run, Scope


def binders_of(name: str, scope: Scope) -> Sequence[ast.stmt]:
    """Return the statements before a place that bind or change a name, in their order."""
    binders = _binders(scope).get(name, ()) if not _stars_of(scope) else _with_stars(name, scope)
    return binders if scope.before is None else _before(binders, scope.before)


def names_of(module: Module, run: Run) -> tuple[str, ...]:
    """Return the names that a module binds at its top level, in the order of their first binding."""
    found = run.names.get(module.name)
    if found is None:
        run.names[module.name] = ()  # modules that import all from each other
        names: dict[str, None] = {}
        for statement in module.tree.body:
            bound = sorted(bound_by(statement))
            if STAR in bound:
                bound = [n for n in bound if n != STAR] + [n for s in _stars(statement) for n in _star(s, module, run)]
            names.update(dict.fromkeys(bound))
        found = run.names[module.name] = tuple(names)
    return found


def _star(statement: ast.stmt, module: Module, run: Run) -> tuple[str, ...]:
    if isinstance(statement, ast.ImportFrom):
        return star_names(statement, module, run, names_of)
    return tuple(name for inner in included_by(statement, run.module_scope(module).at(statement)) for name in names_of(inner, run))


def included_by(statement: ast.stmt, scope: Scope) -> tuple[Module, ...]:
    """Return the files that a statement includes."""
    node = call_of(statement)
    return included(node, scope) if node is not None else ()


def _stars(statement: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    pending = [statement]
    while pending:
        inner = pending.pop()
        if (isinstance(inner, ast.ImportFrom) and inner.names[0].name == STAR) or call_of(inner) is not None:
            found.append(inner)
        pending.extend(s for body in bodies(inner) for s in body)
    return found


def starts(statement: ast.stmt) -> tuple[int, int]:
    """Return where a statement begins, to put statements in order."""
    return (statement.lineno, statement.col_offset)


def _binders(scope: Scope) -> Mapping[str, Sequence[ast.stmt]]:
    found = scope.frame.binders
    if found is None:
        found = scope.frame.binders = _by_name(tuple(scope.frame.body))
    return found


@lru_cache(maxsize=65_536)  # the services of a project run the same modules
def _by_name(body: tuple[ast.stmt, ...]) -> Mapping[str, Sequence[ast.stmt]]:
    """Return the statements of a body by the names that they bind, in their order."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in body:
        for name in bound_by(statement):
            found.setdefault(name, []).append(statement)
    return found


def _stars_of(scope: Scope) -> Sequence[ast.stmt]:
    return _binders(scope).get(STAR, ())


def _with_stars(name: str, scope: Scope) -> Sequence[ast.stmt]:
    """Return the statements that bind a name where some bind all names of a module."""
    binders = _binders(scope).get(name, ())
    ahead = _stars_of(scope) if scope.before is None else _before(_stars_of(scope), scope.before)
    stars = [s for s in ahead if s not in binders and binds(s, name, scope)]
    return sorted([*binders, *stars], key=starts) if stars else binders


def _before(binders: Sequence[ast.stmt], limit: ast.stmt) -> Sequence[ast.stmt]:
    return binders[: bisect_left(binders, starts(limit), key=starts)]


def binds(statement: ast.stmt, name: str, scope: Scope) -> bool:
    """Tell whether a statement binds or changes a name."""
    bound = bound_by(statement)
    if name in bound:
        return True
    return STAR in bound and any(name in _star(s, scope.module, scope.run) for s in _stars(statement))

"""Which names a statement binds or changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

STAR = "*"  # stands for all that ``from module import *`` and inclusions bind

# Methods that change a list, set or dictionary in place.
_CHANGING_WORDS = """
    append extend insert add update setdefault pop remove discard clear
"""
CHANGING = frozenset(_CHANGING_WORDS.split())


@lru_cache(maxsize=262_144)  # the services of a project run the same modules
def bound_by(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement, or one inside it, may bind or change at this level."""
    return frozenset(_names(statement))


def bodies(statement: ast.stmt) -> tuple[Sequence[ast.stmt], ...]:
    """Return the bodies inside a compound statement that run at its level, in the order written."""
    match statement:
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            return (statement.body, statement.orelse)
        case ast.Try() | ast.TryStar():
            return (statement.body, *(h.body for h in statement.handlers), statement.orelse, statement.finalbody)
        case ast.With() | ast.AsyncWith():
            return (statement.body,)
        case ast.Match():
            return tuple(case.body for case in statement.cases)
        case _:
            return ()


def heads(statement: ast.stmt) -> tuple[ast.expr, ...]:
    """Return what a compound statement works out before any of its bodies runs."""
    match statement:
        case ast.If(test=test) | ast.While(test=test):
            return (test,)
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable):
            return (iterable,)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return tuple(item.context_expr for item in items)
        case ast.Match(subject=subject):
            return (subject,)
        case _:
            return ()


def inside(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements inside a compound one at its level, in the order written, at any depth."""
    pending = [s for body in reversed(bodies(statement)) for s in reversed(body)]
    while pending:
        inner = pending.pop()
        yield inner
        pending.extend(s for body in reversed(bodies(inner)) for s in reversed(body))


def target_names(target: ast.expr) -> Iterator[str]:
    """Yield the names that an assignment target binds, or whose object it changes."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from target_names(element)
        case ast.Starred(value=value):
            yield from target_names(value)
        case ast.Subscript(value=ast.Name() | ast.Subscript() as owner):
            yield from target_names(owner)


def _names(statement: ast.stmt) -> Iterator[str]:
    yield from _own(statement)
    for inner in inside(statement):
        yield from _own(inner)


def _own(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from target_names(target)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                yield from target_names(target)
        case ast.AugAssign(target=target):
            yield from target_names(target)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names):
            for alias in names:
                yield alias.asname or alias.name.partition(".")[0]
        case ast.ImportFrom(names=names):
            for alias in names:
                yield alias.asname or alias.name
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from target_names(target)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from target_names(item.optional_vars)
        case ast.If(test=test) | ast.While(test=test):
            yield from (n.target.id for n in ast.walk(test) if isinstance(n, ast.NamedExpr))
        case ast.Delete(targets=targets):
            for target in targets:
                yield from target_names(target)
        case ast.Expr(value=ast.Call(func=ast.Name(id="include") | ast.Attribute(attr="include"))):
            yield STAR
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() | ast.Subscript() as owner, attr=method))) if method in CHANGING:
            yield from target_names(owner)
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            for handler in handlers:
                if handler.name:
                    yield handler.name
        case ast.Match(cases=cases):
            for case in cases:
                for pattern in ast.walk(case.pattern):
                    captured = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                    if isinstance(captured, str):
                        yield captured
        case _ if type(statement).__name__ == "TypeAlias":  # of Python 3.12 and later
            yield statement.name.id  # type: ignore[attr-defined]

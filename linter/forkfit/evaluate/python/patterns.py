"""Which case of a ``match`` fits a value, and what a pattern's names stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from forkfit.evaluate.python.objects import Items, Table, Thing
from forkfit.evaluate.python.operators import compare, is_plain
from forkfit.evaluate.python.scope import Scope
from forkfit.model.value import Absent, ByCpus, Known, Value, alternatives

_KINDS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float,), "bool": (bool,), "bytes": (bytes,)}


def fits(pattern: ast.pattern, value: Value[Thing], scope: Scope) -> bool | None:
    """Tell whether a pattern fits a value, None where that is open."""
    return _agreed(_fits(pattern, single, scope) for single in alternatives(value))


def captured(name: str, statement: ast.Match, scope: Scope) -> Value[Thing] | None:
    """Return what a name stands for in the cases that capture it; None where none does."""
    for case in statement.cases:
        for pattern in ast.walk(case.pattern):
            if name in (getattr(pattern, "name", None), getattr(pattern, "rest", None)):
                if pattern is case.pattern:
                    return scope.evaluate(statement.subject)
                return scope.unknown(f"{name} is a part of what is matched", statement.subject)
    return None


def _fits(pattern: ast.pattern, single: Value[Thing], scope: Scope) -> bool | None:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=inner) if inner is not None:
            return fits(inner, single, scope)
        case ast.MatchOr(patterns=patterns):
            found = [_fits(p, single, scope) for p in patterns]
            return True if True in found else None if None in found else False
    if not isinstance(single, Known) or isinstance(single.value, ByCpus):
        return None
    match pattern:
        case ast.MatchValue(value=node):
            found_value = compare(ast.Eq(), single, scope.evaluate(node))
            return _truth(found_value)
        case ast.MatchSingleton(value=wanted):
            return single.value is wanted if is_plain(single.value) else None
        case ast.MatchSequence(patterns=patterns):
            return _in_sequence(patterns, single.value, scope)
        case ast.MatchMapping(keys=keys, patterns=patterns) if isinstance(single.value, Table):
            return _all(_entry(key, inner, single.value, scope) for key, inner in zip(keys, patterns, strict=True))
        case ast.MatchClass(cls=ast.Name(id=kind), patterns=[], kwd_patterns=[]) if kind in _KINDS and is_plain(single.value):
            return isinstance(single.value, _KINDS[kind])
        case _:
            return None


def _in_sequence(patterns: list[ast.pattern], thing: Thing, scope: Scope) -> bool | None:
    if is_plain(thing):
        return False  # a text is no sequence here
    if not isinstance(thing, Items) or thing.rest is not None or any(isinstance(p, ast.MatchStar) for p in patterns):
        return None
    if thing.kind == "set" or len(thing.items) != len(patterns):
        return False
    return _all(fits(p, item, scope) for p, item in zip(patterns, thing.items, strict=True))


def _entry(key: ast.expr, pattern: ast.pattern, table: Table, scope: Scope) -> bool | None:
    name = scope.evaluate(key)
    if not isinstance(name, Known) or not is_plain(name.value):
        return None
    found = table.get(name.value)
    return False if isinstance(found, Absent) else fits(pattern, found, scope)


def _all(found: Iterable[bool | None]) -> bool | None:
    every = list(found)
    return False if False in every else None if None in every else True


def _agreed(found: Iterable[bool | None]) -> bool | None:
    every = set(found)
    return every.pop() if len(every) == 1 else None


def _truth(value: Value[Thing]) -> bool | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, bool) else None

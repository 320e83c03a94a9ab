"""Arrays that the code itself makes, and keeps: at module level, under a global name, in an attribute, behind a cache.

What only a local name holds is gone with the task that made it: that is its working set, and taken down nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.functions import decorator_name
from forkfit.evaluate.python.loads import Texts, texts_of
from forkfit.evaluate.python.model_loaders import MADE_BY
from forkfit.evaluate.python.objects import Function, Items, Made, Table, Thing
from forkfit.evaluate.python.outline import outline_of
from forkfit.evaluate.python.rounds import MOST_ROUNDS
from forkfit.evaluate.python.scope import FrameKind, Scope
from forkfit.model.value import Known, Value, alternatives

_MOST_NESTED = 3
# Methods that give the same memory in another shape.
_VIEWS = frozenset(("reshape", "view", "ravel", "transpose", "squeeze", "requires_grad_", "share_memory_", "contiguous"))
_CACHES = frozenset(("cache", "lru_cache", "cached_property"))


def makes_array(name: str) -> bool:
    """Tell whether a dotted name is a function that makes an array."""
    return name.rpartition(".")[2] in MADE_BY.get(name.partition(".")[0], ())


def kept_by(statement: ast.AST, scope: Scope) -> Iterator[tuple[Made, int]]:
    """Yield the arrays that a statement keeps for as long as the process runs, and how many of each it makes."""
    for target, value in _kept_values(statement, scope):
        for made, times in _counted(value, scope):
            if not (scope.frame.kind is FrameKind.MODULE and _is_lost(target, value, made, scope)):
                yield made, times


def _kept_values(statement: ast.AST, scope: Scope) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a statement binds that outlives its body, and to what."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(values):
            yield from ((target, value) for target, value in zip(targets, values, strict=True) if _is_kept(target, scope))
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in [t for t in targets if _is_kept(t, scope)][:1])
        case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_kept(target, scope):
            yield target, value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=base, attr="append"), args=[value])):
            into = ast.Subscript(base, value, ast.Store())
            if _is_kept(into, scope):
                yield into, value


def _counted(value: ast.expr, scope: Scope) -> Iterator[tuple[Made, int]]:
    """Yield the arrays that an expression makes, and how many of each: every round of a loop makes its own."""
    match value:
        case ast.ListComp(elt=each) | ast.GeneratorExp(elt=each) | ast.DictComp(value=each) if rounds := _rounds(value, scope):
            yield from ((made, rounds) for made in arrays_in(scope.evaluate(each)))
            return
    alike: dict[tuple[int, Texts], dict[int, Made]] = {}
    for made in arrays_in(scope.evaluate(value)):
        alike.setdefault((id(made.node), texts_of(made.arguments)), {})[id(made.scope.frame)] = made
    for each_made in alike.values():
        yield next(iter(each_made.values())), len(each_made)


def _rounds(value: ast.ListComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> int:
    """Return how many rounds a comprehension over ``range(...)`` has, 0 for all others."""
    match value.generators:
        case [ast.comprehension(iter=ast.Call(func=ast.Name(id="range"), args=words, keywords=[]), ifs=[])]:
            ends = [found.value for word in words if isinstance(found := scope.evaluate(word), Known) and type(found.value) is int]
            return len(range(*ends)) if len(ends) == len(words) == 1 and 0 < ends[0] <= MOST_ROUNDS else 0
    return 0


def is_cached(function: Function) -> bool:
    """Tell whether what a function returned is kept for its next call."""
    node = function.node
    return not isinstance(node, ast.Lambda) and any(decorator_name(d) in _CACHES for d in node.decorator_list)


def arrays_in(value: Value[Thing], depth: int = 0) -> Iterator[Made]:
    """Yield the arrays that a value is, or holds in lists and dictionaries."""
    for single in alternatives(value):
        match single:
            case Known(value=Made() as thing):
                made = _base(thing)
                if made is not None:
                    yield made
            case Known(value=Items(items=items)) if depth < _MOST_NESTED:
                for item in items:
                    yield from arrays_in(item, depth + 1)
            case Known(value=Table(entries=entries)) if depth < _MOST_NESTED:
                for _, held in entries:
                    yield from arrays_in(held, depth + 1)


def _base(made: Made) -> Made | None:
    """Return the call that made an array, through views of it; None for what is none."""
    for _ in range(_MOST_NESTED):
        function = made.node.func
        if not (isinstance(function, ast.Attribute) and function.attr in _VIEWS and made.of.endswith(f"().{function.attr}")):
            break
        before = made.scope.evaluate(function.value)
        if not isinstance(before, Known) or not isinstance(before.value, Made):
            return None
        made = before.value
    return made if makes_array(made.of) else None


def _is_kept(target: ast.expr, scope: Scope) -> bool:
    """Tell whether what is assigned outlives the body in which that stands."""
    match target:
        case ast.Name(id=name):
            return scope.frame.kind is not FrameKind.FUNCTION or _is_global(name, scope)
        case ast.Attribute():
            return True
        case ast.Subscript(value=ast.Name(id=name)):
            return scope.frame.kind is not FrameKind.FUNCTION or not _binds(name, scope)
        case ast.Subscript(value=ast.Attribute()):
            return True
    return False


def _is_lost(target: ast.expr, value: ast.expr, made: Made, scope: Scope) -> bool:
    """Tell whether a name of a module stands for something else in the end."""
    if not isinstance(target, ast.Name):
        return False
    last = scope.at(None).evaluate(target)
    return last != scope.evaluate(value) and not any(held == made for held in arrays_in(last))


def _is_global(name: str, scope: Scope) -> bool:
    """Tell whether a function declares a name to be the module's."""
    if name not in outline_of(scope.module.tree).globals:
        return False
    found = (inner for statement in scope.frame.body for inner in (statement, *inside(statement)))
    return any(name in inner.names for inner in found if isinstance(inner, ast.Global))


def _binds(name: str, scope: Scope) -> bool:
    """Tell whether a function binds a name to something of its own."""
    if name in scope.frame.parameters:
        return True
    found = (inner for statement in scope.frame.body for inner in (statement, *inside(statement)))
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for s in found for n in ast.walk(s))

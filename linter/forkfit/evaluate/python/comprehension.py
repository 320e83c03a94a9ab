"""Loops over lists that are known: comprehensions, and what each round binds."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.branches import truth
from forkfit.evaluate.python.objects import Beginning, Items, Plain, Table, Thing
from forkfit.evaluate.python.operators import is_plain
from forkfit.evaluate.python.rounds import MOST_ROUNDS, bound_in_round
from forkfit.evaluate.python.scope import Frame, FrameKind, Scope
from forkfit.model.value import Known, Unknown, Value

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def comprehended(node: Comprehension, scope: Scope) -> Value[Thing] | None:
    """Return what a comprehension with one loop makes, None where it is not followed."""
    if len(node.generators) != 1 or node.generators[0].is_async:
        return None
    generator = node.generators[0]
    source = scope.evaluate(generator.iter)
    if not isinstance(source, Known) or not isinstance(source.value, Items) or len(source.value.items) > MOST_ROUNDS:
        return _begun_alike(node, scope)
    rest = source.value.rest
    rounds: list[Scope] = []
    for item in source.value.items:
        bound = bound_in_round(generator.target, item)
        if bound is None:
            return None
        inner = Scope(scope.run, scope.module, Frame(FrameKind.FUNCTION, (), bound), scope)
        wanted = [truth(inner.evaluate(test)) for test in generator.ifs]
        if None in wanted:
            rest = scope.unknown("this condition is open", node)
        elif all(wanted):
            rounds.append(inner)
    if isinstance(node, ast.DictComp):
        return _table(node, rounds, rest, source, scope)
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return Known(Items(kind, tuple(inner.evaluate(node.elt) for inner in rounds), rest), source.trail)


def _begun_alike(node: Comprehension, scope: Scope) -> Value[Thing] | None:
    """Return a dictionary of which only the beginning of all keys is known: ``{f"redis_{k}": v for ...}``; None where that is not."""
    match node:
        case ast.DictComp(key=ast.JoinedStr(values=[ast.Constant(value=str() as start), *_])):
            why = scope.unknown(f"the keys of this dictionary are known to begin with {start}, and no more of them", node)
            return scope.known(Table((), Beginning(why.why, why.trail, start)), node)
        case ast.DictComp(key=ast.BinOp(left=ast.Constant(value=str() as start), op=ast.Add())):
            why = scope.unknown(f"the keys of this dictionary are known to begin with {start}, and no more of them", node)
            return scope.known(Table((), Beginning(why.why, why.trail, start)), node)
        case _:
            return None


def _table(node: ast.DictComp, rounds: list[Scope], rest: Unknown | None, source: Known[Thing], scope: Scope) -> Value[Thing]:
    entries: dict[Plain, Value[Thing]] = {}
    for inner in rounds:
        key = inner.evaluate(node.key)
        if isinstance(key, Known) and is_plain(key.value):
            entries[key.value] = inner.evaluate(node.value)
        else:
            rest = scope.unknown("this dictionary has a key that is not known", node)
    return Known(Table(tuple(entries.items()), rest), source.trail)

"""List comprehensions over lists that are known."""

from __future__ import annotations

import ast

from forkfit.evaluate.branches import truth
from forkfit.evaluate.objects import Items, Thing
from forkfit.evaluate.scope import Frame, FrameKind, Scope
from forkfit.model.value import Known, Value

MOST_ROUNDS = 500


def comprehended(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value[Thing] | None:
    """Return the list that a comprehension with one loop makes, None where it is not followed."""
    if len(node.generators) != 1 or node.generators[0].is_async:
        return None
    generator = node.generators[0]
    source = scope.evaluate(generator.iter)
    if not isinstance(generator.target, ast.Name) or not isinstance(source, Known) or not isinstance(source.value, Items):
        return None
    if len(source.value.items) > MOST_ROUNDS:
        return None
    found = []
    rest = source.value.rest
    for item in source.value.items:
        inner = Scope(scope.run, scope.module, Frame(FrameKind.FUNCTION, (), {generator.target.id: item}), scope)
        wanted = [truth(inner.evaluate(test)) for test in generator.ifs]
        if None in wanted:
            rest = scope.unknown("this condition is open", node)
        elif all(wanted):
            found.append(inner.evaluate(node.elt))
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return Known(Items(kind, tuple(found), rest), source.trail)

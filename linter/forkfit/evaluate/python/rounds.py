"""What one round of a loop binds."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.objects import Items, Thing
from forkfit.model.value import Known, Value

MOST_ROUNDS = 500


def bound_in_round(target: ast.expr, item: Value[Thing]) -> dict[str, Value[Thing]] | None:
    """Return the names that ``for target in ...`` binds to one item, None where it cannot be taken apart."""
    match target:
        case ast.Name(id=name):
            return {name: item}
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            if not isinstance(item, Known) or not isinstance(item.value, Items) or item.value.rest is not None:
                return None
            if len(item.value.items) != len(elements):
                return None
            found: dict[str, Value[Thing]] = {}
            for element, inner in zip(elements, item.value.items, strict=True):
                bound = bound_in_round(element, inner)
                if bound is None:
                    return None
                found |= bound
            return found
        case _:
            return None

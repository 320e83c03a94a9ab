"""What a dictionary gives for a key that is not known."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.later import as_functions_leave
from forkfit.evaluate.python.objects import Table, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import Known, Value, either


def one_of(table: Table, owner: ast.expr, scope: Scope, *default: Value[Thing]) -> Value[Thing] | None:
    """Return any of what a dictionary holds; None where that is not all known, as of one that a function adds to.

    `owner` is what it was taken from: only of a plain name is it seen who changes it.
    """
    if not isinstance(owner, ast.Name) or not table.entries:
        return None
    left = as_functions_leave(Known(table), owner.id, scope.module, scope.run)
    if not isinstance(left, Known) or not isinstance(left.value, Table) or left.value.rest is not None:
        return None
    step = Step(Role.SUPPOSED, scope.span(owner), "one of these, as the key is not known")
    return either((*(value for _, value in table.entries), *default), (step,))

"""Expressions that choose or compare: ``and``, ``or``, ``a if b else c``, ``a < b < c``."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.branches import truth
from forkfit.evaluate.python.cpus import count_of, wrapped
from forkfit.evaluate.python.environment import is_set
from forkfit.evaluate.python.objects import Outside, Raises, Thing
from forkfit.evaluate.python.operators import compare, negated
from forkfit.evaluate.python.scope import Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import ByCpus, Known, Value, alternatives, either


def either_of(node: ast.BoolOp, scope: Scope) -> Value[Thing]:
    """Return what ``and`` and ``or`` choose."""
    wanted = isinstance(node.op, ast.And)
    value = scope.evaluate(node.values[0])
    for following in node.values[1:]:
        made: list[Value[Thing]] = []
        later: Value[Thing] | None = None
        for single in alternatives(value):
            holds = truth(single)
            if isinstance(single, Raises) or (holds is not None and holds is not wanted):
                made.append(single)
                continue
            if later is None:
                later = scope.evaluate(following)
            if holds is wanted:
                made.append(later.because(*single.trail))
            elif isinstance(single, ByCpus) and not wanted and isinstance(later, Known) and type(later.value) is int:
                text = wrapped(single)
                made.append(ByCpus(f"{text} if {text} != 0 else {wrapped(later.value)}", single.trail).because(*later.trail))
            else:
                made.extend((single, later.because(*single.trail)))
        value = either(made)
    return value


def conditional(node: ast.IfExp, scope: Scope) -> Value[Thing]:
    """Return what ``a if b else c`` chooses; both where that is open."""
    test = scope.evaluate(node.test)
    holds = truth(test)
    if holds is not None:
        return scope.evaluate(node.body if holds else node.orelse).because(*test.trail)
    body, other = scope.evaluate(node.body), scope.evaluate(node.orelse)
    by_cpus = _by_cpus(node, body, other, scope)
    if by_cpus is not None:
        return by_cpus
    at = scope.span(node.test)
    return either(
        (
            body.because(Step(Role.SUPPOSED, at, "only where this holds")),
            other.because(Step(Role.SUPPOSED, at, "only where this does not hold")),
        )
    )


def _by_cpus(node: ast.IfExp, body: Value[Thing], other: Value[Thing], scope: Scope) -> Value[Thing] | None:
    """Return ``a if n > 4 else b`` as an expression in the CPU count, None where it is none."""
    match node.test:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _SIGNS:
            sides = [scope.evaluate(left), scope.evaluate(right), body, other]
        case _:
            return None
    counts = [s if isinstance(s, ByCpus) else count_of(s.value) if isinstance(s, Known) else None for s in sides]
    first, second, third, fourth = (None if c is None else wrapped(c) for c in counts)
    if first is None or second is None or third is None or fourth is None or not any(isinstance(s, ByCpus) for s in sides[:2]):
        return None
    return ByCpus(f"{third} if {first} {_SIGNS[type(op)]} {second} else {fourth}").because(*(t for s in sides for t in s.trail))


_SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def compared(node: ast.Compare, scope: Scope) -> Value[Thing]:
    """Return whether a chain of comparisons holds."""
    left = scope.evaluate(node.left)
    found: Value[Thing] = Known(True)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = scope.evaluate(comparator)
        if isinstance(op, (ast.In, ast.NotIn)) and right == Known(Outside("os.environ"), right.trail):
            found = is_set(left, node, scope)
            found = negated(found) if isinstance(op, ast.NotIn) else found
        else:
            found = compare(op, left, right)
        if truth(found) is not True:
            return found
        left = right
    return found

"""Whole-number expressions in the host's CPU count `n`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_TWO: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_CALLS: dict[str, Callable[..., int]] = {"max": max, "min": min, "int": int, "abs": abs}
_LARGEST = 2**63


def evaluate(expression: str, cpus: int) -> int:
    """Return the value for so many CPUs; raise ValueError for anything that is not plain whole-number arithmetic."""
    try:
        result = _value(ast.parse(expression, mode="eval").body, cpus)
    except (SyntaxError, ZeroDivisionError, RecursionError, KeyError, TypeError) as error:
        raise ValueError(f"{expression!r} has no value for {cpus} CPUs") from error
    if abs(result) > _LARGEST:
        raise ValueError(f"{expression!r} is too large for {cpus} CPUs")
    return result


def _value(node: ast.expr, cpus: int) -> int:
    match node:
        case ast.Constant(value=int(number)):
            return int(number)
        case ast.Name(id="n"):
            return cpus
        case ast.BinOp(left=left, op=op, right=right):
            return _TWO[type(op)](_value(left, cpus), _value(right, cpus))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, cpus)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _CALLS[name](*(_value(a, cpus) for a in arguments))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=body, orelse=other):
            holds = _COMPARE[type(op)](_value(left, cpus), _value(right, cpus))
            return _value(body if holds else other, cpus)
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is no arithmetic on the CPU count")


_COMPARE: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}

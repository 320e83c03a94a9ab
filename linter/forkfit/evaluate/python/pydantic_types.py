"""What pydantic makes of a variable's text: by the annotation of a field, within its bounds."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from forkfit.evaluate.python.counting import convert
from forkfit.evaluate.python.objects import Arguments, Raises, Thing
from forkfit.evaluate.python.operators import across
from forkfit.evaluate.python.scope import Scope
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import ByCpus, Known, Unknown, Value

ERROR = "ValidationError"
_BOUNDS: dict[str, Callable[[float, float], bool]] = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
_TRUE = frozenset(["1", "on", "t", "true", "y", "yes"])
_FALSE = frozenset(["0", "off", "f", "false", "n", "no"])


def typed(value: Value[Thing], annotation: ast.expr, scope: Scope) -> Value[Thing]:
    """Return a text as the field's annotation makes it."""
    kinds = list(_kinds(annotation))
    for kind in kinds:
        if kind in _PARSERS:
            made = across(_PARSERS[kind], value)
            return made.because(Step(Role.CONVERTED, scope.span(annotation), kind))
    if any(k in ("str", "Literal", "SecretStr") for k in kinds):
        return value
    return scope.unknown("what this type makes of a variable is not followed", annotation)


def _kinds(annotation: ast.expr) -> list[str]:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [_ALIASES.get(name, name)]
        case ast.Subscript(value=outer, slice=inner):
            name = last(outer)
            if name in ("Optional", "Union"):
                return [k for part in (inner.elts if isinstance(inner, ast.Tuple) else [inner]) for k in _kinds(part)]
            if name == "Annotated" and isinstance(inner, ast.Tuple):
                return _kinds(inner.elts[0])
            return [name]
        case ast.BinOp(left=left, right=right):
            return [*_kinds(left), *_kinds(right)]
        case ast.Constant(value=str(text)):
            try:
                return _kinds(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return []
        case _:
            return []


_ALIASES = {"PositiveInt": "int", "NonNegativeInt": "int", "conint": "int", "PositiveFloat": "float", "StrictStr": "str"}


def last(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _truth(thing: Thing) -> Value[Thing]:
    text = str(thing).lower()
    if text in _TRUE:
        return Known(True)
    return Known(False) if text in _FALSE else Unknown("this is no truth value, so the program stops here")


_PARSERS: dict[str, Callable[[Thing], Value[Thing]]] = {
    "int": lambda thing: convert("int", Known(thing)),
    "float": lambda thing: convert("float", Known(thing)),
    "bool": _truth,
}


def within(thing: Thing, limits: Arguments, at: Span) -> Value[Thing]:
    """Return a number that ``Field(ge=1, le=4)`` allows; with any other the program stops."""
    for option, holds in _BOUNDS.items():
        limit = limits.get(None, option)
        if isinstance(limit, Known) and type(thing) in (int, float) and type(limit.value) in (int, float) and not holds(thing, limit.value):
            return Raises(f"{thing} is out of bounds, so the program stops here", (Step(Role.USED, at),), ERROR)
    return thing if isinstance(thing, ByCpus) else Known(thing)

"""Texts that a Python program puts together of which some parts are known: ``f"celery -A shop worker -c {count}"``."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.objects import Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.model.project import Words
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Known, Unknown, Value

DEEPEST = 20  # names, sums and texts inside each other


def template(node: ast.expr, scope: Scope, depth: int = 0) -> Text | None:
    """Return a text with a hole for each part that is not known; None where its form is not that of a text."""
    if depth > DEEPEST:
        return None
    match node:
        case ast.Constant(value=str() as plain):
            return Text((Piece(plain, (Step(Role.WRITTEN, scope.span(node)),)),))
        case ast.JoinedStr(values=parts):
            return join(t for part in parts if (t := _part(part, scope)) is not None)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = template(left, scope, depth + 1), template(right, scope, depth + 1)
            return join((first, second)) if first is not None and second is not None else None
        case ast.Name(id=name):
            assignment = _assigned(name, scope)
            return template(assignment.value, scope.at(assignment), depth + 1) if assignment is not None else None
        case _:
            return None


def cut(node: ast.expr, scope: Scope) -> Words | None:
    """Return the words of ``text.split()`` and ``shlex.split(text)``; None for anything else, and for quotes in such a text."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="shlex"), attr="split"), args=[inner], keywords=[]):
            text = template(inner, scope)
        case ast.Call(func=ast.Attribute(value=inner, attr="split"), args=[] | [ast.Constant(value=" ")], keywords=[]):
            text = template(inner, scope)
        case _:
            return None
    return None if text is None or any(sign in text.plain for sign in "\"'\\") else text.words() or None


def _part(node: ast.expr, scope: Scope) -> Text | None:
    if not isinstance(node, ast.FormattedValue):
        return template(node, scope)
    value: Value[Thing] = scope.evaluate(node.value)
    is_plain = node.format_spec is None and node.conversion in (-1, 115)
    if is_plain and isinstance(value, Known) and isinstance(value.value, (str, int)) and not isinstance(value.value, bool):
        return Text((Piece(str(value.value), value.trail),))
    shown = f"{{{ast.unparse(node.value)}}}"
    why = value if isinstance(value, Unknown) else Unknown(f"{shown} is decided only when it runs", value.trail)
    return Text((Piece(shown.replace(" ", ""), value.trail, instead=why),))


def _assigned(name: str, scope: Scope) -> ast.Assign | None:
    """Return the one assignment to a name in the body that a place is in, None where there are several or none."""
    found = [
        node
        for statement in scope.frame.body
        for node in ast.walk(statement)
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.NamedExpr)) and name in _targets(node)
    ]
    return found[0] if len(found) == 1 and isinstance(found[0], ast.Assign) and len(found[0].targets) == 1 else None


def _targets(node: ast.AST) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {n.id for target in targets if target is not None for n in ast.walk(target) if isinstance(n, ast.Name)}

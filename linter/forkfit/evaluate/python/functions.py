"""Functions of the project: what a call of them returns, where their bodies are simple."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from forkfit.evaluate.python.bindings import bodies, inside
from forkfit.evaluate.python.branches import Branch, branches, is_contradictory
from forkfit.evaluate.python.objects import Arguments, Function, Items, Raises, Table, Thing
from forkfit.evaluate.python.scope import Frame, FrameKind, Run, Scope
from forkfit.model.span import Trail
from forkfit.model.value import Absent, Known, Unknown, Value, either

# Decorators that leave a function's result as it is.
_TRANSPARENT_WORDS = """
    cache lru_cache staticmethod classmethod property cached_property wraps computed_field override final overload no_type_check
"""
_TRANSPARENT = frozenset(_TRANSPARENT_WORDS.split())


def called(function: Function, arguments: Arguments, run: Run, caller: Scope) -> Value[Thing]:
    """Return what a function returns for these arguments; Unknown where it does more than can be followed."""
    node = function.node
    if id(node) in run.called:
        return Unknown("a function that calls itself is not followed")
    if len(run.called) >= run.patience.calls:
        return Unknown(f"this is worked out by more than {run.patience.calls} functions inside each other")
    if isinstance(node, ast.AsyncFunctionDef):
        return Unknown(f"{node.name} is a coroutine")
    frame = bound_frame(function, arguments)
    outer = _outer(function.scope, caller)
    scope = Scope(run, function.scope.module, frame, outer)
    run.called.append(id(node))
    floor, run.floor = run.floor, max(run.floor, run.work - run.patience.work)
    try:
        if isinstance(node, ast.Lambda):
            return scope.evaluate(node.body)
        if not all(decorator_name(d) in _TRANSPARENT for d in node.decorator_list):
            return Unknown(f"{node.name} is wrapped by a decorator that is not followed")
        if _is_generator(node):
            return Unknown(f"{node.name} is a generator")
        found, falls = _returned(node.body, scope, ())
        if falls:
            found.append(Known(None))
        return either(found)
    finally:
        run.floor = floor
        run.called.pop()


def bound_frame(function: Function, arguments: Arguments) -> Frame:
    """Return the body of a function with its parameters bound to arguments, defaults where none are given."""
    node, scope = function.node, function.scope
    spec = node.args
    positional = [*spec.posonlyargs, *spec.args]
    values: dict[str, Value[Thing]] = {}
    given = list(arguments.positional)
    if function.receiver is not None and not _is_static(node):
        given.insert(0, Known(function.receiver))
    open_end = arguments.rest
    for index, parameter in enumerate(positional):
        if index < len(given):
            values[parameter.arg] = given[index]
            continue
        default = index - (len(positional) - len(spec.defaults))
        found = arguments.get(None, parameter.arg)
        if isinstance(found, Absent):
            found = scope.evaluate(spec.defaults[default]) if default >= 0 else Raises(f"{parameter.arg} is not given", (), "TypeError")
        values[parameter.arg] = found
    for parameter, keyword_default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        found = arguments.get(None, parameter.arg)
        if isinstance(found, Absent):
            found = scope.evaluate(keyword_default) if keyword_default else Raises(f"{parameter.arg} is not given", (), "TypeError")
        values[parameter.arg] = found
    if spec.vararg is not None:
        values[spec.vararg.arg] = Known(Items("tuple", tuple(given[len(positional) :]), open_end))
    if spec.kwarg is not None:
        names = {p.arg for p in (*positional, *spec.kwonlyargs)}
        values[spec.kwarg.arg] = Known(Table(tuple((n, v) for n, v in arguments.named if n not in names), open_end))
    return Frame(FrameKind.FUNCTION, () if isinstance(node, ast.Lambda) else node.body, values)


@lru_cache(maxsize=65_536)  # the services of a project run the same modules
def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(node))


def _outer(scope: Scope, caller: Scope) -> Scope:
    """Return where a function looks for names that are not its own: its module as far as it has run, if the call stands in it."""
    here = caller.module_level
    if scope.outer is None:
        return here if here.frame is scope.frame else Scope(scope.run, scope.module, scope.frame)
    return scope.replace(before=None)


def _returned(body: Sequence[ast.stmt], scope: Scope, supposed: Trail) -> tuple[list[Value[Thing]], bool]:
    """Return the values that a body returns, and whether it may come to its end without returning.

    Behind ``if value is None: return default``, only what contradicts the defaults that are known comes to anything.
    """
    found: list[Value[Thing]] = []
    way = Branch(())
    for statement in body:
        scope.run.work -= 1
        match statement:
            case ast.Return(value=value):
                here = scope.at(statement)
                returned = (here.evaluate(value) if value is not None else Known(None)).because(*supposed)
                return (found if found and is_contradictory(returned, way) else [*found, returned]), False
            case ast.Raise():
                return [*found, Raises("the program raises an error here", supposed, _error_name(statement))], False
            case _ if bodies(statement):
                if not _may_return(statement):
                    continue
                falling: list[Branch] = []
                for branch in branches(statement, scope):
                    inner, open_end = _returned(branch.body, scope, (*supposed, *branch.supposed))
                    found.extend(v for v in inner if not is_contradictory(v, branch) and not (found and is_contradictory(v, way)))
                    if open_end or branch.repeated:
                        falling.append(branch)
                if not falling:
                    return found, False
                if all(branch.contrary for branch in falling):
                    way = way.replace(contrary=way.contrary.union(*(branch.contrary for branch in falling)))
    return found, True


@lru_cache(maxsize=65_536)
def _may_return(statement: ast.stmt) -> bool:
    return any(isinstance(n, (ast.Return, ast.Raise)) for n in inside(statement))


def _error_name(statement: ast.Raise) -> str:
    match statement.exc:
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return name
        case _:
            return "Exception"


def decorator_name(node: ast.expr) -> str:
    """Return the last part of a decorator's name."""
    match node:
        case ast.Call(func=inner):
            return decorator_name(inner)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_static(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(decorator_name(d) == "staticmethod" for d in node.decorator_list)

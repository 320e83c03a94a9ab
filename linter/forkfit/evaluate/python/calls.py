"""What a call gives: of the project's own functions and classes, and of those outside that are known."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.functions import called
from forkfit.evaluate.python.library import FUNCTIONS, OBJECTS
from forkfit.evaluate.python.methods import method
from forkfit.evaluate.python.objects import (
    Arguments,
    Class,
    Function,
    Instance,
    Made,
    Member,
    Method,
    Outside,
    Raises,
    Thing,
    outside_name,
)
from forkfit.evaluate.python.runners import merged
from forkfit.evaluate.python.scope import Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import Known, Unknown, Value, alternatives, either


def call(node: ast.Call, scope: Scope) -> Value[Thing]:
    """Return what a call gives; worked out once for each place."""
    key = (id(node), id(scope.before))
    found = scope.frame.calls.get(key)
    if found is None:
        found = scope.frame.calls[key] = either(_one(callee, node, scope) for callee in alternatives(scope.evaluate(node.func)))
    return found


def arguments_of(node: ast.Call, scope: Scope) -> Arguments:
    """Return the arguments of a call, evaluated."""
    return scope.arguments_of(node)


def _one(callee: Value[Thing], node: ast.Call, scope: Scope) -> Value[Thing]:
    if not isinstance(callee, Known):
        return callee if isinstance(callee, Unknown) else scope.unknown("what is called here is not known", node)
    one = Call(node, scope, callee.value)
    match callee.value:
        case Function() as function:
            result = called(function, one.arguments, scope.run, scope)
        case Class() as cls:
            result = Known(Instance(cls, one.arguments, scope.span(node)))
        case Method():
            result = method(one)
        case Outside(name=name):
            result = FUNCTIONS[name](one) if name in FUNCTIONS else _made(name, one)
        case Made(of="functools.partial") as partial:
            result = either(_by_partial(single, partial, one) for single in alternatives(partial.arguments.get(0)))
        case Made(of=name):
            result = OBJECTS[name](one, "") if name in OBJECTS else _made(f"{name}()", one)
        case Member(base=Made(of=name), name=attr) if name in OBJECTS:
            result = OBJECTS[name](one, attr)
        case Member() as member:
            result = _made(outside_name(member), one)
        case Instance():
            result = one.unknown("an object is called here")
        case _:
            result = Raises("what is called here is no function", (), "TypeError")
    if isinstance(result, Unknown) and not result.trail:
        return result.replace(trail=(Step(Role.WRITTEN, scope.span(node)),))
    return result


def _by_partial(callee: Value[Thing], partial: Made, one: Call) -> Value[Thing]:
    if not isinstance(callee, Known):
        return one.unknown("what is called here is not known")
    match callee.value:
        case Function() as function:
            return called(function, merged(partial, one.arguments), one.scope.run, one.scope)
        case Class() as cls:
            return Known(Instance(cls, merged(partial, one.arguments), one.scope.span(one.node)))
        case Outside(name=name) if name not in FUNCTIONS:
            return _made(name, one)
        case _:
            return one.unknown("what this gives with some arguments bound is not followed")


def _made(name: str, one: Call) -> Value[Thing]:
    return Known(Made(name, one.scope, one.node, one.scope.span(one.node)))

"""What a name stands for at a place: the assignments before it, branch by branch."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from forkfit.evaluate.python.binders import binders_of, binds, included_by, names_of, starts
from forkfit.evaluate.python.bindings import bodies, bound_by, target_names
from forkfit.evaluate.python.branches import branches, is_contradictory
from forkfit.evaluate.python.change import added, changed, changed_by_method, unpacked
from forkfit.evaluate.python.imports import imported
from forkfit.evaluate.python.inclusions import call_of
from forkfit.evaluate.python.later import as_functions_leave
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Class, Function, Items, ModuleObject, Outside, Table, Thing
from forkfit.evaluate.python.patterns import captured
from forkfit.evaluate.python.rounds import MOST_ROUNDS, bound_in_round
from forkfit.evaluate.python.scope import DEEPEST, Frame, FrameKind, Run, Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, either

__all__ = ["UNBOUND", "attribute_of_module", "local", "lookup", "names_of"]

UNBOUND = "is not bound here"
_UNBOUND = Absent(UNBOUND)
_ITSELF = " is defined by itself"

_BUILTINS_WORDS = """
    ArithmeticError AttributeError BaseException Exception FileNotFoundError ImportError IndexError KeyError
    LookupError ModuleNotFoundError NameError NotImplementedError OSError RuntimeError StopIteration SyntaxError
    TypeError ValueError Warning DeprecationWarning ZeroDivisionError __import__ abs all any bool bytearray bytes callable chr
    dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash id input int
    isinstance issubclass iter len list locals map max min next object open ord pow print property range repr reversed
    round set setattr slice sorted staticmethod classmethod str sum super tuple type vars zip
"""
_BUILTINS = frozenset(_BUILTINS_WORDS.split())


def lookup(name: str, scope: Scope) -> Value[Thing]:
    """Return what a name stands for; Unknown where nothing binds it."""
    here: Scope | None = scope
    while here is not None:
        if here is scope or here.frame.kind is not FrameKind.CLASS:
            value = local(name, here)
            if _is_bound(value):
                return value
        here = here.outer
    special = _special(name, scope)
    if special is not None:
        return special
    if name in _BUILTINS:
        return Known(Outside(f"builtins.{name}"))
    return Unknown(f"nothing in {scope.module.path} binds {name}")


def local(name: str, scope: Scope) -> Value[Thing]:
    """Return what a name stands for in the body of a scope itself; Absent(UNBOUND) where nothing there binds it."""
    frame, run = scope.frame, scope.run
    start: Value[Thing] = frame.parameters.get(name, _UNBOUND)
    ahead = binders_of(name, scope)
    if not ahead:
        return start
    # All places between two statements that bind a name see the same value, unless they stand inside the first of them.
    inner = scope.before if scope.before is not None and _holds(ahead[-1], scope.before) else None
    key = (name, id(ahead[-1]), id(inner))
    if key in frame.memo:
        return frame.memo[key]
    if key in frame.active:
        return Unknown(f"{name}{_ITSELF}")
    if run.depth >= DEEPEST:
        return Unknown(f"{name} is defined by way of more than {DEEPEST} other names")
    frame.active.add(key)
    run.depth += 1
    try:
        first, state = _latest(name, ahead if inner is None else ahead[:-1], start, frame)
        for statement in ahead[first:]:
            here = inner if statement is ahead[-1] else None
            state = _fold(name, (statement,), state, scope.at(here))
            frame.memo[name, id(statement), id(here)] = state
    finally:
        run.depth -= 1
        frame.active.discard(key)
    return state


def _latest(name: str, binders: Sequence[ast.stmt], start: Value[Thing], frame: Frame) -> tuple[int, Value[Thing]]:
    """Return where to begin: after the last statement that was worked out, or with the last that forgets what was before."""
    for index in range(len(binders) - 1, -1, -1):
        known = frame.memo.get((name, id(binders[index]), id(None)))
        if known is not None:
            return index + 1, known
        match binders[index]:
            case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()) | ast.FunctionDef() | ast.ClassDef():
                return index, start
    return 0, start


def _fold(name: str, body: Sequence[ast.stmt], state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Follow the assignments of a name through a body, up to the place of the scope."""
    limit = scope.before
    for statement in body:
        if limit is not None and starts(statement) >= starts(limit):
            return state
        inner = bodies(statement)
        if inner and limit is not None and starts(limit) <= (statement.end_lineno or 0, statement.end_col_offset or 0):
            for part in inner:
                if any(s is limit or _holds(s, limit) for s in part):
                    return _fold(name, part, _entered(name, statement, state, scope), scope)
            return state
        if not binds(statement, name, scope):
            continue
        if scope.run.work <= scope.run.floor:
            return Unknown("working this out takes more steps than are allowed")
        scope.run.work -= 1
        state = _through(name, statement, state, scope) if inner else _step(name, statement, state, scope.at(statement))
    return state


def _holds(statement: ast.stmt, limit: ast.stmt) -> bool:
    return starts(statement) <= starts(limit) <= (statement.end_lineno or 0, statement.end_col_offset or 0)


def _entered(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Return what a name stands for on entering the body of a compound statement."""
    return state if isinstance(statement, (ast.Try, ast.TryStar)) else _bound_by_head(name, statement, state, scope.at(statement))


def _through(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Follow a name through a compound statement: every way that may be gone gives a value."""
    rounds = _rounds(name, statement, state, scope)
    if rounds is not None:
        return rounds
    state = _bound_by_head(name, statement, state, scope.at(statement))
    found = []
    for branch in branches(statement, scope):
        inner = _fold(name, branch.body, state, scope)
        if branch.repeated and inner is not state:
            inner = _loose(inner, state, name, statement, scope)
        if inner is not state and is_contradictory(inner, branch):
            continue  # what only an unread file could set keeps its default
        found.append(inner.because(*branch.decided, *branch.supposed))
    return either(found) if found else state


def _rounds(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing] | None:
    """Follow a name through each round of a loop over known items that changes nothing else; None for other loops."""
    if not isinstance(statement, ast.For) or statement.orelse or name in target_names(statement.target):
        return None
    source = scope.at(statement).evaluate(statement.iter)
    if not isinstance(source, Known) or not isinstance(source.value, Items) or source.value.rest is not None:
        return None
    if len(source.value.items) > MOST_ROUNDS or any(isinstance(n, (ast.Break, ast.Continue)) for n in ast.walk(statement)):
        return None
    others = {n for inner in statement.body for n in bound_by(inner)} - {name}
    if others:
        return None
    for item in source.value.items:
        bound = bound_in_round(statement.target, item)
        if bound is None:
            return None
        frame = Frame(FrameKind.FUNCTION, statement.body, {**bound, name: state})
        state = _fold(name, statement.body, state, Scope(scope.run, scope.module, frame, scope.at(statement)))
    return state


def _bound_by_head(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    match statement:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            targets = [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            targets = [i.optional_vars for i in items if i.optional_vars is not None]
        case ast.If(test=test) | ast.While(test=test):
            return _bound_by_test(name, test, state, scope)
        case ast.Match():
            return captured(name, statement, scope) or state
        case _:
            return state
    for target in targets:
        if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target)):
            return scope.unknown(f"{name} is set by a loop or a context", statement)
    return state


def _bound_by_test(name: str, test: ast.expr, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Return what ``if name := value`` leaves; where the test may end before it comes there, also what was before."""
    for node in ast.walk(test):
        match node:
            case ast.NamedExpr(target=ast.Name(id=bound), value=value) if bound == name:
                made = scope.evaluate(value)
                return either((state, made)) if any(isinstance(n, (ast.BoolOp, ast.IfExp)) for n in ast.walk(test)) else made
    return state


def _loose(inner: Value[Thing], before: Value[Thing], name: str, statement: ast.stmt, scope: Scope) -> Value[Thing]:
    """Return what is left of a value after a loop: what a list or dictionary held before, with more to come."""
    rest = scope.unknown(f"{name} is changed in a loop", statement)
    match inner:
        case Known(value=Items() | Table()) if isinstance(before, Known) and isinstance(before.value, (Items, Table)):
            return Known(before.value.replace(rest=rest), before.trail)
        case _:
            return rest


def _step(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Return what a name stands for after a simple statement that binds or changes it."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                state = _assigned(name, target, value, state, scope)
            return state
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return _assigned(name, target, value, state, scope)
        case ast.AugAssign(target=ast.Name(), op=op, value=value):
            return added(op, state, scope.evaluate(value), scope, statement)
        case ast.AugAssign(target=ast.Subscript() as item, op=op, value=value):
            return _put(name, item, added(op, scope.evaluate(item), scope.evaluate(value), scope, statement), state, scope)
        case ast.Expr() if call_of(statement) is not None:
            return next(
                (v for m in reversed(included_by(statement, scope)) if _is_bound(v := local(name, scope.run.module_scope(m)))), state
            )
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Subscript() as item)) as call):
            return _put(name, item, changed_by_method(scope.evaluate(item), call, scope), state, scope)
        case ast.Expr(value=ast.Call() as call):
            return changed_by_method(state, call, scope)
        case ast.Import() | ast.ImportFrom():
            found = imported(name, statement, scope, attribute_of_module)
            # Modules that import all from each other: the name is what it was when the circle began.
            return state if isinstance(found, Unknown) and found.why.endswith(_ITSELF) and _is_bound(state) else found
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return Known(Function(scope.module.name, statement, scope), (Step(Role.WRITTEN, scope.span(statement)),))
        case ast.ClassDef():
            return Known(Class(scope.module.name, statement, scope), (Step(Role.WRITTEN, scope.span(statement)),))
        case ast.Delete():
            return Absent(UNBOUND)
        case _:
            return scope.unknown(f"{name} is set in a way that is not followed", statement)


def _assigned(name: str, target: ast.expr, value: ast.expr, state: Value[Thing], scope: Scope) -> Value[Thing]:
    match target:
        case ast.Name(id=bound) if bound == name:
            return scope.evaluate(value)
        case ast.Subscript():
            return _put(name, target, scope.evaluate(value), state, scope)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return unpacked(name, elements, scope.evaluate(value), state, scope, target)
        case _:
            return state


def _put(name: str, target: ast.Subscript, value: Value[Thing], state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Return what a name stands for once an item is set in it, or in an item of it, at any depth."""
    match target.value:
        case ast.Name(id=bound) if bound == name:
            return changed(state, scope.evaluate(target.slice), value, scope, target)
        case ast.Subscript() as owner:
            return _put(name, owner, changed(scope.evaluate(owner), scope.evaluate(target.slice), value, scope, target), state, scope)
        case _:
            return state


def attribute_of_module(module: Module, name: str, run: Run) -> Value[Thing]:
    """Return what a name of a module stands for at its end: a binding, otherwise a submodule; Absent where there is neither."""
    if module.broken:
        return Unknown(f"{module.path} could not be read, so {name} in it is not known")
    scope = run.module_scope(module)
    value = local(name, scope)
    if _is_bound(value):
        return as_functions_leave(value, name, module, run)
    special = _special(name, scope)
    if special is not None:
        return special
    if module.is_package and isinstance(run.modules.find(f"{module.name}.{name}"), Module):
        return Known(ModuleObject(f"{module.name}.{name}"))
    if any(isinstance(s, ast.FunctionDef) and s.name == "__getattr__" for s in module.tree.body):
        return Unknown(f"{module.path} makes its attributes when they are asked for, {name} too")
    return Absent(f"{module.name} has no {name}")


def _is_bound(value: Value[Thing]) -> bool:
    return value is not _UNBOUND and not (isinstance(value, Absent) and value.why == UNBOUND)


def _special(name: str, scope: Scope) -> Value[Thing] | None:
    match name:
        case "__name__":
            return Known("__main__" if scope.module.name == scope.run.main else scope.module.name)
        case "__file__":
            return Known(scope.module.path)
        case "__package__":
            return Known(scope.module.name if scope.module.is_package else scope.module.name.rpartition(".")[0])
        case "__doc__":
            return Known(None)
        case _:
            return None

"""What a name stands for at a place: the assignments before it, branch by branch."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence

from forkfit.evaluate.bindings import STAR, bodies, bound_by
from forkfit.evaluate.branches import branches
from forkfit.evaluate.change import added, changed, changed_by_method, unpacked
from forkfit.evaluate.imports import imported, star_names
from forkfit.evaluate.inclusions import call_of, included
from forkfit.evaluate.modules import Module
from forkfit.evaluate.objects import Class, Function, Items, ModuleObject, Outside, Table, Thing
from forkfit.evaluate.scope import DEEPEST, FrameKind, Run, Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, either

UNBOUND = "is not bound here"
_ITSELF = " is defined by itself"

_BUILTINS_WORDS = """
    ArithmeticError AttributeError BaseException Exception FileNotFoundError ImportError IndexError KeyError
    LookupError ModuleNotFoundError NameError NotImplementedError OSError RuntimeError StopIteration SyntaxError
    TypeError ValueError Warning DeprecationWarning ZeroDivisionError __import__ abs all any bool bytes callable chr
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
    start: Value[Thing] = frame.parameters.get(name, Absent(UNBOUND))
    binders = _binders(scope).get(name, ()) if not _stars_of(scope) else _with_stars(name, scope)
    ahead = binders if scope.before is None else _before(binders, scope.before)
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
        value = _fold(name, ahead, start, scope if inner is not None else scope.replace(before=None))
    finally:
        run.depth -= 1
        frame.active.discard(key)
    frame.memo[key] = value
    return value


def names_of(module: Module, run: Run) -> tuple[str, ...]:
    """Return the names that a module binds at its top level, in the order of their first binding."""
    found = run.names.get(module.name)
    if found is None:
        run.names[module.name] = ()  # modules that import all from each other
        names: dict[str, None] = {}
        for statement in module.tree.body:
            bound = sorted(bound_by(statement, run))
            if STAR in bound:
                bound = [n for n in bound if n != STAR] + [n for s in _stars(statement) for n in _star(s, module, run)]
            names.update(dict.fromkeys(bound))
        found = run.names[module.name] = tuple(names)
    return found


def _star(statement: ast.stmt, module: Module, run: Run) -> tuple[str, ...]:
    if isinstance(statement, ast.ImportFrom):
        return star_names(statement, module, run, names_of)
    return tuple(name for inner in _included(statement, run.module_scope(module).at(statement)) for name in names_of(inner, run))


def _included(statement: ast.stmt, scope: Scope) -> tuple[Module, ...]:
    node = call_of(statement)
    return included(node, scope) if node is not None else ()


def _stars(statement: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    pending = [statement]
    while pending:
        inner = pending.pop()
        if (isinstance(inner, ast.ImportFrom) and inner.names[0].name == STAR) or call_of(inner) is not None:
            found.append(inner)
        pending.extend(s for body in bodies(inner) for s in body)
    return found


def _starts(statement: ast.stmt) -> tuple[int, int]:
    return (statement.lineno, statement.col_offset)


def _fold(name: str, body: Sequence[ast.stmt], state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Follow the assignments of a name through a body, up to the place of the scope."""
    limit = scope.before
    for statement in body:
        if limit is not None and _starts(statement) >= _starts(limit):
            return state
        inner = bodies(statement)
        if inner and limit is not None and _starts(limit) <= (statement.end_lineno or 0, statement.end_col_offset or 0):
            for part in inner:
                if any(s is limit or _holds(s, limit) for s in part):
                    return _fold(name, part, _entered(name, statement, state, scope), scope)
            return state
        if not _binds(statement, name, scope):
            continue
        if scope.run.work <= scope.run.floor:
            return Unknown("working this out takes more steps than are allowed")
        scope.run.work -= 1
        state = _through(name, statement, state, scope) if inner else _step(name, statement, state, scope.at(statement))
    return state


def _holds(statement: ast.stmt, limit: ast.stmt) -> bool:
    return _starts(statement) <= _starts(limit) <= (statement.end_lineno or 0, statement.end_col_offset or 0)


def _binders(scope: Scope) -> dict[str, list[ast.stmt]]:
    """Return the statements of a body by the names that they bind, in their order."""
    found = scope.frame.binders
    if found is None:
        found = scope.frame.binders = {}
        for statement in scope.frame.body:
            for name in bound_by(statement, scope.run):
                found.setdefault(name, []).append(statement)
    return found


def _stars_of(scope: Scope) -> list[ast.stmt]:
    return _binders(scope).get(STAR, [])


def _with_stars(name: str, scope: Scope) -> list[ast.stmt]:
    """Return the statements that bind a name where some bind all names of a module."""
    binders = _binders(scope).get(name, [])
    ahead = _stars_of(scope) if scope.before is None else _before(_stars_of(scope), scope.before)
    stars = [s for s in ahead if s not in binders and _binds(s, name, scope)]
    return sorted([*binders, *stars], key=_starts) if stars else binders


def _before(binders: Sequence[ast.stmt], limit: ast.stmt) -> Sequence[ast.stmt]:
    return binders[: bisect_left(binders, _starts(limit), key=_starts)]


def _binds(statement: ast.stmt, name: str, scope: Scope) -> bool:
    bound = bound_by(statement, scope.run)
    if name in bound:
        return True
    return STAR in bound and any(name in _star(s, scope.module, scope.run) for s in _stars(statement))


def _entered(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Return what a name stands for on entering the body of a compound statement."""
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)):
        return _bound_by_head(name, statement, state, scope.at(statement))
    return state


def _through(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    """Follow a name through a compound statement: every way that may be gone gives a value."""
    state = _bound_by_head(name, statement, state, scope.at(statement))
    found = []
    for branch in branches(statement, scope):
        inner = _fold(name, branch.body, state, scope)
        if branch.repeated and inner is not state:
            inner = _loose(inner, state, name, statement, scope)
        found.append(inner.because(*branch.decided, *branch.supposed))
    return either(found) if found else state


def _bound_by_head(name: str, statement: ast.stmt, state: Value[Thing], scope: Scope) -> Value[Thing]:
    match statement:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            targets = [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            targets = [i.optional_vars for i in items if i.optional_vars is not None]
        case _:
            return state
    for target in targets:
        if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target)):
            return scope.unknown(f"{name} is set by a loop or a context", statement)
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
        case ast.AugAssign(target=ast.Subscript()):
            return changed(state, None, scope.unknown("this item is changed in place", statement), scope, statement)
        case ast.Expr() if call_of(statement) is not None:
            return next((v for m in reversed(_included(statement, scope)) if _is_bound(v := local(name, scope.run.module_scope(m)))), state)
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
        case ast.Subscript(value=ast.Name(id=bound), slice=key) if bound == name:
            return changed(state, scope.evaluate(key), scope.evaluate(value), scope, target)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return unpacked(name, elements, scope.evaluate(value), state, scope, target)
        case _:
            return state


def attribute_of_module(module: Module, name: str, run: Run) -> Value[Thing]:
    """Return what a name of a module stands for at its end: a binding, otherwise a submodule; Absent where there is neither."""
    if module.broken:
        return Unknown(f"{module.path} could not be read, so {name} in it is not known")
    scope = run.module_scope(module)
    value = local(name, scope)
    if _is_bound(value):
        return value
    special = _special(name, scope)
    if special is not None:
        return special
    if module.is_package and isinstance(run.modules.find(f"{module.name}.{name}"), Module):
        return Known(ModuleObject(f"{module.name}.{name}"))
    if any(isinstance(s, ast.FunctionDef) and s.name == "__getattr__" for s in module.tree.body):
        return Unknown(f"{module.path} makes its attributes when they are asked for, {name} too")
    return Absent(f"{module.name} has no {name}")


def _is_bound(value: Value[Thing]) -> bool:
    return not (isinstance(value, Absent) and value.why == UNBOUND)


def _special(name: str, scope: Scope) -> Value[Thing] | None:
    match name:
        case "__name__":
            return Known(scope.module.name)
        case "__file__":
            return Known(scope.module.path)
        case "__package__":
            return Known(scope.module.name if scope.module.is_package else scope.module.name.rpartition(".")[0])
        case "__doc__":
            return Known(None)
        case _:
            return None

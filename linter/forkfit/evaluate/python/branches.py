"""Which bodies of a compound statement run, as far as that is decided."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from forkfit.evaluate.python.bindings import bodies, heads
from forkfit.evaluate.python.modules import Lack, Missing
from forkfit.evaluate.python.objects import Items, ModuleObject, Raises, Thing, is_true
from forkfit.evaluate.python.patterns import fits
from forkfit.evaluate.python.scope import Scope
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value, alternatives


class Branch(Record):
    """Statements that run one after the other; where `supposed` is set, only some runs come this way.

    `decided` are the variables by which the way was chosen. `guarded` says that the statements run under
    ``except ImportError``; `repeated` that they are the body of a loop. `contrary` are the defaults that say otherwise, and the
    files that could not be read: the way is gone only where one of these sets something else.
    """

    body: Sequence[ast.stmt]
    supposed: Trail = ()
    decided: Trail = ()
    guarded: bool = False
    repeated: bool = False
    contrary: frozenset[Step] = frozenset()


class Reached(Record):
    """A statement that runs, of a compound one its head; its scope is the place just before it."""

    node: ast.stmt
    scope: Scope
    supposed: Trail = ()
    guarded: bool = False


def truth(value: Value[Thing]) -> bool | None:
    """Return whether a value counts as true, None where that is open."""
    found: set[bool | None] = set()
    for single in alternatives(value):
        match single:
            case Known(value=thing):
                found.add(is_true(thing))
            case ByCpus(expression="n"):
                found.add(True)
            case _:
                found.add(None)
    return found.pop() if len(found) == 1 else None


def branches(statement: ast.stmt, scope: Scope) -> tuple[Branch, ...]:
    """Return the ways through a compound statement, one where it is decided; empty for a simple statement."""
    match statement:
        case ast.If(test=test, body=body, orelse=other):
            return _if(test, body, other, scope.at(statement))
        case ast.Try() | ast.TryStar():
            return _try(statement, scope.at(statement))
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return (Branch(body),)
        case ast.For(iter=iterable, body=body, orelse=other) | ast.AsyncFor(iter=iterable, body=body, orelse=other):
            return _for(iterable, body, other, scope.at(statement))
        case ast.While(test=test, body=body, orelse=other):
            once = (Step(Role.SUPPOSED, scope.span(test), "only where this holds"),)
            if truth(scope.at(statement).evaluate(test)) is True:
                return (Branch([*body, *other], repeated=True),)
            return (Branch([*body, *other], once, repeated=True), Branch(other, once))
        case ast.Match(subject=subject, cases=cases):
            return _match(subject, cases, scope.at(statement))
        case _:
            return ()


def reached(scope: Scope, matters: Callable[[ast.stmt], bool]) -> Iterator[Reached]:
    """Yield the statements of a body that run and matter, in their order, definitions of functions and classes included.

    A compound statement stands for its head, and what runs of its bodies follows.
    """
    yield from _reached(scope.frame.body, scope, (), False, matters)


def _reached(
    body: Sequence[ast.stmt], scope: Scope, supposed: Trail, guarded: bool, matters: Callable[[ast.stmt], bool]
) -> Iterator[Reached]:
    for statement in body:
        if not matters(statement):
            continue
        if not bodies(statement):
            yield Reached(statement, scope.at(statement), supposed, guarded)
            continue
        if heads(statement):
            yield Reached(statement, scope.at(statement), supposed, guarded)
        for branch in branches(statement, scope):
            yield from _reached(branch.body, scope, (*supposed, *branch.supposed), guarded or branch.guarded, matters)


def _if(test: ast.expr, body: Sequence[ast.stmt], other: Sequence[ast.stmt], scope: Scope) -> tuple[Branch, ...]:
    value = scope.evaluate(test)
    holds = truth(value)
    if holds is not None and not _is_open(value, scope):
        return (Branch(body if holds else other, decided=_deciding(value)),)
    at = scope.span(test)
    steps = (step for single in alternatives(value) for step in single.trail)
    defaults = frozenset(step for step in steps if step.role is Role.FALLBACK or step in scope.run.open)
    return (
        Branch(body, (Step(Role.SUPPOSED, at, "only where this holds"),), contrary=defaults if holds is False else frozenset()),
        Branch(other, (Step(Role.SUPPOSED, at, "only where this does not hold"),), contrary=defaults if holds else frozenset()),
    )


def is_contradictory(value: Value[Thing], branch: Branch) -> bool:
    """Tell whether a value is made of the very defaults that do not hold on the way that gives it: there it is something else."""
    if not branch.contrary:
        return False
    return any(isinstance(single, Raises) or _is_made_of(branch.contrary, single) for single in alternatives(value))


def _is_made_of(defaults: frozenset[Step], value: Known[Thing] | Absent | ByCpus | Unknown) -> bool:
    """Tell whether a value is one of these defaults, or is not known since a file is unread that they are taken for."""
    return any(step in defaults and (step.role is Role.FALLBACK or isinstance(value, Unknown)) for step in value.trail)


def _is_open(value: Value[Thing], scope: Scope) -> bool:
    """Tell whether a file that could not be read might set what a value is made of: it decides nothing but a default."""
    return any(step in scope.run.open for single in alternatives(value) for step in single.trail)


def _deciding(value: Value[Thing]) -> Trail:
    """Return the way of a value that is made of variables, empty for others."""
    trail = joined(*(single.trail for single in alternatives(value)))
    return trail if any(step.role in (Role.USED, Role.FALLBACK) for step in trail) else ()


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _match(subject: ast.expr, cases: Sequence[ast.match_case], scope: Scope) -> tuple[Branch, ...]:
    value = scope.evaluate(subject)
    is_open = _is_open(value, scope)
    step = (Step(Role.SUPPOSED, scope.span(subject), "only where this fits"),)
    ways: list[Branch] = []
    for case in cases:
        holds = True if _takes_all(case.pattern) else None if is_open else fits(case.pattern, value, scope)
        if holds and case.guard is not None:
            guard = scope.at(case.body[0]).evaluate(case.guard)
            holds = None if _is_open(guard, scope) else truth(guard)
        if holds and not ways:
            return (Branch(case.body, decided=_deciding(value)),)
        if holds is not False:
            ways.append(Branch(case.body, step))
        if holds:
            return tuple(ways)
    return (*ways, Branch((), step)) if ways else (Branch((), decided=_deciding(value)),)


def _for(iterable: ast.expr, body: Sequence[ast.stmt], other: Sequence[ast.stmt], scope: Scope) -> tuple[Branch, ...]:
    value = scope.evaluate(iterable)
    if isinstance(value, Known) and isinstance(value.value, Items) and value.value.rest is None:
        return (Branch([*body, *other], repeated=True) if value.value.items else Branch(other),)
    step = (Step(Role.SUPPOSED, scope.span(iterable), "only where there is something to go through"),)
    return (Branch([*body, *other], step, repeated=True), Branch(other, step))


def _try(statement: ast.Try | ast.TryStar, scope: Scope) -> tuple[Branch, ...]:
    whole = [*statement.body, *statement.orelse, *statement.finalbody]
    if not statement.handlers:
        return (Branch(whole),)
    caught = [(handler, _caught(handler)) for handler in statement.handlers]
    errors = _errors(statement.body, scope)
    if errors == frozenset():
        return (Branch(whole),)
    at = scope.span(statement)
    guarded = any(_catches(names, "ImportError") for _, names in caught)
    ways: list[Branch] = []
    surely = errors is not None and None not in errors
    if not surely:
        ways.append(Branch(whole, (Step(Role.SUPPOSED, at, "only where this raises nothing"),), guarded=guarded))
    for handler, names in caught:
        if errors is None or None in errors or any(_catches(names, error) for error in errors if error):
            body = [*handler.body, *statement.finalbody]
            ways.append(Branch(body, () if surely else (Step(Role.SUPPOSED, at, "only where this raises an error"),)))
            if surely:
                break
    return tuple(ways) or (Branch(whole),)


_PARENTS = {
    "ModuleNotFoundError": ("ImportError",),
    "KeyError": ("LookupError",),
    "IndexError": ("LookupError",),
    "ZeroDivisionError": ("ArithmeticError",),
    "UnicodeError": ("ValueError",),
    "FileNotFoundError": ("OSError", "IOError", "EnvironmentError"),
}


def _caught(handler: ast.ExceptHandler) -> frozenset[str]:
    """Return the names of the errors that a handler takes, ``Exception`` where it takes all."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return frozenset(_last_name(kind) for kind in kinds)


def _last_name(kind: ast.expr | None) -> str:
    match kind:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return "Exception"


def _catches(names: frozenset[str], error: str) -> bool:
    if error == "ImportError" and "ModuleNotFoundError" in names:
        return True
    return bool(names & {error, "Exception", "BaseException", *_PARENTS.get(error, ())})


def _errors(body: Sequence[ast.stmt], scope: Scope) -> frozenset[str | None] | None:
    """Return which error a body raises for sure, with None where it may raise or not; empty where it raises none."""
    for statement in body:
        here = scope.at(statement)
        error = _error(statement, here)
        if error != "":
            return frozenset((error,))
    return frozenset()


def _error(statement: ast.stmt, scope: Scope) -> str | None:
    """Return the error that a statement raises, empty where it raises none, None where that is open."""
    match statement:
        case ast.Import(names=names):
            return _import_error([alias.name for alias in names], scope)
        case ast.ImportFrom(module=module, level=level, names=names):
            name = scope.run.modules.relative(scope.module, level, module or "")
            return _import_error([name], scope) or _names_error(name, names, scope)
        case ast.Assign(value=value) | ast.Expr(value=value):
            return _value_error(scope.evaluate(value))
        case ast.AnnAssign(value=value) if value is not None:
            return _value_error(scope.evaluate(value))
        case ast.Return(value=value):
            return _value_error(scope.evaluate(value)) if value is not None else ""
        case ast.Pass() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.AnnAssign():
            return ""
        case _:
            return None


def _value_error(value: Value[Thing]) -> str | None:
    match value:
        case Raises(error=error):
            return error
        case Unknown() | Bounded():
            return None
        case _:
            return ""


def _names_error(module: str, names: list[ast.alias], scope: Scope) -> str | None:
    """Return ImportError where a module of the project has none of a name."""
    if _import_error([module], scope) is None:
        return None
    found = scope.run.modules.find(module)
    for alias in names:
        if isinstance(found, Missing) or not found.path or alias.name == "*":
            continue
        value = scope.run.attribute(ModuleObject(found.name), alias.name, scope.run)
        if isinstance(value, Absent):
            return "ImportError"
        if isinstance(value, Raises):
            return value.error
    return ""


def _import_error(names: list[str], scope: Scope) -> str | None:
    for name in names:
        found = scope.run.modules.find(name)
        if isinstance(found, Missing) and found.lack is Lack.LOST:
            return "ImportError"
        if isinstance(found, Missing) and found.lack is Lack.FOREIGN:
            return None
    return ""

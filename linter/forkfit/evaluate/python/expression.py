"""The value of an expression, worked out without running anything."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python.attributes import attribute
from forkfit.evaluate.python.calls import call
from forkfit.evaluate.python.comprehension import Comprehension, comprehended
from forkfit.evaluate.python.conditions import compared, conditional, either_of
from forkfit.evaluate.python.environment import whole
from forkfit.evaluate.python.modules import Module, Modules
from forkfit.evaluate.python.names import attribute_of_module, lookup
from forkfit.evaluate.python.objects import Function, Items, Outside, Partial, Plain, Raises, Table, Thing
from forkfit.evaluate.python.operators import LONGEST, TOO_LARGE, across, binary, is_large, is_plain, negated, unary
from forkfit.evaluate.python.partial import filled_by_percent, pieced
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.evaluate.python.subscript import subscript
from forkfit.model.project import Environment, Words
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value

MOST_NESTED = 60  # expressions inside each other, names and calls included

__all__ = ["Run", "Scope", "attribute", "begin", "evaluate", "module_scope", "resolve_attribute"]


def begin(modules: Modules, environment: Environment, words: Words = ()) -> Run:
    """Return the state of a new evaluation under an environment; `words` are those of sys.argv, none where they are not known."""
    run = Run(modules, environment, _evaluate, attribute)
    if words:
        run.given["sys.argv"] = Known(Items("list", tuple(word.value for word in words)))
    return run


def module_scope(module: Module, run: Run) -> Scope:
    """Return the place at the end of a module."""
    return run.module_scope(module)


def resolve_attribute(module: Module, name: str, run: Run) -> Value[Thing]:
    """Return what a module's name stands for once it is imported, through imports and re-exports; Absent where nothing binds it."""
    return attribute_of_module(module, name, run)


def evaluate(node: ast.expr, scope: Scope) -> Value[Thing]:
    """Return the value of an expression at a place; Unknown, with the line, where it cannot be worked out."""
    return scope.evaluate(node)


def _evaluate(node: ast.expr, scope: Scope) -> Value[Thing]:
    run = scope.run
    run.work -= 1
    if run.work < run.floor or run.nested >= MOST_NESTED:
        return scope.unknown("working this out takes more steps than are allowed", node)
    run.nested += 1
    try:
        return _KINDS.get(type(node), _other)(node, scope)
    except RecursionError:
        return scope.unknown("this nests too deeply to be worked out", node)
    finally:
        run.nested -= 1


def _other(node: ast.expr, scope: Scope) -> Value[Thing]:
    return scope.unknown(f"{_WORDS.get(type(node), 'this expression')} is worked out only when the program runs", node)


_WORDS: dict[type[ast.expr], str] = {
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a generator",
    ast.Await: "what is awaited",
    ast.Yield: "what is yielded",
    ast.YieldFrom: "what is yielded",
}


def _constant(node: ast.Constant, scope: Scope) -> Value[Thing]:
    if node.value is Ellipsis or isinstance(node.value, complex):
        return scope.unknown("this has no value that could be read", node)
    if is_large(node.value):
        return scope.unknown(TOO_LARGE, node)
    return scope.known(node.value, node)


def _name(node: ast.Name, scope: Scope) -> Value[Thing]:
    value = lookup(node.id, scope)
    if isinstance(value, Known) and isinstance(value.value, Outside):
        return _outside(value.value.name, scope.run) or value
    if isinstance(value, Absent):
        return Unknown(f"{node.id} may not be set here", value.trail)
    return value


def _attribute(node: ast.Attribute, scope: Scope) -> Value[Thing]:
    def find(thing: Thing) -> Value[Thing]:
        found = attribute(thing, node.attr, scope.run)
        if isinstance(found, Absent):
            return Raises(found.why, (*found.trail, Step(Role.USED, scope.span(node))), "AttributeError")
        if isinstance(found, Known) and isinstance(found.value, Outside):
            return _outside(found.value.name, scope.run) or found
        return found

    return across(find, scope.evaluate(node.value))


def _outside(name: str, run: Run) -> Value[Thing] | None:
    """Return the value of a library's constant where it is the same for every worker, or what is known of this process."""
    return _CONSTANTS.get(name) or run.given.get(name)


_LINUX = (Step(Role.ASSUMED, None, "containers run Linux"),)
_PYTHON = (Step(Role.ASSUMED, None, "a current Python 3 runs it"),)
_CONSTANTS: dict[str, Value[Thing]] = {
    "typing.TYPE_CHECKING": Known(False),
    "typing_extensions.TYPE_CHECKING": Known(False),
    "sys.platform": Known("linux", _LINUX),
    "os.name": Known("posix", _LINUX),
    "os.sep": Known("/", _LINUX),
    "builtins.__debug__": Known(True),
    "sys.version_info": Known(Items("tuple", (Known(3), Known(13), Known(0), Known("final"), Known(0))), _PYTHON),
    "sys.version_info.major": Known(3, _PYTHON),
    "sys.version_info.minor": Known(13, _PYTHON),
}


def _joined_string(node: ast.JoinedStr, scope: Scope) -> Value[Thing]:
    parts = [scope.evaluate(p.value if isinstance(p, ast.FormattedValue) else p) for p in node.values]
    plain = all(not isinstance(p, ast.FormattedValue) or (p.format_spec is None and p.conversion in (-1, 115)) for p in node.values)
    if not plain:
        return pieced(scope.unknown("a format in this text is not followed", node), lambda: parts)

    def join(*things: Thing) -> Value[Thing]:
        if not all(is_plain(t) for t in things):
            return scope.unknown("a part of this text is not known", node)
        text = "".join(str(t) for t in things)
        return Known(text) if len(text) <= LONGEST else scope.unknown("the text is too long to be followed", node)

    return pieced(across(join, *parts), lambda: parts) if parts else scope.known("", node)


def _unary(node: ast.UnaryOp, scope: Scope) -> Value[Thing]:
    value = scope.evaluate(node.operand)
    return negated(value) if isinstance(node.op, ast.Not) else unary(node.op, value)


def _binary(node: ast.BinOp, scope: Scope) -> Value[Thing]:
    # A long sum is a tree as deep as it is long: it is gone down without recursion.
    parts: list[ast.BinOp] = [node]
    while isinstance(parts[-1].left, ast.BinOp) and len(parts) < LONGEST:
        parts.append(parts[-1].left)
    value = scope.evaluate(parts[-1].left)
    for part in reversed(parts):
        scope.run.work -= 1
        value = _operated(part.op, value, scope.evaluate(part.right))
    return value


def _operated(op: ast.operator, left: Value[Thing], right: Value[Thing]) -> Value[Thing]:
    """Return what an operator makes of two values; of a text or a list with what is not known, the parts that are."""
    made = binary(op, left, right)
    if isinstance(made, Unknown) and isinstance(left, Known):
        match op, left.value:
            case ast.Add(), Items() as items if isinstance(right, Unknown) and not isinstance(right, Raises):
                return Known(items.replace(rest=right), left.trail)
            case ast.Mod(), str() as text:
                return pieced(made, lambda: filled_by_percent(text, right))
    return pieced(made, lambda: (left, right)) if isinstance(op, ast.Add) and _is_text(left, right) else made


def _is_text(*values: Value[Thing]) -> bool:
    return any(isinstance(v, Partial) or (isinstance(v, Known) and isinstance(v.value, str)) for v in values)


def _items(node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value[Thing]:
    items, rest = scope.spread(node.elts[:LONGEST])
    kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[type(node)]
    return scope.known(Items(kind, items, rest), node)


def _table(node: ast.Dict, scope: Scope) -> Value[Thing]:
    entries: dict[Plain, Value[Thing]] = {}
    rest: Unknown | None = None
    for key, value in zip(node.keys, node.values, strict=True):
        found = scope.evaluate(value)
        if key is None:
            if found == Known(Outside("os.environ"), found.trail):
                scope.run.asks("*")
                found = Known(whole(scope.run.environment))
            if isinstance(found, Known) and isinstance(found.value, Table):
                merged = found.value.over(Table(tuple(entries.items()), rest))
                entries, rest = dict(merged.entries), merged.rest
            else:
                rest = scope.unknown("this dictionary takes in another that is not known", value)
                entries = dict.fromkeys(entries, rest)
            continue
        name = scope.evaluate(key)
        if isinstance(name, Known) and is_plain(name.value):
            entries.pop(name.value, None)
            entries[name.value] = found
        else:
            rest = scope.unknown("this dictionary has a key that is not known", key)
    return scope.known(Table(tuple(entries.items()), rest), node)


def _walrus(node: ast.NamedExpr, scope: Scope) -> Value[Thing]:
    return scope.evaluate(node.value)


def _lambda(node: ast.Lambda, scope: Scope) -> Value[Thing]:
    return Known(Function(scope.module.name, node, scope))


def _call(node: ast.Call, scope: Scope) -> Value[Thing]:
    return call(node, scope)


def _subscript(node: ast.Subscript, scope: Scope) -> Value[Thing]:
    return subscript(node, scope)


def _comprehension(node: Comprehension, scope: Scope) -> Value[Thing]:
    return comprehended(node, scope) or _other(node, scope)


_KINDS: dict[type[ast.expr], Callable[..., Value[Thing]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined_string,
    ast.BoolOp: either_of,
    ast.IfExp: conditional,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: compared,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Set: _items,
    ast.Dict: _table,
    ast.NamedExpr: _walrus,
    ast.Lambda: _lambda,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}

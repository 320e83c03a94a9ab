"""What is left of a value when a statement changes it in place or takes it apart."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from forkfit.evaluate.python.calls import arguments_of
from forkfit.evaluate.python.objects import Arguments, Items, Plain, Raises, Table, Thing
from forkfit.evaluate.python.operators import LONGEST, binary, is_plain
from forkfit.evaluate.python.scope import Scope
from forkfit.model.value import Absent, Bounded, Known, Unknown, Value, alternatives, either


def added(op: ast.operator, state: Value[Thing], more: Value[Thing], scope: Scope, statement: ast.stmt) -> Value[Thing]:
    """Return what ``name += more`` leaves; a list with unknown additions keeps what it held."""
    made: list[Value[Thing]] = []
    for before in alternatives(state):
        for after in alternatives(more):
            match before, after:
                case Known(value=Items() as items), Known(value=Items() as others) if isinstance(op, ast.Add):
                    joined = Items(items.kind, (*items.items, *others.items)[:LONGEST], items.rest or others.rest)
                    made.append(Known(joined, before.trail).because(*after.trail))
                case Known(value=Items() as items), Unknown() if not isinstance(after, Raises):
                    made.append(Known(items.replace(rest=after), before.trail))
                case Known(value=Table() as table), Unknown() if not isinstance(after, Raises):
                    made.append(Known(table.replace(rest=after), before.trail))
                case Absent(), _:
                    made.append(scope.unknown("this adds to a name that is not bound", statement))
                case _:
                    made.append(binary(op, before, after))
    return either(made)


def changed(state: Value[Thing], key: Value[Thing] | None, value: Value[Thing], scope: Scope, node: ast.AST) -> Value[Thing]:
    """Return what ``name[key] = value`` leaves."""
    match state:
        case Known(value=Table() as table):
            if isinstance(key, Known) and _is_key(key.value):
                return Known(table.having(key.value, value), state.trail)
            return Known(table.replace(rest=scope.unknown("an item is set whose key is not known", node)), state.trail)
        case Known(value=Items() as items):
            return Known(items.replace(rest=scope.unknown("an item is replaced", node)), state.trail)
        case Bounded():
            return either((changed(a, key, value, scope, node) for a in state.alternatives), state.trail)
        case _:
            return state


def changed_by_method(state: Value[Thing], call: ast.Call, scope: Scope) -> Value[Thing]:
    """Return what a method such as ``append`` or ``update`` leaves of a list, set or dictionary."""
    if isinstance(state, Bounded):
        return either((changed_by_method(a, call, scope) for a in state.alternatives), state.trail)
    if not isinstance(state, Known) or not isinstance(call.func, ast.Attribute):
        return state
    match state.value:
        case Items() as items:
            return Known(_items(items, call.func.attr, arguments_of(call, scope), scope, call), state.trail)
        case Table() as table:
            return Known(_table(table, call.func.attr, arguments_of(call, scope), scope, call), state.trail)
        case _:
            return state


def _items(items: Items, method: str, arguments: Arguments, scope: Scope, call: ast.Call) -> Items:
    rest = scope.unknown("a list is changed here", call)
    match method, arguments.positional:
        case (("append" | "add"), (value,)):
            return items.replace(items=(*items.items, value))
        case "insert", (Known(value=int(position)), value):
            before = list(items.items)
            before.insert(position, value)
            return items.replace(items=tuple(before))
        case (("extend" | "update"), (Known(value=Items() as more),)):
            return items.replace(items=(*items.items, *more.items), rest=items.rest or more.rest)
        case (("remove" | "discard"), (Known(value=value),)) if is_plain(value):
            left = [i for i in items.items if not (isinstance(i, Known) and i.value == value)]
            return items.replace(items=tuple(left))
        case "clear", ():
            return Items(items.kind, ())
        case "pop", () if items.rest is None and items.items:
            return items.replace(items=items.items[:-1])
        case _:
            return items.replace(rest=rest)


def _table(table: Table, method: str, arguments: Arguments, scope: Scope, call: ast.Call) -> Table:
    rest = scope.unknown("a dictionary is changed here", call)
    match method, arguments.positional:
        case "update", positional:
            for more in positional:
                table = more.value.over(table) if isinstance(more, Known) and isinstance(more.value, Table) else Table((), rest).over(table)
            for name, value in arguments.named:
                table = table.having(name, value)
            return table.replace(rest=table.rest or arguments.rest)
        case "setdefault", (Known(value=key), *default) if _is_key(key):
            if any(name == key for name, _ in table.entries):
                return table
            return table.having(key, default[0] if default else Known(None))
        case "pop", (Known(value=key), *_) if is_plain(key):
            return table.replace(entries=tuple(e for e in table.entries if e[0] != key))
        case "clear", ():
            return Table(())
        case _:
            return Table(tuple((name, rest) for name, _ in table.entries), rest)


def _is_key(key: Thing) -> bool:
    plain: Plain = key if is_plain(key) else None
    return plain is not None or key is None


def unpacked(
    name: str, elements: Sequence[ast.expr], value: Value[Thing], state: Value[Thing], scope: Scope, target: ast.expr
) -> Value[Thing]:
    """Return what a name gets of ``a, b = value``."""
    if not any(isinstance(n, ast.Name) and n.id == name for e in elements for n in ast.walk(e)):
        return state
    if isinstance(value, Known) and isinstance(value.value, Items) and value.value.rest is None:
        items = value.value.items
        if len(items) == len(elements) and not any(isinstance(e, ast.Starred) for e in elements):
            for element, item in zip(elements, items, strict=True):
                match element:
                    case ast.Name(id=bound) if bound == name:
                        return item
                    case ast.Tuple(elts=inner) | ast.List(elts=inner):
                        found = unpacked(name, inner, item, state, scope, target)
                        if found is not state:
                            return found
    return scope.unknown(f"{name} is taken out of a value that is not followed", target)

"""Subscripts: of lists, dictionaries, texts and the environment."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.classes import attribute_of_class, lineage
from forkfit.evaluate.python.environment import required
from forkfit.evaluate.python.held import one_of
from forkfit.evaluate.python.kept import kept
from forkfit.evaluate.python.objects import Class, Items, Made, Member, Outside, Raises, Table, Thing
from forkfit.evaluate.python.operators import across, guarded, is_plain
from forkfit.evaluate.python.scope import Scope
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

_ENUMERATIONS = frozenset(("enum.Enum", "enum.IntEnum", "enum.StrEnum"))


def subscript(node: ast.Subscript, scope: Scope) -> Value[Thing]:
    """Return what ``value[key]`` gives."""
    if isinstance(node.slice, ast.Slice):
        return across(lambda thing: _slice(thing, node.slice, scope), scope.evaluate(node.value))  # type: ignore[arg-type]
    key = scope.evaluate(node.slice)
    return either(_item(thing, single, node, scope) for thing in alternatives(scope.evaluate(node.value)) for single in alternatives(key))


def _item(value: Value[Thing], key: Value[Thing], node: ast.Subscript, scope: Scope) -> Value[Thing]:
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else scope.unknown("a part of this is not known", node)
    if not isinstance(key, Known) or not is_plain(key.value):
        if isinstance(value.value, Table) and (held := one_of(value.value, node.value, scope)) is not None:
            return held.because(*value.trail)
        return scope.unknown("the key is not known", node)
    trail = (*value.trail, *key.trail)
    match value.value:
        case Table() as table:
            found = table.get(key.value)
            if isinstance(found, Absent):
                return Raises("there is no such key", trail, "KeyError")
            return found.because(*value.trail)
        case Items(items=items, rest=rest) if isinstance(key.value, int):
            if rest is None or 0 <= key.value < len(items):
                try:
                    return items[key.value].because(*value.trail)
                except IndexError:
                    return Raises("there is no such item", trail, "IndexError")
            return rest
        case Outside(name="os.environ") if isinstance(key.value, str):
            return required(key.value, node, scope)
        case str() as text if isinstance(key.value, int):
            return guarded(lambda a, b: a[b], text, key.value).because(*trail)
        case Class() as cls if isinstance(key.value, str) and any(base in _ENUMERATIONS for base in lineage(cls, scope.run).outside):
            found = attribute_of_class(cls, key.value, scope.run)
            return Raises("there is no such member", trail, "KeyError") if isinstance(found, Absent) else found
        case Member() as member if isinstance(key.value, str):
            put = kept(member, key.value, scope)
            return put if put is not None else scope.unknown("an item of a library's object is not known", node)
        case Outside() | Made() | Member():
            return scope.unknown("an item of a library's object is not known", node)
        case _:
            return scope.unknown("an item of this is not followed", node)


def _slice(thing: Thing, wanted: ast.Slice, scope: Scope) -> Value[Thing]:
    bounds: list[int | None] = []
    for part in (wanted.lower, wanted.upper, wanted.step):
        value = scope.evaluate(part) if part is not None else Known(None)
        if not isinstance(value, Known) or not (value.value is None or type(value.value) is int):
            return scope.unknown("the bounds of this slice are not known", wanted)
        bounds.append(value.value)
    if bounds[2] == 0:
        return Raises("a slice with step 0", (), "ValueError")
    match thing:
        case str():
            return Known(thing[bounds[0] : bounds[1] : bounds[2]])
        case Items(kind=kind, items=items, rest=None):
            return Known(Items(kind, items[bounds[0] : bounds[1] : bounds[2]]))
        case _:
            return scope.unknown("a slice of this is not followed", wanted)

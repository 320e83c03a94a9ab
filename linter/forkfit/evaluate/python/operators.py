"""What operators make of values: plain ones as Python does, CPU counts as expressions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from itertools import product

from forkfit.evaluate.python.cpus import with_cpus, wrapped
from forkfit.evaluate.python.objects import (
    Class,
    CpuRatio,
    Function,
    Instance,
    Items,
    Method,
    ModuleObject,
    Outside,
    Partial,
    Path,
    Raises,
    Table,
    Thing,
    is_true,
)
from forkfit.model.span import joined
from forkfit.model.value import MOST_ALTERNATIVES, Absent, ByCpus, Known, Single, Unknown, Value, alternatives, either

LONGEST = 100_000  # characters or items; what grows beyond is not followed
LARGEST_BITS = 256
TOO_LARGE = "the number is too large to be followed"
LONGEST_TRAIL = 60  # steps; a sum of hundreds of terms is not shown term by term

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Thing, Thing], Thing]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.BitOr: ("|", operator.or_),
    ast.BitAnd: ("&", operator.and_),
    ast.BitXor: ("^", operator.xor),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
}
_COMPARE: dict[type[ast.cmpop], tuple[str, Callable[[Thing, Thing], Thing]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
_UNARY: dict[type[ast.unaryop], Callable[[Thing], Thing]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def across(change: Callable[..., Value[Thing]], *values: Value[Thing]) -> Value[Thing]:
    """Work a value out of each combination of alternatives, with the trails of its parts.

    What stops the program stops it here too; what is unknown makes the result unknown. CPU counts are handed on.
    """
    made: list[Value[Thing]] = []
    for singles in product(*(alternatives(v) for v in values)):
        obstacle = next((s for s in singles if isinstance(s, (Unknown, Absent))), None)
        trail = joined(*(s.trail for s in singles))[:LONGEST_TRAIL]
        if obstacle is None:
            made.append(change(*(s.value if isinstance(s, Known) else s for s in singles)).because(*trail))
        else:
            # What is made of a text that is known in part is another text, if any.
            lost = Unknown(obstacle.why, trail if isinstance(obstacle, Absent) else obstacle.trail)
            made.append(lost if isinstance(obstacle, (Absent, Partial)) else obstacle)
        if len(made) > MOST_ALTERNATIVES:
            return Unknown(f"more than {MOST_ALTERNATIVES} values are possible")
    return either(made)


def binary(op: ast.operator, left: Value[Thing], right: Value[Thing]) -> Value[Thing]:
    """Return what a binary operator makes of two values."""
    sign, function = _BINARY.get(type(op), ("@", operator.matmul))
    return across(lambda a, b: _binary(sign, function, a, b), left, right)


def unary(op: ast.unaryop, value: Value[Thing]) -> Value[Thing]:
    """Return what ``-``, ``+`` and ``~`` make of a value."""

    def change(thing: Thing) -> Value[Thing]:
        if isinstance(thing, ByCpus):
            return ByCpus(f"-{wrapped(thing)}") if isinstance(op, ast.USub) else Unknown("a CPU count is not computed with this operator")
        return guarded(_UNARY[type(op)], thing)

    return across(change, value)


def compare(op: ast.cmpop, left: Value[Thing], right: Value[Thing]) -> Value[Thing]:
    """Return whether two values compare so."""
    match op:
        case ast.In():
            return across(contains, left, right)
        case ast.NotIn():
            return across(lambda a, b: negated(contains(a, b)), left, right)
        case ast.Is():
            return across(_is, left, right)
        case ast.IsNot():
            return across(lambda a, b: negated(_is(a, b)), left, right)
        case _:
            sign, function = _COMPARE[type(op)]
            return across(lambda a, b: _compare(sign, function, a, b), left, right)


def negated(value: Value[Thing]) -> Value[Thing]:
    """Return ``not value``."""

    def change(thing: Thing) -> Value[Thing]:
        if isinstance(thing, ByCpus):
            return Known(False) if thing.is_cpu_count else Unknown("whether this is 0 depends on the CPU count")
        holds = is_true(thing)
        return Unknown("whether this is true is not known") if holds is None else Known(not holds)

    return across(change, value)


def guarded(function: Callable[..., Thing], *things: Thing) -> Value[Thing]:
    """Do what Python does with plain values; Raises where it raises."""
    if not all(is_plain(t) for t in things):
        return Unknown("this operation on an object is not followed")
    try:
        result = function(*things)
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        return Raises(f"the program stops here with {type(error).__name__}", (), type(error).__name__)
    if isinstance(result, (str, bytes)) and len(result) > LONGEST:
        return Unknown("the text is too long to be followed")
    if isinstance(result, complex):
        return Unknown("this is a complex number")
    return Known(result)


def is_plain(thing: Thing) -> bool:
    """Tell whether a thing is a value of Python itself."""
    return thing is None or isinstance(thing, (str, int, float, bool, bytes))


def _binary(sign: str, function: Callable[[Thing, Thing], Thing], left: Thing, right: Thing) -> Value[Thing]:
    if isinstance(left, (ByCpus, CpuRatio)) or isinstance(right, (ByCpus, CpuRatio)):
        return with_cpus(sign, left, right)
    match sign, left, right:
        case "+", Items(kind=kind, items=items, rest=rest), Items(kind=other, items=more, rest=more_rest) if kind == other:
            if len(items) + len(more) > LONGEST:
                return Unknown("the list is too long to be followed")
            return Known(Items(kind, items + more, rest or more_rest))
        case "|", Items(kind="set", items=items, rest=rest), Items(kind="set", items=more, rest=more_rest):
            return Known(Items("set", items + more, rest or more_rest))
        case "|", Table(), Table():
            return Known(right.over(left))
        case "/", Path(text=text), str(name) | Path(text=name):
            return Known(Path(_join(text, name)))
        case "*", Items(kind=kind, items=items, rest=None), int(times) if len(items) * max(times, 0) <= LONGEST:
            return Known(Items(kind, items * times))
        case "%", str(), Items(kind="tuple", items=items, rest=None):
            plain = tuple(i.value for i in items if isinstance(i, Known) and is_plain(i.value))
            if len(plain) < len(items):
                return Unknown("a part of this text is not known")
            # A width such as %999999999d makes a text of that size.
            return guarded(lambda a: a % plain, left) if _has_no_width(left) else Unknown("this format is not followed")
        case "%", str(), _ if not _has_no_width(left):
            return Unknown("this format is not followed")
        case "*", (str() | bytes()), int() if len(left) * max(right, 0) > LONGEST:
            return Unknown("the text is too long to be followed")
        case "*", int(), (str() | bytes()):
            return _binary(sign, function, right, left)
        case (("**" | "<<" | "*"), int(), int()) if not _is_small(sign, left, right):
            return Unknown(TOO_LARGE)
        case _:
            made = guarded(function, left, right)
            return Unknown(TOO_LARGE) if isinstance(made, Known) and is_large(made.value) else made


def is_large(value: object) -> bool:
    """Tell whether a number is too large to be followed: nothing that is counted comes near, and a few of them fill a page."""
    return isinstance(value, int) and value.bit_length() > LARGEST_BITS


def _is_small(sign: str, left: int, right: int) -> bool:
    if sign == "*":
        return left.bit_length() + right.bit_length() <= LARGEST_BITS
    if sign == "<<":
        return 0 <= right <= LARGEST_BITS and left.bit_length() + right <= LARGEST_BITS
    return -64 <= right <= LARGEST_BITS and left.bit_length() * max(right, 1) <= LARGEST_BITS


def _has_no_width(text: str) -> bool:
    pieces = text.split("%")
    return all(p[:1] in ("", "s", "d", "i", "r", "f", "x", "(") or p[:3] in (".1f", ".2f") for p in pieces[1:])


def _join(folder: str, name: str) -> str:
    from posixpath import join, normpath

    return normpath(join(folder, name)) if folder or name else "."


def _compare(sign: str, function: Callable[[Thing, Thing], Thing], left: Thing, right: Thing) -> Value[Thing]:
    if isinstance(left, ByCpus) or isinstance(right, ByCpus):
        if sign in ("==", "!=") and (left is None or right is None or isinstance(left, str) or isinstance(right, str)):
            return Known(sign == "!=")
        return Unknown("this depends on the CPU count")
    if is_plain(left) and is_plain(right):
        return guarded(function, left, right)
    numbers, others = _plain_items(left), _plain_items(right)
    if numbers is not None and others is not None:
        try:
            return Known(bool(function(numbers, others)))
        except TypeError:
            return Raises("the program stops here with TypeError", (), "TypeError")
    if sign in ("==", "!=") and (is_plain(left) != is_plain(right)) and isinstance(left if is_plain(right) else right, (Items, Table)):
        return Known(sign == "!=")
    return Unknown("this comparison of objects is not followed")


def _plain_items(thing: Thing) -> tuple[Thing, ...] | None:
    if not isinstance(thing, Items) or thing.rest is not None or thing.kind == "set":
        return None
    found = tuple(i.value for i in thing.items if isinstance(i, Known) and is_plain(i.value))
    return found if len(found) == len(thing.items) else None


def _is(left: Thing, right: Thing) -> Value[Thing]:
    if any(side is None or isinstance(side, bool) for side in (left, right)) and _is_object(left) and _is_object(right):
        return Known(left is right)
    return Unknown("whether these are the same object is not followed")


def _is_object(thing: Thing) -> bool:
    """Tell whether a thing is surely what it stands as; a library's object may be None."""
    if isinstance(thing, Outside):
        return thing.name.startswith("builtins.")
    return is_plain(thing) or isinstance(thing, (Class, Function, Instance, Items, Table, Path, ByCpus, Method, ModuleObject))


def contains(item: Thing, container: Thing) -> Value[Thing]:
    """Return whether a container holds an item."""
    match container:
        case str() if isinstance(item, str):
            return Known(item in container)
        case Items(items=items, rest=rest):
            singles: list[Single[Thing]] = [s for i in items for s in alternatives(i)]
            if any(isinstance(i, Known) and i.value == item for i in items):
                return Known(True)
            if rest is None and is_plain(item) and all(isinstance(s, Known) and is_plain(s.value) and s.value != item for s in singles):
                return Known(False)
        case Table(entries=entries, rest=rest) if is_plain(item):
            if any(name == item for name, _ in entries):
                return Known(True)
            if rest is None:
                return Known(False)
    return Unknown("whether this is in it is not known")

"""Arithmetic with the host's CPU count: expressions in it, and fractions of it."""

from __future__ import annotations

from forkfit.evaluate.python.objects import CpuRatio, Thing
from forkfit.model.value import ByCpus, Known, Unknown, Value

_WHOLE = frozenset({"+", "-", "*", "//", "%"})


def wrapped(count: ByCpus | int) -> str:
    """Return the expression of a count so that it can stand in a larger one."""
    text = count.expression if isinstance(count, ByCpus) else str(count)
    return text if text.isidentifier() or text.isdigit() or _is_call(text) else f"({text})"


def count_of(thing: Thing) -> ByCpus | int | None:
    """Return a thing that is a whole number or a CPU count, None for everything else."""
    return thing if isinstance(thing, (ByCpus, int)) else None


def _is_call(text: str) -> bool:
    if not text.startswith(("max(", "min(")):
        return False
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and depth == 0:
            return index == len(text) - 1
    return False


def with_cpus(sign: str, left: Thing, right: Thing) -> Value[Thing]:
    """Compute with a CPU count; a fraction stays one until it is made whole."""
    first, second = _fraction(left), _fraction(right)
    if first is None or second is None:
        return Unknown("a CPU count is not computed with this")
    if sign in _WHOLE and isinstance(left, (ByCpus, int)) and isinstance(right, (ByCpus, int)):
        return ByCpus(f"{wrapped(left)} {sign} {wrapped(right)}")
    (top, bottom), (other_top, other_bottom) = first, second
    match sign:
        case "*":
            made = (f"{_factor(top)} * {_factor(other_top)}", bottom * other_bottom)
        case "/" if other_top.lstrip("-").isdigit() and int(other_top) > 0:
            made = (f"{_factor(top)} * {other_bottom}" if other_bottom != 1 else top, bottom * int(other_top))
        case "+" | "-":
            made = (f"{_factor(top)} * {other_bottom} {sign} {_factor(other_top)} * {bottom}", bottom * other_bottom)
        case _:
            return Unknown("a CPU count is not computed with this")
    return Known(CpuRatio(*made))


def _factor(top: str) -> str:
    return wrapped(ByCpus(top))


def _fraction(thing: Thing) -> tuple[str, int] | None:
    match thing:
        case ByCpus(expression=expression):
            return expression, 1
        case CpuRatio(top=top, bottom=bottom):
            return top, bottom
        case bool():
            return None
        case int():
            return str(thing), 1
        case float() if thing == thing and abs(thing) < 10**6:
            from fractions import Fraction  # which brings decimal; few counts are fractions of the host's

            fraction = Fraction(str(thing))
            return str(fraction.numerator), fraction.denominator
        case _:
            return None

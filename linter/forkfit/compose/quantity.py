"""Sizes, counts and durations as Compose makes them of what is written."""

from __future__ import annotations

import re

from forkfit.compose.nodes import is_date, is_known, is_null, kind, obstacle
from forkfit.compose.refusal import unset
from forkfit.model.document import Node, Scalar
from forkfit.model.memory import Memory
from forkfit.model.span import Trail
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown, Value

LARGEST = 2**63 - 1
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_DURATION_PART = r"(?P<number>[0-9]++\.?[0-9]*+|\.[0-9]++)(?P<unit>ns|us|µs|μs|ms|[smhdw])"
_NANOSECONDS = {
    "ns": 1,
    **dict.fromkeys(("us", "µs", "μs"), 10**3),
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3_600 * 10**9,
    "d": 86_400 * 10**9,
    "w": 604_800 * 10**9,
}
_SIZES_MEANT = "Write a number with b, k, m or g, such as 512m."


def size(node: Node | None, what: str, refuse: Tell) -> Value[Memory]:
    """Return a size in bytes as it stands, also 0 and negative; Absent where there is none or where Compose drops it."""
    if node is None or is_null(node):
        return Absent(f"no {what} declared", node.trail if node is not None else ())
    if not isinstance(node, Scalar):
        return Unknown(f"{what} is {kind(node)}", node.trail)
    if not is_known(node):
        return obstacle(node)
    trail = node.text.trail
    match node.value:
        case bool():
            return Absent(f"{what} is a boolean, which Compose drops", trail)
        case int() as number if abs(number) <= LARGEST:
            return Known(Memory(number), trail)
        case int() | float():
            return Absent(f"{what} is {node.raw}, a number that Compose drops without a word: it takes whole ones of up to 63 bits", trail)
        case str() if is_date(node):
            return Absent(f"{what} is a date, which Compose drops", trail)
        case str() as text:
            return _written(text, node, what, trail, refuse)
        case _:
            return Absent(f"no {what} declared", trail)


def _written(text: str, node: Scalar, what: str, trail: Trail, refuse: Tell) -> Value[Memory]:
    if _INTEGER.fullmatch(text) and abs(number := int(text)) <= LARGEST:
        return Known(Memory(number), trail)
    try:
        amount = Memory.parse(text).bytes
    except ValueError as error:
        why = f"{what}: {error}" if what else str(error)
        refuse(Trouble(Kind.SIZE, why, node.at, _SIZES_MEANT, trail=trail))
        return Unknown(unset(trail) or why, trail)
    # The reference converts past 63 bits without a look, and the sign flips.
    return Known(Memory(amount if amount <= LARGEST else -LARGEST - 1), trail)


def limit(value: Value[Memory], what: str) -> Value[Memory]:
    """Return a limit; nought and less mean that there is none."""
    if isinstance(value, Known) and value.value.bytes <= 0:
        return Absent(f"{what} is {value.value.bytes}, which means no limit", value.trail)
    return value


def is_dropped(node: Node | None) -> bool:
    """Tell whether a size is a number that Compose drops without a word: one with a point or an exponent, or past 63 bits."""
    match node:
        case Scalar(value=bool()):
            return False
        case Scalar(value=float()):
            return True
        case Scalar(value=int() as number):
            return abs(number) > LARGEST
        case _:
            return False


def whole(node: Node | None, what: str) -> Value[int]:
    """Return a whole number, also where it is written as a fraction without a rest."""
    if node is None or is_null(node):
        return Absent(f"no {what} given", node.trail if node is not None else ())
    if not isinstance(node, Scalar):
        return Unknown(f"{what} is {kind(node)}", node.trail)
    if not is_known(node):
        return obstacle(node)
    value = node.value
    if isinstance(value, int | float) and value == value and abs(value) < LARGEST and int(value) == value:
        return Known(int(value), node.text.trail)
    return Unknown(f"{what} is {node.raw!r}, no whole number", node.text.trail)


def number(node: Node | None, what: str) -> Value[float]:
    """Return a number, written as text or as a number."""
    if node is None or is_null(node):
        return Absent(f"no {what} given", node.trail if node is not None else ())
    if not isinstance(node, Scalar):
        return Unknown(f"{what} is {kind(node)}", node.trail)
    if not is_known(node):
        return obstacle(node)
    try:
        return Known(float(node.value), node.text.trail) if node.value is not None else Absent(f"no {what} given")
    except ValueError:
        return Unknown(f"{what} is {node.raw!r}, no number", node.text.trail)


def nanoseconds_of(text: str) -> int | None:
    """Return the length of a duration, numbers with units from ns to w one after the other; None where it is none."""
    sign = -1 if text[:1] == "-" else 1
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = position = 0
    one = re.compile(_DURATION_PART, re.ASCII)
    while part := one.match(rest, position):
        position = part.end()
        total += int(float(part["number"]) * _NANOSECONDS[part["unit"]])
    return sign * total if rest and position == len(rest) and total <= LARGEST else None

"""Whole numbers of a shell script: known ones, formulas in the CPU count, and what operators make of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from forkfit.model.record import Record
from forkfit.model.text import Text
from forkfit.model.value import ByCpus

LONGEST_EXPRESSION = 240  # characters of an expression in the CPU count
MOST_TOKENS = 400


ATOM, TIMES, PLUS, COMPARISON, CHOICE = 4, 3, 2, 1, 0
_STRENGTH = {"*": TIMES, "//": TIMES, "%": TIMES, "+": PLUS, "-": PLUS, "if": CHOICE}


class Formula(Record):
    """A number that the CPU count decides, as Python writes it; `level` is that of its weakest operator."""

    text: str
    level: int


class Dark(Record):
    """A number that is not known, and why."""

    why: str


Number = int | Formula | Dark


class Wrong(Exception):
    """An expression is not one."""


_TOKEN = re.compile(
    r"\s*(?:(?P<base>[0-9]+#[0-9A-Za-z]+)|(?P<hex>0[xX][0-9a-fA-F]+)|(?P<number>[0-9]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:,()]))"
)


def tokens_of(expression: Text) -> list[str | Number] | None:
    """Return the signs, names and numbers of an expression; None for what is none. What is not known is one token."""
    found: list[str | Number] = []
    for piece in expression.pieces:
        if isinstance(piece.instead, ByCpus):
            found.append(_formula(piece.instead.expression))
            continue
        if piece.instead is not None:
            found.append(Dark(f"{piece.text} is not known"))
            continue
        plain = piece.text.strip()
        index = 0
        while index < len(plain):
            token = _TOKEN.match(plain, index)
            if token is None:
                return None
            index = token.end()
            found.append(_token(token))
            if len(found) > MOST_TOKENS:
                return None
    return found


def _token(found: re.Match[str]) -> str | Number:
    if found["base"]:
        base, _, digits = found["base"].partition("#")
        try:
            return int(digits[:40], int(base[:3]))
        except ValueError:
            return Dark(f"{found['base'][:40]} is no number")
    if found["hex"]:
        return wrapped(int(found["hex"][:40], 16))
    if found["number"]:
        digits = found["number"][:40]
        if len(digits) > 1 and digits.startswith("0"):
            return int(digits, 8) if not set(digits) & set("89") else Dark(f"{digits} is no octal number")
        return wrapped(int(digits))
    return found["name"] or found["sign"]


def _formula(expression: str) -> Formula:
    """Return an expression with the level of its weakest operator outside parentheses."""
    level, depth = ATOM, 0
    for token in re.findall(r"[()]|//|[-+*%]|[<>=!]=?|\bif\b", expression):
        if token in "()":
            depth += 1 if token == "(" else -1
        elif not depth:
            level = min(level, _STRENGTH.get(token, COMPARISON))
    return Formula(expression, level)


def wrapped(value: int) -> int:
    """Keep a number within 64 bits, as the shell does."""
    return (value + 2**63) % 2**64 - 2**63


LEVELS: tuple[frozenset[str], ...] = (
    frozenset(("||",)),
    frozenset(("&&",)),
    frozenset(("|",)),
    frozenset(("^",)),
    frozenset(("&",)),
    frozenset(("==", "!=")),
    frozenset(("<", ">", "<=", ">=")),
    frozenset(("<<", ">>")),
    frozenset(("+", "-")),
    frozenset(("*", "/", "%")),
)
_COMPUTED: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a or b)),
    "&&": lambda a, b: int(bool(a and b)),
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    # C and the shell round toward zero, Python downward.
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
}
_WRITTEN = {"+": ("+", PLUS), "-": ("-", PLUS), "*": ("*", TIMES), "/": ("//", TIMES), "%": ("%", TIMES)}
_COMPARED = frozenset(("==", "!=", "<", ">", "<=", ">="))


def two(sign: str, left: Number, right: Number) -> Number:
    """Return what an operator makes of two numbers."""
    if isinstance(left, int) and isinstance(right, int):
        return wrapped(_COMPUTED[sign](left, right))
    for side in (left, right):
        if isinstance(side, Dark):
            return side
    if sign in _COMPARED:
        return short(f"{inside(left, PLUS)} {sign} {inside(right, PLUS)}", COMPARISON)
    if sign in _WRITTEN:
        shown, level = _WRITTEN[sign]
        return short(f"{inside(left, level)} {shown} {inside(right, level + 1)}", level)
    return Dark(f"{sign} on the CPU count is not worked out")


def one(sign: str, value: Number) -> Number:
    """Return what a sign before a number makes of it."""
    if isinstance(value, int):
        return wrapped({"-": -value, "+": value, "!": int(not value), "~": ~value}[sign])
    if isinstance(value, Dark) or sign == "+":
        return value
    return short(f"-{inside(value, ATOM)}", PLUS) if sign == "-" else Dark(f"{sign} on the CPU count is not worked out")


def inside(value: Number, level: int) -> str:
    """Write a number as part of a formula, in parentheses where its operators are weaker than `level`."""
    match value:
        case Formula(level=own):
            if own == COMPARISON:
                return f"(1 if {value.text} else 0)"
            return value.text if own >= level else f"({value.text})"
        case int():
            return str(value)
        case _:
            raise Wrong


def short(text: str, level: int) -> Number:
    """Return a formula, unless it is too long to be told."""
    return Formula(text, level) if len(text) <= LONGEST_EXPRESSION else Dark("the expression in the CPU count is too long")

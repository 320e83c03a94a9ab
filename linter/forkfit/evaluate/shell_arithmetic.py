"""Work out ``$(( ))``, ``let`` and ``expr``: whole numbers, and expressions in the host's CPU count."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from forkfit.evaluate.shell_states import Context, State, Unset, assign, by_cpus, is_inherited, lookup, unknown
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, joined
from forkfit.model.text import Piece, Text
from forkfit.model.value import ByCpus

LONGEST_EXPRESSION = 240  # characters of an expression in the CPU count
MOST_TOKENS = 400
DEEPEST_EXPRESSION = 40


_ATOM, _TIMES, _PLUS, _COMPARISON, _CHOICE = 4, 3, 2, 1, 0
_STRENGTH = {"*": _TIMES, "//": _TIMES, "%": _TIMES, "+": _PLUS, "-": _PLUS, "if": _CHOICE}


class Formula(Record):
    """A number that the CPU count decides, as Python writes it; `level` is that of its weakest operator."""

    text: str
    level: int


class Dark(Record):
    """A number that is not known, and why."""

    why: str


Number = int | Formula | Dark


class _Wrong(Exception):
    """The expression is not one."""


def calculate(context: Context, state: State, expression: Text, at: Span | None) -> tuple[Text, State]:
    """Return the text of the number that an expression yields, and the state after its assignments."""
    found, state = number(context, state, expression)
    here = (Step(Role.WRITTEN, at),) if at is not None else ()
    trail = joined(here, expression.trail)
    shown = f"$(({expression.plain}))"
    match found:
        case Formula():
            return by_cpus(shown, found.text, trail), state
        case Dark():
            return unknown(shown, found.why, trail), state
        case _:
            return Text((Piece(str(found), trail),)), state


def number(context: Context, state: State, expression: Text) -> tuple[Number, State]:
    """Return what an expression yields, and the state after its assignments."""
    tokens = _tokens(expression)
    if tokens is None or len(tokens) > MOST_TOKENS:
        return Dark(f"{expression.plain[:60]!r} is no arithmetic that is understood"), state
    if not tokens:
        return 0, state
    reader = _Reader(context, state, tokens)
    try:
        found = reader.sequence()
        if reader.index < len(tokens):
            raise _Wrong
    except (_Wrong, ZeroDivisionError):
        return Dark(f"{expression.plain[:60]!r} is no arithmetic that is understood"), state
    return found, reader.state


_TOKEN = re.compile(
    r"\s*(?:(?P<base>[0-9]+#[0-9A-Za-z]+)|(?P<hex>0[xX][0-9a-fA-F]+)|(?P<number>[0-9]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:,()]))"
)


def _tokens(expression: Text) -> list[str | Number] | None:
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
        return _wrapped(int(found["hex"][:40], 16))
    if found["number"]:
        digits = found["number"][:40]
        if len(digits) > 1 and digits.startswith("0"):
            return int(digits, 8) if not set(digits) & set("89") else Dark(f"{digits} is no octal number")
        return _wrapped(int(digits))
    return found["name"] or found["sign"]


def _formula(expression: str) -> Formula:
    """Return an expression with the level of its weakest operator outside parentheses."""
    level, depth = _ATOM, 0
    for token in re.findall(r"[()]|//|[-+*%]|[<>=!]=?|\bif\b", expression):
        if token in "()":
            depth += 1 if token == "(" else -1
        elif not depth:
            level = min(level, _STRENGTH.get(token, _COMPARISON))
    return Formula(expression, level)


def _wrapped(value: int) -> int:
    """Keep a number within 64 bits, as the shell does."""
    return (value + 2**63) % 2**64 - 2**63


class _Reader:
    """Reads tokens by precedence; the one place where an expression's assignments change the state."""

    def __init__(self, context: Context, state: State, tokens: list[str | Number], depth: int = 0) -> None:
        self.context, self.state, self.tokens = context, state, tokens
        self.index, self.depth = 0, depth

    def peek(self) -> str | Number | None:
        """Return the next token, None at the end."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self) -> str | Number:
        """Return the next token and go past it."""
        token = self.peek()
        if token is None:
            raise _Wrong
        self.index += 1
        return token

    def sequence(self) -> Number:
        """Read expressions divided by commas; the last one counts."""
        found = self.assignment()
        while self.peek() == ",":
            self.index += 1
            found = self.assignment()
        return found

    def assignment(self) -> Number:
        """Read an assignment or a choice."""
        name = self.peek()
        sign = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        if isinstance(name, str) and name.isidentifier() and isinstance(sign, str) and sign in _ASSIGNS:
            self.index += 2
            value = self.assignment()
            if sign != "=":
                value = _two(sign[:-1], self.named(name), value)
            self.set(name, value)
            return value
        return self.choice()

    def choice(self) -> Number:
        """Read ``condition ? this : that``."""
        condition = self.binary(0)
        if self.peek() != "?":
            return condition
        self.index += 1
        before = self.state
        this = self.assignment()
        after_this = self.state
        if self.take() != ":":
            raise _Wrong
        self.state = before
        that = self.choice()
        if isinstance(condition, int):
            if condition:
                self.state = after_this
                return this
            return that
        self.state = before
        if isinstance(condition, Dark) or isinstance(this, Dark) or isinstance(that, Dark):
            return condition if isinstance(condition, Dark) else Dark("it is one of two numbers, of which one is not known")
        test = condition.text if condition.level == _COMPARISON else f"{_inside(condition, _PLUS)} != 0"
        return _short(f"{_inside(this, _PLUS)} if {test} else {_inside(that, _PLUS)}", _CHOICE)

    def binary(self, level: int) -> Number:
        """Read operators of a level and stronger ones, from left to right."""
        if level == len(_LEVELS):
            return self.power()
        left = self.binary(level + 1)
        while isinstance(sign := self.peek(), str) and sign in _LEVELS[level]:
            self.index += 1
            left = _two(sign, left, self.binary(level + 1))
        return left

    def power(self) -> Number:
        """Read ``**``, which binds to the right."""
        base = self.unary()
        if self.peek() != "**":
            return base
        self.index += 1
        exponent = self.power()
        if isinstance(base, int) and isinstance(exponent, int):
            return _wrapped(pow(base, exponent, 2**64)) if exponent >= 0 else Dark("a negative exponent")
        return Dark("a power of what is not known")

    def unary(self) -> Number:
        """Read signs before a value, and ``++`` and ``--`` on either side of a name."""
        self.depth += 1
        if self.depth > DEEPEST_EXPRESSION:
            raise _Wrong
        try:
            return self.value(self.take())
        finally:
            self.depth -= 1

    def value(self, token: str | Number) -> Number:
        """Read what a token begins."""
        if not isinstance(token, str):
            return token
        if token in ("-", "+", "!", "~"):
            return _one(token, self.unary())
        if token in ("++", "--"):
            name = self.take()
            if not isinstance(name, str) or not name.isidentifier():
                raise _Wrong
            changed = _two(token[0], self.named(name), 1)
            self.set(name, changed)
            return changed
        if token == "(":
            found = self.sequence()
            if self.take() != ")":
                raise _Wrong
            return found
        if not token.isidentifier():
            raise _Wrong
        found = self.named(token)
        if self.peek() in ("++", "--"):
            self.set(token, _two(str(self.take())[0], found, 1))
        return found

    def named(self, name: str) -> Number:
        """Return the number that a variable holds; one that is not set counts as 0."""
        content = lookup(self.context, self.state, name)
        if isinstance(content, Unset):
            return Dark(f"{name} is set nowhere that can be read") if content.trail else 0
        if isinstance(content, tuple):
            content = content[0] if content else Text()
        tokens = _tokens(content)
        if tokens is None or self.depth > 8:
            return Dark(f"{name} is no number")
        if len(tokens) < 2:
            return tokens[0] if tokens and not isinstance(tokens[0], str) else self.named_by(tokens) if tokens else 0
        return self.named_by(tokens)

    def named_by(self, tokens: list[str | Number]) -> Number:
        """Return what an expression held by a variable yields."""
        reader = _Reader(self.context, self.state, tokens, self.depth + 1)
        found = reader.sequence()
        if reader.index < len(tokens):
            raise _Wrong
        return found

    def set(self, name: str, value: Number) -> None:
        """Assign a number to a variable."""
        match value:
            case Formula():
                text = by_cpus(f"${name}", value.text)
            case Dark():
                text = unknown(f"${name}", value.why)
            case _:
                text = Text((Piece(str(value)),))
        self.state = assign(self.state, name, text, inherited=is_inherited(self.context, name))


_ASSIGNS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="))
_LEVELS: tuple[frozenset[str], ...] = (
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
_WRITTEN = {"+": ("+", _PLUS), "-": ("-", _PLUS), "*": ("*", _TIMES), "/": ("//", _TIMES), "%": ("%", _TIMES)}
_COMPARED = frozenset(("==", "!=", "<", ">", "<=", ">="))


def _two(sign: str, left: Number, right: Number) -> Number:
    """Return what an operator makes of two numbers."""
    if isinstance(left, int) and isinstance(right, int):
        return _wrapped(_COMPUTED[sign](left, right))
    for side in (left, right):
        if isinstance(side, Dark):
            return side
    if sign in _COMPARED:
        return _short(f"{_inside(left, _PLUS)} {sign} {_inside(right, _PLUS)}", _COMPARISON)
    if sign in _WRITTEN:
        shown, level = _WRITTEN[sign]
        return _short(f"{_inside(left, level)} {shown} {_inside(right, level + 1)}", level)
    return Dark(f"{sign} on the CPU count is not worked out")


def _one(sign: str, value: Number) -> Number:
    if isinstance(value, int):
        return _wrapped({"-": -value, "+": value, "!": int(not value), "~": ~value}[sign])
    if isinstance(value, Dark) or sign == "+":
        return value
    return _short(f"-{_inside(value, _ATOM)}", _PLUS) if sign == "-" else Dark(f"{sign} on the CPU count is not worked out")


def _inside(value: Number, level: int) -> str:
    """Write a number as part of a formula, in parentheses where its operators are weaker than `level`."""
    match value:
        case Formula(level=own):
            if own == _COMPARISON:
                return f"(1 if {value.text} else 0)"
            return value.text if own >= level else f"({value.text})"
        case int():
            return str(value)
        case _:
            raise _Wrong


def _short(text: str, level: int) -> Number:
    return Formula(text, level) if len(text) <= LONGEST_EXPRESSION else Dark("the expression in the CPU count is too long")

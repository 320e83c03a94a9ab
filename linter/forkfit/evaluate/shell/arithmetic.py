"""Work out ``$(( ))``, ``let`` and ``expr``: whole numbers, and expressions in the host's CPU count."""

from __future__ import annotations

from forkfit.evaluate.shell.numbers import (
    CHOICE,
    COMPARISON,
    LEVELS,
    MOST_TOKENS,
    PLUS,
    Dark,
    Formula,
    Number,
    Wrong,
    inside,
    one,
    short,
    tokens_of,
    two,
    wrapped,
)
from forkfit.evaluate.shell.states import Context, State, Unset, by_cpus, unknown
from forkfit.evaluate.shell.variables import assign, is_inherited, lookup
from forkfit.model.span import Role, Span, Step, joined
from forkfit.model.text import Piece, Text

DEEPEST_EXPRESSION = 40


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
    tokens = tokens_of(expression)
    if tokens is None or len(tokens) > MOST_TOKENS:
        return Dark(f"{expression.plain[:60]!r} is no arithmetic that is understood"), state
    if not tokens:
        return 0, state
    reader = _Reader(context, state, tokens)
    try:
        found = reader.sequence()
        if reader.index < len(tokens):
            raise Wrong
    except (Wrong, ZeroDivisionError):
        return Dark(f"{expression.plain[:60]!r} is no arithmetic that is understood"), state
    return found, reader.state


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
            raise Wrong
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
                value = two(sign[:-1], self.named(name), value)
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
            raise Wrong
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
        test = condition.text if condition.level == COMPARISON else f"{inside(condition, PLUS)} != 0"
        return short(f"{inside(this, PLUS)} if {test} else {inside(that, PLUS)}", CHOICE)

    def binary(self, level: int) -> Number:
        """Read operators of a level and stronger ones, from left to right."""
        if level == len(LEVELS):
            return self.power()
        left = self.binary(level + 1)
        while isinstance(sign := self.peek(), str) and sign in LEVELS[level]:
            self.index += 1
            left = two(sign, left, self.binary(level + 1))
        return left

    def power(self) -> Number:
        """Read ``**``, which binds to the right."""
        base = self.unary()
        if self.peek() != "**":
            return base
        self.index += 1
        exponent = self.power()
        if isinstance(base, int) and isinstance(exponent, int):
            return wrapped(pow(base, exponent, 2**64)) if exponent >= 0 else Dark("a negative exponent")
        return Dark("a power of what is not known")

    def unary(self) -> Number:
        """Read signs before a value, and ``++`` and ``--`` on either side of a name."""
        self.depth += 1
        if self.depth > DEEPEST_EXPRESSION:
            raise Wrong
        try:
            return self.value(self.take())
        finally:
            self.depth -= 1

    def value(self, token: str | Number) -> Number:
        """Read what a token begins."""
        if not isinstance(token, str):
            return token
        if token in ("-", "+", "!", "~"):
            return one(token, self.unary())
        if token in ("++", "--"):
            name = self.take()
            if not isinstance(name, str) or not name.isidentifier():
                raise Wrong
            changed = two(token[0], self.named(name), 1)
            self.set(name, changed)
            return changed
        if token == "(":
            found = self.sequence()
            if self.take() != ")":
                raise Wrong
            return found
        if not token.isidentifier():
            raise Wrong
        found = self.named(token)
        if self.peek() in ("++", "--"):
            self.set(token, two(str(self.take())[0], found, 1))
        return found

    def named(self, name: str) -> Number:
        """Return the number that a variable holds; one that is not set counts as 0."""
        content = lookup(self.context, self.state, name)
        if isinstance(content, Unset):
            return Dark(f"{name} is set nowhere that can be read") if content.trail else 0
        if isinstance(content, tuple):
            content = content[0] if content else Text()
        tokens = tokens_of(content)
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
            raise Wrong
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

"""Answer ``[ ]``, ``test`` and ``[[ ]]``: yes, no, or not known with what each answer would say of variables."""

from __future__ import annotations

import re

from forkfit.evaluate.shell.comparisons import BETWEEN_TWO, Operand, Verdict, ask, both, compare
from forkfit.evaluate.shell.merge import essence
from forkfit.evaluate.shell.states import Context, State

Item = Operand | str  # an operator of [[ ]] is a string


def judge(context: Context, state: State, items: tuple[Item, ...], *, double: bool) -> Verdict | None:
    """Return the answer of a test; None where it is not well-formed. `double` is ``[[ ]]``."""
    reader = _Reader(context, state, items, double)
    try:
        found = reader.either()
    except _Wrong:
        return None
    return found if reader.index == len(items) else None


def key_of(items: tuple[Item, ...]) -> object:
    """Return what makes two tests the same question."""
    return tuple(item if isinstance(item, str) else essence(item.text) for item in items)


class _Wrong(Exception):
    """The test is not well-formed."""


_DEEPEST = 40


class _Reader:
    """Reads a test by precedence: or, and, not, one comparison."""

    def __init__(self, context: Context, state: State, items: tuple[Item, ...], double: bool) -> None:
        self.context, self.state, self.items, self.double = context, state, items, double
        self.index = self.depth = 0

    def sign(self, offset: int = 0) -> str:
        """Return the operator at the next place, empty where there is an operand or the end."""
        at = self.index + offset
        if at >= len(self.items):
            return ""
        item = self.items[at]
        if isinstance(item, str):
            return item
        return "" if self.double else item.text.plain

    def either(self) -> Verdict:
        """Read ``-o`` or ``||``."""
        found = self.all()
        while self.sign() == ("||" if self.double else "-o"):
            self.index += 1
            found = both(found.turned(), self.all().turned()).turned()
        return found

    def all(self) -> Verdict:
        """Read ``-a`` or ``&&``."""
        found = self.opposite()
        while self.sign() == ("&&" if self.double else "-a"):
            self.index += 1
            found = both(found, self.opposite())
        return found

    def opposite(self) -> Verdict:
        """Read ``!`` and parentheses."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Wrong
        left = len(self.items) - self.index
        if self.sign() == "!" and left > 1 and (self.double or self.sign(1) not in BETWEEN_TWO or left < 3):
            self.index += 1
            found = self.opposite().turned()
        elif self.sign() == "(" and left > 2 and (self.double or self.sign(1) not in BETWEEN_TWO):
            self.index += 1
            found = self.either()
            if self.sign() != ")":
                raise _Wrong
            self.index += 1
        else:
            found = self.one()
        self.depth -= 1
        return found

    def one(self) -> Verdict:
        """Read a comparison, a question about one word, or a word alone."""
        if self.index >= len(self.items):
            raise _Wrong
        if self.sign(1) in BETWEEN_TWO and self.index + 2 < len(self.items):
            left, sign, right = self.items[self.index], self.sign(1), self.items[self.index + 2]
            if isinstance(left, Operand) and isinstance(right, Operand):
                self.index += 3
                return compare(self.context, self.state, sign, left, right)
        first = self.items[self.index]
        if re.fullmatch(r"-[a-zA-Z]", self.sign()) and self.index + 1 < len(self.items):
            operand = self.items[self.index + 1]
            if isinstance(operand, Operand):
                sign = self.sign()
                self.index += 2
                return ask(self.context, self.state, sign, operand)
        if not isinstance(first, Operand):
            raise _Wrong
        self.index += 1
        return ask(self.context, self.state, "-n", first)

"""Replace variables as compose-go's template package does, and keep where every character comes from."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.compose.bounds import MOST_CHARACTERS, MOST_PIECES, Allowance
from forkfit.model.span import Role, Span, Step, joined, whole_file
from forkfit.model.text import Piece, Slicer, Text
from forkfit.model.trouble import Kind, Refused, Tell, Trouble
from forkfit.model.value import Unknown

Lookup = Callable[[str], Text | None]

MOST_LEVELS = 20  # of a default in a default; the reference has no bound

# Go matches [a-z] without regard to case by Unicode's simple folding, which adds the long s and the Kelvin sign.
_NAME = "[_a-zA-Z\u017f\u212a][_a-zA-Z0-9\u017f\u212a]*"
_DOLLAR = re.compile(rf"\$(?:(?P<escaped>\$)|(?P<named>{_NAME})|\{{(?P<braced>{_NAME})?)")
_OPERATOR = re.compile(r":?[-+?]")
_BRACE = re.compile(r"[{}]")
_ESCAPE = "Write $$ where a dollar sign is meant."


def names(text: Text) -> set[str]:
    """Return the names of the variables that the text mentions, also in defaults."""
    plain = text.plain
    if "$" not in plain:
        return set()
    return {name for found in _DOLLAR.finditer(plain) if (name := found["named"] or found["braced"])}


def interpolate(text: Text, lookup: Lookup, tell: Tell, *, strict: bool = False, allowance: Allowance | None = None) -> Text:
    """Return the text with its variables replaced.

    What the reference stops at is told, and what it leaves unknown stands in the text as such; a strict caller gets it
    as Refused instead. A variable without a value is told once a text and leaves an empty piece.
    """
    plain = text.plain
    if "$" not in plain:
        return text
    allowance = allowance or Allowance()
    try:
        return _Template(text, plain, lookup, tell, strict, allowance).filled(0, len(plain), 0)
    except Refused as refused:
        if strict:
            raise
        if refused.trouble.kind is not Kind.BOUND or not allowance.told:
            tell(refused.trouble)
        allowance.told |= refused.trouble.kind is Kind.BOUND
        return Text((Piece(plain, text.trail, instead=Unknown(refused.trouble.message, text.trail)),))


class _Template:
    """One text, and what its variables are looked up in."""

    def __init__(self, text: Text, plain: str, lookup: Lookup, tell: Tell, strict: bool, allowance: Allowance) -> None:
        self.plain = plain
        self.slice = Slicer(text)
        self.lookup = lookup
        self.tell = tell
        self.strict = strict
        self.allowance = allowance
        self.undefined: set[str] = set()
        self.at = text.at or whole_file("")

    def filled(self, start: int, stop: int, level: int, role: Role = Role.WRITTEN) -> Text:
        """Return the characters from start to stop with their variables replaced; the role is that of the others."""
        if level > MOST_LEVELS:
            raise self._broken(start, stop, f"defaults are nested more than {MOST_LEVELS} levels deep", "Nest less.")
        plain = self.plain
        pieces: list[Piece] = []
        position = start
        line_end = last_brace = -1
        while found := _DOLLAR.search(plain, position, stop):
            begin = found.start()
            self._spend(self._literal(position, begin, role), pieces, begin)
            position = found.end()
            if found["escaped"]:
                self._spend(self._literal(begin, begin + 1, role), pieces, begin)
            elif found["named"]:
                self._spend(self._plainly(found["named"], begin, position), pieces, begin)
            elif not found["braced"]:
                raise self._broken(begin, position, "a name must follow ${", _ESCAPE)
            elif plain.startswith("}", position, stop):
                position += 1
                self._spend(self._plainly(found["braced"], begin, position), pieces, begin)
            else:
                operator = _OPERATOR.match(plain, position, stop)
                if operator is None:
                    raise self._broken(begin, position, f"after ${{{found['braced']} only }} or one of :- - :+ + :? ? may follow", _ESCAPE)
                if line_end < position:
                    newline = plain.find("\n", position, stop)
                    line_end = stop if newline == -1 else newline
                    last_brace = plain.rfind("}", position, line_end)
                if last_brace < operator.end():
                    raise self._broken(begin, position, f"${{{found['braced']} is not closed on its line", "Write the closing }.")
                end = self._closing(begin, last_brace)
                self._spend(self._chosen(found["braced"], operator[0], begin, operator.end(), end, level), pieces, begin)
                position = end + 1
        pieces += self._literal(position, stop, role)
        return Text(tuple(pieces))

    def _spend(self, made: tuple[Piece, ...], pieces: list[Piece], begin: int) -> None:
        """Add what was made to the pieces, as long as the project may have more."""
        if not self.allowance.allows(len(made), sum(len(piece.text) for piece in made)):
            why = f"the variables of this project make more than {MOST_PIECES} pieces or {MOST_CHARACTERS} characters of text"
            raise Refused(Trouble(Kind.BOUND, why, self._place(begin, begin + 1), "Use variables less."))
        pieces += made

    def _literal(self, start: int, stop: int, role: Role) -> tuple[Piece, ...]:
        if start >= stop:
            return ()
        pieces = self.slice(start, stop).pieces
        if role is Role.WRITTEN:
            return pieces
        return tuple(p.replace(trail=(Step(role, p.trail[0].at), *p.trail[1:])) if p.trail else p for p in pieces)

    def _closing(self, begin: int, last: int) -> int:
        """Return the index of the brace that closes; the last one of the line where the count does not come out.

        The character right after an opening brace is not looked at: so does the reference, and ``{}`` counts as open.
        """
        depth = 0
        after = begin
        for brace in _BRACE.finditer(self.plain, begin, last + 1):
            if brace.start() < after:
                continue
            if brace[0] == "{":
                depth += 1
                after = brace.end() + 1
            else:
                depth -= 1
                if depth == 0:
                    return brace.start()
        return last

    def _place(self, start: int, stop: int) -> Span:
        return self.slice(start, stop).at or self.at

    def _plainly(self, name: str, begin: int, end: int) -> tuple[Piece, ...]:
        """Return the value of ``$NAME`` or ``${NAME}``."""
        at = self._place(begin, end)
        value = self.lookup(name)
        if value is not None:
            return _used(value, at)
        if name not in self.undefined:
            self.undefined.add(name)
            cure = f"Set {name} in .env, or write ${{{name}:-default}}."
            self.tell(Trouble(Kind.UNDEFINED_VARIABLE, f"{name} is not set, so nothing stands in its place", at, cure))
        return (Piece("", (Step(Role.USED, at, f"{name} is not set"),)),)

    def _chosen(self, name: str, operator: str, begin: int, middle: int, end: int, level: int) -> tuple[Piece, ...]:
        """Return what ``${NAME<operator>...}`` stands for; what stands after the operator is read only where it is used."""
        at = self._place(begin, end + 1)
        value = self.lookup(name)
        present = value is not None and (bool(value) or ":" not in operator)
        if operator[-1] == "+":
            if not present:
                return (Piece("", (Step(Role.USED, at),)),)
            return _used(self.filled(middle, end, level + 1), at)
        if value is not None and present:
            return _used(value, at)
        if operator[-1] == "-":
            default = self._place(middle, end) if middle < end else at
            made = self.filled(middle, end, level + 1, Role.FALLBACK).pieces or (Piece("", (Step(Role.FALLBACK, default),)),)
            return tuple(
                p if p.trail and p.trail[0].role is Role.FALLBACK else p.replace(trail=joined(p.trail, (Step(Role.FALLBACK, default),)))
                for p in made
            )
        self.filled(middle, end, level + 1)  # the message is a template too, and may be a broken one
        message = f"{name} must be set{' and not empty' if ':' in operator else ''}"
        if middle < end:
            message += f": {self.plain[middle:end]}"
        trouble = Trouble(Kind.REQUIRED_VARIABLE, message, at, f"Set {name} in .env.")
        if self.strict:
            raise Refused(trouble)
        self.tell(trouble)
        step = Step(Role.USED, at)
        return (Piece(self.plain[begin : end + 1], (step,), instead=Unknown(message, (step,))),)

    def _broken(self, start: int, stop: int, why: str, cure: str) -> Refused:
        return Refused(Trouble(Kind.INTERPOLATION, why, self._place(start, stop), cure))


def _used(value: Text, at: Span) -> tuple[Piece, ...]:
    """Return the pieces of a value with the place of its use; an empty one keeps its trail too."""
    step = Step(Role.USED, at)
    return tuple(Piece(p.text, (*p.trail, step), p.exact, p.instead) for p in value.pieces) or (Piece("", (step,)),)

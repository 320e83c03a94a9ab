"""Compare the words of a test: yes, no, or not known with what each answer would say of variables."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.evaluate.shell.arithmetic import number
from forkfit.evaluate.shell.expressions import matches_expression
from forkfit.evaluate.shell.parameters import content_named
from forkfit.evaluate.shell.patterns import Pattern, fits, literal
from forkfit.evaluate.shell.states import Context, State, Unset, is_solid, unknown
from forkfit.model.record import Record
from forkfit.model.text import Piece, Text
from forkfit.model.value import Bounded, ByCpus, Known, Single
from forkfit.syntax.shell_nodes import Parameter

Supposed = tuple[tuple[str, Text | Unset], ...]


class Operand(Record):
    """A word of a test: its text, the parameter that it is made of alone, and the pattern it means on the right of ``==``."""

    text: Text
    origin: Parameter | None = None
    wanted: Pattern | None = None


class Verdict(Record):
    """An answer; where it is not known, what each answer says of variables."""

    truth: bool | None
    holds: Supposed = ()
    fails: Supposed = ()

    def turned(self) -> Verdict:
        """Return the opposite answer."""
        return Verdict(None if self.truth is None else not self.truth, self.fails, self.holds)


YES, NO, OPEN = Verdict(True), Verdict(False), Verdict(None)


BETWEEN_TWO = frozenset(("=", "==", "!=", "<", ">", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"))


def both(left: Verdict, right: Verdict) -> Verdict:
    """Return whether both hold; what each says of variables counts only where the answer says it of both."""
    if left.truth is False or right.truth is False:
        return NO
    if left.truth and right.truth:
        return YES
    if left.truth:
        return right
    if right.truth:
        return left
    return Verdict(None, left.holds + right.holds)


def ask(context: Context, state: State, sign: str, operand: Operand) -> Verdict:
    """Return the answer to a question about one word."""
    text = operand.text
    if sign in ("-n", "-z"):
        found = _filled(state, operand)
        return found if sign == "-n" else found.turned()
    if sign == "-v":
        content = content_named(context, state, text.plain) if text.is_known else unknown("", "")
        if isinstance(content, Unset):
            return OPEN if content.trail else NO
        return YES if text.is_known else OPEN
    if sign in _FILE_TESTS and text.is_known:
        seen = context.frame.sees(text.plain, state.working_dir, sign[1])
        return OPEN if seen is None else Verdict(seen)
    return OPEN


_FILE_TESTS = frozenset(("-e", "-f", "-d", "-r", "-x", "-s", "-w", "-L", "-h", "-a"))


def _filled(state: State, operand: Operand) -> Verdict:
    """Return whether a word has any character."""
    text = operand.text
    if any((p.instead is None and p.text) or isinstance(p.instead, ByCpus) for p in text.pieces):
        return YES if is_solid(text) or not text.is_known else _open_default(operand, YES)
    if is_solid(text):
        return NO
    origin = operand.origin
    if origin is not None and isinstance(state.supposed.get(origin.name), Text):
        return YES
    return _by_alternatives(operand, lambda plain: bool(plain)) or _open_default(operand, OPEN)


def _open_default(operand: Operand, otherwise: Verdict) -> Verdict:
    """Return what the answer says of a variable that something unseen may set."""
    origin, text = operand.origin, operand.text
    if origin is None or origin.operator in (":=", "="):
        return otherwise
    if origin.operator not in ("", ":-", "-"):
        return OPEN
    if any(piece.text for piece in text.pieces if piece.instead is None):
        return otherwise  # the default itself has characters
    given = text if not text.is_known else unknown(f"${origin.name}", "it is set, but nowhere that can be read", text.trail)
    return Verdict(None, ((origin.name, given),), ((origin.name, Unset()),))


def _by_alternatives(operand: Operand, holds: Callable[[str], bool | None]) -> Verdict | None:
    """Ask each alternative of a word that is one of several; None where it is no such word."""
    pieces = operand.text.pieces
    if len(pieces) != 1 or not isinstance(pieces[0].instead, Bounded):
        return None
    good: list[Single[str]] = []
    bad: list[Single[str]] = []
    for single in pieces[0].instead.alternatives:
        answer = holds(single.value) if isinstance(single, Known) else None
        if answer is not False:
            good.append(single)
        if answer is not True:
            bad.append(single)
    if not bad or not good:
        return NO if bad else YES
    if operand.origin is None or operand.origin.operator:
        return OPEN
    name = operand.origin.name
    return Verdict(None, ((name, _of(pieces[0], tuple(good))),), ((name, _of(pieces[0], tuple(bad))),))


def _of(piece: Piece, singles: tuple[Single[str], ...]) -> Text:
    """Return the text that is one of fewer alternatives."""
    if len(singles) == 1:
        only = singles[0]
        if isinstance(only, Known):
            return Text((Piece(only.value, piece.trail + only.trail),))
        return Text((piece.replace(instead=only),))
    return Text((piece.replace(instead=Bounded(singles)),))


_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def compare(context: Context, state: State, sign: str, left: Operand, right: Operand) -> Verdict:
    """Return the answer of a comparison of two words."""
    if sign in _NUMBERS:
        return _compared_numbers(context, state, sign, left, right)
    if sign in ("=", "=="):
        return _equal(left, right)
    if sign == "!=":
        return _equal(left, right).turned()
    if sign == "=~":
        return _regular(left, right)
    if sign in ("<", ">") and is_solid(left.text) and is_solid(right.text):
        less = left.text.plain < right.text.plain
        return Verdict(less if sign == "<" else left.text.plain > right.text.plain)
    return OPEN


def _equal(left: Operand, right: Operand) -> Verdict:
    """Compare texts; with a pattern on the right where there is one."""
    if right.wanted is None:
        if not right.text.is_known:
            if left.text.is_known and right.text.pieces and left.wanted is None and right.origin is not None:
                return _equal(right, left.replace(wanted=tuple(left.text.plain), origin=None))
            return OPEN
        wanted: Pattern = tuple(right.text.plain)
    else:
        wanted = right.wanted
    if is_solid(left.text) and is_solid(right.text):
        return Verdict(fits(wanted, left.text.plain))
    found = _by_alternatives(left, lambda plain: fits(wanted, plain))
    if found is not None:
        return found
    if _never(left.text, wanted):
        return NO
    return Verdict(None, supposing(left, wanted, right.text))


def supposing(left: Operand, wanted: Pattern, text: Text) -> Supposed:
    """Return what it says of a variable that it fits a pattern of plain characters."""
    only = literal(wanted)
    origin = left.origin
    if only is None or origin is None or origin.operator not in ("", ":-", "-"):
        return ()
    if origin.operator and left.text.is_known and left.text.plain == only:
        return ()  # then it may as well be the default
    if not only:
        return ((origin.name, Unset()),)
    return ((origin.name, text if text.is_known and text.plain == only else Text((Piece(only, text.trail),))),)


def _never(text: Text, wanted: Pattern) -> bool:
    """Tell whether a text that is known in part cannot fit a pattern of plain characters."""
    only = literal(wanted)
    if only is None or text.is_known or not text.pieces:
        return False
    first, last = text.pieces[0], text.pieces[-1]
    if first.instead is None and not only.startswith(first.text):
        return True
    if last.instead is None and not only.endswith(last.text):
        return True
    return len(text.pieces) == 1 and isinstance(first.instead, ByCpus) and not only.isdigit()


def _compared_numbers(context: Context, state: State, sign: str, left: Operand, right: Operand) -> Verdict:
    first, _ = number(context, state, left.text)
    second, _ = number(context, state, right.text)
    if isinstance(first, int) and isinstance(second, int):
        if is_solid(left.text) and is_solid(right.text):
            return Verdict(_NUMBERS[sign](first, second))
        return OPEN
    if isinstance(second, int):
        limit = second
        found = _by_alternatives(left, lambda plain: _NUMBERS[sign](int(plain), limit) if re.fullmatch(r"-?[0-9]{1,18}", plain) else None)
        if found is not None:
            return found
        if sign == "-eq" and left.origin is not None and not left.origin.operator and not isinstance(first, int):
            return Verdict(None, ((left.origin.name, right.text),))
    return OPEN


def _regular(left: Operand, right: Operand) -> Verdict:
    """Match a simple extended expression."""
    if not (is_solid(left.text) and is_solid(right.text)):
        return OPEN
    found = matches_expression(right.text.plain, left.text.plain)
    return OPEN if found is None else Verdict(found)

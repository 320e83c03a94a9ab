"""Patterns of ``case``, ``[[ ]]`` and ``${x#pattern}``: matched without backtracking, in text length times pattern length."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.record import Record

MOST_WORK = 2_000_000  # characters times characters for one replacement


class Wild(Record):
    """One character of any kind, or any number of them."""

    many: bool


class Choice(Record):
    """One character of a set: single ones, ranges, or the complement."""

    singles: str
    ranges: tuple[tuple[str, str], ...]
    negated: bool

    def takes(self, letter: str) -> bool:
        """Tell whether the set has the character."""
        found = letter in self.singles or any(low <= letter <= high for low, high in self.ranges)
        return found is not self.negated


Token = str | Wild | Choice
Pattern = tuple[Token, ...]

ANYTHING: Pattern = (Wild(True),)

_CLASSES = {
    "alpha": (("a", "z"), ("A", "Z")),
    "digit": (("0", "9"),),
    "alnum": (("a", "z"), ("A", "Z"), ("0", "9")),
    "upper": (("A", "Z"),),
    "lower": (("a", "z"),),
    "space": ((" ", " "), ("\t", "\r")),
    "blank": ((" ", " "), ("\t", "\t")),
    "xdigit": (("0", "9"), ("a", "f"), ("A", "F")),
}


def pattern(runs: Iterable[tuple[str, bool]]) -> Pattern | None:
    """Return the pattern of runs of characters, each quoted or not; None for extended patterns, which are not read."""
    marked = [(letter, quoted) for run, quoted in runs for letter in run]
    tokens: list[Token] = []
    index = 0
    while index < len(marked):
        letter, quoted = marked[index]
        if quoted:
            tokens.append(letter)
        elif letter in "?*+@!" and index + 1 < len(marked) and marked[index + 1] == ("(", False):
            return None
        elif letter == "*":
            if not (tokens and tokens[-1] == Wild(True)):
                tokens.append(Wild(True))
        elif letter == "?":
            tokens.append(Wild(False))
        elif letter == "[" and (found := _choice(marked, index)) is not None:
            choice, index = found
            tokens.append(choice)
            continue
        else:
            tokens.append(letter)
        index += 1
    return tuple(tokens)


def _choice(marked: list[tuple[str, bool]], index: int) -> tuple[Choice, int] | None:
    """Read ``[...]`` and return where it ends; None where no bracket closes it."""
    letters = "".join(letter for letter, _ in marked[index : index + 200])
    position = 1
    negated = letters[1:2] in ("!", "^")
    position += negated
    singles: list[str] = []
    ranges: list[tuple[str, str]] = []
    first = True
    while position < len(letters):
        letter = letters[position]
        if letter == "]" and not first:
            return Choice("".join(singles), tuple(ranges), negated), index + position + 1
        first = False
        if letters.startswith("[:", position) and (close := letters.find(":]", position)) != -1:
            ranges.extend(_CLASSES.get(letters[position + 2 : close], ()))
            position = close + 2
        elif letters[position + 1 : position + 2] == "-" and letters[position + 2 : position + 3] not in ("]", ""):
            ranges.append((letter, letters[position + 2]))
            position += 3
        else:
            singles.append(letter)
            position += 1
    return None


def literal(wanted: Pattern) -> str | None:
    """Return the only text that a pattern fits, None where it fits several."""
    return "".join(t for t in wanted if isinstance(t, str)) if all(isinstance(t, str) for t in wanted) else None


def fits(wanted: Pattern, text: str) -> bool:
    """Tell whether a pattern fits the whole text."""
    return len(text) in ends(wanted, text, 0)


def ends(wanted: Pattern, text: str, start: int) -> list[int]:
    """Return the offsets at which a match that begins at `start` may end, in order."""
    final = len(wanted)
    active = _closed({0}, wanted)
    found: list[int] = [start] if final in active else []
    for index in range(start, len(text)):
        letter = text[index]
        following: set[int] = set()
        for position in active:
            if position == final:
                continue
            token = wanted[position]
            if isinstance(token, Wild):
                following.add(position if token.many else position + 1)
            elif token.takes(letter) if isinstance(token, Choice) else token == letter:
                following.add(position + 1)
        if not following:
            break
        active = _closed(following, wanted)
        if final in active:
            found.append(index + 1)
    return found


def _closed(positions: set[int], wanted: Pattern) -> set[int]:
    """Add what a star reaches without taking a character."""
    reached = set(positions)
    for position in positions:
        while position < len(wanted) and (token := wanted[position]) and isinstance(token, Wild) and token.many:
            position += 1
            reached.add(position)
    return reached


def prefix(wanted: Pattern, text: str, *, longest: bool) -> int:
    """Return how many characters at the start a pattern fits, 0 where it fits none."""
    found = ends(wanted, text, 0)
    return (found[-1] if longest else found[0]) if found else 0


def suffix(wanted: Pattern, text: str, *, longest: bool) -> int:
    """Return the offset from which on a pattern fits the end, the length of the text where it fits none."""
    turned = tuple(reversed(wanted))
    found = ends(turned, text[::-1], 0)
    return len(text) - ((found[-1] if longest else found[0]) if found else 0)


def matches(wanted: Pattern, text: str, *, every: bool) -> list[tuple[int, int]] | None:
    """Return where a pattern fits, the longest at each place; None where looking would take too long."""
    if len(text) ** 2 * max(len(wanted), 1) > MOST_WORK:
        return None
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(text):
        stops = ends(wanted, text, index)
        if stops and stops[-1] > index:
            found.append((index, stops[-1]))
            index = stops[-1]
            if not every:
                break
        else:
            index += 1
    return found

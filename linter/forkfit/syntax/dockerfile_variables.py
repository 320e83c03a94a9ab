"""Variables, quotes and escapes in one word of a Dockerfile, replaced as BuildKit replaces them."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value, alternatives, either

Lookup = Callable[[str], Value[Text]]

DEEPEST = 16  # substitutions inside each other
LONGEST = 24 * 1024  # characters that variables may add to one word; a piece of a value counts as 64, each step of its trail as 16
MOST_MATCHING = 1_000_000  # characters of a value times characters of a pattern

_NAME = re.compile(r"[^\W\d]\w*|\d+|[@*#?\-$!]")
_PLAIN = re.compile(r"[^\\`'\"$}/]+")


def substitute(text: Text, lookup: Lookup, escape: str = "\\", *, quotes: bool = True) -> Text:
    """Return the word without quotes and escapes, its variables replaced; what is not known stays a piece with its reason.

    Without `quotes` they stand for themselves, as in a here-document of COPY.
    """
    plain = text.plain
    if not any(letter in plain for letter in f"$'\"{escape}"):
        return text
    return _Reading(text, lookup, escape, quotes).until("", raw=False)


class _Reading:
    """A position in a word."""

    __slots__ = ("added", "depth", "escape", "is_closed", "lookup", "plain", "position", "quotes", "text")

    def __init__(self, text: Text, lookup: Lookup, escape: str, quotes: bool) -> None:
        self.text = text
        self.plain = text.plain
        self.lookup = lookup
        self.escape = escape
        self.quotes = quotes
        self.position = 0
        self.depth = 0
        self.added = 0
        self.is_closed = True

    def until(self, stop: str, *, raw: bool) -> Text:
        """Read up to the stop character, or to the end; `raw` keeps escapes, as patterns need them."""
        plain = self.plain
        found: list[tuple[int, int] | Text] = []
        while self.position < len(plain):
            letter = plain[self.position]
            if stop and letter == stop:
                self.position += 1
                return self._assembled(found)
            if letter == "$":
                found.append(self._dollar())
            elif letter == "'" and self.quotes:
                end = plain.find("'", self.position + 1)
                end = end if end != -1 else len(plain)
                found.append((self.position + 1, end))
                self.position = end + 1
            elif letter == '"' and self.quotes:
                self.position += 1
                self._double_quoted(found)
            elif letter == self.escape:
                if raw:
                    found.append((self.position, self.position + 1))
                found.append((self.position + 1, min(self.position + 2, len(plain))))
                self.position += 2
            else:
                run = _PLAIN.match(plain, self.position)
                end = run.end() if run else self.position + 1
                found.append((self.position, end))
                self.position = end
        self.is_closed = self.is_closed and not stop
        return self._assembled(found)

    def _double_quoted(self, found: list[tuple[int, int] | Text]) -> None:
        plain = self.plain
        while self.position < len(plain):
            letter = plain[self.position]
            if letter == '"':
                self.position += 1
                return
            if letter == "$":
                found.append(self._dollar())
                continue
            if letter == self.escape:
                follows = plain[self.position + 1 : self.position + 2]
                if not follows:
                    self.position += 1
                    continue
                if follows in ('"', "$", self.escape):
                    self.position += 1
            run = _PLAIN.match(plain, self.position)
            end = run.end() if run else self.position + 1
            found.append((self.position, end))
            self.position = end

    def _assembled(self, found: list[tuple[int, int] | Text]) -> Text:
        """Return what was read; the literal runs ascend, so that they are cut in one pass."""
        cuts = iter(self.text.parts(part for part in found if isinstance(part, tuple)))
        return join(part if isinstance(part, Text) else next(cuts) for part in found)

    def _dollar(self) -> Text:
        """Read ``$name`` or ``${name...}`` at the position."""
        start = self.position
        if not self.plain.startswith("{", start + 1):
            name = _NAME.match(self.plain, start + 1)
            self.position = name.end() if name else start + 1
            if name is None:
                return self.text[start : start + 1]
            return self._value(name.group(), self.lookup(name.group()), start)
        self.depth += 1
        if self.depth > DEEPEST:
            self.position = len(self.plain)
            return self._unknown("its substitutions are nested too deeply", start)
        replaced = self._braced(start)
        self.depth -= 1
        return replaced if self.is_closed else self._unknown("Docker refuses a substitution that does not end", start)

    def _braced(self, start: int) -> Text:
        name = _NAME.match(self.plain, start + 2)
        if name is None:
            self.position = len(self.plain)
            return self._unknown("Docker refuses this substitution", start)
        value = self.lookup(name.group())
        end = name.end()
        operator = self.plain[end : end + 2] if self.plain.startswith(":", end) else self.plain[end : end + 1]
        self.position = end + len(operator)
        match operator:
            case "}":
                return self._value(name.group(), value, start)
            case ":-" | "-" | ":+" | "+" | ":?" | "?":
                other = self.until("}", raw=False)
                return self._conditional(name.group(), value, operator, other, start)
            case "#" | "%":
                pattern = self.until("}", raw=True).value
                return self._trimmed(name.group(), value, operator, pattern, start)
            case "/":
                every = self.plain.startswith("/", self.position)
                self.position += every
                pattern, replacement = self.until("/", raw=True).value, self.until("}", raw=True).value
                return self._exchanged(name.group(), value, pattern, replacement, every, start)
            case _:
                self.position = len(self.plain)
                return self._unknown("Docker refuses this substitution", start)

    def _at(self, start: int) -> Span | None:
        return self.text[start : self.position].at

    def _used(self, name: str, start: int) -> Trail:
        return (Step(Role.USED, self._at(start), f"{name} is used here"),)

    def _unknown(self, why: str, start: int) -> Text:
        written = self.text[start : self.position]
        trail = (Step(Role.WRITTEN, written.at),) if written.at else ()
        return Text((Piece(written.plain, trail, instead=Unknown(why)),))

    def _value(self, name: str, value: Value[Text], start: int) -> Text:
        """Return a variable's text in the place where it is used; nothing where it is not set."""
        match value:
            case Known():
                self.added += len(value.value) + sum(64 + 16 * len(piece.trail) for piece in value.value.pieces)
                if self.added > LONGEST:
                    return self._unknown(f"{name} makes this too long", start)
                return value.value.because(*value.trail, *self._used(name, start))
            case Absent():
                return Text()
            case _:
                return self._open(value, start)

    def _open(self, value: Bounded[Text] | ByCpus | Unknown, start: int) -> Text:
        """Return a piece that stands for a value of which not everything is known."""
        written = self.text[start : self.position]
        trail = (Step(Role.WRITTEN, written.at),) if written.at else ()
        instead = either([_as_string(single) for single in alternatives(value)], value.trail)
        if isinstance(instead, Known | Absent):
            return Text((Piece(instead.value if isinstance(instead, Known) else "", trail),))
        return Text((Piece(written.plain, trail, instead=instead),))

    def _conditional(self, name: str, value: Value[Text], operator: str, other: Text, start: int) -> Text:
        """Choose between a variable and the word after the operator; with a colon an empty value counts as none."""
        counts_empty = operator[0] == ":"
        chosen = [self._choice(name, single, operator[-1], counts_empty, other, start) for single in alternatives(value)]
        if len(chosen) == 1:
            return chosen[0]
        return self._open(Bounded(tuple(Known(text, text.trail) for text in chosen)), start)

    def _choice(self, name: str, value: Value[Text], operator: str, counts_empty: bool, other: Text, start: int) -> Text:
        if not isinstance(value, Known | Absent):
            return self._value(name, value, start)
        is_set = isinstance(value, Known) and not (counts_empty and not value.value)
        if operator == "+":
            return other if is_set else Text()
        if is_set:
            return self._value(name, value, start)
        if operator == "?":
            return self._unknown(f"the build stops where {name} is not set", start)
        return other.because(Step(Role.FALLBACK, self._at(start), f"{name} is not set"))

    def _trimmed(self, name: str, value: Value[Text], operator: str, pattern: Value[str], start: int) -> Text:
        """Cut the shortest or longest beginning (``#``, ``##``) or end (``%``, ``%%``) that matches a pattern."""
        replaced = self._value(name, value, start)
        if not isinstance(pattern, Known) or not replaced.is_known:
            return self._unknown(f"{name} or the pattern cut from it is not known", start)
        longest = pattern.value.startswith(operator)
        tokens = _tokens(pattern.value[longest:])
        subject = replaced.plain
        if len(subject) * len(tokens) > MOST_MATCHING:
            return self._unknown(f"{name} is too long to cut", start)
        if operator == "#":
            length = _matched(tokens, subject, longest)
            return replaced[length:] if length else replaced
        length = _matched(tokens[::-1], subject[::-1], longest)
        return replaced[: len(subject) - length] if length else replaced

    def _exchanged(self, name: str, value: Value[Text], pattern: Value[str], replacement: Value[str], every: bool, start: int) -> Text:
        replaced = self._value(name, value, start)
        if not (isinstance(pattern, Known) and isinstance(replacement, Known) and replaced.is_known):
            return self._unknown(f"{name} or what is replaced in it is not known", start)
        tokens = _tokens(pattern.value)
        if not tokens or None in tokens or "" in tokens:
            return self._unknown(f"the pattern {pattern.value!r} is not followed", start)
        wanted = "".join(token for token in tokens if token)
        changed = replaced.plain.replace(wanted, replacement.value, -1 if every else 1)
        trail = replaced.trail
        return Text((Piece(changed, trail),))


def _as_string(single: Value[Text]) -> Value[str]:
    return single.value.value.because(*single.trail) if isinstance(single, Known) else single  # type: ignore[return-value]


def _tokens(pattern: str) -> tuple[str | None, ...]:
    """Return a shell pattern as its characters: None for ``*``, the empty string for ``?``."""
    found: list[str | None] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            found.append(next(letters, "\\"))
        elif letter == "*":
            if not found or found[-1] is not None:
                found.append(None)
        else:
            found.append("" if letter == "?" else letter)
    return tuple(found)


def _matched(tokens: tuple[str | None, ...], subject: str, longest: bool) -> int:
    """Return how many characters at the beginning match, 0 where none do; the work is the product of both lengths."""
    states = _closed({0}, tokens)
    length = 0
    for index in range(len(subject) + 1):
        if len(tokens) in states:
            length = index
            if not longest:
                return length
        if index == len(subject):
            break
        letter = subject[index]
        states = _closed({s if tokens[s] is None else s + 1 for s in states if s < len(tokens) and tokens[s] in (None, "", letter)}, tokens)
        if not states:
            break
    return length


def _closed(states: set[int], tokens: tuple[str | None, ...]) -> set[int]:
    """Add the states behind each ``*``, which may match nothing."""
    return states | {s + 1 for s in states if s < len(tokens) and tokens[s] is None}

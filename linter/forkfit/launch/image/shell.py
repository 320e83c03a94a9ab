"""Take the shell text of a RUN apart into simple commands; what only some runs execute is marked, not followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.text import Piece, Slicer, Text, join
from forkfit.model.value import Unknown, Value
from forkfit.syntax.dockerfile_variables import Lookup, substitute
from forkfit.syntax.shell_nodes import Literal, Parameter, Part, Word
from forkfit.syntax.shell_words import read_whole, read_word

LONGEST = 64 * 1024  # characters; BuildKit takes no longer line either
MOST_COMMANDS = 500

_BLANKS = re.compile(r"(?:[ \t\r]|\\\n)+")
_SEPARATOR = re.compile(r"&&|\|\||;;|[;\n|&()]")
_REDIRECTION = re.compile(r"(?P<fd>\d*)(?P<operator><<<|<<-?|<>|<&|>>|>\||>&|<|>)|(?P<both>&>>?)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_OPEN = frozenset({"if", "while", "until", "for", "case", "select"})
_CLOSE = frozenset({"fi", "done", "esac"})
_PASSED = frozenset({"then", "do", "else", "elif", "!", "time"})
_TESTS = frozenset({"[", "[[", "test", "grep", "command", "which", "type"})
_DECIDED = "a command decides it when the image is built"


class Simple(Record):
    """One simple command, or the bracket of a group.

    `words` are expanded as far as known. `into` is the file that takes what it prints, `appends` whether at its end;
    `piped` whether it reads what the command before it prints; `document` is the here-document that it reads.
    `conditional` commands run in some builds only.
    """

    words: Words
    into: Text | None = None
    appends: bool = False
    piped: bool = False
    document: Text | None = None
    conditional: bool = False
    bracket: str = ""


def commands(text: Text, lookup: Lookup, documents: tuple[tuple[Text, bool], ...] = ()) -> tuple[Simple, ...]:
    """Return the simple commands in their order; at most 500, and none of a text longer than 64 KiB.

    `documents` are here-documents whose lines stand behind the text, each with whether variables in it are replaced.
    """
    if len(text) > LONGEST:
        return ()
    return tuple(islice(_Reader(text, lookup, documents).read(), MOST_COMMANDS))


class _Reader:
    """A position in the text, and the command that is being read."""

    def __init__(self, text: Text, lookup: Lookup, documents: tuple[tuple[Text, bool], ...]) -> None:
        self.plain = text.plain
        self.cut = Slicer(text)
        self.lookup = lookup
        self.documents = list(documents)
        self.assigned: set[str] = set()
        self.depth = 0  # conditions and loops around the position
        self.chain = False  # whether a test or || decides if the next command runs
        self.opened: tuple[str, bool, bool] | None = None  # a here-document whose lines begin after this one
        self._clear(piped=False)

    def _clear(self, *, piped: bool) -> None:
        self.words: list[Text] = []
        self.into: Text | None = None
        self.document: Text | None = None
        self.appends = False
        self.bracket = ""
        self.piped = piped

    def read(self) -> Iterator[Simple]:
        plain, index = self.plain, 0
        while index < len(plain):
            blanks = _BLANKS.match(plain, index)
            if blanks:
                index = blanks.end()
                continue
            if plain[index] == "#":
                end = plain.find("\n", index)
                index = end if end != -1 else len(plain)
                continue
            redirection = _REDIRECTION.match(plain, index)
            if redirection and not plain.startswith(("<(", ">("), index):
                index = self._redirect(redirection)
                continue
            separator = _SEPARATOR.match(plain, index)
            if separator:
                index = separator.end()
                if separator.group() == "\n" and self.opened is not None:
                    index = self._take_document(index)
                yield from self._separate(separator.group())
                continue
            word = read_word(plain, index, len(plain))
            yield from self._word(word)
            index = max(word.end, index + 1)
        yield from self._flush(piped=False)

    def _separate(self, separator: str) -> Iterator[Simple]:
        if separator in ("(", ")"):
            yield from self._flush(piped=False)
            if separator == "(":
                yield Simple((), bracket="(")
            elif not self.depth:  # inside a condition it ends a pattern of `case`
                self.bracket = ")"
            return
        name = self.words[0].plain if self.words else ""
        yield from self._flush(piped=separator == "|")
        if separator == "||" or (separator == "&&" and name in _TESTS):
            self.chain = True
        elif separator in (";", ";;", "\n", "&"):
            self.chain = False

    def _flush(self, *, piped: bool) -> Iterator[Simple]:
        if self.words or self.bracket or self.into is not None:
            conditional = self.chain or self.depth > 0
            yield Simple(tuple(self.words), self.into, self.appends, self.piped, self.document, conditional, self.bracket)
        self._clear(piped=piped)

    def _word(self, word: Word) -> Iterator[Simple]:
        written = self.plain[word.start : word.end]
        if not self.words:
            if written in _OPEN or written in _CLOSE:
                yield from self._flush(piped=False)
                self.depth = max(self.depth + (1 if written in _OPEN else -1), 0)
                return
            if written in _PASSED:
                return
            if written in ("{", "}"):
                yield from self._flush(piped=False)
                if written == "{":
                    yield Simple((), bracket="{")
                else:
                    self.bracket = "}"
                return
            assignment = _ASSIGNMENT.match(written)
            if assignment:
                self.assigned.add(assignment.group().rstrip("+="))
                return
        self.words.extend(self._expanded(word))

    def _redirect(self, found: re.Match[str]) -> int:
        """Take in a redirection and return where it ends."""
        blanks = _BLANKS.match(self.plain, found.end())
        word = read_word(self.plain, blanks.end() if blanks else found.end(), len(self.plain))
        operator = found.group("operator") or found.group("both")
        written = self.plain[word.start : word.end]
        if operator in ("<<", "<<-"):
            expands = not any(quote in written for quote in "'\"\\")
            if self.documents:
                self._document(*self.documents.pop(0))
            else:
                self.opened = (re.sub(r"['\"\\]", "", written), expands, operator == "<<-")
        elif operator in (">", ">>", ">|", "&>", "&>>") and found.group("fd") in ("", "1", None):
            into = self._expanded(word)
            self.into, self.appends = into[0] if into else Text(), ">>" in operator
        return max(word.end, found.end())

    def _document(self, text: Text, expands: bool) -> None:
        self.document = expanded_document(text, self._lookup) if expands else text

    def _take_document(self, index: int) -> int:
        """Read the lines of the here-document that begins at an index, and return where they end."""
        name, expands, chomps = self.opened or ("", False, False)
        self.opened = None
        begin = index
        lines: list[Text] = []
        while begin < len(self.plain):
            end = self.plain.find("\n", begin)
            end = end + 1 if end != -1 else len(self.plain)
            line = self.plain[begin:end]
            kept = line.lstrip("\t") if chomps else line
            if kept.rstrip("\r\n") == name:
                begin = end
                break
            lines.append(self.cut(end - len(kept), end))
            begin = end
        self._document(join(lines), expands)
        return begin

    def _expanded(self, word: Word) -> Words:
        """Return the words that a word comes to: several where an unquoted variable holds blanks."""
        text = expanded(word.parts, self.cut, self._lookup)
        if len(word.parts) == 1 and isinstance(word.parts[0], Parameter) and not word.parts[0].quoted and text.is_known:
            return text.words()
        return (text,)

    def _lookup(self, name: str) -> Value[Text]:
        if name in self.assigned:
            return Unknown(f"{name} is set while the image is built")
        return self.lookup(name)


def expanded(parts: tuple[Part, ...], cut: Slicer, lookup: Lookup) -> Text:
    """Return the parts of a word as text; what a command substitution makes is not known."""
    found: list[Text] = []
    for part in parts:
        match part:
            case Literal(text=None):
                found.append(cut(part.start, part.end))
            case Literal():
                trail = cut(part.start, part.end).trail
                found.append(Text((Piece(part.text or "", trail),)))
            case Parameter(operator="" | "-" | ":-" | "+" | ":+" | "#" | "##" | "%" | "%%"):
                found.append(substitute(cut(part.start, part.end), lookup))
            case _:
                written = cut(part.start, part.end)
                found.append(Text((Piece(written.plain, written.trail, instead=Unknown(_DECIDED)),)))
    return join(found)


def expanded_document(text: Text, lookup: Lookup) -> Text:
    """Return a here-document as the shell hands it on, its variables replaced."""
    word = read_whole(text.plain, 0, len(text), quoted=True)
    return expanded(word.parts, Slicer(text), lookup)

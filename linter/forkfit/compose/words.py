"""Split a command as go-shellwords 1.0.13 does for Compose: at blanks, and cut at the first operator outside quotes."""

from __future__ import annotations

import re

from forkfit.model.record import Record
from forkfit.model.span import Span, whole_file
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Refused, Trouble

LONGEST = 131_072  # characters; Linux takes no longer argument, so that a shell could not be given more either
_ORDINARY = re.compile(r"[^ \t\r\n\\`()\"';&|<>]+")
_BLANKS = " \t\r\n"
_OPERATORS = ";&|<>"
_ESCAPES = {"t": "\t", "n": "\n"}
_NAMES = {"'": "this single quote", '"': "this double quote", "`": "this backtick", "(": "this $("}


class Split(Record):
    """The words of a command; where an operator cuts it, the place of the operator, and the rest, which never runs."""

    words: tuple[Text, ...]
    cut: Span | None = None
    rest: Text = Text()


def split(text: Text) -> Split:
    """Return the words, each with its places; raise Refused (command-syntax) for what Compose does not accept.

    Variables are not expanded. A piece that is not known belongs to one word, whatever it may hold.
    """
    if (length := len(text.plain)) > LONGEST:
        why = f"the command has {length} characters; more than {LONGEST} are not read"
        raise Refused(Trouble(Kind.BOUND, why, text.at or whole_file(""), "Write it in a script."))
    words = _Words(text)
    for index, piece in enumerate(text.pieces):
        if piece.instead is not None:
            words.add(piece, "\0")
            continue
        offset = words.read(piece)
        if offset is not None:
            rest = Text((piece.cut(offset, len(piece.text)), *text.pieces[index + 1 :]))
            words.end()
            return Split(tuple(words.found), _place(piece, offset, text), rest)
    words.finish()
    return Split(tuple(words.found))


class _Words:
    """The words so far, the one under way, and the quotes that are open."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.found: list[Text] = []
        self.pieces: list[Piece] = []
        self.begun = False  # whether there is a word, even an empty one
        self.first = self.last = ""  # characters of the word under way
        self.open: dict[str, Span] = {}  # by its opening sign, where a quote was opened
        self.escape: tuple[Piece, int] | None = None
        self.run: tuple[Piece, int, int] | None = None  # characters taken in that stand side by side

    def add(self, piece: Piece, characters: str) -> None:
        """Take in a whole piece."""
        self._flush()
        self.pieces.append(piece)
        self.begun = True
        self.first = self.first or characters[:1]
        self.last = characters[-1:]

    def _take(self, piece: Piece, start: int, stop: int, *, begins: bool = True) -> None:
        """Take in some characters of a piece; a blank or a parenthesis in quotes alone does not begin a word."""
        if self.run is not None and self.run[0] is piece and self.run[2] == start:
            self.run = piece, self.run[1], stop
        else:
            self._flush()
            self.run = piece, start, stop
        self.begun = self.begun or begins
        self.first = self.first or piece.text[start]
        self.last = piece.text[stop - 1]

    def _flush(self) -> None:
        if self.run is not None:
            piece, start, stop = self.run
            self.pieces.append(piece.cut(start, stop))
            self.run = None

    def end(self) -> None:
        """End the word under way, if there is one."""
        self._flush()
        if self.begun:
            self.found.append(Text(tuple(self.pieces)))
            self.begun = False
        self.pieces, self.first, self.last = [], "", ""

    def read(self, piece: Piece) -> int | None:
        """Take in a piece; return the offset of an operator that ends the command."""
        written = piece.text
        if not written:
            self._flush()
            self.pieces.append(piece)
        offset = 0
        while offset < len(written):
            sign = written[offset]
            if self.escape is not None:
                self._unescape(piece, offset, sign)
            elif run := _ORDINARY.match(written, offset):
                self._take(piece, offset, run.end())
                offset = run.end() - 1
            elif sign == "\\" and "'" not in self.open:
                self.escape = piece, offset
            elif sign in _BLANKS:
                if self.open:
                    self._take(piece, offset, offset + 1, begins=False)
                else:
                    self.end()
            elif sign in _OPERATORS and not self.open:
                if sign == ">" and "0" <= self.first <= "9":
                    self.begun = False  # the reference takes it for the number of a file, and drops the word
                return offset
            else:
                self._sign(piece, offset, sign)
            offset += 1
        return None

    def _unescape(self, piece: Piece, offset: int, sign: str) -> None:
        self.escape = None
        if sign in _ESCAPES:
            self.add(piece.cut(offset, offset + 1).replace(text=_ESCAPES[sign], exact=False), _ESCAPES[sign])
        else:
            self._take(piece, offset, offset + 1)

    def _sign(self, piece: Piece, offset: int, sign: str) -> None:
        """Take in a quote, a parenthesis, or a sign that a quote makes ordinary."""
        if sign in _ORDINARY_IN and not any(other in self.open for other in _ORDINARY_IN[sign]):
            if sign in self.open and sign != "(":
                del self.open[sign]
                if sign in "'\"":
                    self.begun = True
                    return
            elif sign in "'\"`":
                self.open[sign] = _place(piece, offset, self.text)
                if sign != "`":
                    return
            elif sign == ")":
                if self.open.pop("(", None) is None:
                    raise _refused("a closing parenthesis outside quotes", _place(piece, offset, self.text))
            elif self.last == "$" and "(" not in self.open:
                self.open["("] = _place(piece, offset, self.text)
                self._take(piece, offset, offset + 1, begins=False)
                return
            else:
                raise _refused("a parenthesis outside quotes", _place(piece, offset, self.text))
        self._take(piece, offset, offset + 1)

    def finish(self) -> None:
        """End the last word; raise Refused where a quote is open."""
        self.end()
        if self.escape is not None:
            raise _refused("a backslash at the end", _place(*self.escape, self.text))
        if self.open:
            sign, at = next(iter(self.open.items()))
            raise _refused(f"{_NAMES[sign]} is not closed", at)


# Inside these a sign is an ordinary one.
_ORDINARY_IN = {"'": '"(', '"': "'(", "`": "'\"(", ")": "'\"`", "(": "'\"`"}


def _place(piece: Piece, offset: int, text: Text) -> Span:
    at = piece.cut(offset, offset + 1).trail[:1]
    return (at[0].at if at else None) or text.at or whole_file("")


def _refused(why: str, at: Span) -> Refused:
    return Refused(
        Trouble(Kind.COMMAND_SYNTAX, f"Compose cannot split this command: {why}", at, "Quote it, or write the command as a list.")
    )

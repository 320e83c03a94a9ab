"""What ``echo``, ``printf`` and ``cat`` print, where the words say it."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.launch.image.shell import Simple
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.text import Piece, Text, join

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "e": "\033", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:0?([0-7]{3})|(.))", re.DOTALL)


class Printed(Record):
    """What a command prints; None where it is not known."""

    text: Text | None


def _echo(words: Words, _: Simple, __: Printed) -> Text | None:
    """Return what ``echo`` prints. Escapes count, as in dash and with -e; whoever writes them elsewhere gets them as they are."""
    ends = True
    while words and re.fullmatch(r"-[neE]+", words[0].plain):
        ends = ends and "n" not in words[0].plain
        words = words[1:]
    parts: list[Text] = []
    for word in words:
        parts.extend([_plain(" ")] if parts else [])
        parts.append(_unescaped(word))
    return join([*parts, *([_plain("\n")] if ends else [])])


def _printf(words: Words, _: Simple, __: Printed) -> Text | None:
    """Return what ``printf`` prints, for formats with %s alone."""
    if not words or not words[0].is_known:
        return None
    shape, arguments = _unescaped(words[0]), list(words[1:])
    plain = shape.plain
    if "%" in re.sub(r"%[s%]", "", plain):
        return None
    parts: list[Text] = []
    places = [found.span() for found in re.finditer(r"%[s%]", plain)]
    while True:
        position = 0
        for start, end in places:
            parts.append(shape[position:start])
            parts.append(_plain("%") if plain[end - 1] == "%" else (arguments.pop(0) if arguments else Text()))
            position = end
        parts.append(shape[position:])
        if not arguments or not any(plain[end - 1] == "s" for _, end in places):
            return join(parts)


def _cat(words: Words, simple: Simple, printed: Printed) -> Text | None:
    if any(word.plain != "-" for word in words):
        return None
    return simple.document if simple.document is not None else printed.text if simple.piped else None


def _plain(text: str) -> Text:
    return Text((Piece(text),))


def _unescaped(word: Text) -> Text:
    """Replace the escapes that ``echo -e`` and ``printf`` know, piece by piece."""
    if "\\" not in word.plain or not word.is_known:
        return word
    plain = word.plain
    parts: list[Text] = []
    position = 0
    for found in _ESCAPE.finditer(plain):
        start, end = found.span()
        octal, letter = found.groups()
        parts.append(word[position:start])
        made_of = chr(int(octal, 8) & 255) if octal else _ESCAPES.get(letter, found.group())
        parts.append(Text((Piece(made_of, word[start:end].trail),)))
        position = end
    return join([*parts, word[position:]])


PRINTING: dict[str, Callable[[Words, Simple, Printed], Text | None]] = {"echo": _echo, "printf": _printf, "cat": _cat}

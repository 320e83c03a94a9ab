"""Words and pairs as ``shlex`` cuts them: the commands and environments of supervisord, and command lines in Python."""

from __future__ import annotations

import re
from collections.abc import Iterable

from forkfit.model.text import Text

_BLANKS = frozenset(" \t\r\n")
_HOLE = "\0"


def words(text: Text) -> tuple[Text, ...]:
    """Return the words of a command as ``shlex.split`` cuts them; raise ValueError where a quote is not closed.

    A piece that is not known belongs to one word, whatever it may hold.
    """
    shape = shape_of(text)
    found: list[Text] = []
    pieces: list[Text] = []
    begun = False
    index = 0
    while index < len(shape):
        letter = shape[index]
        if letter in _BLANKS:
            if begun:
                found.append(_joined(pieces))
            pieces, begun = [], False
            index += 1
            continue
        begun = True
        if letter == "\\":
            if index + 1 >= len(shape):
                raise ValueError("nothing stands behind the last backslash")
            pieces.append(text[index + 1 : index + 2])
            index += 2
        elif letter == "'":
            stop = shape.find("'", index + 1)
            if stop < 0:
                raise ValueError("a quote is not closed")
            pieces.append(text[index + 1 : stop])
            index = stop + 1
        elif letter == '"':
            index = _quoted(text, shape, index + 1, pieces)
        else:
            stop = index
            while stop < len(shape) and shape[stop] not in " \t\r\n\\'\"":
                stop += 1
            pieces.append(text[index:stop])
            index = stop
    return (*found, _joined(pieces)) if begun else tuple(found)


def _quoted(text: Text, shape: str, index: int, pieces: list[Text]) -> int:
    """Take in what stands in double quotes, where a backslash counts before a quote and a backslash only."""
    start = index
    while index < len(shape):
        if shape[index] == '"':
            pieces.append(text[start:index])
            return index + 1
        if shape[index] == "\\" and shape[index + 1 : index + 2] in ('"', "\\"):
            pieces.append(text[start:index])
            start = index + 1
            index += 2
            continue
        index += 1
    raise ValueError("a quote is not closed")


def _joined(pieces: Iterable[Text]) -> Text:
    return Text(tuple(p for text in pieces for p in text.pieces))


# What shlex, not posix, takes for one token of KEY="value",OTHER=value.
_TOKEN = re.compile(r"#[^\n]*|\"[^\"]*\"|'[^']*'|[\w\0/.+\-():][\w\0/.+\-():\"']*|\S", re.ASCII)


def pairs(text: Text) -> tuple[tuple[str, Text], ...]:
    """Return the names and values of ``KEY="value",OTHER=value``; raise ValueError where supervisord refuses them."""
    shape = shape_of(text)
    tokens = [m.span() for m in _TOKEN.finditer(shape) if not m[0].startswith("#")]
    found: dict[str, Text] = {}
    for index in range(0, len(tokens), 4):
        group = tokens[index : index + 3]
        if len(group) < 3 or shape[slice(*group[1])] != "=":
            raise ValueError(f"{text.plain!r} is no list of KEY=value")
        start, stop = group[2]
        while start < stop and shape[start] in "'\"":
            start += 1
        while stop > start and shape[stop - 1] in "'\"":
            stop -= 1
        found[text[slice(*group[0])].plain] = text[start:stop]
    return tuple(found.items())


def shape_of(text: Text) -> str:
    """Return the characters with a mark for each one that is not known, of the same length as the text."""
    return "".join(p.text if p.instead is None else _HOLE * len(p.text) for p in text.pieces)

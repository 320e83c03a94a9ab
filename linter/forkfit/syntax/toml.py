"""TOML by the parser of the standard library, and where its keys stand: that keeps no places."""

from __future__ import annotations

import re
from typing import Any

from forkfit.model.source import Source
from forkfit.model.span import Span

_BARE = r"[A-Za-z0-9_-]++"
_BASIC = r'"(?:[^"\\\n]|\\.)*+"'
_LITERAL = r"'[^'\n]*+'"
_PART = rf"(?:{_BARE}|{_BASIC}|{_LITERAL})"
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"\[\[?[ \t]*({_DOTTED})[ \t]*\]\]?")
_KEY = re.compile(rf"({_DOTTED})[ \t]*=")
_EACH = re.compile(_PART)
# What a value is made of, as far as it tells where the next key may stand.
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\[\s\S])*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|'
    rf"{_BASIC}|{_LITERAL}|#[^\n]*|(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<end>\n)|[^\"'#\[\]{{}}\n]+|."
)


# The parser remembers each beginning of a dotted key, so that one of a hundred thousand parts would fill any memory.
_MOST_PARTS = 100
_TOO_DEEP = re.compile(rf"(?m)(?:^|[{{,])[ \t]*+\[{{0,2}}+(?:[ \t]*+{_PART}[ \t]*+\.){{{_MOST_PARTS}}}")


def loads(text: str) -> dict[str, Any]:
    """Return the table that a text holds; raise ValueError where it holds none, or one that is nested too deeply to be read."""
    import tomllib

    if _TOO_DEEP.search(text):
        raise ValueError(f"a key has more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def places(source: Source) -> dict[tuple[str, ...], Span]:
    """Return the place of each table header and key of a file that parses, by the full key."""
    text = source.text
    found: dict[tuple[str, ...], Span] = {}
    table: tuple[str, ...] = ()
    position = 0
    while position < len(text):
        position = _blank(text, position)
        header, key = _HEADER.match(text, position), None
        if header is not None:
            table = _parts(header[1])
            found.setdefault(table, source.span(header.start(1), header.end(1)))
            position = header.end()
        elif (key := _KEY.match(text, position)) is not None:
            found[*table, *_parts(key[1])] = source.span(key.start(1), key.end(1))
            position = key.end()
        position = _after(text, position)
    return found


def _blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _after(text: str, position: int) -> int:
    """Return where the line ends on which a value ends."""
    depth = 0
    while (token := _TOKEN.match(text, position)) is not None:
        position = token.end()
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if token.lastgroup == "end" and depth <= 0:
            break
    return position


def _parts(dotted: str) -> tuple[str, ...]:
    """Return the names of a dotted key; an escape in a quoted name is left as it stands."""
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _EACH.findall(dotted))

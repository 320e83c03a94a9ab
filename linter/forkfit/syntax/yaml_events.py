"""YAML text to events, by the rules of Compose's YAML library. The only module that knows ruamel."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

try:
    from _ruamel_yaml import CParser
except ImportError:  # no wheel for this machine: the pure parser serves, some ten times slower
    CParser = None

__all__ = [
    "AliasEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "MarkedYAMLError",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "YAMLError",
    "fast",
    "heals",
    "pure",
]

# The C parser is libyaml 0.1, for which a colon or a question mark before a letter ends a word in a flow list or
# mapping ("[web:80, a?b, :80]"). Compose's library takes both as text, so they are hidden from libyaml, and put back.
_FLOW = r"(?<!\$)[\[{]"
_COLON = r":(?=[^\s\[\]{},])"
_QUESTION = r"\?(?=\S)"
_HIDDEN_COLON, _HIDDEN_QUESTION = "\ue03a", "\ue03f"


# Lines for YAML, but not for an editor.
_ODD_BREAKS = "\r(?!\n)|[\x85\u2028\u2029]"


def fast(text: str, starts: tuple[int, ...]) -> Iterator[Any] | None:
    """Return the events by the C parser, with marks on the lines that start there.

    None where there is no C parser, or where it would not read the text as Compose does and would not notice.
    """
    if CParser is None:
        return None
    if not ("[" in text or "{" in text) or not re.search(_FLOW, text):
        return _on_lines(iter(CParser(text).get_event, None), text, starts)
    if _HIDDEN_COLON in text or _HIDDEN_QUESTION in text:
        return None
    hidden = re.sub(_QUESTION, _HIDDEN_QUESTION, text) if "?" in text else text
    parts: list[str] = []
    done = 0
    for found in re.finditer(_COLON, hidden):
        index = found.start()
        before = hidden[index - 1] if index else ""
        if before in "\"'}]":  # it ends a key here, or stands between quotes
            continue
        if before in " \t\r\n{" and _ends_a_key(hidden, index - 1):
            return None
        parts += hidden[done:index], _HIDDEN_COLON
        done = index + 1
    hidden = "".join((*parts, hidden[done:]))
    events = iter(CParser(hidden).get_event, None)
    return _on_lines(events if hidden == text else map(_shown, events), text, starts)


def _ends_a_key(text: str, index: int) -> bool:
    """Tell whether the last sign up to an index, blanks aside, may stand before the colon of a flow mapping."""
    while index >= 0 and text[index] in " \t\r\n":
        index -= 1
    if index >= 0 and text[index] == ":":  # "{bind: :80}" is an error, "bind: :80" on a line of its own is none
        start = max(index - 500, 0)
        return text.rfind("{", start, index) > text.rfind("\n", start, index)
    return index >= 0 and text[index] in "{}]'\""


def heals(error: YAMLError) -> bool:
    """Tell whether the pure parser, which follows Compose further, may read what the C parser has refused so."""
    said = str(getattr(error, "problem", ""))
    return any(part in said for part in ("unexpected ':'", "alphabetic or numeric", "whitespace", "URI", "escape"))


def _shown(event: Any) -> Any:
    if type(event) is ScalarEvent and not event.value.isascii():
        event.value = event.value.replace(_HIDDEN_COLON, ":").replace(_HIDDEN_QUESTION, "?")
    return event


def pure(text: str, starts: tuple[int, ...]) -> Iterator[Any]:
    """Return the same events by the pure parser."""
    from ruamel.yaml import YAML
    from ruamel.yaml.reader import Reader
    from ruamel.yaml.scanner import Scanner, ScannerError
    from ruamel.yaml.tokens import ScalarToken

    from forkfit.syntax.yaml_pure import Rules

    escapes = {**Scanner.ESCAPE_REPLACEMENTS, "'": "'"}
    names = {"ScalarToken": ScalarToken, "ScannerError": ScannerError, "ESCAPE_REPLACEMENTS": escapes}
    parser = YAML(typ="safe", pure=True)
    parser.version = "1.1"
    parser.Reader = type("ComposeReader", (Reader,), {"forward": Reader.forward_1_1})  # which knows all breaks
    parser.Scanner = type("ComposeScanner", (Rules, Scanner), names)
    return _on_lines(parser.parse(text), text, starts)


def _on_lines(events: Iterator[Any], text: str, starts: tuple[int, ...]) -> Iterator[Any]:
    """Return the events with their marks on lines that end at newlines only, where YAML has counted other breaks as well."""
    if (text.isascii() and "\r" not in text) or not re.search(_ODD_BREAKS, text):
        return events

    def mended(event: Any) -> Any:
        event.start_mark, event.end_mark = _Mark(event.start_mark, starts), _Mark(event.end_mark, starts)
        return event

    return map(mended, events)


class _Mark:
    __slots__ = ("column", "line")

    def __init__(self, mark: Any, starts: tuple[int, ...]) -> None:
        self.line = bisect_right(starts, mark.index) - 1
        self.column = mark.index - starts[self.line]

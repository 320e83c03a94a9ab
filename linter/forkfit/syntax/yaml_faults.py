"""Say in plain words what YAML parsers complain about, and what cures it."""

from __future__ import annotations

import re
from typing import Any

from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span, whole_file

# What libyaml and ruamel say, by a part of it that both share; what stands at the place; the message; the cure.
_SAID: tuple[tuple[str, str, str, str], ...] = (
    ("cannot start any token", "\t", "a tab cannot indent", "Indent with blanks."),
    ("cannot start any token", "", "a value cannot begin with {sign}", "Quote the value."),
    ("mapping values are not allowed", "", "a second ': ' on one line", "Quote the value, or begin a new line."),
    ("alphabetic or numeric", "", "a value that begins with * or & is an alias or an anchor, and needs a name", "Quote the value."),
    ("',' or ']'", "", "the list in brackets is not closed", "Write the closing ]."),
    ("',' or '}'", "", "the mapping in braces is not closed", "Write the closing }."),
    ("unexpected end of stream", "", "the quote is not closed", "Write the closing quote."),
    (
        "could not find expected ':'",
        "",
        "this line has no ': ' where its indentation asks for a key",
        "Write a colon and a blank, or indent the line further.",
    ),
    ("did not find expected key", "", "the indentation does not fit the lines above", "Indent the line as its neighbours are."),
    ("expected <block end>", "", "the indentation does not fit the lines above", "Indent the line as its neighbours are."),
    (
        "did not find expected '-' indicator",
        "",
        "the indentation does not fit the list above",
        "Begin the line with a dash, or indent it less.",
    ),
    ("block sequence entries are not allowed", "", "a list cannot begin on this line", "Begin the list on a line of its own."),
    ("undefined tag handle", "", "this tag is not declared", "Remove the tag, or quote the value."),
    ("tab character", "", "a tab cannot indent", "Indent with blanks."),
    ("incompatible YAML document", "", "Compose reads only %YAML 1.1", "Remove the %YAML line."),
)
_TEMPLATE = re.compile(r"\{\{|\{%|<%")


def broken(source: Source, error: Any) -> BrokenSource:
    """Return what stands in the way, with its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return unprintable(source)
    line = min(mark.line, len(source.starts) - 1)
    at = Span(source.path, line + 1, mark.column + 1, line + 1, mark.column + 2)
    text = source.line(at.line)
    if _TEMPLATE.search(text):
        return BrokenSource("this is no YAML yet, but a template", at, "Render the template first, and check what it yields.")
    said = ", ".join(part for part in (error.context, error.problem) if part)
    sign = text[mark.column : mark.column + 1]
    for part, stands, message, cure in _SAID:
        if part in said and stands in sign:
            return BrokenSource(message.format(sign=sign), at, cure)
    return BrokenSource(said or "this is no YAML", at)


_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unprintable(source: Source) -> BrokenSource:
    """Return that a character cannot stand in YAML, with its place."""
    found = _PRINTABLE.search(source.text)
    if found is None:
        return BrokenSource("this is no YAML", whole_file(source.path))
    return BrokenSource(
        f"the character U+{ord(found[0]):04X} cannot stand in YAML", source.span(*found.span()), "Remove it, or write it as an escape."
    )

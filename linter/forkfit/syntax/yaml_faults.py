"""Say in plain words what YAML parsers complain about, and what cures it."""

from __future__ import annotations

import re
from typing import Any

from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span, whole_file

# What libyaml and ruamel say, by a part of it that both share; what stands there; whether the place is where the thing
# begins that has no end; the message; the cure. The first match counts.
_SAID: tuple[tuple[str, str, bool, str, str], ...] = (
    ("cannot start any token", "\t", False, "a tab cannot indent", "Indent with blanks."),
    ("cannot start any token", "", False, "a value cannot begin with {sign}", "Quote the value."),
    ("mapping values are not allowed", "", False, "this ': ' stands inside a value", "Quote the value, or begin a new line."),
    ("alphabetic or numeric", "", True, "a value that begins with * or & is an alias or an anchor, and needs a name", "Quote the value."),
    ("',' or ']'", "", True, "the list in brackets is not closed", "Write the closing ]."),
    ("',' or '}'", "", True, "the mapping in braces is not closed", "Write the closing }."),
    ("unexpected end of stream", "", True, "the quote is not closed", "Write the closing quote."),
    (
        "could not find expected ':'",
        "",
        True,
        "a key belongs here, and this line has no ': '",
        "Write a colon and a blank, or indent the line further.",
    ),
    ("did not find expected key", "", False, "the indentation does not fit the lines above", "Indent the line as its neighbours are."),
    ("expected <block end>", "", False, "the indentation does not fit the lines above", "Indent the line as its neighbours are."),
    ("expected '-' indicator", "", False, "the indentation does not fit the lines above", "Begin the line with a dash, or indent it less."),
    ("sequence entries are not allowed", "", False, "a list cannot begin on this line", "Begin the list on a line of its own."),
    ("expected node content", "", False, "no value can begin here", "Quote the value, or remove what stands here."),
    ("expected the node content", "", False, "no value can begin here", "Quote the value, or remove what stands here."),
    ("expected comment or line break", "", False, "text stands behind | or >", "Begin the text on the next line."),
    ("unknown escape", "", False, "this backslash begins no escape", "Write two backslashes, or use single quotes."),
    ("undefined tag handle", "", False, "this tag is not declared", "Remove the tag, or quote the value."),
    ("tab character", "", False, "a tab cannot indent", "Indent with blanks."),
    ("incompatible YAML document", "", False, "Compose reads only %YAML 1.1", "Remove the %YAML line."),
)
# Jinja, Go, ERB and Mustache; placeholders that a script replaces; directives that stand in comments.
PLACEHOLDERS = r"\{\{|\{%|<%|@[A-Za-z]\w*+@|%%[A-Za-z]\w*+%%"
_TEMPLATE = re.compile(rf"{PLACEHOLDERS}|^\s*__[A-Z]\w*__\s*$")
_DIRECTIVE = r"(?m)^[ \t]*(?:#!|##?[ \t]*\{?%|\{%-?)[ \t]*(?:for|if|each|end\w*|include)\b"


def template(source: Source, at: Span) -> BrokenSource | None:
    """Return that the file is to be rendered first, where the line looks like it."""
    line = source.line(at.line)
    doubled = "[[" in line and line.find("[[") < line.rfind("]]")
    if doubled or _TEMPLATE.search(line) or re.search(_DIRECTIVE, source.text):
        return BrokenSource("this is no YAML yet, but a template", at, "Render the template first, and check what it yields.")
    return None


def broken(source: Source, error: Any) -> BrokenSource:
    """Return what stands in the way, with its place."""
    problem = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None) or problem
    if context is None:
        return _unprintable(source)
    at = _place(source, problem or context)
    if found := template(source, at) or template(source, _place(source, context)):
        return found
    said = ", ".join(part for part in (error.context, error.problem) if part)
    sign = source.line(at.line)[at.column - 1 : at.column]
    for part, stands, opens, message, cure in _SAID:
        if part in said and stands in sign:
            return BrokenSource(message.format(sign=sign), _place(source, context) if opens else at, cure)
    return BrokenSource(said or "this is no YAML", at)


def _place(source: Source, mark: Any) -> Span:
    line = min(mark.line, len(source.starts) - 1) + 1
    return Span(source.path, line, mark.column + 1, line, mark.column + 2)


def _unprintable(source: Source) -> BrokenSource:
    found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.text)
    if found is None:
        return BrokenSource("this is no YAML", whole_file(source.path))
    return BrokenSource(
        f"the character U+{ord(found[0]):04X} cannot stand in YAML", source.span(*found.span()), "Remove it, or write it as an escape."
    )

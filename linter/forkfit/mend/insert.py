"""Something new between what is written: an entry before a YAML key, a word behind a command's word."""

from __future__ import annotations

import re

from forkfit.mend.edit import Edit, Refused
from forkfit.model.source import Source
from forkfit.model.span import Span

_DASH = re.compile(r"\s*-\s+", re.ASCII)


def entry_before(key: Span, entry: str, source: Source) -> Edit:
    """Return the edit that puts an entry before a key, on a line of its own where the key begins one; raise Refused."""
    line = source.line(key.line)
    indent = line[: key.column - 1]
    at = key.replace(end_line=key.line, end_column=key.column)
    if not indent.strip(" "):
        return Edit(at, "", f"{entry}{_ending(source, key.line)}{indent}")
    if indent.rstrip()[-1:] in "{,":
        return Edit(at, "", f"{entry}, ")
    raise Refused(f"{key} does not begin a line")


def word_behind(word: Span, added: str, source: Source) -> Edit:
    """Return the edit that adds a word to a command behind one: in a text, in brackets, or as an item of its own; raise Refused."""
    line = source.line(word.line)
    before, after = line[: word.column - 1], line[word.end_column - 1 :]
    quote = before[-1:] if before[-1:] in ("'", '"') and after[:1] == before[-1:] else ""
    before, after = before.removesuffix(quote), after.removeprefix(quote)
    place = word.end_column + len(quote)
    if _DASH.fullmatch(before):
        return Edit(_at(word, len(line) + 1), "", f"{_ending(source, word.line)}{before}{quote}{added}{quote}")
    if (before.rstrip()[-1:] or "-") in "[," and after.lstrip()[:1] in (",", "]"):
        return Edit(_at(word, place), "", f", {quote}{added}{quote}")
    if before[-1:].isspace() and not quote and after[:1] in ("", " ", "'", '"'):
        return Edit(_at(word, place), "", f" {added}")
    raise Refused(f"{word} is not a word of a command that another can stand behind")


def _at(word: Span, column: int) -> Span:
    return word.replace(column=column, end_line=word.line, end_column=column)


def _ending(source: Source, line: int) -> str:
    """Return how a line of the file ends."""
    return "\r\n" if source.text.startswith("\r\n", source.starts[line - 1] + len(source.line(line))) else "\n"

"""Something new between what is written: an entry before or behind a YAML entry, a word behind a command's word."""

from __future__ import annotations

import re

from forkfit.mend.edit import Edit, Refused
from forkfit.mend.written import Sources
from forkfit.model.document import Entry, Mapping
from forkfit.model.source import Source
from forkfit.model.span import Role, Span

# The entries of a service behind which a limit is looked for, the likest first; and what may stand behind a value.
_LIKE = ("command", "entrypoint", "image", "build", "container_name", "restart")
_REST = re.compile(r"\s*(?:#.*)?", re.DOTALL)
_FROM_ELSEWHERE = (Role.MERGED, Role.ALIASED, Role.EXTENDED)
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


def entry_of_service(node: Mapping, file: str, entry: str, sources: Sources) -> Edit:
    """Return the edit that puts an entry into a service: behind its command, or what else takes one line, where comments stay with theirs.

    Where nothing does, it goes before the first key; raise Refused where that is not possible either.
    """
    own = {
        one.name: one
        for one in node.entries
        if one.key.at.file == file and not any(step.role in _FROM_ELSEWHERE for step in one.value.trail)
    }
    for name in _LIKE:
        if name in own and (edit := _behind(own[name], entry, sources)) is not None:
            return edit
    first = next(iter(own.values()), None)
    if first is None or file not in sources:
        raise Refused("the service has no entries of its own")
    return entry_before(first.key.at, entry, sources[file])


def _behind(one: Entry, entry: str, sources: Sources) -> Edit | None:
    """Return the edit that puts an entry on the line below another; None where that takes several lines, or stands in braces."""
    key, value = one.key.at, one.value.at
    source = sources.get(key.file)
    if source is None or not key.line == value.line == value.end_line or value.file != key.file:
        return None
    line = source.line(key.line)
    indent = line[: key.column - 1]
    if indent.strip(" ") or not _REST.fullmatch(line[value.end_column - 1 :]):
        return None
    return Edit(_at(key, len(line) + 1), "", f"{_ending(source, key.line)}{indent}{entry}")


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
    """Return how a line of the file ends; one without an end gets that of the first."""
    after = source.starts[line - 1] + len(source.line(line))
    return "\r\n" if source.text.startswith("\r\n", after if after < len(source.text) else len(source.line(1))) else "\n"

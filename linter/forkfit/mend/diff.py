"""A mended project as a unified diff, which says before each file what its changes are for and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

from forkfit.formats.escape import line as no_command
from forkfit.formats.escape import shown, spelled
from forkfit.formats.redact import MASK, hidden_of_variable, is_env_file, redacted
from forkfit.mend.mend import Mended
from forkfit.model.source import Source, source

_CONTEXT = 3
_NUMBER = re.compile(r"=\s*[\"']?(\d+[\w,]*)", re.ASCII)


def diff(mended: Mended) -> Iterator[str]:
    """Yield the lines of the diff of every file; secrets are not in it, nor what a terminal or a CI would take for a command.

    Lines around a change are left out where any of them would not be shown as it is, so that the diff still applies.
    """
    for path, content in sorted(mended.contents.items()):
        for change in mended.made:
            if any(edit.at.file == path for edit in change.edits):
                yield f"# {shown(change.said_of(path))}\n"
        before, after = (source(path, bytes_.decode()) for bytes_ in (mended.before[path], content))
        yield from _hunks(before, after)


def _hunks(before: Source, after: Source) -> Iterator[str]:
    env = is_env_file(before)
    for context in (_CONTEXT, 0):
        head, *lines = unified_diff(_lines(before), _lines(after), f"a/{before.path}", f"b/{before.path}", n=context)
        if all(_fit(line, env) == line for line in lines if line[:1] == " "):
            break
    for line in (head, *lines):
        shows = _fit(line, env and line[:1] in "+-" and line[:3] not in ("+++", "---"))
        yield shows if shows.endswith("\n") else f"{shows}\n\\ No newline at end of file\n"


def _lines(text: Source) -> list[str]:
    parts = text.text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _fit(line: str, env: bool) -> str:
    """Return a line of the diff as it can be shown."""
    body = line.rstrip("\r\n")
    ending = line[len(body) :]
    sign, text = body[:1], body[1:]
    if env:
        number = _NUMBER.search(text)
        start, end = number.span(1) if number else (0, 0)
        for left, right in reversed(hidden_of_variable(text, start, end)):
            text = text[:left] + MASK + text[right:]
    text = "".join(letter if letter == "\t" else spelled(letter) for letter in redacted(text))
    return no_command(sign + text) + ending

"""One change of a file's characters; all others stay byte for byte."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span

_MARK = "\ufeff"
# What stands on a line that another program fills in, and the ends of the names of such files.
_HOLES = ("{{", "{%", "<%")
_TEMPLATES = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".mustache")


class Refused(Exception):
    """A finding that cannot be mended: why, in words."""


class Reaches(Refused):
    """A change that others would have too, as things stand: why, in words."""


class Edit(Record):
    """The characters that stand at a place, and those that are to stand there."""

    at: Span
    before: str
    after: str


def edited(files: Files, edits: Iterable[Edit]) -> dict[str, bytes]:
    """Return the contents of the files that edits change, by path; raise Refused where one is not what it was taken for."""
    by_file: dict[str, list[Edit]] = {}
    for edit in sorted(set(edits), key=lambda edit: edit.at.key()):
        by_file.setdefault(edit.at.file, []).append(edit)
    return {path: _edited(path, files, of_file) for path, of_file in by_file.items()}


def _edited(path: str, files: Files, edits: list[Edit]) -> bytes:
    text = text_of(files, path)
    mark = _MARK if text.startswith(_MARK) else ""
    written = source(path, text.removeprefix(_MARK))
    pieces = [mark]
    done = 0
    for edit in edits:
        start, end = (written.starts[line - 1] + column - 1 for line, column in _ends(edit.at))
        if start < done or written.text[start:end] != edit.before:
            raise Refused(f"{edit.at} no longer says what was read there")
        if any(hole in written.line(edit.at.line) for hole in _HOLES):
            raise Refused(f"{edit.at} is a line of a template")
        pieces += (written.text[done:start], edit.after)
        done = end
    return "".join((*pieces, written.text[done:])).encode()


def text_of(files: Files, path: str) -> str:
    """Return all characters of a file, with its byte order mark; raise Refused where it cannot be changed."""
    if path.endswith(_TEMPLATES):
        raise Refused(f"{path} is a template")
    try:
        return bytes_of(files, path).decode()
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8") from error


def bytes_of(files: Files, path: str) -> bytes:
    """Return what a file holds; raise Refused where it cannot be read."""
    try:
        return files.read_bytes(path)
    except BrokenSource as broken:
        raise Refused(str(broken)) from broken


def _ends(at: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (at.line, at.column), (at.end_line, at.end_column)

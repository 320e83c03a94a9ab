"""Console scripts of a project: which function a command name stands for, by the project's own packaging files."""

from __future__ import annotations

import re

from forkfit.files import below, read_text
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span

_NAME = re.compile(r"[\w.-]+")
_HEADING = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
# Sections of pyproject.toml and setup.cfg that hold console scripts; setup.py has no sections.
_SECTIONS = {
    "pyproject.toml": frozenset({"project.scripts", "tool.poetry.scripts"}),
    "setup.cfg": frozenset({"options.entry_points"}),
    "setup.py": frozenset({""}),
}


class EntryPoint(Record):
    """The function that a console script calls: its module, its name, and where that stands."""

    module: str
    function: str
    at: Span


def entry_point(name: str, folders: tuple[str, ...], files: Files) -> EntryPoint | None:
    """Return what a command name stands for in the first of these folders whose files declare it, None where none does."""
    if not _NAME.fullmatch(name):
        return None
    for folder in folders:
        for file, sections in _SECTIONS.items():
            path = below(folder, file)
            if not files.is_file(path):
                continue
            try:
                found = _in(read_text(files, path), name, sections)
            except BrokenSource:
                continue
            if found is not None:
                return found
    return None


def _in(source: Source, name: str, sections: frozenset[str]) -> EntryPoint | None:
    line = re.compile(rf"""[\s"',\[]*{re.escape(name)}["']?\s*=\s*["']?(?P<module>[A-Za-z_][\w.]*):(?P<function>[A-Za-z_]\w*)""")
    section = ""
    for number, start in enumerate(source.starts, 1):
        text = source.line(number)
        heading = _HEADING.fullmatch(text)
        if heading and "" not in sections:
            section = heading[1].strip()
        elif section in sections and len(text) < 1000:
            found = next((m for m in (line.match(part) for part in _parts(text)) if m), None)
            if found is not None:
                at = source.span(start + text.index(found["module"]), start + len(text.rstrip()))
                return EntryPoint(found["module"], found["function"], at)
    return None


def _parts(text: str) -> tuple[str, ...]:
    """Return a line, and what stands in quotes in it: setup.py may list several scripts on one line."""
    return (text, *re.findall(r"""["']([^"']*)["']""", text))

"""The files that python-decouple reads, in its own two grammars: the section of ``settings.ini``, and ``.env``."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename, dirname, join

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.scope import Run
from forkfit.files import inside, read_text, tidy
from forkfit.model.project import Variable
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Trouble
from forkfit.model.value import Known

_NAMES = ("settings.ini", ".env")  # in one folder the first wins
_QUOTES = "'\""


def nearest(folder: str, find: Callable[[str], str | None]) -> str | None:
    """Return the file that is found in a folder, or in the nearest one above it; `find` tells which path of the repository one is."""
    while True:
        for name in _NAMES:
            path = find(join(folder, name))
            if path is not None:
                return path
        above = dirname(folder) or "."
        if above in (folder, "/"):
            return None
        folder = above


def beside(module: Module, run: Run) -> tuple[Variable, ...]:
    """Return what the file sets that is nearest to a module."""

    def find(path: str) -> str | None:
        path = tidy(path)
        return path if inside(path) and run.modules.files.is_file(path) else None

    path = nearest(tidy(dirname(module.path)), find)
    return () if path is None else read(path, run)


def read(path: str, run: Run) -> tuple[Variable, ...]:
    """Return what a file of the repository sets, read once."""
    key = f"decouple:{path}"
    found = run.env_files.get(key)
    if found is None:
        try:
            source = read_text(run.modules.files, path)
        except BrokenSource as broken:
            run.modules.tell(Trouble(Kind.UNREADABLE, str(broken), broken.at, broken.cure))
            found = ()
        else:
            found = _section(source, path) if basename(path).endswith(".ini") else _lines(source, path)
        run.env_files[key] = found
    return found


def _lines(source: Source, path: str) -> tuple[Variable, ...]:
    """Read ``NAME=value`` lines: no export, no references, one pair of quotes around the whole value is taken off."""
    found: dict[str, Variable] = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        name, sign, value = line.strip().partition("=")
        if not sign or name.startswith("#"):
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] in _QUOTES and value[0] == value[-1]:
            value = value[1:-1]
        found[name.strip()] = _variable(name.strip(), value, path, number, line)
    return tuple(found.values())


def _section(source: Source, path: str) -> tuple[Variable, ...]:
    """Read the section ``[settings]``, whose names are compared without regard to case."""
    from configparser import ConfigParser, Error

    parser = ConfigParser()
    try:
        parser.read_string(source.text)
        items = parser.items("settings") if parser.has_section("settings") else []
    except (Error, ValueError):
        return ()
    found = []
    for name, value in items:
        numbered = enumerate(source.text.splitlines(), 1)
        number, line = next(((n, t) for n, t in numbered if t.strip().lower().startswith(name)), (1, ""))
        found.append(_variable(name.upper(), value, path, number, line))
    return tuple(found)


def _variable(name: str, value: str, path: str, number: int, line: str) -> Variable:
    column = max(line.rfind(value), 0) + 1
    step = Step(Role.WRITTEN, Span(path, number, column, number, column + len(value)))
    return Variable(name, Known(Text((Piece(value, (step,)),)), ()))

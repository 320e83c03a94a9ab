"""The variables that python-dotenv reads out of a file."""

from __future__ import annotations

from io import StringIO

from dotenv.parser import parse_stream
from dotenv.variables import Literal, parse_variables
from dotenv.variables import Variable as Reference

from forkfit.files import read_text
from forkfit.model.files import Files
from forkfit.model.project import Environment, Variable
from forkfit.model.source import BrokenSource
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Value

_LONGEST = 100_000  # characters of a value


def variables(path: str, files: Files, environment: Environment, tell: Tell) -> tuple[Variable, ...]:
    """Return what a file sets, as ``dotenv_values`` reads it: ``${NAME}`` is the process's own, then that of the file."""
    try:
        source = read_text(files, path)
    except BrokenSource as broken:
        tell(Trouble(Kind.UNREADABLE, str(broken), broken.at, broken.cure))
        return ()
    found: dict[str, Value[Text]] = {}
    for binding in parse_stream(StringIO(source.text)):
        if binding.key is None or binding.error:
            continue
        line = binding.original.line + len(binding.original.string) - len(binding.original.string.lstrip("\r\n"))
        step = Step(Role.WRITTEN, _place(source.line(line), binding.value or binding.key, Span(path, line, 1, line, 1)))
        if binding.value is None:
            found[binding.key] = Absent(f"{binding.key} has no value", (step,))
            continue
        text = ""
        for atom in parse_variables(binding.value):
            text += _of(atom, found, environment)
            if len(text) > _LONGEST:
                text = text[:_LONGEST]
        found[binding.key] = Known(Text((Piece(text, (step,)),)), ())
    return tuple(Variable(name, value) for name, value in found.items() if isinstance(value, Known))


def _of(atom: object, found: dict[str, Value[Text]], environment: Environment) -> str:
    match atom:
        case Literal():
            return atom.value
        case Reference():
            value = environment.get(atom.name)
            if not isinstance(value, Known):
                value = found.get(atom.name, Absent(""))
            return value.value.plain if isinstance(value, Known) else (atom.default or "")
        case _:
            return ""


def _place(line: str, part: str, at: Span) -> Span:
    offset = line.rfind(part)
    return at.replace(column=offset + 1, end_column=offset + 1 + len(part)) if offset >= 0 else at

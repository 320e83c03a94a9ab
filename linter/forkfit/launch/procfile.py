"""What ``honcho start`` and its like start: the lines of a Procfile."""

from __future__ import annotations

import re
from posixpath import join, normpath

from forkfit.launch.image.ground import text_at
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.value import Known, Unknown

_WITH_VALUE = frozenset({"-c", "-d", "-e", "-f", "-p", "-t", "--app-root", "--concurrency", "--env", "--formation", "--port", "--procfile"})
_LINE = r"(?m)^([A-Za-z0-9_-]+):[ \t]*(\S.*)$"


class Entry(Record):
    """A line of a Procfile: its name, and the command that a shell reads."""

    name: str
    command: Text
    trail: Trail


def entries(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> tuple[Entry, ...] | Unknown:
    """Return all that the Procfile names, or what is asked for; nothing for other uses of the program."""
    from forkfit.evaluate.shell.script import lines_of

    if not all(word.is_known for word in words):
        return Unknown("what of its Procfile is started is decided only when it runs")
    options, operands = _parted([word.plain for word in words[1:]])
    if operands[:1] != ["start"]:
        return ()
    if not isinstance(view.working_dir, Known):
        return Unknown(f"where {words[0].plain} finds its Procfile is not known: its working folder is not")
    folder = join(view.working_dir.value, options.get("-d") or options.get("--app-root") or "")
    found = text_at(layers, normpath(join(folder, options.get("-f") or options.get("--procfile") or "Procfile")), files)
    if not isinstance(found, Known):
        return Unknown(f"its Procfile is not in the repository: {found.why}" if isinstance(found, Unknown) else "it has no Procfile")
    text = lines_of(found.value)
    wanted = operands[1:]
    lines = [m for m in re.finditer(_LINE, text.plain) if not wanted or m[1] in wanted]
    return tuple(
        Entry(m[1], text[m.start(2) : m.end(2)], joined(found.trail, (Step(Role.LAUNCHED, text[m.start() : m.end(1)].at, m[1]),)))
        for m in lines
    )


def _parted(words: list[str]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    operands: list[str] = []
    index = 0
    while index < len(words):
        name, equals, value = words[index].partition("=")
        if not name.startswith("-"):
            operands.append(words[index])
        elif equals:
            options[name] = value
        elif name in _WITH_VALUE and index + 1 < len(words):
            index += 1
            options[name] = words[index]
        index += 1
    return options, operands

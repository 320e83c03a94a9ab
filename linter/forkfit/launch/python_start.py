"""From a Python command to the program of the project that it runs: a script, a module, a console script."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import dirname, isabs, join, normpath
from typing import TYPE_CHECKING

from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.project import Words
from forkfit.model.source import Source
from forkfit.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from forkfit.launch.python_script import Started

_SHEBANG = r"#!.*\bpython[\d.]*\b"
_OPTIONS_WITH_VALUE = frozenset({"-W", "-X"})
_SUSPICIOUS = r"(?i)(?<![a-z])(?:celery|workers?)(?![a-z])"

Read = Callable[[str], Value[Source]]


def is_python_script(script: Source) -> bool:
    """Tell whether a file is run by Python when it is started by its path."""
    first = script.line(1)
    return bool(re.match(_SHEBANG, first)) if first.startswith("#!") else script.path.endswith(".py")


def of_python(words: Words, view: View, files: Files, read: Read) -> Started | Unknown | None:
    """Return what ``python SCRIPT`` or ``python -m MODULE`` starts, None for what is no program of the project."""
    index = 1
    while index < len(words):
        plain = words[index].plain
        if not words[index].is_known:
            return Unknown("what Python is to run is decided only when it runs", words[index].trail)
        if plain in _OPTIONS_WITH_VALUE:
            index += 2
        elif plain.startswith("-m") or (plain.startswith("-") and plain.endswith("m") and plain[1:].isalpha()):
            rest = words[index + 1 :] if plain.endswith("m") and len(plain) < 6 else (words[index][2:], *words[index + 1 :])
            return _module(rest, view, files) if rest else None
        elif plain == "-c" or plain == "-":
            return None
        elif plain.startswith("-"):
            index += 1
        else:
            return of_file(words[index:], view, files, read)
    return None


def of_file(words: Words, view: View, files: Files, read: Read) -> Started | Unknown | None:
    """Return what a Python file starts; Unknown where it is not in the repository."""
    from forkfit.launch.python_script import of_script

    found = read(words[0].plain)
    match found:
        case Known(value=script):
            return of_script(script, _folder(words[0].plain, view), words, view, files)
        case Unknown():
            return found
        case _:
            return Unknown(f"{words[0].plain}, which starts it, is not in the repository")


def of_program(words: Words, view: View, files: Files) -> Started | None:
    """Return what a console script of the project starts, or a command of its applications; None where it has none of that name."""
    if words[0].plain == "django-admin":
        from forkfit.launch.python_script import of_management

        return of_management(words, view, files)
    from forkfit.evaluate.python.console_scripts import entry_point

    folders = dict.fromkeys([*view.nearby, *(m.source for m in view.paths if files.is_folder(m.source))])
    point = entry_point(words[0].plain, tuple(folders), files)
    if point is None:
        return None
    from forkfit.launch.python_script import of_console_script

    return of_console_script(point, words, view, files)


def _module(words: Words, view: View, files: Files) -> Started | Unknown | None:
    from forkfit.launch.python_script import of_module

    if not words[0].is_known:
        return Unknown("which module Python is to run is decided only when it runs", words[0].trail)
    name = words[0].plain
    found = of_module(name, words, view, files)
    if found is None and re.search(_SUSPICIOUS, name):
        return Unknown(f"the module {name}, which starts it, is not in the repository")
    return found


def _folder(script: str, view: View) -> str:
    """Return the container folder in which a script stands; empty where that is not known."""
    if isabs(script):
        return dirname(normpath(script))
    if isinstance(view.working_dir, Known):
        return dirname(normpath(join(view.working_dir.value, script)))
    return ""

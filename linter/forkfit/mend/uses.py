"""Whether a value that a script or a module gives a name is read at other places too, which a change of it would reach."""

from __future__ import annotations

import ast
import re
from posixpath import basename
from string import ascii_letters, digits

from forkfit.launchers.celery.mentions import files_of
from forkfit.mend.edit import Edit, Refused
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource, Source
from forkfit.model.source import source as made
from forkfit.model.span import Span, Trail, places
from forkfit.syntax.python import parse

_ASSIGNED = re.compile(
    r"\s*(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?(?P<name>[A-Za-z_]\w*)(?:\s*:\s*[\w.]+)?\s*[:?+]?:?=(?!=)", re.ASCII
)
_SETTINGS = ("settings", "conf", "config")  # what modules call the settings that they read
# Where supervisord gives its programs variables, which it calls %(ENV_NAME)s.
_SUPERVISED = (".conf", ".ini", ".cfg")
_LISTS = re.compile(r"\s*+environment\s*+=|\s")  # and on the lines that go on with it
_OF_NAMES = f"{ascii_letters}{digits}_"
_MAKEFILES = ("makefile", "gnumakefile")
_PROGRAMS = (".py", ".sh", ".bash", ".mk")  # what others give a name, the projects show that read it


def only_read_here(what: str, at: Span, trail: Trail, source: Source) -> None:
    """Raise Refused where the file reads the name that a value is given outside the way by which it came."""
    name = _given_to(at, source)
    if not name:
        return
    seen = {at.line, *(place.line for place in places(trail) if place.file == source.path)}
    read = re.compile(rf"(?<![\w.])(?:ENV_)?{name}\b")
    others = [number for number in range(1, len(source.starts) + 1) if number not in seen and read.search(_code(source.line(number)))]
    # A trail through Python does not show where a name is read on the way.
    if others[source.path.endswith(".py") :]:
        raise Refused(f"{what} is {name} at {at}, which line {others[-1]} reads too")


def _given_to(at: Span, source: Source) -> str:
    """Return the name that a module, a script, a Makefile or supervisord gives the value at a place; empty where none does."""
    line = source.line(at.line)
    if source.path.endswith(_SUPERVISED):
        lists = _LISTS.match(line)
        return _listed(line[lists.end() : at.column - 1]) if lists else ""
    is_program = source.path.endswith(_PROGRAMS) or source.text.startswith("#!") or basename(source.path).lower() in _MAKEFILES
    match = _ASSIGNED.match(line) if is_program else None
    return match["name"] if match is not None and match.end() < at.column else ""


def _listed(before: str) -> str:
    """Return the name that stands before a value, with ``=`` and perhaps a quote between them."""
    before = before.rstrip()
    before = (before[:-1] if before.endswith(("'", '"')) else before).rstrip()
    before = before[:-1].rstrip() if before.endswith("=") else ""
    return before[len(before.rstrip(_OF_NAMES)) :].lstrip(digits)


def only_read_on_its_way(edit: Edit, trail: Trail, source: Source, files: Files) -> None:
    """Raise Refused where another file of the repository takes the name that a value is given, but for those of its trail."""
    name = _given_to(edit.at, source)
    if not name:
        return
    kind = "python" if source.path.endswith(".py") else "scripts"
    texts = files_of(kind, files)
    if texts is None:
        raise Refused(f"{name} at {edit.at} may be read elsewhere: the repository has more {kind} than is looked at")
    on_the_way = {source.path, *(place.file for place in places(trail))}
    for path, text in texts:
        if path not in on_the_way and name in text and (_takes if kind == "python" else _sources)(name, source.path, path, text):
            raise Refused(f"{name} at {edit.at} is read in {path} too")


def _sources(name: str, of: str, _: str, text: str) -> bool:
    """Tell whether a script names another one, and reads a variable that it may have from there."""
    return basename(of) in text and re.search(rf"\$[({{]?{name}\b", text) is not None


def _takes(name: str, of_path: str, path: str, text: str) -> bool:
    """Tell whether a file imports a name of another one, or reads it as an attribute of it or of settings."""
    module = of_path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    try:
        tree = parse(made(path, text))
    except BrokenSource:
        return False
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=of, names=names) if (of or "").rpartition(".")[2] == module:
                if any(one.name in (name, "*") for one in names):
                    return True
            case ast.Attribute(value=ast.Name(id=of) | ast.Attribute(attr=of), attr=attr, ctx=ast.Load()) if attr == name:
                if of in (module, *_SETTINGS):
                    return True
    return False


def _code(line: str) -> str:
    """Return a line without its comment."""
    return re.sub(r"(?:^|\s)#.*", "", line)

"""Whether a value that a script or a module gives a name is read at other places too, which a change of it would reach."""

from __future__ import annotations

import ast
import re

from forkfit.launchers.celery.mentions import python_files
from forkfit.mend.edit import Edit, Refused
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource, Source
from forkfit.model.source import source as made
from forkfit.model.span import Span, Trail, places
from forkfit.syntax.python import parse

_ASSIGNED = re.compile(
    r"\s*(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?(?P<name>[A-Za-z_]\w*)(?:\s*:\s*[\w.]+)?\s*=(?!=)", re.ASCII
)
_SETTINGS = ("settings", "conf", "config")  # what modules call the settings that they read
_PROGRAMS = (".py", ".sh", ".bash")  # what others give a name, the projects show that read it


def only_read_here(what: str, at: Span, trail: Trail, source: Source) -> None:
    """Raise Refused where the file reads the name that a value is given outside the way by which it came."""
    match = _ASSIGNED.match(source.line(at.line))
    if match is None or match.end() >= at.column or not (source.path.endswith(_PROGRAMS) or source.text.startswith("#!")):
        return
    seen = {at.line, *(place.line for place in places(trail) if place.file == source.path)}
    read = re.compile(rf"(?<![\w.]){match['name']}\b")
    others = [number for number in range(1, len(source.starts) + 1) if number not in seen and read.search(_code(source.line(number)))]
    # A trail through Python does not show where a name is read on the way.
    if others[source.path.endswith(".py") :]:
        raise Refused(f"{what} is {match['name']} at {at}, which line {others[-1]} reads too")


def only_read_on_its_way(edit: Edit, trail: Trail, source: Source, files: Files) -> None:
    """Raise Refused where another Python file of the repository takes the name that a value is given, but for those of its trail."""
    match = _ASSIGNED.match(source.line(edit.at.line))
    if match is None or not source.path.endswith(".py") or match.end() >= edit.at.column:
        return
    name, module = match["name"], source.path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    on_the_way = {source.path, *(place.file for place in places(trail))}
    texts = python_files(files)
    if texts is None:
        raise Refused(f"{name} at {edit.at} may be read elsewhere: the repository has more Python than is looked at")
    for path, text in texts:
        if path not in on_the_way and name in text and _takes(name, module, path, text):
            raise Refused(f"{name} at {edit.at} is read in {path} too")


def _takes(name: str, module: str, path: str, text: str) -> bool:
    """Tell whether a file imports a name of a module, or reads it as an attribute of it or of settings."""
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

"""Whether a value that a script or a module gives a name is read at other places too, which a change of it would reach."""

from __future__ import annotations

import re

from forkfit.mend.edit import Refused
from forkfit.model.source import Source
from forkfit.model.span import Span, Trail, places

_ASSIGNED = re.compile(
    r"\s*(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?(?P<name>[A-Za-z_]\w*)(?:\s*:\s*[\w.]+)?\s*=(?!=)", re.ASCII
)
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


def _code(line: str) -> str:
    """Return a line without its comment."""
    return re.sub(r"(?:^|\s)#.*", "", line)

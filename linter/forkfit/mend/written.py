"""Where a value is written: the one place of its trail whose characters say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forkfit.mend.edit import Edit, Refused
from forkfit.mend.uses import only_read_here
from forkfit.model.source import Source
from forkfit.model.span import Role, Span, Trail

Sources = Mapping[str, Source]
_QUOTES = "\"'"
_WRITING = (Role.WRITTEN, Role.FALLBACK)


def edit_of(
    what: str, trail: Trail, sources: Sources, says: Callable[[str], bool], after: Callable[[str], str], beside: Trail = ()
) -> Edit:
    """Return the edit of the one place in a trail that says a value, quotes aside; raise Refused where no single place does.

    The ways `beside` are of values that change with this one: they may pass the place too.
    """
    found: dict[Span, str] = {}
    steps = [step for step in trail if step.at is not None and step.role in _WRITING]
    for step in steps:
        if step.at is not None and (place := bare(step.at, sources)) is not None and says(place[1]):
            found[place[0]] = place[1]
    if not steps:
        raise Refused(f"{what} is written in no file of the project")
    if not found:
        places = ", ".join(dict.fromkeys(f"{step.at}" for step in steps))
        raise Refused(f"{what} is made of what stands at {places}: no single place says it")
    if len(found) > 1:
        raise Refused(f"{what} is written at {' and at '.join(map(str, found))}")
    (at, before), *_ = found.items()
    only_read_here(what, at, (*trail, *beside), sources[at.file])
    return Edit(at, before, after(before))


def bare(at: Span, sources: Sources) -> tuple[Span, str] | None:
    """Return a place within one line without the quotes around it, and its characters; None where it is no such place."""
    source = sources.get(at.file)
    if source is None or at.line != at.end_line:
        return None
    text = source.line(at.line)[at.column - 1 : at.end_column - 1]
    if len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0]:
        text, at = text[1:-1], at.narrowed(1, len(text) - 2)
    return (at, text) if text else None

"""Stop where the reference stops; otherwise what it refuses is told and the rest goes on."""

from __future__ import annotations

import re

from forkfit.model.span import Role, Trail
from forkfit.model.trouble import Kind, Refused, Tell, Trouble

NOT_SET = " is not set"  # ends the note of a step at which a variable without a value is used


def refusing(strict: bool, tell: Tell) -> Tell:
    """Return what a load does with a thing that the reference refuses: raise Refused, or tell it and go on.

    A warning is told by either. What is wrong only because a variable has no value is not told again: .env is seldom
    committed, and that the variable is not set has been told already. What is wrong only because a placeholder is not
    filled in is told as that.
    """

    def stop(trouble: Trouble) -> None:
        if trouble.kind is not Kind.WARNING:
            raise Refused(trouble)
        tell(trouble)

    def go_on(trouble: Trouble) -> None:
        if _has_placeholder(trouble.message):
            tell(trouble.replace(kind=Kind.TEMPLATE, message=f"{trouble.message}, in a template that is not filled in"))
        elif not unset(trouble.trail):
            tell(trouble)

    return stop if strict else go_on


def _has_placeholder(message: str) -> bool:
    """Tell whether the value that a message quotes is one that a script fills in before Compose reads the file."""
    from forkfit.syntax.yaml_faults import PLACEHOLDERS  # only a project that has something wrong pays for it

    return re.search(rf"{PLACEHOLDERS}|__[A-Z][A-Z0-9_]*__", message) is not None


def unset(trail: Trail) -> str:
    """Return that a variable is not set, where one on the trail is not; otherwise nothing."""
    return next((step.note for step in trail if step.role is Role.USED and step.note.endswith(NOT_SET)), "")


def about(service: str, tell: Tell) -> Tell:
    """Return a listener that adds to each trouble the service it is about."""
    if not service:
        return tell
    return lambda trouble: tell(trouble if trouble.service else trouble.replace(service=service))

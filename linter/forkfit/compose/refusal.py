"""Stop where the reference stops; otherwise what it refuses is told and the rest goes on."""

from __future__ import annotations

from forkfit.model.span import Role, Trail
from forkfit.model.trouble import Kind, Refused, Tell, Trouble

NOT_SET = " is not set"  # ends the note of a step at which a variable without a value is used


def refusing(strict: bool, tell: Tell) -> Tell:
    """Return what a load does with a thing that the reference refuses: raise Refused, or tell it and go on.

    A warning is told by either. What is wrong only because a variable has no value is not told again: .env is seldom
    committed, and that the variable is not set has been told already.
    """

    def stop(trouble: Trouble) -> None:
        if trouble.kind is not Kind.WARNING:
            raise Refused(trouble)
        tell(trouble)

    return stop if strict else lambda trouble: None if unset(trouble.trail) else tell(trouble)


def unset(trail: Trail) -> str:
    """Return that a variable is not set, where one on the trail is not; otherwise nothing."""
    return next((step.note for step in trail if step.role is Role.USED and step.note.endswith(NOT_SET)), "")


def about(service: str, tell: Tell) -> Tell:
    """Return a listener that adds to each trouble the service it is about."""
    if not service:
        return tell
    return lambda trouble: tell(trouble if trouble.service else trouble.replace(service=service))

"""Stop where the reference stops; otherwise what it refuses is told and the rest goes on."""

from __future__ import annotations

from forkfit.model.trouble import Refused, Tell, Trouble


def stop(trouble: Trouble) -> None:
    """Raise Refused: what a strict load does with the first thing that the reference refuses."""
    raise Refused(trouble)


def refusing(strict: bool, tell: Tell) -> Tell:
    """Return what a load does with a thing that the reference refuses: stop, or tell it and go on."""
    return stop if strict else tell


def about(service: str, tell: Tell) -> Tell:
    """Return a listener that adds to each trouble the service it is about."""
    if not service:
        return tell
    return lambda trouble: tell(trouble if trouble.service else trouble.replace(service=service))

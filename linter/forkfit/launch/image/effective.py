"""From a service and its image to the words that really start in its container."""

from __future__ import annotations

from forkfit.model.image import Image
from forkfit.model.project import Service, Words
from forkfit.model.span import Role, Step, joined
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, combine, either


def effective(service: Service, image: Image | Absent | Unknown) -> Value[Words]:
    """Return the words that start in the container: Compose's entrypoint and command over the image's, as Docker merges them.

    An entrypoint of the Compose file drops the image's command, unless it is empty; an empty command changes nothing
    (moby, daemon/commit.go, merge). An image's entrypoint that is not known is taken to run the command that it is given.
    """
    if isinstance(image, Image):
        below = (image.entrypoint, image.command)
    else:
        below = (Unknown(image.why, image.trail), Unknown(image.why, image.trail))
    entrypoints, commands = alternatives(service.entrypoint), alternatives(service.command)
    return either(_merged(entrypoint, command, *below) for entrypoint in entrypoints for command in commands)


def _merged(entrypoint: Value[Words], command: Value[Words], entrypoint_below: Value[Words], command_below: Value[Words]) -> Value[Words]:
    """Return the words for one entrypoint and one command of the Compose file."""
    if isinstance(command, Known) and not command.value:
        command = Absent("the command is empty", command.trail)
    if isinstance(entrypoint, Known) and entrypoint.value:
        return _joined(entrypoint, command)
    if isinstance(command, Absent):
        command = command_below
    if isinstance(entrypoint, Absent):
        entrypoint = entrypoint_below
        if isinstance(entrypoint, Unknown) and isinstance(command, Known) and command.value:
            note = f"the entrypoint of its image is taken to run the command that it is given: {entrypoint.why}"
            return command.because(Step(Role.ASSUMED, None, note))
    return _joined(entrypoint, command)


def _joined(entrypoint: Value[Words], command: Value[Words]) -> Value[Words]:
    """Return one after the other; what is absent adds nothing."""
    parts = [part for part in (entrypoint, command) if not isinstance(part, Absent)]
    if not parts:
        return Absent("neither the Compose file nor the image starts anything", joined(entrypoint.trail, command.trail))
    return combine(lambda *words: tuple(word for part in words for word in part), *parts)

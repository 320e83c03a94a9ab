"""From a service and its image to the words that really start in its container."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from forkfit.launch.image.bases import reference
from forkfit.model.image import Image
from forkfit.model.project import Service, Words
from forkfit.model.span import Role, Step, joined
from forkfit.model.text import assumed
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, combine, either

# Public images whose entrypoint hands its words to a program (apache/airflow, scripts/docker/entrypoint_prod.sh): the
# program, and how the names of variables begin that it alone reads. They tell an image that is built from it elsewhere.
_HANDS_OVER = {"apache/airflow": ("airflow", "AIRFLOW__")}
# The words that such a program takes for a worker.
_WORKERS = (("celery", "worker"), ("worker",))


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
    asked = partial(_asked, service, image)
    return either(_merged(entrypoint, command, *below, asked) for entrypoint in entrypoints for command in commands)


def _merged(
    entrypoint: Value[Words],
    command: Value[Words],
    entrypoint_below: Value[Words],
    command_below: Value[Words],
    asked: Callable[[Words], Known[Words] | None],
) -> Value[Words]:
    """Return the words for one entrypoint and one command of the Compose file; `asked` tells what a well-known entrypoint makes of them."""
    if isinstance(command, Known) and not command.value:
        command = Absent("the command is empty", command.trail)
    if isinstance(entrypoint, Known) and entrypoint.value:
        return _joined(entrypoint, command)
    if isinstance(command, Absent):
        command = command_below
    if isinstance(entrypoint, Absent):
        entrypoint = entrypoint_below
        if isinstance(entrypoint, Unknown) and isinstance(command, Known) and command.value:
            handed = asked(command.value)
            if handed is not None:
                return handed.because(*command.trail)
            note = f"the entrypoint of its image is taken to run the command that it is given: {entrypoint.why}"
            return command.because(Step(Role.ASSUMED, None, note))
    return _joined(entrypoint, command)


def _joined(entrypoint: Value[Words], command: Value[Words]) -> Value[Words]:
    """Return one after the other; what is absent adds nothing."""
    parts = [part for part in (entrypoint, command) if not isinstance(part, Absent)]
    if not parts:
        return Absent("neither the Compose file nor the image starts anything", joined(entrypoint.trail, command.trail))
    return combine(lambda *words: tuple(word for part in words for word in part), *parts)


def _asked(service: Service, image: Image | Absent | Unknown, words: Words) -> Known[Words] | None:
    """Return what a well-known image's entrypoint runs for words that ask for a worker, None where the image is no such one."""
    if words[0].plain not in ("celery", "worker"):
        return None
    base = image.base.value.plain if isinstance(image, Image) and isinstance(image.base, Known) else ""
    named = service.image.value if isinstance(service.image, Known) and not isinstance(image, Image) else ""
    names = {reference(name).name for name in (base, named) if name}
    variables = (*service.environment.variables, *(image.environment if isinstance(image, Image) else ()))
    plain = tuple(word.plain for word in words[:2])
    for known, (program, beginning) in _HANDS_OVER.items():
        is_alike = any(plain[: len(one)] == one for one in _WORKERS) and any(v.name.startswith(beginning) for v in variables)
        if known in names or is_alike:
            note = f"the entrypoint of {known} hands its words to {program}"
            return Known((assumed(program, note), *words), (Step(Role.ASSUMED, None, note),))
    return None

"""The Celery launcher: which commands start workers, and what those workers are once everything is settled."""

from __future__ import annotations

from forkfit.launchers.celery.line import HOLE, after_program, read, shape_of
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.launcher import Claim
from forkfit.model.text import Text
from forkfit.model.trouble import Tell
from forkfit.model.value import Bounded, Known, alternatives
from forkfit.model.worker import Worker


def claims(argv: tuple[Text, ...]) -> Claim:
    """Say whether a command starts workers: `celery ... worker` and `celery multi start` do, inspect does not.

    Beat and flower load the application and keep running.
    """
    words = after_program(argv)
    if words is None:
        return Claim.NONE
    line = read(words)
    if line.last("help") is not None or line.last("version") is not None:
        return Claim.OTHER
    if line.sub_command is None:
        return Claim.UNKNOWN if line.open else Claim.OTHER
    value = line.sub_command.value
    if not isinstance(value, (Known, Bounded)):
        return Claim.UNKNOWN
    found = {_claim(single.value, line.rest) if isinstance(single, Known) else Claim.UNKNOWN for single in alternatives(value)}
    if len(found) == 1:
        return found.pop()
    return Claim.OTHER if found <= {Claim.OTHER, Claim.BESIDE} else Claim.UNKNOWN


def _claim(sub_command: str, rest: tuple[Text, ...]) -> Claim:
    if sub_command == "worker":
        return Claim.WORKER
    if sub_command != "multi":
        return Claim.BESIDE if sub_command in ("beat", "flower") else Claim.OTHER
    if rest and HOLE in shape_of(rest[0]):
        return Claim.UNKNOWN
    return Claim.WORKER if rest and rest[0].plain in ("start", "restart") else Claim.OTHER


def settle(process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Work out the workers that a command starts; one for each node of `celery multi`."""
    from forkfit.launchers.celery.elsewhere import settle_elsewhere

    words = after_program(process.argv) or ()
    line = read(words)
    if line.sub_command is None or line.sub_command.plain != "multi":
        worker = settle_elsewhere(process, line, files, tell)
        if worker is not None:
            return (worker,)
    from forkfit.launchers.celery.settle import settle as settle_all  # reads Python, which most hooks never need

    return settle_all(process, files, tell)

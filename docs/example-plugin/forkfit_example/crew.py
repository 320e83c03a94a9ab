"""The launcher of ``crew work --hands 4``, a program of ours that starts a Celery worker with so many children."""

from __future__ import annotations

from itertools import pairwise

from forkfit.api import (
    Absent,
    Claim,
    Files,
    Known,
    Pool,
    Process,
    Role,
    Step,
    Tell,
    Text,
    Unknown,
    Value,
    Worker,
)


def claims(argv: tuple[Text, ...]) -> Claim:
    """Say whether a command starts workers: ``crew work`` does."""
    words = [word.plain for word in argv[1:2]]
    return Claim.WORKER if words == ["work"] else Claim.OTHER


def settle(process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Work out the one worker that a command starts. Nothing of its code is read, so only what Celery itself needs is weighed."""
    del files, tell
    hands = _hands(process.argv)
    default = (Step(Role.ASSUMED, None, "crew starts it so"),)
    return (
        Worker(
            service=process.service,
            at=process.at,
            program=process.program or "crew",
            launcher="crew",
            argv=process.argv,
            launch=process.trail,
            app=Absent("crew has an application of its own"),
            pool=Known(Pool.PREFORK, default),
            concurrency=hands,
            autoscale=Absent("crew never scales"),
            processes=hands,
            processes_at_start=hands,
            start_method=Known("fork", default),
            max_memory_per_child=Absent("crew has no such limit"),
            celery_version=Known("5.6", default),
            python_version=Absent("no version is stated"),
        ),
    )


def _hands(argv: tuple[Text, ...]) -> Value[int]:
    """Return what follows --hands, with the places that it comes from; 2 where it is not given."""
    for option, word in pairwise(argv):
        if option.plain == "--hands":
            trail = word.trail
            return Known(int(word.plain), trail) if word.plain.isdecimal() else Unknown(f"{word.plain} is no number", trail)
    return Known(2, (Step(Role.ASSUMED, None, "crew's default"),))

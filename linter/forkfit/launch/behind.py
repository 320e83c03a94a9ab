"""A worker's command that stands behind a program which nobody knows: a reloader, a debugger, a tracer."""

from __future__ import annotations

import re

from forkfit.evaluate.shell.wrappers import program
from forkfit.model.launcher import Claim, Launcher
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step

# Programs that say, look for, end or send a command, or start it somewhere else.
_STARTS_NOTHING = frozenset(
    """
    awk cat curl docker docker-compose echo expr grep kill killall kubectl logger man pgrep pidof pkill podman printf ps
    redis-cli rm sed ssh supervisorctl systemctl tee test touch wget which
    """.split()  # noqa: SIM905
)


class Behind(Record):
    """The command behind a program: its words, or with `is_text` one word that a shell reads; the step says that it is assumed."""

    words: Words
    is_text: bool
    step: Step


def behind(words: Words, launchers: tuple[Launcher, ...]) -> Behind | None:
    """Return the command that starts a worker behind a program; None where none stands there."""
    name = program(words)
    if name in _STARTS_NOTHING:
        return None
    programs = {program: launcher for launcher in launchers for program in launcher.programs}
    for index, word in enumerate(words[1:], 1):
        base = word.plain.rsplit("/", 1)[-1]
        if base in programs and word.is_known and programs[base].claims(words[index:]) is Claim.WORKER:
            return Behind(words[index:], False, _assumed(words, base))
        found = next((p for p in programs if re.search(rf"(?:^|[\s/;&]){re.escape(p)}\s", word.plain)), None)
        if found is not None:
            return Behind((word,), True, _assumed(words, found))
    return None


def _assumed(words: Words, inner: str) -> Step:
    return Step(Role.ASSUMED, words[0].at, f"{words[0].plain} is taken to run the command of {inner} that stands behind it")

"""A launcher: what knows one program that starts worker processes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from importlib import import_module

from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.text import Text
from forkfit.model.trouble import Tell
from forkfit.model.worker import Worker


class Claim(Enum):
    """What a launcher says of a command."""

    WORKER = "worker"  # it starts worker processes
    BESIDE = "beside"  # it starts none, loads the application as they do, and keeps running
    OTHER = "other"  # the program is known, but this use of it starts none
    UNKNOWN = "unknown"  # the program is known, but what it is to do is decided only when it runs
    NONE = "none"  # another program


class Launcher(Record):
    """A launcher, not yet imported.

    `programs` are the command names it asks to see, `beside` the sub-commands that load the application and keep running;
    `module` has ``claims(argv) -> Claim`` and ``settle(process, files, tell) -> tuple[Worker, ...]``: one command may start
    several.
    """

    name: str
    programs: tuple[str, ...]
    module: str
    beside: tuple[str, ...] = ()

    def claims(self, argv: tuple[Text, ...]) -> Claim:
        """Say whether a command, from its program on, starts workers."""
        claim: Callable[[tuple[Text, ...]], Claim] = import_module(self.module).claims
        return claim(argv)

    def settle(self, process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
        """Work out the values of the workers that a claimed command starts."""
        settle: Callable[[Process, Files, Tell], tuple[Worker, ...]] = import_module(self.module).settle
        return settle(process, files, tell)

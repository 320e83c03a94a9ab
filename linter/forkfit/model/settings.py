"""The settings that stages and rules go by, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping

from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.record import Record


class Stated(Record):
    """Figures that a user states for a service: what one worker process needs, and what their parent needs."""

    per_worker: Memory | None = None
    parent: Memory | None = None


class Settings(Record):
    """Settings in force, after the project's file and the command line.

    `cpus` stands in for the host's CPU count, `memory` for a limit where none is declared; None where not given.
    `headroom` is the share of the limit above which FF104 speaks, `working_set` what a task needs per child.
    """

    fail_on: Severity | None = Severity.WARNING
    cpus: int | None = None
    memory: Memory | None = None
    headroom: float = 0.8
    working_set: Memory = Memory.mib(5)
    handbook_decides: bool = False
    plugins: tuple[str, ...] = ()
    services: Mapping[str, Stated] = {}

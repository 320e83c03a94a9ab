"""A change that mends a finding, before it is tried."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.mend.edit import Edit
from forkfit.model.finding import Signed
from forkfit.model.record import Record
from forkfit.model.stack import Stack


class Change(Record):
    """What is edited to mend a finding, in words and in characters, and what comes of it.

    `effect` says what else changes, such as the throughput; `unsafe` why it is not done unasked, empty where it is.
    `uncured` says what it means where the finding is still there. `wanted` tells whether a service of a project is to have
    this change: it is asked of all that an edit reaches.
    """

    signed: Signed
    edits: tuple[Edit, ...]
    what: str
    effect: str = ""
    unsafe: str = ""
    uncured: str = ""
    wanted: Callable[[Stack], bool] = lambda _: True

    @property
    def service(self) -> str:
        """The service that the finding is about."""
        return self.signed.finding.service

    def __str__(self) -> str:
        effect = f"; {self.effect}" if self.effect else ""
        at = self.edits[0].at
        return f"{self.signed.rule} {self.service}: {at.file}:{at.line}: {self.what}{effect}"


# Changes that make the same edits: services that share a value often ask for the same.
Group = tuple[Change, ...]

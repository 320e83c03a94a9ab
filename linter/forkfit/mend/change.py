"""A change that mends a finding, before it is tried."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.mend.edit import Edit
from forkfit.model.finding import Signed
from forkfit.model.record import Record
from forkfit.model.span import Trail
from forkfit.model.stack import Stack


class Change(Record):
    """What is edited to mend a finding, in words and in characters, and what comes of it.

    `effect` says what else changes, such as the throughput; `unsafe` why it is not done unasked, empty where it is.
    `uncured` says what it means where the finding is still there. `wanted` tells whether a service of a project is to have
    this change: it is asked of all that an edit reaches. `trail` is the way by which a value that is changed came.
    """

    signed: Signed
    edits: tuple[Edit, ...]
    what: str
    effect: str = ""
    unsafe: str = ""
    uncured: str = ""
    wanted: Callable[[Stack], bool] = lambda _: True
    trail: Trail = ()

    @property
    def service(self) -> str:
        """The service that the finding is about."""
        return self.signed.finding.service

    def said_of(self, path: str) -> str:
        """Say what is changed in one of its files."""
        effect = f"; {self.effect}" if self.effect else ""
        at = next(edit.at for edit in self.edits if edit.at.file == path)
        return f"{self.signed.rule} {self.service}: {at.file}:{at.line}: {self.what}{effect}"

    def __str__(self) -> str:
        return self.said_of(self.edits[0].at.file)


# Changes that make the same edits: services that share a value often ask for the same.
Group = tuple[Change, ...]

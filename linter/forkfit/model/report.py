"""What a run found, ready to be written in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forkfit.model.finding import Severity, Signed
from forkfit.model.record import Record
from forkfit.model.rule import Rule
from forkfit.model.source import Source
from forkfit.model.stack import Stack

if TYPE_CHECKING:
    from forkfit.model.change import Since  # few runs look back


class Unusable(Exception):
    """What keeps a run from being made at all: arguments, settings or a plugin that cannot be used."""


class PluginFailed(Unusable):
    """A part of a plugin that broke, or returned what it must not."""


class Report(Record):
    """The projects looked at, the findings in their order, and what kept the run from being whole.

    `errors` are sentences; each means exit status 2. `sources` are the files that were read, for excerpts;
    `rules` are those that ran, for their manual pages. `fail_on` is the threshold of the run; a project may have its own,
    by which its findings are signed. `since` is what has changed since a revision, where that was asked for.
    """

    stacks: tuple[Stack, ...]
    findings: tuple[Signed, ...]
    errors: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    rules: tuple[Rule, ...] = ()
    fail_on: Severity | None = Severity.WARNING
    since: Since | None = None

    @property
    def status(self) -> int:
        """The exit status: 2 could not run or see, 1 a finding at or above the threshold, otherwise 0."""
        return 2 if self.errors else int(any(f.fails and f.suppressed is None for f in self.findings))

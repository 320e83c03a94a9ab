"""What a rule says, and what the engine makes of it."""

from __future__ import annotations

from enum import IntEnum

from forkfit.model.record import Record
from forkfit.model.span import Span, Trail, places
from forkfit.model.weight import Confidence


class Severity(IntEnum):
    """How much a finding matters; the order is that of `--fail-on`."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case name."""
        return self.name.lower()


class Reason(Record):
    """A line of the trail under a finding: what, its value in words, and its steps; `joins` are the lines that it stands for."""

    what: str
    trail: Trail = ()
    joins: tuple[Reason, ...] = ()

    @property
    def places(self) -> tuple[Span, ...]:
        """The places of its steps, and of those in the lines that it stands for."""
        return (*places(self.trail), *(at for one in self.joins for at in one.places))


class Finding(Record):
    """What a rule found. `evidence` tells two findings of one rule in one service apart, without prose.

    `severity` is given only where it differs from the rule's own. What several services have by one `cause` is told once:
    of the first with its whole message, of the others, `also`, by their names and what their `amount` is.
    """

    message: str
    at: Span
    because: tuple[Reason, ...] = ()
    help: str = ""
    service: str = ""
    confidence: Confidence = Confidence.READ
    evidence: str = ""
    severity: Severity | None = None
    cause: str = ""
    amount: str = ""
    also: tuple[str, ...] = ()


class Signed(Record):
    """A finding with the engine's signature: its rule, severity and identity, and whether it fails the run."""

    rule: str
    name: str
    severity: Severity
    finding: Finding
    project: int
    fingerprint: str
    suppressed: str | None = None
    fails: bool = False

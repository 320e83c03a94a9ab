"""What a rule says, and what the engine makes of it."""

from __future__ import annotations

from enum import IntEnum

from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
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
    """A line of the trail under a finding: what, its value in words, and its steps."""

    what: str
    trail: Trail = ()


class Finding(Record):
    """What a rule found. `evidence` tells two findings of one rule in one service apart, without prose.

    `severity` is given only where it differs from the rule's own.
    """

    message: str
    at: Span
    because: tuple[Reason, ...] = ()
    help: str = ""
    service: str = ""
    confidence: Confidence = Confidence.READ
    evidence: str = ""
    severity: Severity | None = None


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

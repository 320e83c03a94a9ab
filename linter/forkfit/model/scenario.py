"""A project as it is deployed in one of several ways, and what becomes of its services there."""

from __future__ import annotations

from forkfit.model.change import Sight
from forkfit.model.record import Record
from forkfit.model.report import Report


class Verdict(Record):
    """What becomes of a service, as it is seen and in words; `project` is its index in the report."""

    service: str
    project: int
    sight: Sight
    words: str


class Scenario(Record):
    """A run under a name, with a verdict for each service that has workers, or that is not seen through."""

    name: str
    report: Report
    verdicts: tuple[Verdict, ...]

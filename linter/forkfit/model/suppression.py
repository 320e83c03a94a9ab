"""A suppression: what a user wrote to silence rules at one place, and what became of it."""

from __future__ import annotations

from forkfit.model.record import Record
from forkfit.model.span import Span


class Suppression(Record):
    """Words that name rules, and what they are silenced for: causes on lines `first` to `last` of its file, and a service.

    `service` is empty where it does not stand at one; `within` is the service whose lines hold it. `until` is the last day
    on which it holds. `fault` says why it cannot be understood. The rest is what judging makes of it: whether it has
    expired, the words that name no rule (with what to say of it), and those that silenced nothing.
    """

    at: Span
    words: tuple[str, ...]
    first: int = 0
    last: int = 0
    service: str = ""
    within: str = ""
    reason: str = ""
    until: str = ""
    fault: str = ""
    expired: bool = False
    unknown: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()

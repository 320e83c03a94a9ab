"""What several services have by one cause, told once: the first in full, the others by name."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.finding import Signed


def told_once(found: Iterable[Signed]) -> tuple[Signed, ...]:
    """Return findings with those of several services that one rule has by one cause put together, in the order given.

    What is suppressed stays apart from what is not.
    """
    groups: dict[tuple[object, ...], dict[str, Signed]] = {}
    for number, one in enumerate(found):
        cause = one.finding.cause
        alike = (one.rule, one.project, one.severity, one.fails, one.suppressed, cause) if cause else (number,)
        if one.finding.service in groups.get(alike, {}):
            alike = (number,)
        groups.setdefault(alike, {})[one.finding.service] = one
    return tuple(_together(*group.values()) for group in groups.values())


def _together(first: Signed, *others: Signed) -> Signed:
    if not others:
        return first
    *most, last = (_named(one) for one in others)
    listed = f"{', '.join(most)} and {last}" if most else last
    message = f"{first.finding.message}; the same in {listed}"
    return first.replace(finding=first.finding.replace(message=message, also=tuple(one.finding.service for one in others)))


def _named(one: Signed) -> str:
    return f"{one.finding.service} ({one.finding.amount})" if one.finding.amount else one.finding.service

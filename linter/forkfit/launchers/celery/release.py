"""Celery releases: which of the measured ones a version behaves like."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.value import Absent, Known, Value

Release = tuple[int, int]

# The releases whose workers were run; a version behaves like the newest of them that is not newer than it.
MEASURED: tuple[Release, ...] = ((3, 1), (4, 4), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5), (5, 6), (5, 7))
NEWEST = MEASURED[-1]
# The last patch of each of them at the time of the measurements, for specifiers such as >=5.2,<5.4.
RELEASED = ("3.1.26", "4.4.7", "5.0.5", "5.1.2", "5.2.7", "5.3.6", "5.4.0", "5.5.3", "5.6.3", "5.7.0")
LAST_OF_FOUR: Release = (4, 4)

_NUMBERS = r"(\d{1,4})(?:\.(\d{1,4}))?"


class Version(Record):
    """The release that decides, the value it was read from, and whether it is no more than an assumption."""

    release: Release
    value: Value[str]
    assumed: bool

    @property
    def words(self) -> str:
        """Name it in a message."""
        return f"Celery {self.release[0]}.{self.release[1]}"


def release_of(version: str) -> Release:
    """Return the measured release that a version behaves like; the newest for a text that is no version."""
    found = re.match(_NUMBERS, version)
    if not found:
        return NEWEST
    wanted = (int(found[1]), int(found[2] or 0))
    if wanted[0] == LAST_OF_FOUR[0]:
        return LAST_OF_FOUR
    return max((r for r in MEASURED if r <= wanted), default=MEASURED[0])


def settled(pinned: Callable[[Callable[[str], bool]], Value[str]], older: tuple[Release, Trail] | None) -> Version:
    """Settle the release: what the project pins, else what the form of the command line needs, else the newest.

    `pinned` returns the version that the project's files give among the released ones that a test lets through.
    `older` is the last release that takes the command line as it stands, and the words that say so.
    """
    value = pinned(lambda _: True)
    exact = isinstance(value, Known) and not any(step.role is Role.ASSUMED for step in value.trail)
    if not exact and older is not None:
        release, words = older
        fits = pinned(lambda version: release_of(version) <= release)
        if isinstance(value, Absent) or isinstance(fits, Known):
            name = f"{release[0]}.{release[1]}"
            note = f"the command line is written for Celery {name} or older, so {name} is assumed"
            return Version(release, Known(name, (*words, Step(Role.ASSUMED, None, note))), True)
    if isinstance(value, Known):
        return Version(release_of(value.value), value, not exact)
    newest = f"{NEWEST[0]}.{NEWEST[1]}"
    return Version(NEWEST, Known(newest, (*value.trail, Step(Role.ASSUMED, None, f"no file pins Celery, so {newest} is assumed"))), True)

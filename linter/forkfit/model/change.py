"""What became of the workers of a project since a revision of git."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from forkfit.model.container import Container, Unseen
from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.value import ByCpus, Known, Value, alternatives

T = TypeVar("T")


class Fit(Enum):
    """Whether a container's workers fit its limit, in words."""

    FITS = "fits"
    MAYBE = "may not fit"  # on some ways it does, on others it does not
    AT_START = "does not fit at start"
    WARM = "does not fit once warm"
    BUSY = "does not fit while busy"
    HANDBOOK = "does not fit by the handbook's sum"
    UNLIMITED = "has no limit"
    OPEN = "cannot be judged"
    NONE = "is scaled to 0"


class Sight(Record):
    """A service as it is seen at one time: its container with workers and whether they fit, or why it is not seen through."""

    found: Container | Unseen
    fit: Fit = Fit.OPEN


class Change(Record):
    """A service at the revision and now, None where it runs no worker there; `project` is its index in the report, if it has one.

    `unloaded` says that the project could not be loaded at the revision, so that nobody knows what was before.
    """

    service: str
    at: Span
    project: int | None
    before: Sight | None
    now: Sight | None
    unloaded: bool = False

    @property
    def is_one(self) -> bool:
        """Whether anything is another: a figure, a count, the limit, the verdict, or that it is there at all."""
        return self.before is None or self.now is None or _told(self.before) != _told(self.now)


class Since(Record):
    """The changes since a revision, as it is written and as the name of a commit, by project and service.

    `unloaded` are files of projects that could not be loaded at the revision, `beside` those read for it that are in no
    revision, because git ignores them: they are taken as they are now.
    """

    revision: str
    commit: str
    changes: tuple[Change, ...]
    unloaded: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def _told(sight: Sight) -> tuple[object, ...]:
    """Return all that is told of a service, without the places where it is written, which move with every line."""
    found = sight.found
    if isinstance(found, Unseen):
        return (found.why,)
    estimate = found.estimate
    needs = (estimate.at_start, estimate.warm, estimate.busy, estimate.handbook)
    fits = (estimate.fits_at_start, estimate.fits_warm, estimate.safe_concurrency)
    return (sight.fit, estimate.at_least, fits, *map(_bare, needs), _bare(found.memory_limit), _bare(found.processes))


def _bare(value: Value[T]) -> tuple[object, ...]:
    """Return what a value is, without its trail."""
    return tuple(
        one.value if isinstance(one, Known) else one.expression if isinstance(one, ByCpus) else type(one) for one in alternatives(value)
    )

"""A container's memory as a budget to look at: what it needs, part by part, against what it may use."""

from __future__ import annotations

from enum import Enum

from forkfit.model.finding import Reason
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Span


class Kind(Enum):
    """What memory is for."""

    PARENT = "parent"
    CHILDREN = "children"
    MODELS = "models"
    TASKS = "working set"
    TOOLS = "programs of tasks"


class Portion(Record):
    """The memory of one kind in a bar."""

    kind: Kind
    amount: Memory


class Bar(Record):
    """What a container needs in one case, such as "on 8 CPUs"; `case` is empty where there is only one.

    `children` counts forked ones; a pool that runs its tasks in one process has none.
    """

    case: str
    children: int
    portions: tuple[Portion, ...]

    @property
    def total(self) -> Memory:
        """The sum."""
        return Memory(sum(portion.amount.bytes for portion in self.portions))


class Course(Record):
    """One figure over the counts of a curve; one `decides` whether the container fits."""

    figure: str
    decides: bool
    needs: tuple[Memory, ...]


class Curve(Record):
    """The figures of a container over the count of one of its workers, the others unchanged, and the count that fits.

    `unit` is what is counted; `now` is the count in force, `starts` the one that is forked at start; None where it is open.
    """

    unit: str
    counts: tuple[int, ...]
    courses: tuple[Course, ...]
    now: int | None
    starts: int | None
    fits: int | None


class Reading(Record):
    """One figure as a row: what is needed, in words, and the count that fits; None where nothing bounds it."""

    figure: str
    need: str
    fits: int | None
    decides: bool


class Member(Record):
    """One worker of a container: its count in words, the count that fits, and where its pool and its count come from.

    `fits` and `curve` are None where the count changes nothing, and where the others' need is not known.
    """

    program: str
    now: str
    fits: int | None
    because: tuple[Reason, ...]
    curve: Curve | None


class Grade(Enum):
    """How a container stands against its limit; OPEN where there is none, or where the files do not tell."""

    OVER = "over"
    TIGHT = "tight"
    FITS = "fits"
    OPEN = "open"


class Budget(Record):
    """One container: the verdict, the bars and figures behind it, its workers, and what could not be weighed.

    `limit` is None where there is no number to hold the bars against; `because` says where it comes from. `sums` is what the
    deciding figure is made of, a line a part. `unweighed` are reasons why more may be needed, and `floors`
    says that the figures are floors because of them.
    """

    service: str
    at: Span
    grade: Grade
    headline: str
    verdict: str
    cure: str
    limit: Memory | None
    because: tuple[Reason, ...]
    bars: tuple[Bar, ...]
    readings: tuple[Reading, ...]
    members: tuple[Member, ...]
    sums: tuple[Reason, ...]
    unweighed: tuple[str, ...]
    floors: bool


class Dark(Record):
    """A service that looks like a worker and was not seen through: why, and what would help."""

    service: str
    at: Span
    why: str
    help: str


class Ledger(Record):
    """The budgets of one project, of so many services."""

    files: tuple[str, ...]
    services: int
    budgets: tuple[Budget, ...]
    dark: tuple[Dark, ...]


class Ledgers(Record):
    """All that is shown, and what kept the run from being whole."""

    projects: tuple[Ledger, ...]
    errors: tuple[str, ...]

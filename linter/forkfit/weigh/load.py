"""MiB that something adds to a worker's processes."""

from __future__ import annotations

from forkfit.model.record import Record


class Load(Record):
    """MiB that something adds: to the parent, to each child after its first tasks and at start, to a resident size.

    `late` is what every process that runs tasks has for itself, because it comes only with the tasks.
    """

    main: float = 0.0
    child: float = 0.0
    idle: float = 0.0
    resident: float = 0.0
    late: float = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(*(a + b for a, b in zip(columns(self), columns(other), strict=True)))

    def __sub__(self, other: Load) -> Load:
        return Load(*(a - b for a, b in zip(columns(self), columns(other), strict=True)))

    def __mul__(self, factor: float) -> Load:
        return Load(*(figure * factor for figure in columns(self)))

    def scaled(self, factors: Load) -> Load:
        """Return each figure times its own factor."""
        return Load(*(a * b for a, b in zip(columns(self), columns(factors), strict=True)))

    @property
    def delayed(self) -> Load:
        """The same where it comes only with the tasks: nothing is shared, each process has all of it."""
        return Load(resident=self.resident, late=self.main)


def columns(load: Load) -> tuple[float, ...]:
    """Return the figures in the order of the fields."""
    return load.main, load.child, load.idle, load.resident, load.late


def ratio(part: Load, whole: Load) -> Load:
    """Return the share that each figure is of the whole's, 0 where the whole is nothing."""
    return Load(*(p / w if w else 0.0 for p, w in zip(columns(part), columns(whole), strict=True)))

"""A value that a service is supposed to have, whatever its files say."""

from __future__ import annotations

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.worker import Pool

CONCURRENCY, MEMORY, POOL = "concurrency", "memory", "pool"


class Supposition(Record):
    """A service, what of it is supposed (concurrency, memory, pool), the value, and how it is written."""

    service: str
    key: str
    value: int | Memory | Pool
    written: str

    @property
    def step(self) -> Step:
        """The step with which the trail of such a value begins."""
        return Step(Role.SUPPOSED, None, f"--what-if {self.written}")

"""What is installed beside a worker, as far as files list it: who else may import it, and which guarded imports succeed."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.record import Record
from forkfit.model.weight import Weight
from forkfit.model.worker import Import
from forkfit.weigh.table import Table


class Present(Record):
    """Distributions that a file lists, None where no file does, and libraries that the code itself imports."""

    distributions: frozenset[str] | None
    imported: frozenset[str]

    def has(self, weight: Weight) -> bool:
        """Tell whether a library is there for others to import."""
        return weight.library in self.imported or is_listed(weight.distributions, self.distributions)


def is_listed(names: Iterable[str], distributions: frozenset[str] | None) -> bool:
    """Tell whether a file lists one of these distributions."""
    return distributions is not None and any(normal(name) in distributions for name in names)


def succeeds(found: Import, table: Table, distributions: frozenset[str] | None) -> bool:
    """Tell whether an import is there to be weighed: one that the code can do without counts only where a file lists it."""
    if not found.optional:
        return True
    weight = table.get(found.library)
    names = weight.distributions if weight is not None else (found.library.split(".", 1)[0], found.library)
    return is_listed(names, distributions)


def normal(distribution: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return distribution.lower().replace("_", "-").replace(".", "-")

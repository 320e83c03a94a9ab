"""What a measurement says of the service that it was made for."""

from __future__ import annotations

import pytest

from forkfit.measure.figures import Figures
from forkfit.measure.service import Served
from forkfit.measure.summary import of_service
from forkfit.model.memory import Memory
from forkfit.model.value import Absent, ByCpus, Known
from forkfit.model.worker import Pool

FIGURES = Figures(40.0, 20.0, 13.0, 25.0, 60.0, 0.5)
NO_LIMIT = Absent("no limit declared")


@pytest.mark.parametrize(
    ("pool", "processes", "limit", "said"),
    [
        (Pool.PREFORK, Known(4), NO_LIMIT, "runs 4 children, for which the figures say 116 MiB at start and 142 warm"),
        (
            Pool.PREFORK,
            Known(1),
            Known(Memory.mib(64)),
            "runs 1 child, for which the figures say 54 MiB at start and 66 warm, of the 64 MiB",
        ),
        (Pool.PREFORK, ByCpus("n"), NO_LIMIT, "runs a number of children that is not known"),
        (Pool.THREADS, Known(1), NO_LIMIT, "runs its tasks in one process, the pool threads: it needs what the parent needs"),
    ],
    ids=["without a limit", "with a limit", "by CPUs", "threads"],
)
def test_the_figures_are_put_into_the_services_own_numbers(pool, processes, limit, said):
    served = Served("worker", "shop", ".", {}, Known(pool), processes, limit)
    assert said in of_service(served, FIGURES)

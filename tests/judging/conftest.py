"""Containers to judge, with as little said about them as a test needs."""

from __future__ import annotations

import pytest

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.span import whole_file
from forkfit.model.value import Absent, Known
from forkfit.model.worker import Pool, Worker
from forkfit.weigh.estimate import estimate
from forkfit.weigh.table import Table

NONE = Absent("not said")


@pytest.fixture(scope="session")
def container():
    """Make a container of one bare prefork worker; its limit in MiB."""

    def make(children=Known(1), limit=None):  # noqa: B008
        count = Known(children) if isinstance(children, int) else children
        at = whole_file("compose.yaml")
        worker = Worker(
            "worker",
            at,
            "",
            "celery",
            (),
            (),
            Known("app"),
            Known(Pool.PREFORK),
            count,
            NONE,
            count,
            count,
            Known("fork"),
            NONE,
            NONE,
            NONE,
        )
        bounded = NONE if limit is None else Known(Memory.mib(limit))
        estimated = estimate((worker,), bounded, (NONE, NONE), False, Settings(), Table(), None)
        return Container("worker", at, Known(1), bounded, NONE, (worker,), count, count, estimated)

    return make

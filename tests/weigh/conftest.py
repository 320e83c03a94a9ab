"""Workers to weigh, with as little said about them as a test needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.span import whole_file
from forkfit.model.value import Absent, Known
from forkfit.model.worker import Code, Import, Pool, When, Worker
from forkfit.weigh.estimate import estimate
from forkfit.weigh.table import Table

SHELF = str(Path(__file__).parents[2] / "linter" / "forkfit" / "weights")
NONE = Absent("not said")


@pytest.fixture(scope="session")
def table():
    return Table((SHELF,))


@pytest.fixture(scope="session")
def code():
    """Make code from import names: before the fork, and in function bodies."""

    def make(*imports, late=(), **more):
        at = whole_file("app.py")
        early = (Import(name, at) for name in imports)
        return Code((*early, *(Import(name, at, (), When.CHILD) for name in late)), **more)

    return make


@pytest.fixture(scope="session")
def worker():
    """Make a worker; a plain number of children stands for a known one."""

    def make(children=4, code=Code(), pool=Pool.PREFORK, **changes):  # noqa: B008
        count = Known(children) if isinstance(children, int) else children
        processes = count if pool is Pool.PREFORK else Known(1)
        made = Worker(
            service="worker",
            at=whole_file("compose.yaml"),
            program="",
            launcher="celery",
            argv=(),
            launch=(),
            app=Known("app"),
            pool=Known(pool),
            concurrency=count,
            autoscale=NONE,
            processes=processes,
            processes_at_start=processes,
            start_method=Known("fork"),
            max_memory_per_child=NONE,
            celery_version=NONE,
            python_version=NONE,
            code=code,
        )
        return made.replace(**changes)

    return make


@pytest.fixture(scope="session")
def weigh(table):
    """Weigh one container; limit and stated figures in MiB."""

    def make(*workers, limit=None, per_worker=None, parent=None, probe=False, settings=Settings(), installed=None, **more):  # noqa: B008
        def mib(amount):
            return NONE if amount is None else Known(Memory.mib(amount)) if isinstance(amount, int | float) else amount

        return estimate(workers, mib(limit), (mib(per_worker), mib(parent)), probe, settings, table, installed, **more)

    return make

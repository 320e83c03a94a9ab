"""Which models do not answer in the children of a prefork pool, because they were built, or run, before the fork."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from forkfit.model.project import Service
from forkfit.model.value import Absent, Known, Value, alternatives
from forkfit.model.weight import Survival
from forkfit.model.worker import ModelLoad, When, Worker


class Broken(Enum):
    """What it is that the children do not have."""

    ALWAYS = "its worker threads do not exist in a child"
    BUILT = "building it starts OpenMP threads, which do not exist in a child"
    CALLED = "running it before the fork starts OpenMP threads, which do not exist in a child"


def hangs(worker: Worker, service: Service | None) -> Iterator[tuple[ModelLoad, Broken]]:
    """Yield the models of a worker that hang in its children on every way in which it may run, each with what is missing there.

    One OpenMP thread cures what OpenMP breaks: ``OMP_NUM_THREADS=1``, ``torch.set_num_threads(1)``, or one CPU by affinity.
    """
    if not _forks(worker):
        return
    cured = _may_be_one(worker.code.threads) or (service is not None and _is_one_cpu(service.cpuset))
    for load in worker.code.models:
        if load.when is not When.PARENT or load.after_fork or load.supposed or not load.survivals:
            continue
        why = _why(load)
        if why is Broken.ALWAYS or (why is not None and not cured):
            yield load, why


def _why(load: ModelLoad) -> Broken | None:
    """Return why a model that is built before the fork hangs; None where on some way it may not."""
    found = load.survivals
    if found == {Survival.NEVER}:
        return Broken.ALWAYS
    if found <= {Survival.NEVER, Survival.ONE_THREAD}:
        return Broken.BUILT
    if load.called and found <= {Survival.NEVER, Survival.ONE_THREAD, Survival.UNLESS_CALLED}:
        return Broken.CALLED
    return None


def _forks(worker: Worker) -> bool:
    pools, methods = alternatives(worker.pool), alternatives(worker.start_method)
    return all(isinstance(p, Known) and p.value.forks for p in pools) and all(isinstance(m, Known) and m.value == "fork" for m in methods)


def _may_be_one(threads: Value[str]) -> bool:
    """Tell whether OpenMP may be held to one thread; a number that is not known may be 1."""
    return any(not isinstance(t, Absent) and (not isinstance(t, Known) or t.value.strip() == "1") for t in alternatives(threads))


def _is_one_cpu(cpuset: Value[str]) -> bool:
    return any(not isinstance(c, Absent) and (not isinstance(c, Known) or c.value.strip().isdigit()) for c in alternatives(cpuset))

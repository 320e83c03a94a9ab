"""From a service and its workers to a container: what it may use, what they need, what the user states of either."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forkfit.model.container import Beside, Container
from forkfit.model.memory import Memory
from forkfit.model.project import Service
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.value import Absent, Known, Value, apply, total
from forkfit.model.worker import Worker
from forkfit.weigh.estimate import estimate, fitted
from forkfit.weigh.host import on_host
from forkfit.weigh.measured import Application
from forkfit.weigh.table import Table


class Scales(Record):
    """What workers are weighed with: the weights of libraries, and what finds a measurement of a worker's application."""

    table: Table
    measured: Callable[[Worker], Application | None] = lambda _: None


def contained(
    service: Service,
    workers: tuple[Worker, ...],
    probe: bool,
    settings: Settings,
    scales: Scales,
    installed: frozenset[str] | None,
    beside: tuple[Beside, ...] = (),
) -> Container:
    """Weigh the workers of a service together, by the settings of that service; the others as `estimate` has them."""
    settings = settings.of(service.name)
    workers = tuple(_on_host(worker, settings) for worker in workers)
    limit = _limit(service, settings)
    stated = _stated(service, settings)
    table, measured = scales.table, scales.measured
    whole = estimate(workers, limit, stated, probe, settings, table, installed, measured=measured, neighbours=beside)
    return Container(
        service=service.name,
        at=service.at,
        replicas=service.replicas,
        memory_limit=limit,
        memory_swap=service.memory_swap,
        workers=workers,
        processes=total(*(w.processes for w in workers)),
        os_processes=total(*(_with_parent(w) for w in workers)),
        estimate=whole,
        worker_estimates=tuple(fitted(whole, limit, settings, range(len(workers)))) if len(workers) > 1 else (),
        probe=probe,
        ceilings=service.ceilings,
        beside=beside,
    )


def _on_host(worker: Worker, settings: Settings) -> Worker:
    """Return the worker with the processes that it has on a host with the CPUs that the user names."""
    if settings.cpus is None:
        return worker
    return worker.replace(processes=on_host(worker.processes, settings), processes_at_start=on_host(worker.processes_at_start, settings))


def _with_parent(worker: Worker) -> Value[int]:
    """Return the processes of the operating system: a prefork pool has a parent, spawning a tracker; embedded beat is one more."""
    forks = isinstance(worker.pool, Known) and worker.pool.value.forks
    spawns = forks and isinstance(worker.start_method, Known) and worker.start_method.value == "spawn"
    parent = int(forks) + int(spawns)
    beat: Value[int] = apply(int, worker.embedded_beat)
    return total(worker.processes, beat, *(Known(1) for _ in range(parent)))


def _limit(service: Service, settings: Settings) -> Value[Memory]:
    """Return the declared limit, otherwise the one that the user has us assume."""
    if isinstance(service.memory_limit, Absent) and settings.memory is not None:
        return Known(settings.memory, (settings.step("the limit to assume, where none is declared", "memory"),))
    return service.memory_limit


def _stated(service: Service, settings: Settings) -> tuple[Value[Memory], Value[Memory]]:
    """Return the per-worker and parent figures that a user states: on the service, otherwise in the settings."""
    figures = []
    for key, on_service, figure in (
        ("per_worker", service.per_worker, settings.per_worker),
        ("parent", service.parent, settings.parent),
    ):
        stands = isinstance(on_service, Known) or figure is None
        figures.append(on_service if stands or figure is None else Known(figure, (settings.step("stated in the settings", key),)))
    return figures[0], figures[1]


def modelled(
    workers: tuple[Worker, ...], shelves: tuple[str, ...], versions: Callable[[str, tuple[str, ...]], Value[str]], gpu: bool
) -> tuple[Worker, ...]:
    """Return the workers with their models weighed.

    `versions` gives the version of a distribution that the container installs, the newest that is allowed of several
    released ones; `gpu` says that the container may see a GPU.
    """
    if not any(worker.code.models for worker in workers):
        return workers
    from forkfit.weigh.models.weigh import Weigher

    weigher = Weigher(shelves, versions, gpu)
    return tuple(weigher.weigh(worker) for worker in workers)


def equipped(
    workers: tuple[Worker, ...], stated: Mapping[str, Known[Memory]], table: Table, installed: frozenset[str] | None
) -> tuple[Worker, ...]:
    """Return the workers with the programs weighed that their tasks start; `stated` are figures of the user's own, by name."""
    if not any(worker.code.tools for worker in workers):
        return workers
    from forkfit.weigh.tools.weigh import with_tools

    return tuple(with_tools(worker, stated, table, installed) for worker in workers)

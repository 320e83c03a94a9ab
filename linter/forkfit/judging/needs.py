"""What a project must have before a rule is asked: for a project in good health most rules are not even imported."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.judging.verdict import Need, exceeding
from forkfit.model.project import Service
from forkfit.model.stack import Stack
from forkfit.model.value import Absent, Bounded, ByCpus, Unknown, alternatives
from forkfit.model.worker import Worker


def _worker(has: Callable[[Worker], object]) -> Callable[[Stack], bool]:
    return lambda stack: any(has(worker) for container in stack.containers for worker in container.workers)


def _service(has: Callable[[Service], object]) -> Callable[[Stack], bool]:
    return lambda stack: any(has(service) for service in stack.project.services)


def _may_be_open(worker: Worker) -> bool:
    return isinstance(worker.pool, Unknown) or isinstance(worker.concurrency, (Unknown, Bounded))


def _has_open_value(stack: Stack) -> bool:
    return bool(stack.troubles) or any(isinstance(c.memory_limit, Unknown) or any(map(_may_be_open, c.workers)) for c in stack.containers)


def _has_two_sizes(service: Service) -> bool:
    return not (isinstance(service.memory_reservation, Absent) and isinstance(service.memory_swap, Absent))


# By the words of `Rule.needs`. Each says no only where a rule that needs it has nothing to find.
_MET: dict[str, Callable[[Stack], object]] = {
    "shortage": lambda stack: any(exceeding(c, stack.settings) is not Need.NONE for c in stack.containers),
    "no limit": lambda stack: any(isinstance(c.memory_limit, Absent) for c in stack.containers),
    "two sizes": lambda stack: any(trouble.limit for trouble in stack.troubles) or _service(_has_two_sizes)(stack),
    "host": lambda stack: stack.settings.host_memory is not None,
    "cap": _worker(lambda worker: not isinstance(worker.max_memory_per_child, Absent)),
    "count of the host": _worker(lambda worker: isinstance(alternatives(worker.concurrency)[0], ByCpus)),
    "two counts": _worker(lambda worker: len(worker.candidates) > 1 or not isinstance(worker.autoscale, Absent)),
    "remark": _worker(lambda worker: worker.remarks),
    "code": _worker(lambda worker: worker.code.modules or worker.code.imports or worker.code.lazy),
    "model": _worker(lambda worker: worker.code.models),
    "open value": _has_open_value,
    "probe": lambda stack: any(container.probe for container in stack.containers),
    "differing": lambda stack: any(container.differing for container in stack.containers),
    "lost size": _service(lambda service: service.lost),
    "cut": _service(lambda service: service.cuts),
    "trouble": lambda stack: stack.troubles,
    "unseen": lambda stack: stack.unseen,
}


def unmet(stack: Stack) -> frozenset[str]:
    """Return what a project has not got of all that rules may need."""
    return frozenset(need for need, has in _MET.items() if not has(stack))

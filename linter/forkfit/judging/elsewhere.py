"""Whether a place that gives one worker a value in vain decides for another worker of the project."""

from __future__ import annotations

from typing import Any

from forkfit.model.span import Span, Trail
from forkfit.model.stack import Stack
from forkfit.model.value import Value, alternatives
from forkfit.model.worker import Effect, Worker


def decides_elsewhere(at: Span | None, than: Worker, stack: Stack) -> bool:
    """Tell whether another worker takes a value from that place: then it is a default, and the stronger one an exception."""
    others = (worker for container in stack.containers for worker in container.workers if worker is not than)
    return at is not None and any(_takes(at, worker) for worker in others)


def _takes(at: Span, worker: Worker) -> bool:
    if any(r.at == at and r.effect is Effect.IGNORED_BY_POOL for r in worker.remarks):
        return False
    values: tuple[Value[Any], ...] = (worker.concurrency, worker.autoscale, worker.max_memory_per_child, worker.max_tasks_per_child)
    return any(_begins(single.trail) == at for value in values for single in alternatives(value))


def _begins(trail: Trail) -> Span | None:
    return next((step.at for step in trail if step.at is not None), None)

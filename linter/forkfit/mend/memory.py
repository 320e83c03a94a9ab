"""FF101, FF102, FF103: lower the concurrency to what fits, or raise the limit to what is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf

from forkfit.judging.counts import most
from forkfit.judging.verdict import Need, exceeding
from forkfit.judging.words import limit_that_fits
from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.explicit import counted
from forkfit.mend.find import container_of
from forkfit.mend.written import Sources, edit_of
from forkfit.model.container import Container
from forkfit.model.finding import Signed
from forkfit.model.memory import MIB, Memory
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack
from forkfit.model.value import ByCpus, Known, Unknown
from forkfit.model.weight import Confidence
from forkfit.model.worker import Worker

LIMIT = "limit"
_SURE = (Confidence.STATED, Confidence.MEASURED)
_SHORT = (Need.AT_START, Need.WARM, Need.BUSY)
_BOUNDS = re.compile(r"\s*(\d+)\s*(?:(,\s*)(\d+)\s*)?", re.ASCII)


def lowered(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Lower the concurrency, with autoscaling its maximum, to the largest that fits."""
    container = container_of(stack, signed.finding.service)
    if all(isinstance(worker.concurrency, ByCpus) for worker in container.workers):
        return counted(signed, stack, sources)
    edit, count, fitting = _lowering(container, stack.settings, sources)
    fewer = count - fitting
    return Change(
        signed,
        (edit,),
        f"concurrency {count} -> {fitting}",
        f"{fewer} fewer task{'s' * (fewer != 1)} at a time",
        _unsafe(signed, "lowers the throughput"),
        wanted=lambda other: _wants(other, container.service, edit, sources),
    )


def raised(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Raise the memory limit to what the container needs."""
    container = container_of(stack, signed.finding.service)
    limit, enough = container.memory_limit, limit_that_fits(container, stack.settings)
    if not isinstance(limit, Known) or enough is None:
        raise Refused("the limit, or what is needed, is not known")
    written = enough.written
    if container.estimate.confidence is Confidence.MEASURED and isinstance(container.estimate.handbook, Known):
        # What is measured fails a run while the handbook sum, which shares nothing, is above the limit.
        written = f"{max(Memory.parse(written).bytes, container.estimate.handbook.value.bytes + MIB - 1) // MIB}m"
    edit = edit_of(f"the limit of {limit.value}", limit.trail, sources, lambda text: reads_as(text, limit.value), lambda _: written)
    return Change(signed, (edit,), f"limit {limit.value} -> {written}", "", _unsafe(signed, "takes more of the host's memory"))


def reads_as(text: str, amount: Memory) -> bool:
    """Tell whether Compose reads a text as that amount."""
    try:
        return Memory.parse(text) == amount
    except ValueError:
        return False


def _lowering(container: Container, settings: Settings, sources: Sources) -> tuple[Edit, int, int]:
    """Return the edit of the place that wins, the count in force and the one that fits."""
    worker = _largest(container.workers)
    fitting = _fitting(container, container.workers.index(worker), settings)
    count = worker.concurrency
    if not isinstance(count, Known):
        why = f": {count.why}" if isinstance(count, Unknown) else ""
        raise Refused(f"its concurrency is not one known number{why}")
    if not fitting:
        beside = " beside the other programs" if len(container.workers) > 1 else ""
        raise Refused(f"not even one child fits the limit{beside}; --prefer limit raises that")
    if fitting >= count.value:
        raise Refused(f"{fitting} children would fit, and it has {count.value}: other programs of the container fill it")
    if isinstance(worker.autoscale, Known):
        bounds, trail = worker.autoscale.value, worker.autoscale.trail
        what = f"the autoscaling {bounds}"
        edit = edit_of(what, trail, sources, lambda text: _bounds(text) == bounds.maximum, lambda text: _within(text, fitting))
    else:
        edit = edit_of(
            f"the concurrency {count.value}", count.trail, sources, lambda text: _whole(text) == count.value, lambda _: str(fitting)
        )
    return edit, count.value, fitting


def _fitting(container: Container, index: int, settings: Settings) -> int | None:
    """Return the largest count of a worker that is judged to fit: by measured figures one that leaves the headroom too."""
    estimate, limit, count = container.estimate, container.memory_limit, container.workers[index].processes
    safe, busy = estimate.safe_concurrency, estimate.busy
    if (
        estimate.confidence is not Confidence.MEASURED
        or not safe
        or not (isinstance(limit, Known) and isinstance(count, Known) and isinstance(busy, Known))
    ):
        return safe
    each = sum(part.child.bytes for part in estimate.parts if part.worker == index and not part.alone)
    over = busy.value.bytes - int(limit.value.bytes * settings.of(container.service).headroom)
    roomy = count.value - -(-over // each) if each > 0 else safe
    return max(0, min(safe, roomy, estimate.handbook_concurrency or safe))


def _wants(stack: Stack, service: str, edit: Edit, sources: Sources) -> bool:
    """Tell whether the service of that name is short of memory in a project too, and to be lowered to the same number."""
    container = next((c for c in stack.containers if c.service == service), None)
    if container is None or exceeding(container, stack.settings) not in _SHORT:
        return False
    try:
        return _lowering(container, stack.settings, sources)[0] == edit
    except Refused:
        return False


def _largest(workers: Iterable[Worker]) -> Worker:
    """Return the first of the prefork workers with the most children, whose count the figures are about."""

    def children(worker: Worker) -> float:
        if not isinstance(worker.pool, Known) or not worker.pool.value.forks:
            return 0
        return inf if (count := most(worker.processes)) is None else count

    return max(workers, key=children)


def _unsafe(signed: Signed, what: str) -> str:
    return "" if signed.finding.confidence in _SURE else f"it {what}, and the figures are not measured or stated"


def _whole(text: str) -> int | None:
    try:
        return int(text, 0) if text[:1] != "0" or not text.isdigit() else int(text)
    except ValueError:
        return None


def _bounds(text: str) -> int | None:
    """Return the maximum of bounds as written."""
    match = _BOUNDS.fullmatch(text)
    return max(int(match[1]), int(match[3] or 0)) if match else None


def _within(text: str, most_children: int) -> str:
    """Return bounds as written with no number above another, the blanks between them kept."""
    return re.sub(r"\d+", lambda number: str(min(int(number[0]), most_children)), text, flags=re.ASCII)

"""FF101, FF102, FF103: lower the concurrency to what fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf

from forkfit.judging.counts import most
from forkfit.judging.verdict import Need, decides_alone, exceeding
from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.explicit import counted
from forkfit.mend.find import container_of
from forkfit.mend.written import Sources, edit_of
from forkfit.model.container import Container
from forkfit.model.finding import Signed
from forkfit.model.settings import Settings
from forkfit.model.span import Trail
from forkfit.model.stack import Stack
from forkfit.model.value import ByCpus, Known, Unknown
from forkfit.model.weight import Confidence
from forkfit.model.worker import Worker
from forkfit.weigh.several import most_of_several

_SURE = (Confidence.STATED, Confidence.MEASURED)
_SHORT = (Need.AT_START, Need.WARM, Need.BUSY)
_BOUNDS = re.compile(r"\s*(\d+)\s*(?:(,\s*)(\d+)\s*)?", re.ASCII)


def lowered(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Lower the concurrency, with autoscaling its maximum, to the largest that fits."""
    container = container_of(stack, signed.finding.service)
    if all(isinstance(worker.concurrency, ByCpus) for worker in container.workers):
        return counted(signed, stack, sources)
    edits, count, fitting, times = _lowering(container, stack.settings, sources)
    fewer = (count - fitting) * times
    return Change(
        signed,
        edits,
        f"concurrency {count} -> {fitting}",
        f"{fewer} fewer task{'s' * (fewer != 1)} at a time",
        unasked(signed, "lowers the throughput"),
        wanted=lambda other: _wants(other, container.service, edits, sources),
        trail=_largest(container.workers).concurrency.trail,
    )


def _lowering(container: Container, settings: Settings, sources: Sources) -> tuple[tuple[Edit, ...], int, int, int]:
    """Return the edits of the places that say the count, the one that wins first.

    With them the count in force, the one that fits, and of how many workers it is.
    """
    worker = _largest(container.workers)
    count = worker.concurrency
    if not isinstance(count, Known):
        why = f": {count.why}" if isinstance(count, Unknown) else ""
        raise Refused(f"its concurrency is not one known number{why}")
    beside = tuple(step for other in container.workers for step in other.concurrency.trail)
    place = _place(worker, sources, beside)
    sharing = tuple(i for i, other in enumerate(container.workers) if other is worker or _is_at(place, other, sources, beside))
    fitting = _fitting(container, sharing, settings)
    if not fitting:
        alone = "" if len(container.workers) == len(sharing) else " beside the other programs"
        raise Refused(f"not even one child fits the limit{alone}; --prefer limit raises that")
    if fitting >= count.value:
        raise Refused(f"{fitting} children would fit, and it has {count.value}: other programs of the container fill it")
    after = _within(place.before, fitting) if isinstance(worker.autoscale, Known) else str(fitting)
    weaker = (edit.replace(after=str(fitting)) for edit in _weaker(worker, sources) if edit.at != place.at)
    return (place.replace(after=after), *dict.fromkeys(weaker)), count.value, fitting, len(sharing)


def _place(worker: Worker, sources: Sources, beside: Trail = ()) -> Edit:
    """Return the place that says the count of a worker, with autoscaling its bounds; raise Refused where no single one does."""
    if isinstance(worker.autoscale, Known):
        bounds, trail = worker.autoscale.value, worker.autoscale.trail
        return edit_of(f"the autoscaling {bounds}", trail, sources, lambda text: _bounds(text) == bounds.maximum, str, beside)
    assert isinstance(worker.concurrency, Known)
    number, trail = worker.concurrency.value, worker.concurrency.trail
    return edit_of(f"the concurrency {number}", trail, sources, lambda text: _whole(text) == number, str, beside)


def _is_at(place: Edit, other: Worker, sources: Sources, beside: Trail) -> bool:
    """Tell whether another worker of the container has its count from the same place, as the nodes of `celery multi` do."""
    try:
        return isinstance(other.concurrency, Known) and _place(other, sources, beside).at == place.at
    except Refused:
        return False


def _weaker(worker: Worker, sources: Sources) -> Iterator[Edit]:
    """Yield the places that say the same count and are overridden: left as they are, they would say another from then on."""
    strongest, *weaker = worker.candidates or (None,)
    for one in weaker:
        if strongest is not None and isinstance(one.value, Known) and one.value == strongest.value.replace(trail=one.value.trail):
            number = one.value.value
            try:
                yield edit_of(f"{one.source} = {number}", one.value.trail, sources, lambda text, n=number: _whole(text) == n, str)  # type: ignore[misc]
            except Refused:
                continue


def _fitting(container: Container, sharing: tuple[int, ...], settings: Settings) -> int | None:
    """Return the largest count of workers that is judged to fit: by measured figures one that leaves the headroom too."""
    estimate, limit, count = container.estimate, container.memory_limit, container.workers[sharing[0]].processes
    own = settings.of(container.service)
    safe, busy, by_handbook = estimate.safe_concurrency, estimate.busy, estimate.handbook_concurrency
    if len(sharing) > 1 and isinstance(limit, Known):
        by_handbook = most_of_several(estimate.programs, sharing, lambda shape: shape.handbook, limit.value)
        safe = by_handbook if decides_alone(estimate, own) else most_of_several(estimate.programs, sharing, lambda s: s.busy, limit.value)
    if (
        estimate.confidence is not Confidence.MEASURED
        or not safe
        or not (isinstance(limit, Known) and isinstance(count, Known) and isinstance(busy, Known))
    ):
        return safe
    each = sum(part.child.bytes for part in estimate.parts if part.worker in sharing and not part.alone)
    over = busy.value.bytes - int(limit.value.bytes * own.headroom)
    roomy = count.value - -(-over // each) if each > 0 else safe
    return max(0, min(safe, roomy, by_handbook or safe))


def _wants(stack: Stack, service: str, edits: tuple[Edit, ...], sources: Sources) -> bool:
    """Tell whether the service of that name is short of memory in a project too, and to be lowered to the same number."""
    container = next((c for c in stack.containers if c.service == service), None)
    if container is None or exceeding(container, stack.settings) not in _SHORT:
        return False
    try:
        return _lowering(container, stack.settings, sources)[0] == edits
    except Refused:
        return False


def _largest(workers: Iterable[Worker]) -> Worker:
    """Return the first of the prefork workers with the most children, whose count the figures are about."""

    def children(worker: Worker) -> float:
        if not isinstance(worker.pool, Known) or not worker.pool.value.forks:
            return 0
        return inf if (count := most(worker.processes)) is None else count

    return max(workers, key=children)


def unasked(signed: Signed, what: str) -> str:
    """Say why a change is not made unasked; nothing where the figures are measured or stated."""
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

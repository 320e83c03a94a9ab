"""A container's budget in words: what runs and what fits, the verdict, and where the numbers come from."""

from __future__ import annotations

from typing import TypeVar

from forkfit.judging.counts import named, ranged
from forkfit.judging.sums import sum_reasons
from forkfit.judging.verdict import Need, decides_alone, exceeding, may_exceed
from forkfit.judging.words import cure, limit_that_fits
from forkfit.model.budget import Bar, Budget, Curve, Grade, Member, Reading
from forkfit.model.container import Container
from forkfit.model.finding import Reason
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.value import Absent, ByCpus, Known, Single, Unknown, Value, alternatives
from forkfit.model.weight import NO_WEIGHT, Estimate
from forkfit.model.worker import Pool, Worker

T = TypeVar("T")

_OVER = (Need.AT_START, Need.WARM, Need.BUSY)


def budget(container: Container, settings: Settings, bars: tuple[Bar, ...], curves: tuple[Curve | None, ...], cpus: int | None) -> Budget:
    """Return the budget of a container; `curves` are those of its workers, `cpus` the most CPUs of a host on which it fits."""
    estimate, limit = container.estimate, container.memory_limit
    alone = decides_alone(estimate, settings.of(container.service))
    grade, verdict = _verdict(container, settings, cpus)
    members = tuple(_member(container, index, curve) for index, curve in enumerate(curves))
    amounts = [single.value if isinstance(single, Known) else None for single in alternatives(limit)]
    return Budget(
        service=container.service,
        at=container.at,
        grade=grade,
        headline=_headline(members),
        verdict=verdict,
        cure=cure(container, settings) if grade in (Grade.OVER, Grade.TIGHT) else "",
        limit=None if None in amounts else min((a for a in amounts if a is not None), key=lambda m: m.bytes),
        because=(*_limit(limit), *_stated(estimate.per_worker)),
        bars=bars,
        readings=_readings(estimate, alone, curves),
        members=members,
        sums=sum_reasons(container, Need.BUSY, settings) if bars else (),
        unweighed=_unweighed(estimate.gaps),
        floors=estimate.at_least,
    )


def _readings(estimate: Estimate, alone: bool, curves: tuple[Curve | None, ...]) -> tuple[Reading, ...]:
    """Return the four figures, none where nothing is known of any."""
    rows = (
        ("at start", estimate.at_start, estimate.fits_at_start, False),
        ("warm", estimate.warm, estimate.fits_warm, False),
        ("busy", estimate.busy, None if alone else estimate.safe_concurrency, not alone),
        ("handbook", estimate.handbook, estimate.handbook_concurrency, alone),
    )
    if not any(isinstance(single, (Known, ByCpus)) for _, need, _, _ in rows for single in alternatives(need)):
        return ()
    return tuple(Reading(name, _amount(need), _room(fits, name, curves), decides) for name, need, fits, decides in rows)


def _room(fits: int | None, figure: str, curves: tuple[Curve | None, ...]) -> int | None:
    """Return how many fit by one figure, where there is one worker, and its count changes that figure."""
    if len(curves) > 1 or curves[0] is None:
        return None
    course = next(course for course in curves[0].courses if course.figure == figure)
    return fits if course.needs[0] < course.needs[-1] or not fits else None


def _headline(members: tuple[Member, ...]) -> str:
    """Say what runs and what fits: "20 children, 17 fit"; of several workers each says it for itself."""
    if len(members) > 1:
        return f"{len(members)} workers"
    (member,) = members
    if member.fits is None:
        return member.now
    return f"{member.now}, {member.fits or 'none'} {'fits' if member.fits < 2 else 'fit'}"


def _member(container: Container, index: int, curve: Curve | None) -> Member:
    worker = container.workers[index]
    seen = container.worker_estimates[index] if container.worker_estimates else container.estimate
    # Where the count changes nothing, what fits is no answer to how many.
    return Member(worker.program, _now(worker), seen.safe_concurrency if curve else None, _reasons(worker), curve)


def _now(worker: Worker) -> str:
    """Say how many processes or threads a worker runs its tasks in."""
    pool, count = worker.pool, named(worker.concurrency)
    if not isinstance(pool, Known):
        return f"an unknown pool of {count}"
    match pool.value:
        case Pool.SOLO:
            return "one process"
        case Pool.THREADS:
            return f"one process with {count} threads"
        case Pool.GEVENT | Pool.EVENTLET:
            return f"one process with {count} green threads"
    if isinstance(worker.autoscale, Known):
        scale = worker.autoscale.value
        return f"{scale.minimum} to {scale.maximum} children"
    if worker.concurrency == Known(1, worker.concurrency.trail):
        return "1 child"
    if isinstance(worker.concurrency, ByCpus) and worker.concurrency.is_cpu_count:
        return "as many children as the host has CPUs"
    return f"{count} children"


def _reasons(worker: Worker) -> tuple[Reason, ...]:
    """Return where a worker's pool and its count come from."""
    scaled = () if isinstance(worker.autoscale, Absent) else _each("autoscale", worker.autoscale)
    counted = () if isinstance(worker.autoscale, Known) else _each("concurrency", worker.concurrency)
    return (*_each("pool", worker.pool), *scaled, *counted)


def _unweighed(gaps: tuple[str, ...]) -> tuple[str, ...]:
    """Return why more may be needed, libraries of unknown weight in one sentence."""
    names = [gap.removesuffix(f" {NO_WEIGHT}") for gap in gaps if gap.endswith(NO_WEIGHT)]
    if len(names) < 2:
        return gaps
    rest = (gap for gap in gaps if not gap.endswith(NO_WEIGHT))
    return (*rest, f"{', '.join(names[:-1])} and {names[-1]} have no known weight")


def _each(name: str, value: Value[T]) -> tuple[Reason, ...]:
    """Return a reason for each value that it may be."""
    first, *others = alternatives(value)
    return (Reason(f"{name} {_said(first)}", first.trail), *(Reason(f"or {name} {_said(single)}", single.trail) for single in others))


def _said(value: Single[T]) -> str:
    """Say a value as it is known, with the reason where it is not."""
    match value:
        case Known():
            return value.value.value if isinstance(value.value, Pool) else str(value.value)
        case ByCpus():
            return "of the host's CPUs" if value.is_cpu_count else f"{value.expression} (n CPUs of the host)"
        case Unknown():
            return f"unknown: {value.why}"
        case Absent():
            return value.why


def _limit(limit: Value[Memory]) -> tuple[Reason, ...]:
    return (Reason("no limit is declared", limit.trail),) if isinstance(limit, Absent) else _each("limit", limit)


def _stated(each: Value[Memory]) -> tuple[Reason, ...]:
    return (Reason(f"each child {each.value}, as stated", each.trail),) if isinstance(each, Known) else ()


def _amount(need: Value[Memory]) -> str:
    """Say an amount in a table; what the host's CPU count decides has its own bars."""
    singles = alternatives(need)
    if any(isinstance(single, Known) for single in singles):
        return ranged(need)
    return "by CPUs" if any(isinstance(single, ByCpus) for single in singles) else "unknown"


def _verdict(container: Container, settings: Settings, cpus: int | None) -> tuple[Grade, str]:
    """Say how a container stands against its limit."""
    estimate, limit = container.estimate, container.memory_limit
    if container.replicas == Known(0, container.replicas.trail):
        return Grade.OPEN, "is scaled to 0"
    if isinstance(limit, Absent):
        enough = limit_that_fits(container, settings)
        holds = "hold what could be weighed" if estimate.at_least else "fit"
        return Grade.OPEN, "has no memory limit" + (f"; one of {enough.written} would {holds}" if enough else "")
    if not any(isinstance(single, Known) for single in alternatives(limit)):
        return Grade.OPEN, "cannot be judged: the limit is not known"
    need, may = exceeding(container, settings), may_exceed(container, settings)
    stated = " by the figure that is stated" if isinstance(estimate.per_worker, Known) else ""
    if need in _OVER:
        return Grade.OVER, f"outgrows its limit{stated or f' {need.value}'}"
    if may in _OVER:
        return Grade.TIGHT, f"outgrows its limit on some branches{stated or f' {may.value}'}"
    if cpus is not None:
        return Grade.TIGHT, f"fits on hosts with up to {cpus} CPUs" if cpus else "fits on no host"
    decides = estimate.handbook if decides_alone(estimate, settings.of(container.service)) else estimate.busy
    unknown = next((single.why for single in alternatives(decides) if isinstance(single, Unknown)), "")
    if unknown:
        return Grade.OPEN, f"cannot be judged: {unknown}"
    if need is Need.HEADROOM:
        return Grade.TIGHT, "fits, with little to spare"
    return Grade.FITS, "fits by what could be weighed" if estimate.at_least else "fits"

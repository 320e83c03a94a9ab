"""How the memory rules put their findings: the sentence, its place, the trail under it, and the numbers that would fit."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf

from forkfit.judging.counts import counted, laid_out, most, named, ranged, slot, slots
from forkfit.judging.verdict import Need, decides_alone, figure_at
from forkfit.model.container import Container
from forkfit.model.finding import Finding, Reason, Severity
from forkfit.model.memory import MIB, Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.span import Span, Step, Trail
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Value, alternatives
from forkfit.model.weight import Confidence, largest
from forkfit.model.worker import Worker


class Enough(Record):
    """A limit that leaves the headroom asked for, as Compose reads it, and the need that it covers."""

    need: Memory
    written: str


def memory_finding(container: Container, need: Need, settings: Settings) -> Finding:
    """Say that a container outgrows its limit at that point: the sum, what makes it, and the numbers that would fit."""
    from forkfit.judging.sums import sum_reasons  # only a run that finds something pays for the sum

    settings = settings.of(container.service)
    figure = figure_at(container, need, settings)
    limit = container.memory_limit
    about = about_or_more(container)
    of = str(limit.value) if isinstance(limit, Known) else "an unknown limit"
    when = Need.BUSY.value if need is Need.HEADROOM else need.value
    if (runs := {slot(worker) for worker in container.workers}) and len(runs) == 1:
        when = when.replace("every child", f"every {runs.pop()}")
    rest = f"of the {of} that it may use" if need is Need.HEADROOM else f"but may use only {of}"
    if isinstance(container.estimate.per_worker, Known):
        when, about = "by the figure that is stated", ""
    elif settings.handbook_decides:
        when = "by the handbook formula"
    said = " ".join(word for word in (about, ranged(figure), "for", counted(container, need), when) if word)
    finding = Finding(
        f"{container.service} needs {said}, {rest}",
        place_of_concurrency(container),
        because=(
            *concurrency_reasons(container),
            Reason(f"limit {of}", limit.trail),
            *ceiling_reasons(container),
            *sum_reasons(container, need, settings),
        ),
        help=" ".join(said for said in (cure(container, settings), "" if need is Need.HEADROOM else beyond(container)) if said),
        service=container.service,
        confidence=container.estimate.confidence,
        evidence=need.name,
    )
    if need in (Need.AT_START, Need.WARM) and _rests_on_assumption(container, need, settings):
        return finding.replace(severity=Severity.WARNING)
    return finding


def about_or_more(container: Container) -> str:
    """Return the word before a figure: what could not be weighed comes on top of it."""
    return "at least" if container.estimate.at_least else "about"


def place_of_step(trail: Trail, otherwise: Span) -> Span:
    """Return the place of the first step that has one."""
    return next((step.at for step in trail if step.at is not None), otherwise)


def place_of_concurrency(container: Container) -> Span:
    """Return where the count of the worker with the most processes is set, as near to the service as the trail comes."""
    largest = max(container.workers, key=lambda worker: inf if (count := most(worker.processes)) is None else count)
    return place_of(container, *largest.concurrency.trail)


def place_of(container: Container, *steps: Step) -> Span:
    """Return the last step in the container's own file; the service's key where there is none."""
    near = [step.at for step in steps if step.at is not None and step.at.file == container.at.file]
    return near[-1] if near else container.at


def concurrency_reasons(container: Container) -> tuple[Reason, ...]:
    """Return the trail of each worker's pool, where somebody chose it, and of its concurrency."""
    reasons: list[Reason] = []
    shown = laid_out(container)
    for worker in (container.workers[index] for index in shown):
        whose = f"{worker.program}: " if len(container.workers) > 1 else ""
        if isinstance(worker.pool, Known) and any(s.at for s in worker.pool.trail):
            reasons.append(Reason(f"{whose}pool {worker.pool.value.value}", worker.pool.trail))
        if isinstance(worker.autoscale, Known):
            reasons.append(Reason(f"{whose}autoscale {worker.autoscale.value}", worker.autoscale.trail))
        else:
            reasons.append(Reason(f"{whose}concurrency {_short(worker.concurrency)}", worker.concurrency.trail))
    others = len(container.workers) - len(shown)
    return (*reasons, Reason(f"and {others} more workers")) if others else tuple(reasons)


def _short(count: Value[int]) -> str:
    match count:
        case ByCpus(expression="n"):
            return "of the host's CPUs"
        case Known() | Bounded() | ByCpus():
            return named(count)
        case _:
            return "unknown"


def limit_reason(container: Container) -> Reason:
    """Return the trail of the memory limit."""
    limit = container.memory_limit
    return Reason(f"limit {limit.value if isinstance(limit, Known) else 'none' if isinstance(limit, Absent) else 'unknown'}", limit.trail)


def cure(container: Container, settings: Settings) -> str:
    """Say the largest concurrency that fits, the smallest limit that fits, and what the handbook formula says."""
    estimate = container.estimate
    said: list[str] = []
    counts = [most(slots(container, index)) for index in range(len(container.workers))]
    if estimate.safe_concurrency and (None in counts or estimate.safe_concurrency < sum(c for c in counts if c)):
        scales = any(isinstance(worker.autoscale, Known) for worker in container.workers)
        said.append(f"Lower the {'maximum of the autoscaling' if scales else 'concurrency'} to {estimate.safe_concurrency}")
    enough = limit_that_fits(container, settings)
    if enough is not None and not _has(container, enough):
        bare = f"{ceil(enough.need.in_mib)}m"
        least = "" if bare == enough.written else f" ({bare} at the least)"
        said.append(f"{'or raise' if said else 'Raise'} the limit to {enough.written}{least}")
    text = ", ".join(said) + "." if said else ""
    if estimate.handbook_concurrency is not None and not decides_alone(estimate, settings):
        handbook = f"The handbook formula, which shares nothing, says {estimate.handbook_concurrency}."
        text = f"{text} ({handbook})" if text else handbook
    return text


def _has(container: Container, enough: Enough) -> bool:
    """Tell whether a container has as high a limit already: where only the handbook's sum does not fit."""
    limit = container.memory_limit
    return isinstance(limit, Known) and limit.value.bytes >= int(enough.written[:-1]) * MIB


def beyond(container: Container) -> str:
    """Say what becomes of a container beyond its limit: it may swap as much again, unless memswap_limit leaves no more."""
    limit, swap = container.memory_limit, container.memory_swap
    killed = isinstance(limit, Known) and isinstance(swap, Known) and swap.value == limit.value
    return f"Beyond its limit it is killed{'' if killed else ', or swaps where the host has swap'}."


def ceiling_reasons(container: Container) -> Iterator[Reason]:
    """Yield what may fill with files, which counts against the limit too, where more fits in than busy children leave."""
    limit, need = container.memory_limit, largest(container.estimate.busy)
    if not isinstance(limit, Known) or need is None:
        return
    sizes = [one.size.value.bytes if isinstance(one.size, Known) else inf for one in container.ceilings]
    if sum(sizes) > max(left := limit.value.bytes - need.bytes, 0):
        room = f"{Memory(left)} left for it" if left > 0 else "nothing left for it"
        for one in container.ceilings:
            most_of_it = one.size.value if isinstance(one.size, Known) else "any amount"
            yield Reason(f"{one.what} may fill with {most_of_it}, and there is {room}", one.size.trail)


def limit_that_fits(container: Container, settings: Settings) -> Enough | None:
    """Return the smallest limit, in steps of 32 MiB, that holds the busy pool; None where its need is not known.

    Where a stated figure decides, the limit is the sum itself; otherwise it leaves the headroom asked for.
    """
    settings = settings.of(container.service)
    alone = decides_alone(container.estimate, settings)
    figure = container.estimate.handbook if alone else container.estimate.busy
    need = largest(figure)
    if need is None:
        return None
    target = need.bytes if alone else need.bytes / settings.headroom
    step = 1 if alone else 32
    return Enough(need, f"{ceil(target / MIB / step) * step}m")


def _rests_on_assumption(container: Container, need: Need, settings: Settings) -> bool:
    """Tell whether the container might fit without what is only assumed (its own modules are no reason to doubt)."""
    estimate, limit = container.estimate, container.memory_limit
    if decides_alone(estimate, settings) or not isinstance(limit, Known):
        return False
    if any(worker.code.supposed for worker in container.workers):
        return True
    amounts = [s.value.bytes for s in alternatives(figure_at(container, need, settings)) if isinstance(s, Known)]
    at_start = need is Need.AT_START
    doubtful = 0
    for part in estimate.parts_at_start if at_start else estimate.parts:
        if part.confidence is Confidence.ASSUMED and not part.own_modules and not part.in_task:
            worker = container.workers[part.worker]
            doubtful += part.parent.bytes + (most(worker.processes_at_start if at_start else worker.processes) or 0) * part.child.bytes
    return not amounts or min(amounts) - doubtful <= limit.value.bytes


def at_cpus(container: Container, cpus: int) -> Memory | None:
    """Return what the busy pool needs on a host with so many CPUs, None where that is not known."""
    figure = container.estimate.busy
    match figure:
        case Known():
            return figure.value
        case ByCpus():
            return Memory(figure.at(cpus))
        case _:
            return None


def left_to_host(worker: Worker) -> ByCpus | None:
    """Return the expression by which, on every branch, the CPU count of the host sets a prefork worker's count."""
    if not isinstance(worker.pool, Known) or not worker.pool.value.forks or isinstance(worker.autoscale, Known):
        return None
    counts = alternatives(worker.concurrency)
    first = counts[0]
    return first if isinstance(first, ByCpus) and all(isinstance(count, ByCpus) for count in counts) else None

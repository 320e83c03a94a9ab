"""How the memory rules put their findings: the sentence, its place, the trail under it, and the numbers that would fit."""

from __future__ import annotations

from math import ceil

from forkfit.judging.verdict import Need, decides_alone, figure_at
from forkfit.model.container import Container
from forkfit.model.finding import Finding, Reason, Severity
from forkfit.model.memory import MIB, Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.span import Span, Step
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Value, alternatives
from forkfit.model.weight import Confidence, Part
from forkfit.model.worker import Worker


class Enough(Record):
    """A limit that leaves the headroom asked for, as Compose reads it, and the need that it covers."""

    need: Memory
    written: str


def memory_finding(container: Container, need: Need, settings: Settings) -> Finding:
    """Say that a container outgrows its limit at that point: the sum, what makes it, and the numbers that would fit."""
    settings = settings.of(container.service)
    figure = figure_at(container, need, settings)
    limit = container.memory_limit
    about = "at least" if container.estimate.at_least else "about"
    of = str(limit.value) if isinstance(limit, Known) else "an unknown limit"
    when = Need.BUSY.value if need is Need.HEADROOM else need.value
    rest = f"of the {of} that it may use" if need is Need.HEADROOM else f"but may use only {of}"
    if isinstance(container.estimate.per_worker, Known):
        when, about = "by the figure that is stated", ""
    elif settings.handbook_decides:
        when = "by the handbook formula"
    said = " ".join(word for word in (about, ranged(figure), "for", counted(container), when) if word)
    finding = Finding(
        f"{container.service} needs {said}, {rest}",
        place_of_concurrency(container),
        because=(
            *concurrency_reasons(container),
            Reason(f"limit {of}", limit.trail),
            *sum_reasons(container, need, settings),
        ),
        help=cure(container, settings),
        service=container.service,
        confidence=container.estimate.confidence,
        evidence=need.name,
    )
    if need in (Need.AT_START, Need.WARM) and _rests_on_assumption(container, need, settings):
        return finding.replace(severity=Severity.WARNING)
    return finding


def counted(container: Container) -> str:
    """Say how many children: "20 children", "2 or 4 children", or of which pool the one process is."""
    counts = container.processes
    if all(isinstance(w.pool, Known) and not w.pool.value.forks for w in container.workers):
        return "one process" if len(container.workers) == 1 else f"{len(container.workers)} processes"
    match counts:
        case Known(value=1):
            return "1 child"
        case ByCpus(expression="n"):
            return "as many children as the host has CPUs"
        case _:
            return f"{named(counts)} children"


def named(count: Value[int]) -> str:
    """Say a number as it is known: "20", "2 or 4", "n // 2 (n CPUs)", "an unknown number of"."""
    match count:
        case Known():
            return str(count.value)
        case ByCpus():
            return f"{count.expression} (n CPUs of the host)"
        case Bounded():
            return " or ".join(named(a) for a in count.alternatives)
        case _:
            return "an unknown number of"


def ranged(figure: Value[Memory]) -> str:
    """Say an amount as it is known: "480 MiB", "480 to 960 MiB", "an unknown amount"."""
    known = sorted((s.value for s in alternatives(figure) if isinstance(s, Known)), key=lambda m: m.bytes)
    if not known:
        return "an unknown amount of memory"
    return str(known[0]) if known[0] == known[-1] else f"{known[0].in_mib:.0f} to {known[-1]}"


def most(count: Value[int]) -> int | None:
    """Return the largest number it may be, None where any alternative is not a number."""
    numbers = [s.value if isinstance(s, Known) else None for s in alternatives(count)]
    return None if None in numbers else max(n for n in numbers if n is not None)


def place_of_concurrency(container: Container) -> Span:
    """Return where the count is set, as near to the service as the trail comes."""
    return place_of(container, *(step for worker in container.workers for step in worker.concurrency.trail))


def place_of(container: Container, *steps: Step) -> Span:
    """Return the last step in the container's own file; the service's key where there is none."""
    near = [step.at for step in steps if step.at is not None and step.at.file == container.at.file]
    return near[-1] if near else container.at


def concurrency_reasons(container: Container) -> tuple[Reason, ...]:
    """Return the trail of each worker's pool, where somebody chose it, and of its concurrency."""
    reasons: list[Reason] = []
    for worker in container.workers:
        whose = f"{worker.program}: " if len(container.workers) > 1 else ""
        if isinstance(worker.pool, Known) and any(s.at for s in worker.pool.trail):
            reasons.append(Reason(f"{whose}pool {worker.pool.value.value}", worker.pool.trail))
        if isinstance(worker.autoscale, Known):
            reasons.append(Reason(f"{whose}autoscale {worker.autoscale.value}", worker.autoscale.trail))
        else:
            reasons.append(Reason(f"{whose}concurrency {_short(worker.concurrency)}", worker.concurrency.trail))
    return tuple(reasons)


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


def sum_reasons(container: Container, need: Need, settings: Settings) -> tuple[Reason, ...]:
    """Return the sum by which a point in a worker's life is judged: a line a part, and the arithmetic."""
    estimate = container.estimate
    count = counted(container)
    if isinstance(estimate.per_worker, Known):
        return _stated_sum(container, estimate.per_worker)
    if settings.handbook_decides:
        return (Reason(f"{count}, each as large as one alone: {ranged(estimate.handbook)}"),)
    parts = _summed(container, need)
    summands = [part for part in parts if not part.alone]
    lines = [Reason(f"{part.what}: {shares} ({part.confidence.value})", part.trail) for part in summands if (shares := _shares(part))]
    for index, worker in enumerate(container.workers):
        children = worker.processes_at_start if need is Need.AT_START else worker.processes
        if isinstance(children, Known):
            own = [p for p in summands if p.worker == index]
            once, each = Memory(sum(p.parent.bytes for p in own)), Memory(sum(p.child.bytes for p in own))
            total = Memory(once.bytes + children.value * each.bytes)
            if each.bytes:
                lines.append(Reason(f"together {once} + {children.value} x {each.in_mib:.1f} MiB = {total}"))
            lines.extend(Reason(f"before that, {p.what}: {p.parent}") for p in parts if p.worker == index and p.alone and total < p.parent)
    return tuple(lines)


def _stated_sum(container: Container, each: Known[Memory]) -> tuple[Reason, ...]:
    """Return the handbook sum of a stated figure, with the parent's where that is stated too."""
    lines = [Reason(f"each child {each.value}, as stated", each.trail)]
    children, total = container.processes, container.estimate.handbook
    if isinstance(children, Known) and isinstance(total, Known):
        parent = total.value.bytes - children.value * each.value.bytes
        once = f"{Memory(parent)} + " if parent else ""
        lines.append(Reason(f"together {once}{children.value} x {each.value} = {total.value}"))
    return tuple(lines)


def _summed(container: Container, need: Need) -> tuple[Part, ...]:
    """Return the parts of the figure that decides at that point."""
    if need is Need.AT_START:
        return container.estimate.parts_at_start
    return tuple(p for p in container.estimate.parts if need is not Need.WARM or not p.in_task)


def _shares(part: Part) -> str:
    """Say what a part costs the parent once and each child; empty where it rounds to nothing."""
    said = [f"{_rounded(amount)} {who}" for amount, who in ((part.parent, "once"), (part.child, "a child")) if abs(amount.in_mib) >= 0.05]
    return " + ".join(said)


def _rounded(amount: Memory) -> str:
    return f"{amount.in_mib:.0f} MiB" if abs(amount.in_mib) >= 10 else f"{amount.in_mib:.1f} MiB"


def cure(container: Container, settings: Settings) -> str:
    """Say the largest concurrency that fits, the smallest limit that fits, and what the handbook formula says."""
    estimate = container.estimate
    said: list[str] = []
    counts = [most(worker.processes) for worker in container.workers]
    if estimate.safe_concurrency and (None in counts or estimate.safe_concurrency < sum(c for c in counts if c)):
        scales = any(isinstance(worker.autoscale, Known) for worker in container.workers)
        said.append(f"Lower the {'maximum of the autoscaling' if scales else 'concurrency'} to {estimate.safe_concurrency}")
    enough = limit_that_fits(container, settings)
    if enough is not None:
        said.append(f"{'or raise' if said else 'Raise'} the limit to {enough.written}")
    text = ", ".join(said) + "." if said else ""
    if estimate.handbook_concurrency is not None and not decides_alone(estimate, settings):
        text += f" (The handbook formula, which shares nothing, says {estimate.handbook_concurrency}.)"
    return text.strip()


def limit_that_fits(container: Container, settings: Settings) -> Enough | None:
    """Return the smallest limit, in steps of 32 MiB, that holds the busy pool; None where its need is not known.

    Where a stated figure decides, the limit is the sum itself; otherwise it leaves the headroom asked for.
    """
    settings = settings.of(container.service)
    alone = decides_alone(container.estimate, settings)
    figure = container.estimate.handbook if alone else container.estimate.busy
    amounts = [s.value.bytes if isinstance(s, Known) else None for s in alternatives(figure)]
    if not amounts or None in amounts:
        return None
    need = max(a for a in amounts if a is not None)
    target = need if alone else need / settings.headroom
    step = 1 if alone else 32
    return Enough(Memory(need), f"{ceil(target / MIB / step) * step}m")


def _rests_on_assumption(container: Container, need: Need, settings: Settings) -> bool:
    """Tell whether the container would fit without what is only assumed (its own modules are no reason to doubt)."""
    estimate, limit = container.estimate, container.memory_limit
    if decides_alone(estimate, settings) or not isinstance(limit, Known):
        return False
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

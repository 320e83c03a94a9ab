"""The sum under a memory finding: what each part costs, and the arithmetic of each program."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.judging.counts import counted, laid_out, ranged
from forkfit.judging.verdict import Need, figure_at
from forkfit.model.container import Container
from forkfit.model.finding import Reason
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.value import Known
from forkfit.model.weight import Part


def sum_reasons(container: Container, need: Need, settings: Settings) -> tuple[Reason, ...]:
    """Return the sum by which a point in a worker's life is judged: a line a part, and the arithmetic.

    What several workers of a container share in kind, such as a library, is said once.
    """
    estimate = container.estimate
    if isinstance(estimate.per_worker, Known):
        return _stated_sum(container, estimate.per_worker)
    if settings.handbook_decides:
        return (Reason(f"{counted(container, need)}, each as large as one alone: {ranged(estimate.handbook)}"),)
    parts = _summed(container, need)
    shown = laid_out(container)
    said = [
        Reason(f"{part.what}: {shares} ({part.confidence.value})", part.trail)
        for part in parts
        if part.worker in shown and not part.alone and (shares := _shares(part))
    ]
    lines = list({reason.what: reason for reason in reversed(said)}.values())[::-1] if len(shown) > 1 else said
    for index in shown:
        lines.extend(_arithmetic(container, need, index, [part for part in parts if part.worker == index]))
    if len(container.workers) > 1:
        others = len(container.workers) - len(shown)
        lines.append(
            Reason(f"{f'with {others} more workers' if others else 'all together'} {ranged(figure_at(container, need, settings))}")
        )
    return tuple(lines)


def _arithmetic(container: Container, need: Need, index: int, parts: list[Part]) -> Iterator[Reason]:
    """Yield the sum of one program of a container, and what it needs at one time alone where that is more."""
    worker = container.workers[index]
    children = worker.processes_at_start if need is Need.AT_START else worker.processes
    if not isinstance(children, Known):
        return
    summands = [part for part in parts if not part.alone]
    once, each = Memory(sum(p.parent.bytes for p in summands)), Memory(sum(p.child.bytes for p in summands))
    total = Memory(once.bytes + children.value * each.bytes)
    whose = f"{worker.program}:" if len(container.workers) > 1 else "together"
    if each.bytes:
        yield Reason(f"{whose} {once} + {children.value} x {each.in_mib:.1f} MiB = {total}")
    elif len(container.workers) > 1:
        yield Reason(f"{whose} {total}")
    yield from (Reason(f"{p.what}: {p.parent} in all") for p in parts if p.alone and total < p.parent)


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

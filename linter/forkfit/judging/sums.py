"""The sum under a memory finding: what each part costs, and the arithmetic of each program."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.judging.counts import counted, laid_out, most, ranged, slot, slots
from forkfit.judging.verdict import Need, figure_at
from forkfit.model.container import Container
from forkfit.model.finding import Reason
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.value import Known, Value
from forkfit.model.weight import Part

# Parts below this share of the sum are told in one line.
SMALL = 0.02


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
    lines = _lines(container, need, [part for part in parts if part.worker in shown and not part.alone])
    # What is known to be there and not what it weighs: a part without bytes.
    lines += [Reason(part.what, part.trail) for part in container.estimate.parts if not part.parent.bytes and not part.child.bytes]
    for index in shown:
        lines.extend(_arithmetic(container, need, index, [part for part in parts if part.worker == index]))
    if len(container.workers) > 1:
        others = len(container.workers) - len(shown)
        lines.append(
            Reason(f"{f'with {others} more workers' if others else 'all together'} {ranged(figure_at(container, need, settings))}")
        )
    return tuple(lines)


def _lines(container: Container, need: Need, parts: list[Part]) -> list[Reason]:
    """Return a line a part, and one for all that are small; what tasks take and what is taken back is never small."""
    said: dict[str, Reason] = {}
    small: dict[str, Part] = {}
    for index in dict.fromkeys(part.worker for part in parts):
        children = most(_children(container, need, index)) or 1
        own = [part for part in parts if part.worker == index]
        whole = sum(part.parent.bytes + children * part.child.bytes for part in own)
        for part in own:
            if not (shares := _shares(part.parent, part.child, slot(container.workers[index]))):
                continue
            line = Reason(f"{part.what}: {shares} ({part.confidence.value})", part.trail)
            said.setdefault(line.what, line)
            adds = part.parent.bytes >= 0 and part.child.bytes >= 0
            if adds and not part.in_task and part.parent.bytes + children * part.child.bytes < SMALL * whole:
                small.setdefault(line.what, part)
    if len(small) < 2:
        return list(said.values())
    once, each = (Memory(sum(getattr(part, who).bytes for part in small.values())) for who in ("parent", "child"))
    sure = " and ".join(dict.fromkeys(part.confidence.value for part in small.values()))
    of_each = slot(container.workers[next(iter(small.values())).worker])
    joined = Reason(f"{len(small)} smaller parts: {_shares(once, each, of_each)} ({sure})", joins=tuple(said[what] for what in small))
    return [*(line for what, line in said.items() if what not in small), joined]


def _arithmetic(container: Container, need: Need, index: int, parts: list[Part]) -> Iterator[Reason]:
    """Yield the sum of one program of a container, and what it needs at one time alone where that is more."""
    worker, children = container.workers[index], _children(container, need, index)
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


def _children(container: Container, need: Need, index: int) -> Value[int]:
    """Return how many children a worker has at that point, or threads that run tasks."""
    return container.workers[index].processes_at_start if need is Need.AT_START else slots(container, index)


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


def _shares(once: Memory, each: Memory, of_each: str) -> str:
    """Say what costs so much once and so much a child; empty where it rounds to nothing."""
    said = [f"{_rounded(amount)} {who}" for amount, who in ((once, "once"), (each, f"a {of_each}")) if abs(amount.in_mib) >= 0.05]
    return " + ".join(said)


def _rounded(amount: Memory) -> str:
    return f"{amount.in_mib:.0f} MiB" if abs(amount.in_mib) >= 10 else f"{amount.in_mib:.1f} MiB"

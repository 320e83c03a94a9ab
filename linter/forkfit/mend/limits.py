"""FF107, FF401: write a cap in its unit, and a size as Compose reads it."""

from __future__ import annotations

import re

from forkfit.mend.change import Change
from forkfit.mend.edit import Refused
from forkfit.mend.find import container_of, service_of
from forkfit.mend.written import Sources, edit_of
from forkfit.model.container import Container
from forkfit.model.finding import Signed
from forkfit.model.memory import MIB, Memory
from forkfit.model.project import Loss
from forkfit.model.stack import Stack
from forkfit.model.value import Known
from forkfit.model.worker import Worker
from forkfit.weigh.caps import allowed, at_birth

KIB = 1024
_LEAST, _MOST = 6 * MIB, 1024**2 * MIB  # the engine takes no smaller limit; no container has more
_FAR = 2  # a cap that is further below the one that was meant is another one
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,18})?(?:[eE]\+?[0-9]{1,2})?", re.ASCII)


def cap_in_unit(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Write the cap of a child in KiB that was written in MiB or GiB: the smaller of the two that a child can live with."""
    container = container_of(stack, signed.finding.service)
    named = signed.finding.evidence.removeprefix("cap ")
    index = next((i for i, w in enumerate(container.workers) if w.program == named), 0)
    cap, born = container.workers[index].max_memory_per_child, at_birth(container, index)
    if not isinstance(cap, Known):
        raise Refused("the cap is not one known number")
    number, room = cap.value.bytes // KIB, _room(container, container.workers[index])
    for unit in (KIB, KIB**2):
        meant = number * unit
        written = min(meant, room)
        if born.bytes < written * KIB and meant < _FAR * written:
            edit = edit_of(f"the cap {number}", cap.trail, sources, lambda text: text == str(number), lambda _, w=written: str(w))  # type: ignore[misc]
            least = "" if written == meant else f", the most that the limit leaves of the {Memory(meant * KIB)} that were meant"
            return Change(
                signed, (edit,), f"max-memory-per-child {number} -> {written} KiB, {Memory(written * KIB)}{least}", trail=cap.trail
            )
    raise Refused(f"{number} is no cap in MiB or GiB either that a child of {born} can live with under its limit")


def _room(container: Container, worker: Worker) -> int:
    """Return the largest cap, in KiB and whole MiB, with which the children of one worker can all grow to it."""
    limit, most = container.memory_limit, allowed(container)
    cap, count = worker.max_memory_per_child, worker.processes
    if not isinstance(limit, Known) or most is None or not isinstance(cap, Known) or not isinstance(count, Known) or not count.value:
        return _MOST // KIB
    others = most.total.bytes - count.value * cap.value.bytes
    return max(0, limit.value.bytes - others) // count.value // MIB * KIB


def as_compose_reads(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Write a size that Compose drops as one that it reads."""
    service = service_of(stack, signed)
    lost = next((lost for lost in service.lost if f"{lost.how.value} {lost.key}" == signed.finding.evidence), None)
    if lost is None or lost.how is not Loss.DROPPED:
        raise Refused("which limit is to hold instead is not known")
    number = float(lost.written) if _NUMBER.fullmatch(lost.written) else 0.0
    if not _LEAST <= number <= _MOST:
        raise Refused(f"which size {lost.written} is meant to be is not known")
    size = f"{round(number / MIB)}m"
    edit = edit_of(f"{lost.key}: {lost.written}", lost.trail, sources, lambda text: text == lost.written, lambda _: size)
    return Change(signed, (edit,), f"{lost.key} {lost.written} -> {size}")

"""The last line of a report: what was found, and what was looked at. It promises no more than the files tell."""

from __future__ import annotations

from collections import Counter
from enum import Enum

from forkfit.model.container import Container
from forkfit.model.finding import Severity, Signed
from forkfit.model.memory import Memory
from forkfit.model.report import Report
from forkfit.model.value import Absent, Known, Value, alternatives

WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


class _Verdict(Enum):
    """What can be said of a container without a finding: the words for one, and for several."""

    FITS = ("fits", "fit")
    FLOOR = ("fits by what could be weighed", "fit by what could be weighed")
    BEYOND = ("needs more than its limit", "need more than their limits")
    UNLIMITED = ("has no memory limit", "have no memory limit")
    OPEN = ("cannot be judged from the files", "cannot be judged from the files")
    NONE = ("is scaled to 0", "are scaled to 0")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown_findings(report: Report) -> tuple[Signed, ...]:
    """Return the findings that are not suppressed."""
    return tuple(f for f in report.findings if f.suppressed is None)


def summary(report: Report) -> str:
    """Return the last line of a report; of a healthy project it is the only one."""
    suppressed = sum(f.suppressed is not None for f in report.findings)
    hidden = f"; {counted(suppressed, 'finding')} suppressed" if suppressed else ""
    if shown_findings(report):
        return f"{_tally(report)}{hidden}{'; the run is not complete' if report.errors else ''}"
    if report.errors:
        seen = f"no problem in {counted(_workers(report), 'worker')}" if report.stacks else "no project was looked at"
        return f"The run is not complete: {seen}{hidden}."
    return f"No problems: {_healthy(report)}{hidden}."


def _tally(report: Report) -> str:
    shown = shown_findings(report)
    by_severity = Counter(f.severity for f in shown)
    found = ", ".join(
        counted(by_severity[s], w) for s, w in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
    )
    files = counted(len({f.finding.at.file for f in shown}), "file")
    dark = f", {counted(_unseen(report), 'service')} not seen through" if _unseen(report) else ""
    return f"{found} in {files}; {counted(_workers(report), 'worker')}{dark}{_waiting(report)}"


def _healthy(report: Report) -> str:
    dark = _unseen(report)
    unseen = f"; {counted(dark, 'service')} that {'looks' if dark == 1 else 'look'} like a worker not seen through" if dark else ""
    workers = _workers(report)
    if not workers:
        return f"no worker found in {counted(sum(len(s.project.services) for s in report.stacks), 'service')}{unseen}{_waiting(report)}"
    verdicts = Counter(_verdict(c, s.settings.of(c.service).handbook_decides) for s in report.stacks for c in s.containers)
    looked_at = f"{counted(workers, 'worker')} in {counted(verdicts.total(), 'container')}"
    if len(verdicts) == 1:
        said = next(iter(verdicts)).value[workers > 1]
    else:
        said = ", ".join(f"{verdicts[v]} {v.value[verdicts[v] > 1]}" for v in _Verdict if v in verdicts)
        looked_at += ", of which"
    return f"{looked_at} {said}, as far as the files tell{unseen}{_waiting(report)}"


def _workers(report: Report) -> int:
    return sum(len(c.workers) for s in report.stacks for c in s.containers)


def _waiting(report: Report) -> str:
    """Say how many services were not looked at because none of their profiles is active; nothing where there are none."""
    found = sum(len(stack.project.disabled) for stack in report.stacks)
    return f"; {counted(found, 'service')} {'waits' if found == 1 else 'wait'} for a profile (--profile '*' looks at all)" if found else ""


def _unseen(report: Report) -> int:
    return sum(len(s.unseen) for s in report.stacks)


def _verdict(container: Container, by_handbook: bool) -> _Verdict:
    estimate = container.estimate
    if container.replicas == Known(0, container.replicas.trail):
        return _Verdict.NONE
    if isinstance(container.memory_limit, Absent):
        return _Verdict.UNLIMITED
    limits = _bytes(container.memory_limit)
    needs = _bytes(estimate.handbook if by_handbook or isinstance(estimate.per_worker, Known) else estimate.busy)
    if not limits or not needs:
        return _Verdict.OPEN
    if max(needs) > min(limits):
        return _Verdict.BEYOND
    return _Verdict.FLOOR if estimate.at_least else _Verdict.FITS


def _bytes(value: Value[Memory]) -> list[int]:
    """Return each amount it may be; empty where any alternative is no amount."""
    singles = alternatives(value)
    known = [s.value.bytes for s in singles if isinstance(s, Known)]
    return known if len(known) == len(singles) else []

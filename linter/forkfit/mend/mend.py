"""From the findings of a report to the changes that mend them, each tried on top of those before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from forkfit.mend.agree import agreeing
from forkfit.mend.attempt import Beside, Relint, attempt
from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused, bytes_of
from forkfit.mend.explicit import counted, limited
from forkfit.mend.limits import as_compose_reads, cap_in_unit
from forkfit.mend.memory import lowered, raised
from forkfit.mend.names import renamed
from forkfit.mend.written import Sources
from forkfit.model.files import Files
from forkfit.model.finding import Signed
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.stack import Stack

Mender = Callable[[Signed, Stack, Sources], Change]

# How the findings of a rule are mended, and how those that a limit would cure too.
MENDERS: Mapping[str, Mender] = {
    "FF101": lowered,
    "FF102": lowered,
    "FF103": lowered,
    "FF105": limited,
    "FF107": cap_in_unit,
    "FF201": counted,
    "FF205": renamed,
    "FF401": as_compose_reads,
    "FF402": agreeing,
}
BY_LIMIT: Mapping[str, Mender] = {"FF101": raised, "FF102": raised, "FF103": raised}


class Mended(Record):
    """What mending comes to: new contents by path, the changes made, those withheld as unsafe, what is not mended and why.

    `before` is what the files to change held when they were looked at; `report` is what is found with the new contents.
    """

    before: Mapping[str, bytes]
    contents: Mapping[str, bytes]
    made: tuple[Change, ...]
    withheld: tuple[Change, ...]
    refused: tuple[tuple[Signed, str], ...]
    report: Report


def mend(report: Report, files: Files, relint: Relint, beside: Beside, by_limit: bool, unsafe: bool) -> Mended:
    """Make every change that cures a finding and does no harm; those that change behaviour only where `unsafe` allows."""
    menders = {**MENDERS, **BY_LIMIT} if by_limit else MENDERS
    before: dict[str, bytes] = {}
    contents: dict[str, bytes] = {}
    made: list[Change] = []
    failed: dict[tuple[Edit, ...], dict[Signed, str]] = {}
    while True:
        proposed, refused = _proposed(report, menders)
        withheld = tuple(change for change in proposed if change.unsafe and not unsafe)
        for edits, group in _alike(change for change in proposed if change not in withheld).items():
            if edits in failed:
                continue
            try:
                _undisputed(group, proposed)
                held = {edit.at.file: bytes_of(files, edit.at.file) for edit in edits if edit.at.file not in before}
                report, contents = attempt(group, report, {**held, **contents}, files, relint, beside)
            except Refused as why:
                failed[edits] = {change.signed: str(why) for change in group}
            else:
                before |= held
                made += group
                break
        else:
            refused += [(signed, why) for of_edits in failed.values() for signed, why in of_edits.items() if signed in report.findings]
            return Mended(before, contents, tuple(made), withheld, tuple(refused), report)


def _proposed(report: Report, menders: Mapping[str, Mender]) -> tuple[list[Change], list[tuple[Signed, str]]]:
    """Return the change that mends each finding, or why there is none; what is suppressed stays as it is."""
    sources = {source.path: source for source in report.sources}
    proposed: list[Change] = []
    refused: list[tuple[Signed, str]] = []
    for signed in report.findings:
        if signed.suppressed is None and signed.rule in menders:
            try:
                proposed.append(menders[signed.rule](signed, report.stacks[signed.project], sources))
            except Refused as why:
                refused.append((signed, str(why)))
    return proposed, refused


def _alike(changes: Iterable[Change]) -> dict[tuple[Edit, ...], tuple[Change, ...]]:
    """Return the changes by the edits that they make: services that share a value often ask for the same."""
    found: dict[tuple[Edit, ...], tuple[Change, ...]] = {}
    for change in changes:
        found[change.edits] = (*found.get(change.edits, ()), change)
    return found


def _undisputed(group: tuple[Change, ...], proposed: Iterable[Change]) -> None:
    """Raise Refused where another finding asks for something else at the same place."""
    for other in proposed:
        if other.edits != group[0].edits and {e.at for e in other.edits} & {e.at for e in group[0].edits}:
            raise Refused(f"{group[0].service} asks for {group[0].what} and {other.service} for {other.what} at the same place")

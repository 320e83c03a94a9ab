"""From the findings of a report to the changes that mend them, each tried on top of those before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from forkfit.mend.agree import agreeing
from forkfit.mend.attempt import Beside, Relint, Trial, attempt, cause
from forkfit.mend.change import Change, Group
from forkfit.mend.early import moved_up
from forkfit.mend.edit import Edit, Reaches, Refused, bytes_of
from forkfit.mend.explicit import counted, limited
from forkfit.mend.freeze import frozen
from forkfit.mend.limits import as_compose_reads, cap_in_unit
from forkfit.mend.memory import lowered
from forkfit.mend.names import renamed
from forkfit.mend.room import raised
from forkfit.mend.written import Sources
from forkfit.model.files import Files
from forkfit.model.finding import Signed
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.stack import Stack

Mender = Callable[[Signed, Stack, Sources], Change]
Tried = frozenset[tuple[object, ...]]

# How the findings of a rule are mended, and how those that a limit would cure too.
MENDERS: Mapping[str, Mender] = {
    "FF101": lowered,
    "FF102": lowered,
    "FF103": lowered,
    "FF105": limited,
    "FF107": cap_in_unit,
    "FF201": counted,
    "FF205": renamed,
    "FF303": frozen,
    "FF305": moved_up,
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
    """Make every change that cures a finding and does no harm; those that change behaviour only where `unsafe` allows.

    As many as may be are tried together. Where that fails, fewer are, down to the one that is to blame.
    """
    menders = {**MENDERS, **BY_LIMIT} if by_limit else MENDERS
    before: dict[str, bytes] = {}
    trial = Trial(report, {}, files, relint, beside)
    made: list[Change] = []
    failed: dict[Tried, dict[Signed, str]] = {}
    reaching: dict[Tried, int] = {}  # of those that failed by what they reach, how many changes had been made by then
    while True:
        proposed, refused = _proposed(trial.report, menders)
        withheld = tuple(change for change in proposed if change.unsafe and not unsafe)
        groups = _alike(change for change in proposed if change not in withheld)
        for group in groups:
            if why := _disputed(group, proposed):
                failed[_tried(group)] = {change.signed: why for change in group}
        together = _together([group for group in groups if _tried(group) not in failed], trial.report)
        if not together and (late := [tried for tried, count in reaching.items() if count < len(made)]):
            # Others that it would have reached may have a value of their own by now.
            for tried in late:
                del failed[tried], reaching[tried]
            continue
        if not together:
            found = trial.report.findings
            refused += [(signed, why) for of_group in failed.values() for signed, why in of_group.items() if signed in found]
            return Mended(before, trial.contents, tuple(made), withheld, tuple(refused), trial.report)
        while together:
            try:
                held = _held(together, {**before, **trial.contents}, files)
                after, contents = attempt(together, trial.replace(contents={**held, **trial.contents}))
            except Refused as why:
                if len(together) == 1:
                    tried = _tried(together[0])
                    failed[tried] = {change.signed: str(why) for change in together[0]}
                    if isinstance(why, Reaches):
                        reaching[tried] = len(made)
                together = together[: len(together) // 2]
            else:
                before |= held
                trial = trial.replace(report=after, contents=contents)
                made += (change for group in together for change in group)
                break


def _held(groups: Iterable[Group], known: Mapping[str, bytes], files: Files) -> dict[str, bytes]:
    """Return what the files hold that groups change, but for those that were changed before."""
    paths = dict.fromkeys(edit.at.file for group in groups for edit in group[0].edits)
    return {path: bytes_of(files, path) for path in paths if path not in known}


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


def _alike(changes: Iterable[Change]) -> list[Group]:
    """Return the changes by the edits that they make: services that share a value often ask for the same."""
    found: dict[tuple[Edit, ...], Group] = {}
    for change in changes:
        found[change.edits] = (*found.get(change.edits, ()), change)
    return list(found.values())


def _disputed(group: Group, proposed: Iterable[Change]) -> str:
    """Say where another finding asks for something else at the same place; what is only put in there waits for its turn."""
    rules = {change.signed.rule for change in group}
    places = {edit.at: edit.before for edit in group[0].edits}
    for other in proposed:
        if other.edits != group[0].edits and any(e.at in places and (e.before or other.signed.rule in rules) for e in other.edits):
            return f"{group[0].service} asks for {group[0].what} and {other.service} for {other.what} at the same place"
    return ""


def _together(groups: Sequence[Group], report: Report) -> list[Group]:
    """Return groups of different services at different places; what is advice has its turn when the rest is mended."""
    advice = {rule.id for rule in report.rules if rule.advises}
    first = [group for group in groups if group[0].signed.rule not in advice] or groups
    services: set[tuple[int, str]] = set()
    lines: set[tuple[str, int]] = set()
    found: list[Group] = []
    for group in first:
        own = {(change.signed.project, change.service) for change in group}
        there = {(edit.at.file, line) for edit in group[0].edits for line in range(edit.at.line, edit.at.end_line + 1)}
        if not own & services and not there & lines:
            services |= own
            lines |= there
            found.append(group)
    return found


def _tried(group: Group) -> Tried:
    """Return what was tried, wherever it stands by now."""
    return frozenset((*cause(change.signed), change.signed.project, change.what) for change in group)

"""Try changes in memory: read and judge everything again, and refuse what cures nothing or brings something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from forkfit.mend.apart import subsets
from forkfit.mend.change import Change, Group
from forkfit.mend.edit import Edit, Reaches, Refused, edited
from forkfit.mend.reach import built_from, reached
from forkfit.mend.uses import only_read_on_its_way
from forkfit.model.files import Files
from forkfit.model.finding import Signed
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.source import Source
from forkfit.model.stack import Stack
from forkfit.overlaid import Overlaid

Relint = Callable[[Files], Report]
Beside = Callable[[str, Report, Files], tuple[Stack, ...]]
# What may be left of a container that is short of memory once it fits: a note that little is to spare.
_LEFT = "FF104"


class Trial(Record):
    """What changes are tried on: the report so far, the contents that earlier changes made, the files, and how they are judged."""

    report: Report
    contents: Mapping[str, bytes]
    files: Files
    relint: Relint
    beside: Beside

    def after(self, edits: Iterable[Edit]) -> Mapping[str, bytes]:
        """Return the contents with edits made too."""
        return {**self.contents, **edited(Overlaid(self.files, self.contents), edits)}

    def judged(self, contents: Mapping[str, bytes]) -> Report:
        """Return the report on these contents."""
        return self.relint(Overlaid(self.files, contents))


def attempt(groups: Sequence[Group], trial: Trial) -> tuple[Report, Mapping[str, bytes]]:
    """Return the report and the contents after the changes of all groups; raise Refused, with why they are not made.

    The changes of a group make the same edits; those of different groups are of different services.
    """
    changes = tuple(change for group in groups for change in group)
    made = trial.after(edit for group in groups for edit in group[0].edits)
    after = trial.judged(made)
    sources = {source.path: source for source in trial.report.sources}
    for group in groups:
        _agreed_beside(group, trial, sources)
        for edit in group[0].edits:
            if edit.at.file in sources:
                only_read_on_its_way(edit, group[0].trail, sources[edit.at.file], trial.files)
    _agreed(groups, trial, after)
    _cured(changes, trial.report, after)
    for some in subsets(groups, trial.report):
        _agreed(some, trial, trial.judged(trial.after(edit for group in some for edit in group[0].edits)))
    return after, made


def cause(signed: Signed) -> tuple[str, str, str]:
    """Return what a finding is about, whatever its figures and its place are."""
    return signed.rule, signed.finding.service, signed.finding.evidence


def _cured(changes: Sequence[Change], report: Report, after: Report) -> None:
    """Raise Refused where a finding is still there, where anything is new, or where less is seen than before."""
    what = "; ".join(dict.fromkeys(change.what for change in changes))
    if _workers(after) != _workers(report):
        raise Refused(f"{what}, and other workers than before are seen")
    harmless = {_LEFT, *(rule.id for rule in report.rules if rule.advises)}
    new = Counter(cause(signed) for signed in after.findings if signed.fails or signed.rule not in harmless)
    old = Counter(cause(signed) for signed in report.findings)
    for one, times in Counter(cause(change.signed) for change in changes).items():
        left = sum(cause(signed) == one for signed in after.findings)
        if left > old[one] - times:
            raise Refused(f"{what} does not cure it{changes[0].uncured}")
    worse = max((s for s in after.findings if (new - old)[cause(s)]), key=lambda s: s.severity, default=None)
    if worse is not None:
        raise Refused(f"{what} would bring {worse.rule} {worse.name}: {worse.finding.message}")
    if after.errors != report.errors:
        raise Refused(f"{what}, and the project is not seen any more: {'; '.join(after.errors)}")


def _agreed(groups: Sequence[Group], trial: Trial, after: Report) -> None:
    """Raise Refused where a service is reached that is not to have the change."""
    report = trial.report
    sources = {source.path: source for source in report.sources}
    own = {(change.signed.project, change.service) for group in groups for change in group}
    edits = [edit for group in groups for edit in group[0].edits]
    for index, (before, now) in enumerate(zip(report.stacks, after.stacks, strict=True)):
        for name in (*reached(before, now), *built_from(before, edits, sources)):
            if (index, name) not in own:
                _wanted(groups, before, name)


def _agreed_beside(group: Group, trial: Trial, sources: Mapping[str, Source]) -> None:
    """Raise Refused where a project that the run did not look at has a service that is not to have the change."""
    made = trial.after(group[0].edits)
    for path in dict.fromkeys(edit.at.file for edit in group[0].edits):
        before = trial.beside(path, trial.report, Overlaid(trial.files, trial.contents))
        after = trial.beside(path, trial.report, Overlaid(trial.files, made)) if before else ()
        for stack, now in zip(before, after, strict=True):
            for name in (*reached(stack, now), *built_from(stack, group[0].edits, sources)):
                _wanted([group], stack, name)


def _wanted(groups: Sequence[Group], stack: Stack, name: str) -> None:
    """Raise Refused where a service of a project asks for none of these changes, or for another one."""
    own = [change for group in groups for change in group if change.service == name]
    if len(groups) == 1 and own and all(change.wanted(stack) for change in own):
        return
    first = groups[0][0]
    project = f" in {', '.join(stack.project.files)}" if own else ""
    raise Reaches(
        f"{first.edits[0].at} is read for {name}{project} too, which does not need the change: give {first.service} a value of its own"
    )


def _workers(report: Report) -> list[tuple[str, int]]:
    """Return the services that start workers, project by project, with how many: what mends a worker does not end it."""
    return [(container.service, len(container.workers)) for stack in report.stacks for container in stack.containers]

"""Try a change in memory: read and judge everything again, and refuse what cures nothing or brings something new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from forkfit.mend.change import Change
from forkfit.mend.edit import Refused, edited
from forkfit.mend.reach import built_from, reached
from forkfit.model.files import Files
from forkfit.model.finding import Signed
from forkfit.model.report import Report
from forkfit.model.source import Source
from forkfit.model.stack import Stack
from forkfit.overlaid import Overlaid

Relint = Callable[[Files], Report]
Beside = Callable[[str, Report, Files], tuple[Stack, ...]]
# What may be left of a container that is short of memory once it fits: a note that little is to spare.
_LEFT = "FF104"


def attempt(
    changes: Sequence[Change], report: Report, contents: Mapping[str, bytes], files: Files, relint: Relint, beside: Beside
) -> tuple[Report, dict[str, bytes]]:
    """Return the report and the contents after changes that make the same edits; raise Refused, with why they are not made.

    `contents` are the files as they were when first changed, or as earlier changes made them.
    """
    made = {**contents, **edited(Overlaid(files, contents), changes[0].edits)}
    after = relint(Overlaid(files, made))
    sources = {source.path: source for source in report.sources}
    _agreed(changes, report.stacks, after.stacks, sources)
    for path in dict.fromkeys(edit.at.file for edit in changes[0].edits):
        before = beside(path, report, Overlaid(files, contents))
        _agreed(changes, before, beside(path, report, Overlaid(files, made)) if before else (), sources)
    harmless = {_LEFT, *(rule.id for rule in report.rules if rule.advises)}
    if _workers(after) != _workers(report):
        raise Refused(f"{changes[0].what}, and other workers than before are seen")
    new = Counter(_cause(signed) for signed in after.findings if signed.fails or signed.rule not in harmless)
    old = Counter(_cause(signed) for signed in report.findings)
    for change in changes:
        if new[_cause(change.signed)] >= old[_cause(change.signed)]:
            raise Refused(f"{change.what} does not cure it")
    worse = max((s for s in after.findings if (new - old)[_cause(s)]), key=lambda s: s.severity, default=None)
    if worse is not None:
        raise Refused(f"{changes[0].what} would bring {worse.rule} {worse.name}: {worse.finding.message}")
    if after.errors != report.errors:
        raise Refused(f"{changes[0].what}, and the project is not seen any more: {'; '.join(after.errors)}")
    return after, made


def _agreed(changes: Sequence[Change], before: Sequence[Stack], after: Sequence[Stack], sources: Mapping[str, Source]) -> None:
    """Raise Refused where a service is reached that is not to have the change."""
    of_images = ((stack, name) for stack in before for name in built_from(stack, changes[0].edits, sources))
    for stack, name in (*reached(before, after), *of_images):
        own = [change for change in changes if change.service == name]
        if not own or not all(change.wanted(stack) for change in own):
            at = changes[0].edits[0].at
            project = f" in {', '.join(stack.project.files)}" if own else ""
            raise Refused(
                f"{at} is read for {name}{project} too, which does not need the change: give {changes[0].service} a value of its own"
            )


def _workers(report: Report) -> list[tuple[str, int]]:
    """Return the services that start workers, project by project, with how many: what mends a worker does not end it."""
    return [(container.service, len(container.workers)) for stack in report.stacks for container in stack.containers]


def _cause(signed: Signed) -> tuple[str, str, str]:
    return signed.rule, signed.finding.service, signed.finding.evidence

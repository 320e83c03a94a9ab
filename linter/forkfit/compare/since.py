"""A report held against what the same run would have found at a revision of git, service by service."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.compare.beside import Beside
from forkfit.compare.former import as_it_was
from forkfit.compare.sight import sights
from forkfit.compare.tree import at_revision
from forkfit.compose.request import Request
from forkfit.compose.targets import Targets, targets
from forkfit.lint import Run, discreet
from forkfit.model.change import Change, Since
from forkfit.model.files import Files
from forkfit.model.report import Report
from forkfit.model.stack import Stack
from forkfit.pipeline import Examined, examine

_ALIKE = 0.5  # the share of services that makes two projects one, wherever their files are


def with_change(report: Report, run: Run, revision: str) -> Report:
    """Return the report with what has changed since a revision; raise Unusable where there is none.

    Both are judged by the settings of now, so that what differs is the project; what is only supposed, is supposed of now.
    """
    with at_revision(run.place.files.root, revision) as tree:
        order = as_it_was(run.order, tree, run.files)
        then = Beside(tree, run.files)
        wanted = targets(order, then) if order is not None else Targets(())
        asked = [_examined(request, then, run) for request in wanted.requests]
        before = [*asked, *(_examined(request, then, run) for request in wanted.candidates)]
    pairs = _pairs(report.stacks, before)
    changes = [
        change
        for number, stack in enumerate(report.stacks)
        for change in _changes(number, stack, before[pairs[number]] if number in pairs else None)
    ]
    for number, examined in enumerate(asked):
        # A project that is there still was only not asked for now.
        if number not in pairs.values() and not any(run.files.is_file(path) for path in examined.stack.project.files):
            changes += _changes(None, None, examined)
    asked_for = frozenset(path for examined in before for path in examined.asked)
    unloaded = [path for e in before if not e.loaded for path in e.stack.project.files or (e.stack.project.directory,)]
    since = Since(revision, tree.commit, tuple(changes), tuple(dict.fromkeys(unloaded)), tuple(sorted(then.taken & asked_for)))
    sources = (*report.sources, *(source for examined in before for source in examined.sources))
    return discreet(report.replace(since=since), run, sources)


def _examined(request: Request, files: Files, run: Run) -> Examined:
    return examine(request, files, run.parts, run.settings_of(request).replace(suppositions=()))


def _pairs(now: tuple[Stack, ...], before: list[Examined]) -> dict[int, int]:
    """Return which project of before is which of now, the likest first: by files, by folder, by services."""
    likeness = sorted(
        ((_likeness(stack, was), -i, -j) for i, stack in enumerate(now) for j, was in enumerate(before)),
        reverse=True,
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for alike, i, j in likeness:
        if alike > 0 and -i not in found and -j not in taken:
            found[-i] = -j
            taken.add(-j)
    return found


def _likeness(now: Stack, before: Examined) -> float:
    """Return how alike two projects are: 0 for two that have nothing to do with each other."""
    one, other = now.project, before.stack.project
    names, others = ({service.name for service in project.services} for project in (one, other))
    shared = len(names & others) / max(1, len(names | others))
    if one.files == other.files:
        return 3 + shared
    if one.directory == other.directory and (shared or not before.loaded):
        return 1 + shared
    return shared if shared >= _ALIKE else 0


def _changes(number: int | None, now: Stack | None, before: Examined | None) -> Iterator[Change]:
    """Yield the workers of one project, those that are seen and those that are not, in the order of their names."""
    new = sights(now) if now is not None else {}
    old = sights(before.stack) if before is not None else {}
    for service in sorted({*new, *old}):
        sight = new.get(service) or old[service]
        unloaded = before is not None and not before.loaded
        yield Change(service, sight.found.at, number, old.get(service), new.get(service), unloaded)

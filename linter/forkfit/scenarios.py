"""One project as it is deployed in several ways: a run for each, asked for with words of its own, and what becomes of its services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from shlex import split
from typing import Any

from forkfit.arguments import Arguments, Usage, parse
from forkfit.judging.counts import named, ranged
from forkfit.judging.verdict import Need, exceeding, may_exceed
from forkfit.lint import linted, prepared
from forkfit.model.container import Container
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.model.value import Absent, Known
from forkfit.streams import Streams

# What a scenario may say: which project is meant, and what its deployment has.
_OWN = ("paths", "files", "environment", "env_files", "profiles", "project_directory", "settings")
_ADDED = ("environment", "env_files", "profiles")
_VERDICTS = {
    Need.AT_START: "dies at start",
    Need.WARM: "dies in its first tasks",
    Need.BUSY: "dies when busy",
    Need.HEADROOM: "fits, with little to spare",
    Need.NONE: "fits",
}
Named = tuple[str, Report]


def judged(arguments: Arguments, streams: Streams, report_bug: Callable[[Exception], None]) -> tuple[Named, ...]:
    """Make the run of each scenario, over what the arguments say of all; raise Unusable."""
    return tuple((name, _report(_over(arguments, name, words), streams, report_bug)) for name, words in arguments.scenarios)


def _report(arguments: Arguments, streams: Streams, report_bug: Callable[[Exception], None]) -> Report:
    return linted(prepared(arguments, streams.environ, {}), streams.today(), report_bug)


def _over(arguments: Arguments, name: str, words: str) -> Arguments:
    """Return the arguments with what a scenario says: its files stand in place of theirs, variables and profiles are added."""
    try:
        said = parse(["check", *split(words)], StringIO())
    except (Usage, ValueError) as wrong:
        raise Usage(f"--scenario {name}: {wrong}") from wrong
    if said is None or said.replace(**{field: getattr(Arguments("check"), field) for field in _OWN}) != Arguments("check"):
        raise Usage(f"--scenario {name}: {words!r} may say which files, variables and profiles are meant, and what the host has")
    changes: dict[str, Any] = {field: (*getattr(arguments, field), *getattr(said, field)) for field in _ADDED}
    if said.paths or said.files:
        changes |= {"paths": said.paths, "files": said.files}
    if said.project_directory is not None:
        changes["project_directory"] = said.project_directory
    own, of_all = said.settings, arguments.settings
    layer = of_all.replace(given={**of_all.given, **own.given}, written={**of_all.written, **own.written})
    return arguments.replace(**changes, settings=layer, scenarios=())


def verdicts(runs: Sequence[Named]) -> Iterator[list[str]]:
    """Yield a table: the names of the scenarios, then a row for each service with what becomes of it in each."""
    yield ["service", *(name for name, _ in runs)]
    cells = [_cells(report) for _, report in runs]
    for service in dict.fromkeys(name for found in cells for name in found):
        yield [service, *("; ".join(found.get(service, ("-",))) for found in cells)]


def _cells(report: Report) -> dict[str, tuple[str, ...]]:
    """Return what is to be said of each service of a run; several projects may have one of a name."""
    found: dict[str, tuple[str, ...]] = {}
    for stack in report.stacks:
        for container in stack.containers:
            found[container.service] = (*found.get(container.service, ()), _verdict(container, stack.settings))
        for unseen in stack.unseen:
            found[unseen.service] = (*found.get(unseen.service, ()), "not seen through")
    return found


def _verdict(container: Container, settings: Settings) -> str:
    """Say whether a container fits: its children, those that would, its limit."""
    limit, estimate = container.memory_limit, container.estimate
    count = named(container.processes)
    if isinstance(limit, Absent):
        return f"no limit: {count} children, {ranged(estimate.busy)}"
    need = exceeding(container, settings)
    if not isinstance(limit, Known) or (need is Need.NONE and may_exceed(container, settings) is not need):
        return f"not known: {count} children"
    fit = "" if estimate.safe_concurrency is None else f", {estimate.safe_concurrency} fit"
    return f"{_VERDICTS[need]}: {count} children in {limit.value}{fit}"

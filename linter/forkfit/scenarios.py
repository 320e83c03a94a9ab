"""One project as it is deployed in several ways: a run for each, asked for with words of its own, and what becomes of its services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from shlex import split
from typing import Any

from forkfit.arguments import Arguments, Usage
from forkfit.command_line import parse
from forkfit.compare.sight import sights
from forkfit.judging.counts import counted, ranged
from forkfit.judging.verdict import Need, exceeding, may_exceed
from forkfit.lint import linted, prepared
from forkfit.model.change import Fit
from forkfit.model.container import Container
from forkfit.model.report import Report
from forkfit.model.scenario import Scenario, Verdict
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


def judged(arguments: Arguments, streams: Streams, report_bug: Callable[[Exception], None]) -> tuple[Scenario, ...]:
    """Make the run of each scenario, over what the arguments say of all; raise Unusable."""
    reports = ((name, _report(_over(arguments, name, words), streams, report_bug)) for name, words in arguments.scenarios)
    return tuple(Scenario(name, report, tuple(_verdicts(report))) for name, report in reports)


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


def _verdicts(report: Report) -> Iterator[Verdict]:
    """Yield what becomes of each service of a run, project by project; several may have one of a name."""
    for index, stack in enumerate(report.stacks):
        for name, sight in sights(stack).items():
            words = _words(sight.found, sight.fit, stack.settings) if isinstance(sight.found, Container) else "not seen through"
            yield Verdict(name, index, sight, words)


def _words(container: Container, fit: Fit, settings: Settings) -> str:
    """Say whether a container fits: its children, those that would, its limit."""
    if fit is Fit.NONE:
        return "scaled to 0"
    limit, estimate = container.memory_limit, container.estimate
    count = counted(container, Need.BUSY)
    if isinstance(limit, Absent):
        return f"no limit: {count}, {ranged(estimate.busy)}"
    need = exceeding(container, settings)
    if not isinstance(limit, Known) or (need is Need.NONE and may_exceed(container, settings) is not need):
        return f"not known: {count}"
    forks = any(isinstance(worker.pool, Known) and worker.pool.value.forks for worker in container.workers)
    fitting = f", {estimate.safe_concurrency} fit" if forks and estimate.safe_concurrency is not None else ""
    return f"{_VERDICTS[need]}: {count} in {limit.value}{fitting}"

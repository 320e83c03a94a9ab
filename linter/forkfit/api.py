"""Everything that a plugin or a user of the library may import; it changes only by addition within a major version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING

from forkfit.model.container import Container, Process, Unseen, View
from forkfit.model.files import Files
from forkfit.model.finding import Finding, Reason, Severity
from forkfit.model.format import Format, Look
from forkfit.model.launcher import Claim, Launcher
from forkfit.model.memory import Memory
from forkfit.model.project import Cut, Differing, Loss, Lost, Project, Service
from forkfit.model.record import Record
from forkfit.model.report import Report, Unusable
from forkfit.model.rule import Rule
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Span, Step, Trail, joined, places
from forkfit.model.stack import Stack
from forkfit.model.suppression import Suppression
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value, alternatives, apply, combine, either
from forkfit.model.weight import Confidence, Cost, Estimate, Footprint, Part, Survival
from forkfit.model.worker import Autoscale, Candidate, Code, Effect, Gap, Import, ModelLoad, Pool, Remark, When, Worker

if TYPE_CHECKING:
    from forkfit.hooks import implement
    from forkfit.judging.counts import most, named, ranged, subject
    from forkfit.judging.elsewhere import decides_elsewhere
    from forkfit.judging.verdict import Need, exceeding, may_exceed
    from forkfit.judging.words import (
        about_or_more,
        at_cpus,
        concurrency_reasons,
        left_to_host,
        limit_reason,
        limit_that_fits,
        memory_finding,
        place_of,
        place_of_step,
    )
    from forkfit.launch.suspicion import looks_like_worker
    from forkfit.weigh.after_fork import Broken, hangs
    from forkfit.weigh.caps import Allowed, allowed, at_birth, cap_of
    from forkfit.weigh.estimate import largest_cpus
    from forkfit.weigh.figure import least
    from forkfit.weigh.savings import Heavy, forks, heavy_imports, late_imports, saved_by_freezing, saved_by_importing_early

__all__ = [
    "Absent",
    "Allowed",
    "Autoscale",
    "Bounded",
    "Broken",
    "ByCpus",
    "Candidate",
    "Claim",
    "Code",
    "Confidence",
    "Container",
    "Cost",
    "Cut",
    "Differing",
    "Effect",
    "Estimate",
    "Files",
    "Finding",
    "Footprint",
    "Format",
    "Gap",
    "Heavy",
    "Import",
    "Kind",
    "Known",
    "Launcher",
    "Look",
    "Loss",
    "Lost",
    "Memory",
    "ModelLoad",
    "Need",
    "Part",
    "Piece",
    "Pool",
    "Process",
    "Project",
    "Reason",
    "Record",
    "Remark",
    "Report",
    "Role",
    "Rule",
    "Service",
    "Settings",
    "Severity",
    "Span",
    "Stack",
    "Step",
    "Suppression",
    "Survival",
    "Tell",
    "Text",
    "Trail",
    "Trouble",
    "Unknown",
    "Unseen",
    "Unusable",
    "Value",
    "View",
    "When",
    "Worker",
    "about_or_more",
    "allowed",
    "alternatives",
    "apply",
    "at_birth",
    "at_cpus",
    "cap_of",
    "combine",
    "concurrency_reasons",
    "decides_elsewhere",
    "either",
    "exceeding",
    "forks",
    "hangs",
    "heavy_imports",
    "implement",
    "joined",
    "largest_cpus",
    "late_imports",
    "least",
    "left_to_host",
    "limit_reason",
    "limit_that_fits",
    "lint",
    "looks_like_worker",
    "may_exceed",
    "memory_finding",
    "most",
    "named",
    "place_of",
    "place_of_step",
    "places",
    "ranged",
    "said",
    "saved_by_freezing",
    "saved_by_importing_early",
    "subject",
]

Path = str | PathLike[str]


# What is no noun of the model stands elsewhere, and is fetched when it is first asked for: most rules find nothing, and a rule
# that is not asked costs nothing.
_HOMES = {
    "forkfit.hooks": ("implement",),
    "forkfit.judging.counts": ("most", "named", "ranged", "subject"),
    "forkfit.judging.elsewhere": ("decides_elsewhere",),
    "forkfit.judging.verdict": ("Need", "exceeding", "may_exceed"),
    "forkfit.judging.words": (
        "about_or_more",
        "at_cpus",
        "concurrency_reasons",
        "left_to_host",
        "limit_reason",
        "limit_that_fits",
        "memory_finding",
        "place_of",
        "place_of_step",
    ),
    "forkfit.launch.suspicion": ("looks_like_worker",),
    "forkfit.weigh.after_fork": ("Broken", "hangs"),
    "forkfit.weigh.caps": ("Allowed", "allowed", "at_birth", "cap_of"),
    "forkfit.weigh.estimate": ("largest_cpus",),
    "forkfit.weigh.figure": ("least",),
    "forkfit.weigh.savings": ("Heavy", "forks", "heavy_imports", "late_imports", "saved_by_freezing", "saved_by_importing_early"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Return what is not there until it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_HOME_OF[name]), name)
    return found


def lint(
    *paths: Path,
    files: Iterable[Path] = (),
    environment: Mapping[str, str] = {},
    env_files: Iterable[Path] = (),
    profiles: Iterable[str] = (),
    project_directory: Path | None = None,
    root: Path | None = None,
    strict: bool = False,
    contents: Mapping[str, str | bytes] = {},
    config: Path | None = None,
    settings: Mapping[str, object] | None = None,
    options: Mapping[str, object] = {},
    what_if: Iterable[str] = (),
    baseline: Path | None = None,
    since: str | None = None,
    today: str = "",
) -> Report:
    """Judge projects and return the report, as the command does; raise Unusable for what the command refuses.

    Arguments are those of the command line; without a path it is the working folder. `contents`, by path, win over what
    the disk has. `settings` are a settings table (``{"services": {"worker": {"per_worker": "120m"}}}``) that stands in
    place of every settings file; `options`, by the same keys, win over the settings as the command line does. `today`
    is a day such as 2027-01-31. Nothing is printed, and neither the environment nor anything outside the root is read.
    """
    # What a run needs is more than a rule needs.
    from forkfit.arguments import CHECK, Arguments
    from forkfit.library import judged

    return judged(
        Arguments(
            CHECK,
            paths=tuple(map(str, paths)),
            files=tuple(map(str, files)),
            environment=tuple(environment.items()),
            env_files=tuple(map(str, env_files)),
            profiles=tuple(profiles),
            project_directory=None if project_directory is None else str(project_directory),
            root=None if root is None else str(root),
            strict=strict,
            config=None if config is None else str(config),
            baseline=None if baseline is None else str(baseline),
            since=since,
        ),
        contents,
        settings,
        options,
        tuple(what_if),
        today,
    )


def said(prose: str) -> str:
    """Return a sentence, a name or a path as a format may show it: one line of visible characters, without secrets."""
    from forkfit.formats.redact import said as shown

    return shown(prose)

"""Show what was found of each worker, and how the memory of its container is spent."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TextIO

from forkfit.arguments import Arguments
from forkfit.deliver import deliver
from forkfit.formats.choose import look_on
from forkfit.judging.budget import budget
from forkfit.judging.verdict import decides_alone
from forkfit.lint import linted, prepared
from forkfit.model.budget import Budget, Dark, Ledger, Ledgers
from forkfit.model.container import Container
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack
from forkfit.model.value import Known
from forkfit.streams import Streams, trace, whole
from forkfit.weigh.estimate import largest_cpus
from forkfit.weigh.picture import bars, curve


def run(arguments: Arguments, streams: Streams) -> int:
    """Show the workers of the projects that the arguments name."""
    asked = prepared(arguments, streams.environ, {})
    place = asked.place
    report = linted(asked, streams.today(), lambda bug: trace(bug, streams))
    readers = place.seen_from(".")
    look = Look(arguments.color == "always", root=readers)
    outputs = [(partial(_write, report, form, look), path) for form, path in arguments.outputs]
    report = report.replace(errors=(*report.errors, *deliver(outputs, report.sources, place.files.root)))
    with whole(streams.out):
        _write(report, arguments.formats or "", look_on(streams.out, arguments.color, streams.environ, readers), streams.out)
    return 2 if report.errors else 0


def _write(report: Report, form: str, look: Look, out: TextIO) -> None:
    if form == "json":
        from forkfit.formats.json import write

        write(report, out, look)
    else:
        import_module(f"forkfit.formats.budget.{form}").write(ledgers(report), out, look)


def ledgers(report: Report) -> Ledgers:
    """Return what there is to show of a run, without its findings."""
    return Ledgers(tuple(_ledger(stack) for stack in report.stacks), report.errors)


def _ledger(stack: Stack) -> Ledger:
    containers = sorted(stack.containers, key=lambda container: (container.at.key(), container.service))
    dark = sorted(stack.unseen, key=lambda unseen: (unseen.at.key(), unseen.service))
    return Ledger(
        stack.project.files,
        len(stack.project.services),
        tuple(_budget(container, stack.settings) for container in containers),
        tuple(Dark(unseen.service, unseen.at, unseen.why, unseen.help) for unseen in dark),
    )


def _budget(container: Container, settings: Settings) -> Budget:
    estimate, limit = container.estimate, container.memory_limit
    by_handbook = decides_alone(estimate, settings.of(container.service))
    seen = container.worker_estimates or (estimate,)
    return budget(
        container,
        settings,
        bars(container, by_handbook),
        tuple(curve(one, index, by_handbook) for index, one in enumerate(seen)),
        largest_cpus(estimate, limit.value) if isinstance(limit, Known) else None,
    )

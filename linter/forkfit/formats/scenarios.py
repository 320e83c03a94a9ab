"""What becomes of each service in each scenario: a table, as text or as Markdown, or a JSON document.

The document has its form in report.schema.json, under ``scenarios``; a service is there what it is under ``since``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TextIO

from forkfit import __version__
from forkfit.formats.changes import sight
from forkfit.formats.contract import VERSION, Plain
from forkfit.formats.document import write_document
from forkfit.formats.redact import redacted
from forkfit.formats.table import write_markdown, write_text
from forkfit.model.scenario import Scenario, Verdict

Scenarios = Sequence[Scenario]


class Form(Protocol):
    """Writes what became of the scenarios."""

    def __call__(self, scenarios: Scenarios, out: TextIO) -> None:
        """Write it to a stream."""


def _text(scenarios: Scenarios, out: TextIO) -> None:
    write_text(tuple(_rows(scenarios)), out)


def _markdown(scenarios: Scenarios, out: TextIO) -> None:
    write_markdown(tuple(_rows(scenarios)), out)


def _json(scenarios: Scenarios, out: TextIO) -> None:
    tool = {"name": "compose-lint", "distribution": "forkfit", "version": __version__}
    write_document({"version": VERSION, "tool": tool, "scenarios": [_scenario(one) for one in scenarios]}, out)


FORMS: Mapping[str, Form] = {"json": _json, "markdown": _markdown, "text": _text}


def _rows(scenarios: Scenarios) -> Iterator[list[str]]:
    """Yield a table: the names of the scenarios, then a row for each service with what becomes of it in each."""
    yield ["service", *(one.name for one in scenarios)]
    for service in dict.fromkeys(verdict.service for one in scenarios for verdict in one.verdicts):
        words = ([verdict.words for verdict in one.verdicts if verdict.service == service] for one in scenarios)
        yield [service, *("; ".join(said or ["-"]) for said in words)]


def _scenario(one: Scenario) -> Plain:
    return {
        "name": one.name,
        "status": one.report.status,
        "projects": [list(stack.project.files) for stack in one.report.stacks],
        "services": [_service(verdict) for verdict in one.verdicts],
        "errors": [redacted(error) for error in one.report.errors],
    }


def _service(verdict: Verdict) -> Plain:
    at = verdict.sight.found.at
    head: Plain = {"service": verdict.service, "file": at.file, "line": at.line, "project": verdict.project}
    return head | (sight(verdict.sight) or {})

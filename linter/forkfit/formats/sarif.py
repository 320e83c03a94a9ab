"""SARIF 2.1.0, for code scanning: each result with the way of its values, and an identity that survives line moves.

The tool and its category are ``forkfit``. The sentence links to the places of the trail, which are related locations and
a code flow too; suppressed findings stay, with their reasons. What GitHub reads of it is in its documentation, "SARIF
support for code scanning"; it shows 5,000 results of a run, so of more the gravest are written and the rest is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TextIO

from forkfit import __version__
from forkfit.formats.document import write_document
from forkfit.formats.escape import cut
from forkfit.formats.manual import markdown, section, summary
from forkfit.formats.redact import said
from forkfit.formats.sarif_result import LEVELS, Plain, message, result
from forkfit.formats.summary import counted
from forkfit.model.finding import Severity, Signed
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.rule import Rule

MOST_RESULTS = 5000  # of one run that GitHub shows; past 25,000 it refuses the file
_MOST_OF_A_NAME, _MOST_OF_A_DESCRIPTION = 255, 1024
_TOOL = "forkfit"  # not compose-lint: another tool of that name uploads too, and the later would replace the earlier
_PROBLEMS = {Severity.INFO: "recommendation", Severity.WARNING: "warning", Severity.ERROR: "error"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write one SARIF log with one run."""
    write_document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run(report, look)]}, out)


def run(report: Report, look: Look) -> Plain:
    """Return the run; of more results than are shown, the gravest stay."""
    kept = report.findings
    notes = [_notification("error", said(error)) for error in report.errors]
    if len(kept) > MOST_RESULTS:
        kept = tuple(sorted(kept, key=lambda signed: -signed.severity)[:MOST_RESULTS])
        left_out = counted(len(report.findings) - MOST_RESULTS, "result")
        notes.append(_notification("warning", f"{left_out} left out: code scanning shows {MOST_RESULTS} of a run."))
    rules = _rules(kept, report.rules)
    index = {identity: number for number, identity in enumerate(rules)}
    sources = {source.path: source for source in report.sources}
    return {
        "tool": {"driver": {"name": _TOOL, "semanticVersion": __version__, "rules": list(rules.values())}},
        "automationDetails": {"id": f"{_TOOL}/"},
        "invocations": [{"executionSuccessful": not report.errors, "exitCode": report.status, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": message("The root of the repository.")}},
        "results": [result(signed, index[signed.rule], sources.get(signed.finding.at.file), look) for signed in kept],
    }


def _notification(level: str, text: str) -> Plain:
    return {"level": level, "message": message(text)}


def _rules(kept: Iterable[Signed], known: Iterable[Rule]) -> Mapping[str, Plain]:
    """Return the rules that found something, by id, each with its manual page."""
    by_id = {rule.id: rule for rule in known}
    found = {signed.rule: signed for signed in kept}
    return {identity: _rule(found[identity], by_id.get(identity)) for identity in sorted(found)}


def _rule(found: Signed, rule: Rule | None) -> Plain:
    name = said(found.name, _MOST_OF_A_NAME)
    severity = rule.severity if rule else found.severity
    page = rule.page.strip() if rule else ""
    return {
        "id": said(found.rule, _MOST_OF_A_NAME),
        "name": name,
        "shortDescription": {"text": cut(summary(page) or name, _MOST_OF_A_DESCRIPTION)},
        "fullDescription": {"text": cut(section(page, "What it does") or summary(page) or name, _MOST_OF_A_DESCRIPTION)},
        "help": {"text": page, "markdown": markdown(page)} if page else {"text": name},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": ["celery", "compose", "memory"], "precision": "high", "problem.severity": _PROBLEMS[severity]},
    }

"""GitLab's Code Quality report: a JSON array of issues, each with an identity that no other has.

An error is major, a warning minor, a note info; what ended the run is a blocker, as the format has no other place for it.
Paths start at CI_PROJECT_DIR. In a job: ``artifacts: {reports: {codequality: codequality.json}}``.
"""

from __future__ import annotations

from typing import TextIO

from forkfit.formats.document import write_document
from forkfit.formats.escape import shown
from forkfit.formats.place import last_line, repository_path
from forkfit.formats.redact import said
from forkfit.formats.summary import shown_findings
from forkfit.model.finding import Severity, Signed
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.source import Source
from forkfit.model.span import Span, whole_file

SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "minor", Severity.ERROR: "major"}

Plain = dict[str, object]


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write the array, empty where nothing was found: GitLab takes a missing report for a failed job."""
    sources = {source.path: source for source in report.sources}
    issues = [_of_finding(signed, sources.get(signed.finding.at.file), look) for signed in shown_findings(report)]
    write_document([*(_of_error(error, number, report, look) for number, error in enumerate(report.errors, 1)), *issues], out)


def _of_finding(signed: Signed, source: Source | None, look: Look) -> Plain:
    finding = signed.finding
    cure = " ".join(said(paragraph) for paragraph in finding.help.split("\n"))
    return {
        "description": f"{said(finding.message)}. {cure}".removesuffix(". "),
        "check_name": said(f"{signed.rule} {signed.name}"),
        "fingerprint": signed.fingerprint,
        "severity": SEVERITIES[signed.severity],
        "location": _location(finding.at, source, look),
    }


def _of_error(error: str, number: int, report: Report, look: Look) -> Plain:
    """Return an issue for what ended the run, at the first file asked for: the format has no other place for it."""
    first = next((file for stack in report.stacks for file in stack.project.files), ".")
    return {
        "description": said(f"compose-lint could not finish: {error}"),
        "check_name": "compose-lint",
        "fingerprint": f"error:{number}",
        "severity": "blocker",
        "location": _location(whole_file(first), None, look),
    }


def _location(at: Span, source: Source | None, look: Look) -> Plain:
    last = at.end_line - 1 if at.end_line > at.line and at.end_column == 1 else at.end_line
    bottom = last_line(source) if source else last
    begin = min(at.line, bottom)
    return {"path": shown(repository_path(at, look)), "lines": {"begin": begin, "end": max(begin, min(last, bottom))}}

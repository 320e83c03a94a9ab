"""One line a finding, for editors and for searching: ``path:line:column: severity rule sentence``.

With ``--since`` there is a line too for each service that changed: ``path:line:column: since REV: service: figures``.
"""

from __future__ import annotations

from typing import TextIO

from forkfit.formats.escape import line
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.formats.summary import WORDS, shown_findings
from forkfit.model.finding import Signed
from forkfit.model.format import Look
from forkfit.model.report import Report


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write a line for each finding, for each service that has changed, and for each error; nothing where there is none."""
    out.writelines(one_line(signed, look) + "\n" for signed in shown_findings(report))
    if report.since is not None:
        from forkfit.formats.since import each

        out.writelines(line(f"{place(at, look)}: {words}") + "\n" for at, words in each(report.since))
    out.writelines(line(f"error: {said(error)}") + "\n" for error in report.errors)


def one_line(signed: Signed, look: Look) -> str:
    """Return a finding in one line."""
    finding = signed.finding
    return line(f"{place(finding.at, look)}: {WORDS[signed.severity]} {said(signed.rule)} {said(finding.message)}")

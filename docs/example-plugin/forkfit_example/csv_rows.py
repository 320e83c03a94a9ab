"""A format: one row a finding, for spreadsheets."""

from __future__ import annotations

import csv
from typing import TextIO

from forkfit.api import Look, Report, said

_FORMULA = ("=", "+", "-", "@")


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write the findings that are not suppressed."""
    del look  # there is nothing to lay out
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("rule", "severity", "file", "line", "service", "message"))
    for signed in report.findings:
        if signed.suppressed is None:
            at = signed.finding.at
            row = (signed.rule, signed.severity.word, at.file, at.line, signed.finding.service, signed.finding.message)
            rows.writerow(map(_cell, row))


def _cell(content: object) -> str:
    """Return a cell without secrets and control characters, and with nothing in it that a spreadsheet works out."""
    shown = said(str(content))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown

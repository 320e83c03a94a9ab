"""How often each rule speaks, in place of its findings: what to look at first where there are many."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from forkfit.formats.escape import line
from forkfit.formats.redact import said
from forkfit.formats.summary import WORDS, shown_findings, summary
from forkfit.model.format import Look
from forkfit.model.report import Report


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write a line for each rule and severity, the most frequent first, then the errors and the summary."""
    del look  # there is nothing to lay out
    counts = Counter((signed.rule, signed.severity, signed.name) for signed in shown_findings(report))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], -item[0][1]))
    out.writelines(line(f"{count:>5}  {rule}  {WORDS[severity]:<9}{name}") + "\n" for (rule, severity, name), count in ordered)
    out.writelines(line(f"error: {said(error)}") + "\n" for error in report.errors)
    out.write(f"{line(summary(report))}\n")

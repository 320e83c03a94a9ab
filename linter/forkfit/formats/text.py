"""The report for people: the sentence, the source, the way across files, the sum, and the cure.

On a terminal it fills up to 120 columns, elsewhere 100, and a finding's first line stays whole there. Colour: ``--color``,
then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, CLICOLOR=0 and TERM=dumb, then whether it is a terminal.
"""

from __future__ import annotations

from typing import TextIO

from forkfit.formats.escape import line
from forkfit.formats.summary import shown_findings, summary
from forkfit.model.format import Look
from forkfit.model.report import Report

_NARROWEST = 40


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write every finding with its excerpt, trail and cure, then the errors, the summary, and what has changed since a revision."""
    if report.errors or look.verbose or shown_findings(report):
        # A healthy project gets its one line without this.
        from forkfit.formats.paragraphs import paragraphs

        look = look.replace(width=max(look.width, _NARROWEST))
        out.writelines(f"{line(text)}\n" for text in paragraphs(report, look))
    last = summary(report)
    if look.wraps and len(last) > look.width:
        from forkfit.formats.columns import wrapped

        last = "\n".join(wrapped(last, look.width))
    out.write(f"{line(last)}\n")
    if report.since is not None:
        from forkfit.formats.since import lines

        out.writelines(f"{line(text)}\n" for text in ("", *lines(report.since)))

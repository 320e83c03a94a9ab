"""A finding as the readable report shows it, for formats that hold a text: no colour, no commands, no wrapping by a terminal."""

from __future__ import annotations

from forkfit.formats.colour import painter
from forkfit.formats.escape import line
from forkfit.formats.paragraphs import paragraph
from forkfit.model.finding import Signed
from forkfit.model.format import Look
from forkfit.model.report import Report

_COLUMNS = 100


def block(signed: Signed, report: Report, look: Look) -> str:
    """Return the lines of a finding, each with its end."""
    file = signed.finding.at.file
    source = next((source for source in report.sources if source.path == file), None)
    plain = look.replace(colour=False, width=_COLUMNS, verbose=False, wraps=False)
    return "".join(f"{line(text)}\n" for text in paragraph(signed, source, plain, painter(False)))

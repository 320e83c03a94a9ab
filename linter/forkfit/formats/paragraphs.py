"""What the report for people says of each finding, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.formats import trail
from forkfit.formats.colour import Paint, painter
from forkfit.formats.columns import wrapped
from forkfit.formats.excerpt import excerpt
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.formats.summary import WORDS, shown_findings
from forkfit.model.finding import Signed
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.source import Source

_MARGIN = "    "


def paragraphs(report: Report, look: Look) -> Iterator[str]:
    """Yield the lines of every finding with an empty line below, of every error, and of what was not seen through."""
    paint = painter(look.colour)
    sources = {source.path: source for source in report.sources}
    for signed in report.findings if look.verbose else shown_findings(report):
        yield from paragraph(signed, sources.get(signed.finding.at.file), look, paint)
        yield ""
    for error in report.errors:
        yield f"{paint('error', 'error')}: {said(error)}"
    if look.verbose:
        yield from _unseen(report, look, paint)


def paragraph(signed: Signed, source: Source | None, look: Look, paint: Paint) -> Iterator[str]:
    """Yield the lines of one finding: the sentence, the source, the trail and the cure."""
    finding = signed.finding
    style = WORDS[signed.severity]
    rule = paint(style, f"{style}[{said(signed.rule)}]")
    yield f"{paint('place', place(finding.at, look))}: {rule} {said(signed.name)}: {said(finding.message)}"
    if source is not None:
        yield from _excerpt(signed, source, look, paint, style)
    yield from trail.lines(finding.because, look, paint)
    if finding.help:
        yield from _labelled("help", finding.help, look, paint)
    if signed.suppressed is not None:
        yield from _labelled("suppressed", signed.suppressed or "no reason given", look, paint)
    if look.verbose:
        yield from _labelled("confidence", finding.confidence.value, look, paint)


def _excerpt(signed: Signed, source: Source, look: Look, paint: Paint, style: str) -> Iterator[str]:
    at = signed.finding.at
    gutter = f"{at.line:>5} | "
    if drawn := excerpt(source, at, look.width - len(gutter)):
        shown, marks = drawn
        yield paint("gutter", gutter) + shown if shown else paint("gutter", gutter.rstrip())
        yield paint("gutter", f"{'|':>{len(gutter) - 1}} ") + paint(style, marks)


def _labelled(label: str, prose: str, look: Look, paint: Paint) -> Iterator[str]:
    """Yield each line of a text, wrapped: the first behind its label, the others below its first word."""
    lead = f"{label}: "
    room = look.width - len(_MARGIN) - len(lead)
    first, *more = (text for paragraph in prose.split("\n") for text in wrapped(said(paragraph), room))
    yield f"{_MARGIN}{paint(label, label)}: {first}"
    yield from ((_MARGIN + " " * len(lead) + text).rstrip() for text in more)


def _unseen(report: Report, look: Look, paint: Paint) -> Iterator[str]:
    for stack in report.stacks:
        for unseen in stack.unseen:
            yield f"{paint('place', place(unseen.at, look))}: {said(unseen.service)} not seen through: {said(unseen.why)}"

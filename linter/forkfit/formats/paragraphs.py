"""What the report for people says of each finding, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.formats import trail
from forkfit.formats.colour import Paint, painter
from forkfit.formats.columns import width, wrapped
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
        lead = "error: "
        first, *more = wrapped(said(error), look.width - len(lead)) if look.wraps else [said(error)]
        yield f"{paint('error', 'error')}: {first}"
        yield from (" " * len(lead) + text for text in more)
    if look.verbose:
        yield from _unseen(report, look, paint)


def paragraph(signed: Signed, source: Source | None, look: Look, paint: Paint) -> Iterator[str]:
    """Yield the lines of one finding: the sentence, the source, the trail and the cure."""
    finding = signed.finding
    style = WORDS[signed.severity]
    yield from _head(signed, look, paint, style)
    if source is not None:
        yield from _excerpt(signed, source, look, paint, style)
    yield from trail.lines(finding.because, look, paint)
    if finding.help:
        yield from _labelled("help", finding.help, look, paint)
    if signed.suppressed is not None:
        yield from _labelled("suppressed", signed.suppressed or "no reason given", look, paint)
    if look.verbose:
        yield from _labelled("confidence", finding.confidence.value, look, paint)


def _head(signed: Signed, look: Look, paint: Paint, style: str) -> Iterator[str]:
    """Yield place, rule and sentence in one line; a terminal that is too narrow for it gets several, no path broken."""
    at, message = place(signed.finding.at, look), said(signed.finding.message)
    rule, name = f"{style}[{said(signed.rule)}]", f"{said(signed.name)}:"
    parts = ((f"{at}:", f"{paint('place', at)}:"), (rule, paint(style, rule)), (name, name))
    if not look.wraps or width(f"{at}: {rule} {name} {message}") <= look.width:
        yield " ".join([*(painted for _, painted in parts), message])
        return
    line, used = parts[0][1], width(parts[0][0])
    for plain, painted in parts[1:]:
        if used + 1 + width(plain) > look.width:
            yield line
            line, used = _MARGIN + painted, len(_MARGIN) + width(plain)
        else:
            line, used = f"{line} {painted}", used + 1 + width(plain)
    yield line
    yield from (_MARGIN + text for text in wrapped(message, look.width - len(_MARGIN)))


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
            at, words = place(unseen.at, look), f"{said(unseen.service)} not seen through: {said(unseen.why)}"
            if not look.wraps or width(f"{at}: {words}") <= look.width:
                yield f"{paint('place', at)}: {words}"
            else:
                yield f"{paint('place', at)}:"
                yield from (_MARGIN + text for text in wrapped(words, look.width - len(_MARGIN)))

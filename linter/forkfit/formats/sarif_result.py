"""One finding as a SARIF result: the sentence with links, the places behind them, and the way to the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from forkfit.formats.place import last_line, place, repository_path
from forkfit.formats.redact import said
from forkfit.formats.trail import told
from forkfit.model.finding import Finding, Reason, Severity, Signed
from forkfit.model.format import Look
from forkfit.model.source import Source
from forkfit.model.span import Span, Step

Plain = dict[str, object]

LEVELS = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}
MOST_RELATED = 100  # places of one result that GitHub shows
_IDENTITY = "forkfit/v1"


def result(signed: Signed, rule_index: int, source: Source | None, look: Look) -> Plain:
    """Return a result. Its region is one line: a pull request shows a result only where all its lines were changed."""
    finding = signed.finding
    steps = [(reason, step) for reason in finding.because for step in reason.trail if step.at][:MOST_RELATED]
    links = {at: number for number, at in enumerate(dict.fromkeys(step.at for _, step in steps if step.at), 1)}
    main = {"physicalLocation": _physical(finding.at, look, source)}
    if finding.service:
        main["logicalLocations"] = [{"name": said(finding.service), "kind": "object"}]  # type: ignore[assignment]
    # GitHub knows a result by this one key alone; the tool that uploads would otherwise fill it from the line's text.
    identity = {"primaryLocationLineHash": f"{signed.fingerprint.partition(':')[2]}:1", _IDENTITY: signed.fingerprint}
    written: Plain = {
        "ruleId": said(signed.rule, 255),
        "ruleIndex": rule_index,
        "level": LEVELS[signed.severity],
        "message": message(_text(finding, links, look)),
        "locations": [main],
        "partialFingerprints": identity,
        "properties": {"confidence": finding.confidence.value},
    }
    if steps:
        written["relatedLocations"] = [_related(number, at, steps, look) for at, number in links.items()]
        way = [
            *(_step(reason, step, step.at, look) for reason, step in steps if step.at),
            {"location": {**main, **_saying(finding.message)}},
        ]
        written["codeFlows"] = [{"threadFlows": [{"locations": way}]}]
    if signed.suppressed is not None:
        reason = {"justification": said(signed.suppressed)} if signed.suppressed else {}
        written["suppressions"] = [{"kind": "inSource", "status": "accepted", **reason}]
    return written


def message(text: str) -> Plain:
    """Return a message."""
    return {"text": text}


def _text(finding: Finding, links: dict[Span, int], look: Look) -> str:
    """Return the sentence, the way of each value with links to its places, and the cure; each ends as a sentence."""
    lines = [_literal(said(finding.message))]
    for reason in finding.because:
        steps = ", ".join(_linked(step, links, look) for step in reason.trail)
        lines.append(": ".join(part for part in (_literal(said(reason.what)), steps) if part))
    lines += [_literal(said(paragraph)) for paragraph in finding.help.split("\n")]
    return "\n".join(line if line.endswith((".", "!", "?", ")")) else f"{line}." for line in lines if line)


def _linked(step: Step, links: dict[Span, int], look: Look) -> str:
    words = _literal(told(step))
    if step.at is None:
        return words
    at = _literal(place(step.at, look))
    return f"[{at}]({links[step.at]}) {words}" if step.at in links else f"{at} {words}"


def _literal(text: str) -> str:
    """Return text in which nothing is a link (SARIF 3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _saying(text: str) -> Plain:
    return {"message": message(_literal(said(text)) or "here")}


def _related(number: int, at: Span, steps: list[tuple[Reason, Step]], look: Look) -> Plain:
    """Return the place behind a link, with all that happened there."""
    words = "; ".join(dict.fromkeys(_words(reason, step) for reason, step in steps if step.at == at))
    return {"id": number, "physicalLocation": _physical(at, look), **_saying(words)}


def _step(reason: Reason, step: Step, at: Span, look: Look) -> Plain:
    return {"location": {"physicalLocation": _physical(at, look), **_saying(_words(reason, step))}}


def _words(reason: Reason, step: Step) -> str:
    return ": ".join(part for part in (reason.what, told(step)) if part)


def _physical(at: Span, look: Look, source: Source | None = None) -> Plain:
    uri = quote(repository_path(at, look).encode("utf-8", "surrogatepass"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}, "region": dict(_region(at, source))}


def _region(at: Span, source: Source | None) -> Iterator[tuple[str, int]]:
    """Yield the first line of a span, within the file, in the four numbers that GitHub asks for."""
    line = min(at.line, last_line(source)) if source else at.line
    column = at.column if line == at.line else 1
    end = at.end_column if at.end_line == at.line else len(source.line(line)) + 1 if source else column
    yield "startLine", line
    yield "startColumn", column
    yield "endLine", line
    yield "endColumn", max(end, column + 1)

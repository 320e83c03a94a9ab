"""Annotations for GitHub Actions: workflow commands, escaped, and no more than the runner takes.

Chosen by itself under GITHUB_ACTIONS, beside the readable text, where no ``--format`` is given; whatever the format, the
Markdown report is then added to the summary of the step. The runner shows ten annotations of a kind: of more, nine are
written and the tenth says how many are in the log. How it reads them is in actions/runner (ActionCommand.cs,
ActionCommandManager.cs, ExecutionContext.cs).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from os import urandom
from typing import TextIO

from forkfit.formats import text
from forkfit.formats.concise import one_line
from forkfit.formats.escape import cut, github_message, github_property, line, shown
from forkfit.formats.place import last_line, path, place
from forkfit.formats.redact import said
from forkfit.formats.summary import counted, shown_findings
from forkfit.formats.trail import followed, told
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.format import Look
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.source import Source
from forkfit.model.span import Span, Step

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
MOST_OF_A_KIND = 10  # commands of one kind that the runner takes from one step; it drops the rest
_TITLE = "compose-lint"


class _Command(Record):
    """A command, and the line that stands for it in the log where it has no room."""

    written: str
    instead: str


def write(report: Report, out: TextIO, look: Look, token: str = "") -> None:
    """Write the commands alone; findings beyond the runner's limit follow as lines of the log.

    `token` ends the stretch of lines in which nothing is a command; a fresh one where none is given.
    """
    left: list[str] = []
    for kind, commands in _by_kind(report, look):
        fitting, rest = _fitting(kind, commands)
        out.writelines(f"{command}\n" for command in fitting)
        left += rest
    if left:
        _guarded(out, "".join(f"{line(one)}\n" for one in left), token)


def write_beside_text(report: Report, out: TextIO, look: Look, token: str = "") -> None:
    """Write the report for people, in which nothing is a command, and then the commands; `token` as in `write`."""
    readable = StringIO()
    text.write(report, readable, look)
    _guarded(out, readable.getvalue(), token)
    for kind, commands in _by_kind(report, look):
        fitting, _ = _fitting(kind, commands)
        out.writelines(f"{command}\n" for command in fitting)


def _guarded(out: TextIO, free: str, token: str) -> None:
    """Write lines that the runner only passes on, up to a word that nobody who wrote the linted files could know."""
    token = token or f"compose-lint-{urandom(16).hex()}"
    out.write(f"::stop-commands::{token}\n{free}::{token}::\n")


def _by_kind(report: Report, look: Look) -> Iterator[tuple[str, tuple[_Command, ...]]]:
    """Yield the commands of each kind, the gravest first, each once; what ended the run comes before the findings."""
    sources = {source.path: source for source in report.sources}
    for severity in sorted(COMMANDS, reverse=True):
        kind = COMMANDS[severity]
        commands = [_of_error(error) for error in report.errors] if severity is Severity.ERROR else []
        commands += [_of_finding(kind, signed, sources, look) for signed in shown_findings(report) if signed.severity is severity]
        yield kind, tuple({command.written: command for command in commands}.values())


def _fitting(kind: str, commands: tuple[_Command, ...]) -> tuple[list[str], list[str]]:
    """Return the commands that the runner takes, the last one naming how many more there are, and the lines of those."""
    if len(commands) <= MOST_OF_A_KIND:
        return [command.written for command in commands], []
    room = MOST_OF_A_KIND - 1
    rest = [command.instead for command in commands[room:]]
    more = f"{counted(len(rest), f'more {kind}')} in the log of this step: the runner shows {MOST_OF_A_KIND} of a kind."
    return [*(command.written for command in commands[:room]), _command(kind, (("title", _TITLE),), more)], rest


def _of_error(error: str) -> _Command:
    return _Command(_command("error", (("title", f"{_TITLE} could not finish"),), said(error)), f"error: {said(error)}")


def _of_finding(kind: str, signed: Signed, sources: dict[str, Source], look: Look) -> _Command:
    finding = signed.finding
    properties = (
        ("file", path(finding.at, look)),
        *_region(finding.at, sources.get(finding.at.file)),
        ("title", shown(f"{signed.rule} {signed.name}", 255)),
    )
    return _Command(_command(kind, properties, _message(finding, look)), one_line(signed, look))


def _message(finding: Finding, look: Look) -> str:
    """Return the sentence, then the arithmetic, then the cure: the runner cuts at the end. The log hides the properties."""
    lines = [f"{place(finding.at, look)}: {said(finding.message)}"]
    for reason in finding.because:
        steps = ", ".join(_step(step, alike, look) for step, alike in followed(reason.trail))
        lines.append(": ".join(part for part in (said(reason.what), steps) if part))
    lines += [said(paragraph) for paragraph in finding.help.split("\n") if paragraph]
    return "\n".join(lines)


def _step(step: Step, alike: int, look: Look) -> str:
    words = f"{place(step.at, look)} {told(step)}" if step.at else told(step)
    return f"{words} (and {alike} more)" if alike else words


def _region(at: Span, source: Source | None) -> Iterator[tuple[str, str]]:
    """Yield the properties of a place in a combination that the runner keeps: columns only within one line.

    A span that ends before the first character of a line does not reach that line, and a line after the last is not shown.
    """
    last = at.end_line - 1 if at.end_line > at.line and at.end_column == 1 else at.end_line
    bottom = last_line(source) if source else max(at.line, last)
    line_, last = min(at.line, bottom), min(last, bottom)
    yield "line", str(line_)
    yield "endLine", str(max(line_, last))
    if at.line == at.end_line == line_ and at.column < at.end_column:
        yield "col", str(at.column)
        yield "endColumn", str(at.end_column)


def _command(kind: str, properties: tuple[tuple[str, str], ...], message: str) -> str:
    given = ",".join(f"{name}={github_property(value)}" for name, value in properties if value)
    return f"::{kind} {given}::{github_message(cut(message))}"

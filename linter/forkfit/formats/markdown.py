"""Markdown, for merge request comments and the step summary of a GitHub job: a table, then each finding as text shows it.

The gravest findings come first. It stays below 900 KiB, rows before details, and says how many had no room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from forkfit.formats.block import block
from forkfit.formats.escape import markdown, xml
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.formats.summary import WORDS, counted, shown_findings, summary
from forkfit.model.finding import Signed
from forkfit.model.format import Look
from forkfit.model.report import Report

MOST_BYTES = 900 * 1024  # GitHub drops a step's summary whole when it is longer than 1 MiB
_HEAD = "| | rule | service | finding | where |\n|---|---|---|---|---|\n"
_MOST_OF_A_CELL = 500  # characters
_MOST_ERRORS = 10


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write the report, the gravest findings first, cut where GitHub would drop it."""
    out.write(fitting(report, look, MOST_BYTES))


def fitting(report: Report, look: Look, room: int) -> str:
    """Return the report in so many bytes of UTF-8: rows before details, and how many of each had no room."""
    findings = sorted(shown_findings(report), key=lambda signed: -signed.severity)
    head = f"### compose-lint\n\n{markdown(summary(report))}\n"
    if report.errors:
        head += f"\n{''.join(_errors(report.errors))}"
    if report.since is not None:
        from forkfit.formats.since import table

        head += "".join(table(report.since))
    rows = [_row(signed, look) for signed in findings]
    left = room - _bytes(head) - 1024  # the table's head and the lines that say what was left out
    kept = tuple(_kept(rows, left))
    left -= sum(map(_bytes, kept))
    details = tuple(_kept((_details(signed, report, look) for signed in findings), left)) if len(kept) == len(rows) else ()
    parts = [head]
    if kept:
        parts.append(f"\n{_HEAD}{''.join(kept)}")
    if len(kept) < len(rows):
        parts.append(f"\n{counted(len(rows) - len(kept), 'more finding')} had no room here; the log of the run has them all.\n")
    elif len(details) < len(rows):
        parts.append(f"\nDetails of {counted(len(rows) - len(details), 'finding')} had no room here; the log of the run has them all.\n")
    return "".join([*parts, *details])


def _errors(errors: tuple[str, ...]) -> Iterator[str]:
    yield from (f"- **error**: {markdown(said(error, _MOST_OF_A_CELL))}\n" for error in errors[:_MOST_ERRORS])
    if len(errors) > _MOST_ERRORS:
        yield f"- {counted(len(errors) - _MOST_ERRORS, 'more error')} in the log of the run\n"


def _kept(parts: Iterator[str] | list[str], room: int) -> Iterator[str]:
    """Yield parts as long as there is room for them, in bytes."""
    for part in parts:
        room -= _bytes(part)
        if room < 0:
            return
        yield part


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def _row(signed: Signed, look: Look) -> str:
    finding = signed.finding
    cells = (WORDS[signed.severity], signed.rule, finding.service, finding.message)
    return f"| {' | '.join(markdown(said(cell, _MOST_OF_A_CELL)) for cell in cells)} | {markdown(place(finding.at, look))} |\n"


def _details(signed: Signed, report: Report, look: Look) -> str:
    """Return a finding's block behind a fold, in a fence longer than any in it."""
    text = block(signed, report, look)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    title = xml(said(f"{signed.rule} {signed.name}: {signed.finding.service}".removesuffix(": "), _MOST_OF_A_CELL))
    return f"\n<details><summary>{title}</summary>\n\n{fence}text\n{text}{fence}\n\n</details>\n"

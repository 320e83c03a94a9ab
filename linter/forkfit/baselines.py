"""Baselines on the disk: read, held against a report, and written."""

from __future__ import annotations

import os
from collections.abc import Iterator

from forkfit.arguments import Usage
from forkfit.files import named_bytes
from forkfit.judging.baseline import BadBaseline, Entry, entries, gone, held, written
from forkfit.judging.choose import selects
from forkfit.model.files import Files
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.model.source import BrokenSource
from forkfit.save import identities, save


def read(path: str) -> tuple[Entry, ...]:
    """Return the entries of a file that the user names; raise Usage."""
    try:
        return entries(named_bytes(path))
    except BrokenSource as broken:
        raise Usage(str(broken)) from broken
    except BadBaseline as bad:
        raise Usage(f"{path} {bad}") from bad


def with_baseline(report: Report, baseline: tuple[Entry, ...]) -> Report:
    """Return the report with the findings of a baseline suppressed."""
    return report.replace(findings=held(report.findings, baseline))


def no_longer_found(report: Report, baseline: tuple[Entry, ...], settings: Settings, files: Files, path: str) -> Iterator[str]:
    """Yield a sentence where entries are no longer found, of rules that were heard and files that were looked at or are gone."""
    heard = {rule.id for rule in report.rules if selects(settings, rule)}
    seen = {source.path for source in report.sources}
    left = [e for e in gone(report.findings, baseline) if e.rule in heard and (e.file in seen or not files.is_file(e.file))]
    if left and not report.errors:
        named = ", ".join(str(entry) for entry in left[:_MOST_NAMED]) + (", ..." if len(left) > _MOST_NAMED else "")
        what = "1 entry is" if len(left) == 1 else f"{len(left)} entries are"
        yield f"{path}: {what} no longer found, and may go: {named}. --write-baseline {path} writes it anew."


_MOST_NAMED = 5


def put(report: Report, path: str, root: str) -> Report:
    """Write the baseline of a report, and return the report with it held; what fails on the way is an error of the run."""
    if report.errors:
        return report.replace(errors=(*report.errors, f"{path} is not written: the run is not complete"))
    if identities((path,)) & identities(os.path.join(root, source.path) for source in report.sources):
        return report.replace(errors=(f"{path} is not written: it is one of the files that were read",))
    content = written(report.findings)
    try:
        save(path, content)
    except OSError as error:
        return report.replace(errors=(f"{path} cannot be written: {error.strerror or error}",))
    return with_baseline(report, entries(content))

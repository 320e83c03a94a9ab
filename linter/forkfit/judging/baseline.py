"""The findings that a project lives with for now: by fingerprint, so that neither a moved line nor a new word brings one back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from forkfit.model.finding import Signed
from forkfit.model.record import Record

VERSION = 1
REASON = "in the baseline"


class BadBaseline(Exception):
    """A file that is no baseline, or one of another version."""


class Entry(Record):
    """A finding of a baseline: its fingerprint, and what a reader needs to know it by."""

    fingerprint: str
    rule: str
    service: str
    file: str

    def __str__(self) -> str:
        return f"{self.rule} {self.service} ({self.file})" if self.service else f"{self.rule} ({self.file})"


def written(findings: Iterable[Signed]) -> bytes:
    """Return the baseline of all findings that nothing else suppresses, one a line, in an order that diffs well."""
    entries = {Entry(f.fingerprint, f.rule, f.finding.service, f.finding.at.file) for f in findings if f.suppressed in (None, REASON)}
    lines = [
        json.dumps({name: getattr(one, name) for name in Entry.__fields__}, ensure_ascii=False)
        for one in sorted(entries, key=lambda one: (one.file, one.service, one.rule, one.fingerprint))
    ]
    listed = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "version": {VERSION},\n  "findings": [{f"{chr(10)}{listed}{chr(10)}  " if lines else ""}]\n}}\n'.encode()


def entries(content: bytes) -> tuple[Entry, ...]:
    """Read a baseline; raise BadBaseline."""
    try:
        table = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise BadBaseline(f"is no JSON: {error}") from error
    if not isinstance(table, dict) or not isinstance(table.get("findings"), list):
        raise BadBaseline("is no baseline; --write-baseline writes one")
    if table.get("version") != VERSION:
        raise BadBaseline(f"is of version {table.get('version')!r}, and {VERSION} is what is known; write it anew with --write-baseline")
    found = []
    for one in table["findings"]:
        fields = [f for name in Entry.__fields__ if isinstance(f := one.get(name), str)] if isinstance(one, dict) else []
        if len(fields) < len(Entry.__fields__):
            raise BadBaseline("has an entry without fingerprint, rule, service and file; write it anew with --write-baseline")
        found.append(Entry(*fields))
    return tuple(found)


def held(findings: Iterable[Signed], baseline: Iterable[Entry]) -> tuple[Signed, ...]:
    """Return the findings, those of the baseline suppressed."""
    known = {one.fingerprint for one in baseline}
    return tuple(f.replace(suppressed=REASON) if f.suppressed is None and f.fingerprint in known else f for f in findings)


def gone(findings: Iterable[Signed], baseline: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that no finding answers to any more."""
    there = {f.fingerprint for f in findings}
    return tuple(one for one in baseline if one.fingerprint not in there)

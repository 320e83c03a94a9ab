"""FF205: rename what nothing reads to the name that works."""

from __future__ import annotations

import re

from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.find import container_of
from forkfit.mend.written import Sources
from forkfit.model.finding import Severity, Signed
from forkfit.model.source import Source
from forkfit.model.span import Span, places
from forkfit.model.stack import Stack
from forkfit.model.worker import Effect

# What stands between a name and its value in YAML, env files, Dockerfiles, shell and Python.
_BETWEEN = r"[\"']?\]?\s*[:= ,]\s*[\"']?(?:\$\{\w+:?[-=])?[\"']?"
_NAME = re.compile(r"(?:.*\bthe variable )?(\w+)", re.ASCII)


def renamed(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Rename a setting or variable without effect, where it stands nearest to the worker."""
    finding = signed.finding
    remarks = [
        remark
        for worker in container_of(stack, finding.service).workers
        for remark in worker.remarks
        if remark.effect is Effect.NOTHING and f"{remark.setting} {worker.program}" == finding.evidence
    ]
    works = _NAME.fullmatch(remarks[0].instead) if remarks else None
    if works is None:
        raise Refused("no other name of that place works" + (f": use {remarks[0].instead}" if remarks and remarks[0].instead else ""))
    name = remarks[0].setting
    found = [place for at in (finding.at, *places(remarks[0].trail)) if (place := _name_at(name, at, sources)) is not None]
    if not found:
        raise Refused(f"{name} is not written beside its value")
    unsafe = "it changes which setting counts, and the version of Celery is assumed" if signed.severity is Severity.INFO else ""
    return Change(signed, (Edit(found[-1], name, works[1]),), f"{name} -> {works[1]}", "it takes effect from then on", unsafe)


def _name_at(name: str, at: Span, sources: Sources) -> Span | None:
    """Return where a name stands: at the place itself, or on its line before the value that is there."""
    source = sources.get(at.file)
    if source is None:
        return None
    line = source.line(at.line)
    if re.match(rf"[\"']?{re.escape(name)}\b", line[at.column - 1 :]):
        return _narrow(source, at.line, line.index(name, at.column - 1), name)
    before = line[: at.column - 1]
    match = re.search(rf"(?<!\w){re.escape(name)}(?={_BETWEEN}$)", before)
    return _narrow(source, at.line, match.start(), name) if match else None


def _narrow(source: Source, line: int, start: int, name: str) -> Span:
    return Span(source.path, line, start + 1, line, start + 1 + len(name))

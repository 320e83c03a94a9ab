"""The JSON contract, version 1, as plain dictionaries and lists. It changes only by addition; the schema lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from forkfit import __version__
from forkfit.formats.redact import redacted, redacted_argv
from forkfit.formats.summary import shown_findings
from forkfit.model.container import Container, Unseen
from forkfit.model.finding import Reason, Severity, Signed
from forkfit.model.memory import MIB, Memory
from forkfit.model.report import Report
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.stack import Stack
from forkfit.model.tool import Tool
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value
from forkfit.model.weight import Estimate, Part, largest
from forkfit.model.worker import Autoscale, Import, ModelLoad, Pool, Worker

VERSION = 1
MOST_REPEATED = 64  # workers of a container that each repeat the parts and trails of all; of more, each has its own parts
_FIGURES = ("at_start", "warm", "busy", "handbook")
Plain = dict[str, object]
T = TypeVar("T")


def report(whole: Report) -> Plain:
    """Return a report."""
    unseen = sum(len(stack.unseen) for stack in whole.stacks)
    severities = [signed.severity for signed in shown_findings(whole)]
    return {
        "version": VERSION,
        "tool": {"name": "compose-lint", "distribution": "forkfit", "version": __version__},
        "projects": [project(stack) for stack in whole.stacks],
        "findings": [finding(signed) for signed in whole.findings],
        "errors": [redacted(error) for error in whole.errors],
        "summary": {s.word: severities.count(s) for s in sorted(Severity, reverse=True)} | {"unseen": unseen},
    }


def project(stack: Stack) -> Plain:
    """Return a project: containers by place, each with the indexes of its workers, and workers in the same order."""
    containers: list[Plain] = []
    workers: list[Plain] = []
    for one in sorted(stack.containers, key=lambda c: (c.at.key(), c.service)):
        first = len(workers)
        workers += [worker(one, number) for number in range(len(one.workers))]
        containers.append(container(one, range(first, len(workers))))
    return {
        "files": list(stack.project.files),
        "name": known(stack.project.name),
        "containers": containers,
        "workers": workers,
        "unseen": [unseen(one) for one in sorted(stack.unseen, key=lambda u: (u.at.key(), u.service))],
    }


def container(one: Container, workers: Sequence[int]) -> Plain:
    """Return a container."""
    return {
        "service": one.service,
        "file": one.at.file,
        "line": one.at.line,
        "replicas": value(one.replicas),
        "memory_limit_bytes": value(one.memory_limit),
        "processes": value(one.processes),
        "os_processes": value(one.os_processes),
        "workers": list(workers),
        "estimate": estimate(one.estimate),
    }


def worker(home: Container, number: int) -> Plain:
    """Return a worker with what its container says of it."""
    one: Worker = home.workers[number]
    seen = home.worker_estimates[number] if home.worker_estimates else home.estimate
    if len(home.workers) > MOST_REPEATED:
        own = tuple(part for part in seen.parts if part.worker == number)
        seen = seen.replace(parts=own, **{name: getattr(seen, name).replace(trail=()) for name in _FIGURES})
    return {
        "service": one.service,
        "file": one.at.file,
        "line": one.at.line,
        "program": one.program,
        "launcher": one.launcher,
        "argv": list(redacted_argv(word.plain for word in one.argv)),
        "launch": trail(one.launch),
        "app": value(one.app),
        "pool": value(one.pool),
        "concurrency": value(one.concurrency),
        "autoscale": value(one.autoscale),
        "start_method": value(one.start_method),
        "processes": value(one.processes),
        "replicas": value(home.replicas),
        "celery_version": value(one.celery_version),
        "python_version": value(one.python_version),
        "memory_limit_bytes": value(home.memory_limit),
        "max_memory_per_child_bytes": value(one.max_memory_per_child),
        "imports": [imported(i) for i in sorted(one.code.imports, key=lambda i: (i.library, i.at.key()))],
        "models": [model(m) for m in sorted(one.code.models, key=lambda m: (m.at.key(), m.constructor))],
        "tools": [tool(t) for t in sorted(one.code.tools, key=lambda t: (t.at.key(), t.words))],
        "estimate": estimate(seen),
    }


def tool(one: Tool) -> Plain:
    """Return a program that tasks start; of its command no more than its name, since the rest may hold a secret."""
    return {"name": one.name, "bytes": value(one.need), "at": span(one.at)}


def imported(one: Import) -> Plain:
    """Return an import and the chain that leads there."""
    return {"library": one.library, "at": span(one.at), "through": [span(at) for at in one.through]}


def model(one: ModelLoad) -> Plain:
    """Return a model; its name is null where it is decided only at run time."""
    return {
        "name": known(one.name),
        "library": one.library,
        "bytes": value(one.memory),
        "placed": one.when.value,
        "at": span(one.at),
    }


def unseen(one: Unseen) -> Plain:
    """Return a service that could not be seen through."""
    return {"service": one.service, "file": one.at.file, "line": one.at.line, "why": redacted(one.why)}


def finding(signed: Signed) -> Plain:
    """Return a finding with its trail in one list."""
    said = signed.finding
    return {
        "rule": signed.rule,
        "name": signed.name,
        "severity": signed.severity.word,
        "confidence": said.confidence.value,
        "project": signed.project,
        "service": said.service,
        **({"also": list(said.also)} if said.also else {}),
        "message": redacted(said.message),
        "help": redacted(said.help),
        "at": span(said.at),
        "because": [step(one) for reason in said.because for one in steps(reason)],
        "fingerprint": signed.fingerprint,
        "suppressed": signed.suppressed,
    }


def steps(reason: Reason) -> Trail:
    """Return the steps of a reason, each with what it is about in its note; a reason without steps is worked out."""
    if not reason.trail:
        return (Step(Role.COMPUTED, None, reason.what),)
    return tuple(s.replace(note=": ".join(part for part in (reason.what, s.note) if part)) for s in reason.trail)


def estimate(one: Estimate) -> Plain:
    """Return an estimate; what needs a limit is null where there is none."""
    return {
        "at_start_bytes": value(one.at_start),
        "warm_bytes": value(one.warm),
        "busy_bytes": value(one.busy),
        "handbook_bytes": value(one.handbook),
        "at_least": one.at_least,
        "parts": [part(p) for p in one.parts if not p.alone],
        "fits_at_start": one.fits_at_start,
        "fits_warm": one.fits_warm,
        "safe_concurrency": one.safe_concurrency,
        "handbook_concurrency": one.handbook_concurrency,
        "limit_at_start_bytes": limit(one.at_start),
        "limit_warm_bytes": limit(one.warm),
        "limit_busy_bytes": limit(one.busy),
    }


def limit(figure: Value[Memory]) -> int | None:
    """Return the smallest limit that a figure fits, in whole MiB as one would write it; null where the figure is open."""
    need = largest(figure)
    return None if need is None else -(-need.bytes // MIB) * MIB


def part(one: Part) -> Plain:
    """Return a summand."""
    return {
        "what": one.what,
        "parent_bytes": one.parent.bytes,
        "child_bytes": one.child.bytes,
        "confidence": one.confidence.value,
        "trail": trail(one.trail),
    }


def value(one: Value[T]) -> Plain:
    """Return a value under the key of its kind, with its trail."""
    return _kind(one) | {"trail": trail(one.trail)}


def _kind(one: Value[T]) -> Plain:
    match one:
        case Known():
            return {"known": plain(one.value)}
        case Absent():
            return {"absent": redacted(one.why)}
        case ByCpus():
            return {"by_cpus": one.expression, "cpu_count": one.is_cpu_count}
        case Bounded():
            return {"one_of": [value(alternative) for alternative in one.alternatives]}
        case Unknown():
            return {"unknown": redacted(one.why)}


def plain(what: object) -> object:
    """Return what JSON has a form for: bytes for memory, the lower-case word for a pool, "max,min" for autoscale."""
    match what:
        case Memory():
            return what.bytes
        case Pool():
            return what.value
        case Autoscale():
            return str(what)
        case bool() | int():
            return what
        case _:
            return redacted(str(what))


def known(one: Value[str]) -> str | None:
    """Return a text that the contract has as a plain string; null where it is not known."""
    return one.value if isinstance(one, Known) else None


def trail(steps: Trail) -> list[Plain]:
    """Return the steps of a trail."""
    return [step(s) for s in steps]


def step(one: Step) -> Plain:
    """Return a step; what nobody wrote has no place."""
    return {"role": one.role.value, "at": span(one.at) if one.at else None, "note": redacted(one.note)}


def span(at: Span) -> Plain:
    """Return a place."""
    return {"file": at.file, "line": at.line, "column": at.column, "end_line": at.end_line, "end_column": at.end_column}

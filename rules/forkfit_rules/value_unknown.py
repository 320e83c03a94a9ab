"""A value that the verdict needs cannot be worked out from the files, or differs from branch to branch.

What it does
------------
Names, for each worker, the pool, the concurrency or the memory limit that could not be worked out, with the place at
which the trail ends and the reason; a variable without a value, or an env file that is not in the repository, where
it bears on one of them; and a value that depends on a branch, where some branches fit and others do not.

Why it matters
--------------
Without the value there is no verdict, and silence would read like a clean bill. Each note says what would settle it.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=${WORKERS:?set it}
        mem_limit: 512m

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=${WORKERS:-4}
        mem_limit: 512m

When it cannot tell
-------------------
It is the rule that says so. State what the deployment has with ``--env NAME=VALUE`` or ``--env-file``.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Bounded,
    Container,
    Effect,
    Finding,
    Kind,
    Need,
    Reason,
    Settings,
    Severity,
    Span,
    Stack,
    Trouble,
    Unknown,
    Worker,
    exceeding,
    may_exceed,
    most,
    named,
    places,
    subject,
)

ID = "FF903"
SEVERITY = Severity.INFO
NEEDS = "open value"

_OPEN = frozenset({Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE, Kind.MISSING_ENV_FILE})
# The keys of a service whose variables bear on its workers and their limit.
_DECISIVE = ("entrypoint", "command", "mem_limit", "deploy")


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each value that a verdict lacks."""
    told: set[Span] = set()
    for container in stack.containers:
        for finding in _of_container(container, stack):
            told.update(s for reason in finding.because for s in places(reason.trail))
            yield finding
        yield from _open(container, stack, told)


def _of_container(container: Container, stack: Stack) -> Iterator[Finding]:
    unread = {trouble.at for trouble in stack.troubles if trouble.kind not in _OPEN}
    if isinstance(container.memory_limit, Unknown) and not unread.intersection(places(container.memory_limit.trail)):
        yield _unknown(container, "memory limit", container.memory_limit, container.service, stack.troubles)
    for worker in container.workers:
        who = subject(container, worker)
        for what, value in (("pool", worker.pool), ("concurrency", worker.concurrency), ("number of processes", worker.processes)):
            if isinstance(value, Unknown):
                if not any(_is_read_twice(at, container) or _ends_worker(at, worker) for at in places(value.trail)):
                    yield _unknown(container, what, value, who, stack.troubles)
                break
    yield from _by_branch(container, stack.settings)


def _is_read_twice(at: Span, container: Container) -> bool:
    """Tell whether FF404 names the line of an env file: Compose and python-dotenv read it differently."""
    return any(one.at.file == at.file and one.at.line <= at.line <= one.at.end_line for one in container.differing)


def _ends_worker(at: Span, worker: Worker) -> bool:
    """Tell whether FF206 names the place: the worker does not start with what is written there."""
    return any(remark.effect is Effect.STOPS and remark.at is not None and remark.at.holds(at) for remark in worker.remarks)


def _unknown(container: Container, what: str, value: Unknown, who: str, troubles: tuple[Trouble, ...]) -> Finding:
    ends = places(value.trail)
    cures = dict.fromkeys(t.cure for t in troubles if t.kind is Kind.MISSING_ENV_FILE and t.at in ends)
    return Finding(
        f"the {what} of {who} is not known: {value.why}",
        ends[0] if ends else container.at,
        because=(Reason(what, value.trail),),
        help=" ".join(["State the deployment's values with --env NAME=VALUE or --env-file, or write the number where it is used.", *cures]),
        service=container.service,
        evidence=f"unknown {what} {who}",
        cause=f"{what} {value.why} {ends[0]}" if ends else "",
    )


def _by_branch(container: Container, settings: Settings) -> Iterator[Finding]:
    """Say that the verdict depends on a branch, where some alternatives fail and others do not."""
    never, perhaps = exceeding(container, settings), may_exceed(container, settings)
    fails = (Need.AT_START, Need.WARM, Need.BUSY)
    if perhaps not in fails or never in fails:
        return
    for worker in container.workers:
        if isinstance(worker.concurrency, Bounded):
            yield Finding(
                f"whether {container.service} fits depends on a branch: its concurrency is {named(worker.concurrency)}",
                _last_place(worker, container.at),
                because=tuple(Reason(f"concurrency {named(a)}", a.trail) for a in worker.concurrency.alternatives),
                help=f"With {most(worker.concurrency) or 'the largest'} it does not fit {perhaps.value}.",
                service=container.service,
                confidence=container.estimate.confidence,
                evidence=f"branch {worker.program}",
            )


def _last_place(worker: Worker, otherwise: Span) -> Span:
    ends = places(worker.concurrency.trail)
    return ends[-1] if ends else otherwise


def _open(container: Container, stack: Stack, told: set[Span]) -> Iterator[Finding]:
    """Name the variables and env files without a value that the command, the count or the limit of this container comes by."""
    values = [container.memory_limit, *(w.concurrency for w in container.workers)]
    passed = {at for value in values for at in places(value.trail)}
    service = stack.project.service(container.service)
    decisive = [node.at for key in _DECISIVE if service and (node := service.node.get(key)) is not None]
    for trouble in stack.troubles:
        bears = trouble.at in passed or any(at.holds(trouble.at) for at in decisive)
        if trouble.kind in _OPEN and bears and trouble.at not in told and not _is_read_twice(trouble.at, container):
            yield Finding(
                f"{trouble.message}, and a setting of {container.service} comes by it",
                trouble.at,
                help=trouble.cure,
                service=container.service,
                evidence=trouble.kind.value,
                cause=trouble.message,
            )

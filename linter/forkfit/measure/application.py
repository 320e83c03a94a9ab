"""Weigh one application: a real parent and a few real children, at start and after a warm-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import sleep
from typing import Any

from forkfit.measure.cgroup import Cgroup, Count, cgroup
from forkfit.measure.process import Conversation, Failed, Program, environment_for, running, words
from forkfit.measure.redis import answering
from forkfit.measure.smaps import Usage, usage
from forkfit.model.record import Record

# Seconds in which a pool that has just come up, or has just run its last task, comes to rest.
REST = 0.5

Say = Callable[[str], None]


class Subject(Record):
    """What is measured: an application, where and by which Python it is imported, and which of its tasks run too.

    `seconds` is the longest that one start of it may go without an answer.
    """

    app: str
    folder: str
    python: str
    environment: Mapping[str, str]
    tasks: tuple[str, ...] = ()
    seconds: float = 60.0


class Seen(Record):
    """What one import of the application told: versions, its module, libraries by dotted name, and how many modules it has."""

    python: str
    celery: str
    libc: str
    module: str
    modules: int
    imports: tuple[str, ...]
    tasks: tuple[str, ...]
    versions: Mapping[str, str]


class Reading(Record):
    """The memory of a parent and its children at one moment, and what the kernel counted for all, where it did."""

    parent: Usage
    children: tuple[Usage, ...]
    counted: Count | None


class Run(Record):
    """One worker, at start and warm; `strangers` are the processes that the application starts by itself."""

    concurrency: int
    at_start: Reading
    warm: Reading
    strangers: int = 0
    failed_tasks: tuple[str, ...] = ()


def look(subject: Subject) -> Seen:
    """Import the application once, as its worker does; raise Failed where that does not work."""
    asked = {"app": subject.app}
    with running(_program(subject, "imports", asked), None) as conversation:
        told = next(conversation.messages(f"importing {subject.app}"))
    if "failed" in told:
        hint = f"for its own words run {subject.python} -c 'import {subject.app.partition(':')[0]}' in {subject.folder}"
        raise Failed(f"{subject.app} cannot be imported: {told['failed']} ({hint})")
    missing = [name for name in subject.tasks if name not in told["tasks"]]
    if missing:
        known = ", ".join(told["tasks"][:20]) or "none"
        raise Failed(f"{subject.app} has no task {missing[0]!r}; it has {known}")
    return Seen(
        told["python"],
        told["celery"],
        told["libc"],
        told["module"],
        told["modules"],
        tuple(sorted(told["imports"])),
        tuple(told["tasks"]),
        told["versions"],
    )


def run(subject: Subject, concurrency: int, say: Say) -> Run:
    """Start a worker with so many children, and read its memory at start and warm; raise Failed where it does not come up."""
    asked = {"app": subject.app, "concurrency": concurrency, "tasks": list(subject.tasks)}
    with answering() as port, cgroup() as group, running(_program(subject, "worker", {**asked, "redis": port}), group) as conversation:
        say(f"starting {subject.app} with {concurrency} {'child' if concurrency == 1 else 'children'}")
        children: list[int] = []
        _until("ready", conversation, "starting its pool", children, [])
        _children(conversation, children, concurrency)
        at_start = _reading(conversation, children, group)
        say(f"running tasks in {concurrency} {'child' if concurrency == 1 else 'children'}")
        conversation.go_on()
        failed: list[str] = []
        _until("warm", conversation, "running tasks", children, failed)
        warm = _reading(conversation, children[-concurrency:], group)
        strangers = len(conversation.processes() - {conversation.process.pid, *children})
    return Run(concurrency, at_start, warm, strangers, tuple(dict.fromkeys(failed)))


def _program(subject: Subject, name: str, asked: Mapping[str, Any]) -> Program:
    return Program(words(subject.python, name, asked), subject.folder, environment_for(subject.environment), subject.seconds)


def _until(wanted: str, conversation: Conversation, doing: str, children: list[int], failed: list[str]) -> None:
    """Listen until the worker says a word; remember children that come up, and tasks that fail."""
    for told in conversation.messages(doing):
        if "up" in told:
            children.append(told["up"])
        elif "task" in told:
            failed.append(f"{told['task']} fails with {told['failed']}")
        elif "failed" in told:
            raise Failed(f"the worker ended while {doing}: {told['failed']}")
        if wanted in told:
            return


def _children(conversation: Conversation, children: list[int], concurrency: int) -> None:
    """Listen until all children are up: they start beside their parent."""
    if len(children) < concurrency:
        for told in conversation.messages("waiting for its children to come up"):
            if "up" in told:
                children.append(told["up"])
                if len(children) == concurrency:
                    return


def _reading(conversation: Conversation, children: list[int], group: Cgroup | None) -> Reading:
    sleep(REST)
    parent = usage(conversation.process.pid)
    read = tuple(found for pid in children if (found := usage(pid)))
    if parent is None or len(read) < len(children):
        raise Failed("a process of the worker ended while it was measured")
    return Reading(parent, read, group.count() if group else None)

"""Settle a claimed command: find the application, its release and its configuration, and decide each worker's values."""

from __future__ import annotations

from typing import Any

from forkfit.evaluate.installed import Installed, stated, version_of
from forkfit.launchers import celery_environment, celery_forms, celery_multi, celery_overrides
from forkfit.launchers.celery_options import CommandLine, after_program, read
from forkfit.launchers.celery_release import RELEASED, Version, settled
from forkfit.launchers.celery_worker import Surroundings, decide_all
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.text import Text
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.model.worker import Worker


class _Nothing:
    def get(self, name: str) -> Value[Any]:
        return Absent(f"{name} is not set")


def settle(process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Return the workers that a command starts: one, or one for each node of `celery multi`."""
    words = after_program(process.argv) or ()
    line = read(words)
    if line.sub_command is None or line.sub_command.plain != "multi":
        return (_worker(process, line, "", files, tell),)
    made = []
    for node in celery_multi.nodes(words):
        worker = _worker(process, read(node.words), node.name, files, tell)
        if node.uncounted:
            why = f"{node.name} decides how many workers celery multi starts"
            unknown = Unknown(why, process.trail)
            worker = worker.replace(processes=unknown, processes_at_start=unknown)
        made.append(worker)
    return tuple(made)


def _worker(process: Process, line: CommandLine, name: str, files: Files, tell: Tell) -> Worker:
    near = process.view.nearby[0] if process.view.nearby else "."
    said = stated(files, near, tell)
    version = _version(process.argv, line, said)
    python = version_of(said, "python")
    environment = process.view.environment
    around = Surroundings(environment, _Nothing(), version, python, process.cpus)
    found = decide_all(line, around)
    remarks = (
        *celery_forms.remarks(process.argv, line, version),
        *found.remarks,
        *celery_overrides.remarks(line, version),
        *celery_environment.remarks(environment, version),
    )
    return Worker(
        process.service,
        process.at,
        name or _node_name(line),
        "celery",
        process.argv,
        process.trail,
        app_named(line, process, version),
        found.pool,
        found.concurrency,
        found.autoscale,
        found.processes,
        found.processes_at_start,
        found.start_method,
        found.max_memory_per_child,
        version.value,
        python,
        found.embedded_beat,
        candidates=found.candidates,
        remarks=remarks,
        max_tasks_per_child=found.max_tasks_per_child,
    )


def _version(argv: tuple[Text, ...], line: CommandLine, said: tuple[Installed, ...]) -> Version:
    older = celery_forms.hints(argv, line)
    return settled(lambda limit: version_of(said, "celery", tuple(v for v in RELEASED if limit(v))), older)


def app_named(line: CommandLine, process: Process, version: Version) -> Value[str]:
    """Return the name that -A gives, else the environment: Celery 5 looks at APP first, 4 at CELERY_APP only."""
    given = line.last("app")
    if given is not None and given.value is not None:
        return given.value.value
    names = celery_environment.APP if version.release >= (5, 0) else celery_environment.APP[1:]
    found = celery_environment.first_set(process.view.environment, names)
    return Absent("no -A is given", found.trail) if isinstance(found, Absent) else found


def _node_name(line: CommandLine) -> str:
    given = line.last("hostname")
    if given is None or given.value is None or not given.value.is_known:
        return "celery"
    return given.value.plain.partition("@")[0] or "celery"


def _known(value: Value[str]) -> str:
    return value.value if isinstance(value, Known) else ""

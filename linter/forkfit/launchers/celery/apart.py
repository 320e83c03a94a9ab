"""Which tasks come to a worker, by its queues and their routes; the code of the others is no part of its children."""

from __future__ import annotations

import re
from functools import lru_cache

from forkfit.launchers.celery.line import CommandLine
from forkfit.launchers.celery.mentions import python_texts
from forkfit.launchers.celery.queues import Comes, Queues, comes, queues_of, read_by
from forkfit.launchers.celery.reached import only
from forkfit.launchers.celery.routes import target
from forkfit.launchers.celery.senders import Sent, sent
from forkfit.launchers.celery.worker import Surroundings
from forkfit.model.bodies import Aside, Bodies, Task
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives
from forkfit.model.worker import Code

# What decides in ways that are not followed: queues that are added to a worker that runs, names made in another way.
_BY_CODE = re.compile(r"\badd_consumer\(|\bselect_add\(|\bqueues\.select\(|\bdef gen_task_name\b")
# A class of all tasks of an application, and one that decides about queues.
_OWN_CLASS = re.compile(r"\btask_cls\s*=|\.Task\s*=(?!=)")
_CLASS_DECIDES = re.compile(r"^[ \t]+(?:(?:queue|exchange|routing_key)\s*=(?!=)|def apply_async\b)", re.MULTILINE)
_EXCHANGES = re.compile(r"exchange|\balias\s*=", re.IGNORECASE)


class _Verdict(Record):
    """Whether a task comes to a worker, and the way to what decides it."""

    comes: Comes
    trail: Trail


def of_worker(code: Code, bodies: Bodies, line: CommandLine, around: Surroundings, files: Files) -> Code:
    """Return the code that the children of one worker run: without what only tasks bring that never come to it.

    What only tasks bring of which that is not known stays, and is marked.
    """
    tasks = {entry.task: None for entry in bodies.entries if entry.task is not None}
    if not tasks or around.version.release < (4, 0):
        return code
    verdicts = _verdicts(tuple(tasks), line, around, files)
    away = frozenset(task for task, verdict in verdicts.items() if verdict.comes is Comes.NO)
    doubtful = frozenset(task for task, verdict in verdicts.items() if verdict.comes is Comes.OPEN)
    if not away and not doubtful:
        return code
    own = only(code, bodies, away, doubtful)
    asides = []
    if _brought(own) != _brought(code):
        asides.append(Aside(f"tasks of queues that it does not read are not counted ({len(away)})", _first(verdicts, Comes.NO)))
    if any(d.doubtful for d in own.imports) or any(d.doubtful for d in own.models) or any(d.doubtful for d in own.tools):
        what = f"tasks of which it is not known whether they come to it are counted ({len(doubtful)})"
        asides.append(Aside(what, _first(verdicts, Comes.OPEN)))
    return own.replace(asides=tuple(asides)) if asides else code


def _brought(code: Code) -> tuple[object, ...]:
    """Return what is weighed of a code, wherever it stands."""
    models, tools = {load.at for load in code.models}, {tool.words for tool in code.tools}
    return {found.library for found in code.imports}, models, code.uses_boto3_client, tools


def _first(verdicts: dict[Task, _Verdict], comes_so: Comes) -> Trail:
    return next((verdict.trail for verdict in verdicts.values() if verdict.comes is comes_so), ())


def _verdicts(tasks: tuple[Task, ...], line: CommandLine, around: Surroundings, files: Files) -> dict[Task, _Verdict]:
    configuration = around.configuration
    queues = queues_of(configuration)
    if not queues.whole:
        texts = python_texts(files)
        queues = queues.replace(plain=texts is not None and not _speaks_of_exchanges(texts))
    read = read_by(line, around, queues)
    routes = configuration.get("task_routes")
    found = {task: _by_route(task, target(task, routes, queues.default), read, queues) for task in tasks}
    if all(verdict.comes is Comes.YES for verdict in found.values()):
        return found
    if why := _open(around, python_texts(files)):
        return {task: v if v.comes is Comes.YES else _Verdict(Comes.OPEN, (_note(why),)) for task, v in found.items()}
    if any(verdict.comes is Comes.NO for verdict in found.values()):
        every = sent(files)
        return {task: _by_senders(task, v, every, read, queues) if v.comes is Comes.NO else v for task, v in found.items()}
    return found


def _open(around: Surroundings, texts: tuple[str, ...] | None) -> str:
    """Say what may bring any task to any worker; empty where nothing does."""
    if texts is None:
        return "the project is too large to say where its tasks are sent"
    if why := _decided_in(texts):
        return why
    eager = alternatives(around.configuration.get("task_always_eager"))
    if not all(isinstance(e, Absent) or (isinstance(e, Known) and not e.value) for e in eager):
        return "task_always_eager may have tasks run where they are sent"
    notes = alternatives(around.configuration.get("task_annotations"))
    if not all(isinstance(n, Absent) or (isinstance(n, Known) and not n.value) for n in notes):
        return "task_annotations may change where tasks are sent"
    return ""


# The texts are those of a whole project, and each of its workers asks.
@lru_cache(maxsize=8)
def _speaks_of_exchanges(texts: tuple[str, ...]) -> bool:
    return any(_EXCHANGES.search(text) for text in texts)


@lru_cache(maxsize=8)
def _decided_in(texts: tuple[str, ...]) -> str:
    """Say what in a project's code may bring any task to any worker; empty where nothing does."""
    if any(_BY_CODE.search(text) for text in texts):
        return "the project's code decides about queues while it runs"
    if any(_OWN_CLASS.search(text) for text in texts) and any("Task" in text and _CLASS_DECIDES.search(text) for text in texts):
        return "the class of the project's tasks may decide where they are sent"
    return ""


def _by_route(task: Task, goes: Value[str], read: Value[frozenset[str]], queues: Queues) -> _Verdict:
    """Tell whether a task comes to a worker where whoever sends it leaves it to the task and its route."""
    found: set[Comes] = set()
    doubts: list[Unknown] = []
    for queue in alternatives(goes):
        for mine in alternatives(read):
            if isinstance(queue, Known) and isinstance(mine, Known):
                found.add(comes(queue.value, mine.value, queues))
            else:
                found.add(Comes.OPEN)
                doubts += [value for value in (queue, mine) if isinstance(value, Unknown)]
    if found == {Comes.YES}:
        return _Verdict(Comes.YES, ())
    if found == {Comes.NO}:
        named = " or ".join(str(queue.value) for queue in alternatives(goes) if isinstance(queue, Known))
        trail = next((queue.trail for queue in alternatives(goes)), ())
        return _Verdict(Comes.NO, (*trail, Step(Role.USED, task.at, f"{task.called} is sent to {named}"), *read.trail))
    doubt = doubts[0] if doubts else Unknown("where it is sent depends on a branch")
    return _Verdict(Comes.OPEN, (*doubt.trail, Step(Role.ASSUMED, task.at, f"{task.called}: {doubt.why}")))


def _by_senders(task: Task, verdict: _Verdict, every: tuple[Sent, ...], read: Value[frozenset[str]], queues: Queues) -> _Verdict:
    """Return the verdict of a task that no route brings to a worker, where a call may send it there all the same."""
    for one in every:
        if one.tasks is not None and task.called not in one.tasks and not (isinstance(task.name, Known) and task.name.value in one.tasks):
            continue
        if one.queues is None:
            return _Verdict(
                Comes.OPEN, (Step(Role.ASSUMED, task.at, f"{task.called} may be sent to a queue that is worked out when it is sent"),)
            )
        mine = [single.value for single in alternatives(read) if isinstance(single, Known)]
        if any(comes(queue, names, queues) is not Comes.NO for queue in one.queues for names in mine):
            sure = one.tasks is not None and len(one.queues) == 1
            named = " or ".join(sorted(one.queues))
            return _Verdict(Comes.YES if sure else Comes.OPEN, (Step(Role.ASSUMED, task.at, f"{task.called} may be sent to {named}"),))
    return verdict


def _note(why: str) -> Step:
    return Step(Role.ASSUMED, None, why)

"""One worker out of the several that branches or supervisors may start, its values Bounded where they differ."""

from __future__ import annotations

from itertools import zip_longest

from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.launcher import Launcher
from forkfit.model.span import joined
from forkfit.model.trouble import Tell
from forkfit.model.value import Known, Unknown, either
from forkfit.model.worker import Code, Remark, Worker

# The values that branches may set differently; the rest of a worker is the same, or that of the first branch.
_VALUES = (
    "app",
    "pool",
    "concurrency",
    "autoscale",
    "processes",
    "processes_at_start",
    "start_method",
    "max_memory_per_child",
    "celery_version",
    "python_version",
    "embedded_beat",
)


def settled(programs: tuple[tuple[Process, ...], ...], launchers: tuple[Launcher, ...], files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Have each program settled by its launcher on each branch that starts it; return one worker a program.

    `celery multi` starts several nodes, each a worker; a branch with fewer nodes has none of the last.
    """
    by_name = {launcher.name: launcher for launcher in launchers}
    workers: list[Worker] = []
    for alternatives in programs:
        branches = [as_started(p, by_name[p.launcher].settle(p, files, tell)) for p in alternatives]
        workers.extend(one_of(tuple(w for w in nodes if w is not None)) for nodes in zip_longest(*branches))
    return tuple(workers)


def one_of(workers: tuple[Worker, ...]) -> Worker:
    """Return the worker that is one of these; what any of them imports counts."""
    first = workers[0]
    if len(workers) == 1:
        return first
    values = {name: either(getattr(worker, name) for worker in workers) for name in _VALUES}
    codes = [worker.code for worker in workers]
    code = Code(
        imports=tuple(dict.fromkeys(i for c in codes for i in c.imports)),
        models=tuple(dict.fromkeys(m for c in codes for m in c.models)),
        modules=max(c.modules for c in codes),
        gaps=tuple(dict.fromkeys(g for c in codes for g in c.gaps)),
        uses_boto3_client=any(c.uses_boto3_client for c in codes),
        holds_boto3_client=any(c.holds_boto3_client for c in codes),
        uses_django=any(c.uses_django for c in codes),
        threads=either(c.threads for c in codes),
        freezes_heap=all(c.freezes_heap for c in codes),
        asides=tuple(dict.fromkeys(a for c in codes for a in c.asides)),
        application=codes[0].application if all(c.application == codes[0].application for c in codes) else None,
    )
    candidates = first.candidates if all(w.candidates == first.candidates for w in workers) else ()
    return first.replace(code=code, launch=joined(*(w.launch for w in workers)), candidates=candidates, remarks=_remarks(workers), **values)


def _remarks(workers: tuple[Worker, ...]) -> tuple[Remark, ...]:
    """Return what is odd on any branch; what is so on some of them only says so."""
    found: dict[tuple[object, ...], list[Remark]] = {}
    for worker in workers:
        for remark in worker.remarks:
            found.setdefault((remark.effect, remark.setting, remark.message, remark.at), []).append(remark)
    return tuple(r[0].replace(supposed=r[0].supposed or len(r) < len(workers)) for r in found.values())


def as_started(process: Process, workers: tuple[Worker, ...]) -> tuple[Worker, ...]:
    """Return the workers under the name that a supervisor gives them; of an unknown number of copies no count is known."""
    if process.program and len(workers) == 1:
        workers = (workers[0].replace(program=process.program),)
    if isinstance(process.copies, Known):
        return workers
    why = process.copies.why if isinstance(process.copies, Unknown) else "how many copies of it run is not known"
    unknown = Unknown(why, process.copies.trail)
    return tuple(w.replace(processes=unknown, processes_at_start=unknown) for w in workers)

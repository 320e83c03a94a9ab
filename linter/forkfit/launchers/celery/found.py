"""What a command line leads to, and the worker that is made of it."""

from __future__ import annotations

from posixpath import normpath

from forkfit.evaluate.python.installed import Installed, pins_of, version_of
from forkfit.launchers.celery import environ, forms, overrides
from forkfit.launchers.celery.line import CommandLine
from forkfit.launchers.celery.release import RELEASED, Release, Version, release_of, settled
from forkfit.launchers.celery.worker import Surroundings, decide_all
from forkfit.model.container import Process, View
from forkfit.model.files import Files
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.value import Absent, Known, Value
from forkfit.model.worker import Code, Effect, Remark, Worker


class Found(Record):
    """What a command line leads to: the application, its configuration, and what is installed beside it."""

    line: CommandLine
    app: Value[str]
    around: Surroundings
    code: Code
    remarks: tuple[Remark, ...]
    files: Files


def worker_of(process: Process, line: CommandLine, name: str, found: Found) -> Worker:
    """Return the worker of one command line; `name` is its node's, where `celery multi` starts it."""
    around = found.around
    settled_values = decide_all(line, around)
    remarks = (
        *forms.remarks(process.argv, line, around.version),
        *settled_values.remarks,
        *overrides.remarks(line, around.version),
        *found.remarks,
    )
    return Worker(
        process.service,
        process.at,
        name or _node_name(line),
        "celery",
        process.argv,
        process.trail,
        found.app,
        settled_values.pool,
        settled_values.concurrency,
        settled_values.autoscale,
        settled_values.processes,
        settled_values.processes_at_start,
        settled_values.start_method,
        settled_values.max_memory_per_child,
        around.version.value,
        around.python,
        settled_values.embedded_beat,
        _own_code(line, found),
        candidates=settled_values.candidates,
        remarks=_once(remarks),
        max_tasks_per_child=settled_values.max_tasks_per_child,
    )


def _own_code(line: CommandLine, found: Found) -> Code:
    """Return the code that a worker runs: of tasks in whose bodies there is anything to weigh, of those that come to it."""
    bodies = found.code.bodies
    if bodies is None or not bodies.entries or not (bodies.imports or bodies.models or bodies.clients or bodies.tools):
        return found.code.replace(bodies=None)
    from forkfit.launchers.celery.apart import of_worker  # most workers import all they need before they fork

    return of_worker(found.code.replace(bodies=None), bodies, line, found.around, found.files)


def _once(remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Drop what is said of a part of a word with which the worker ends anyway."""
    ends = [r.at for r in remarks if r.effect is Effect.STOPS and r.at is not None]
    return tuple(r for r in remarks if r.at is None or not any(at != r.at and at.holds(r.at) for at in ends))


def app_named(line: CommandLine, environment: Environment, version: Version) -> Value[str]:
    """Return the name that -A gives, else the environment: Celery 5 looks at APP first, 4 at CELERY_APP only."""
    given = line.last("app")
    if given is not None and given.value is not None:
        return given.value.value
    found = environ.first_set(environment, environ.APP if version.release >= (5, 0) else environ.APP[1:])
    return Absent("no -A is given", found.trail) if isinstance(found, Absent) else found


def view_of(view: View, line: CommandLine, version: Version) -> View:
    """Return the view after --workdir, or in Celery 5 its variable, which Celery enters before it looks for the application."""
    given = line.last("workdir")
    target: Value[str] = Absent("no --workdir is given")
    if given is not None and given.value is not None:
        target = given.value.value
    elif version.release >= (5, 0):
        target = environ.variable(view.environment, environ.WORKDIR)
    start = view.working_dir
    if isinstance(target, Absent) or target == Known("", target.trail):
        return view
    if isinstance(target, Known) and not target.value.startswith("/"):
        if not isinstance(start, Known):
            return view.replace(working_dir=start)
        target = Known(normpath(f"{start.value}/{target.value}"), target.trail)
    return view.replace(working_dir=target)


def version_in(said: tuple[Installed, ...], line: CommandLine, hinted: tuple[Release, Trail] | None) -> Version:
    """Return the release that the files beside the application pin, else the newest that they and the command line allow."""
    pins = pins_of(said, "celery")
    if len(pins) > 1:
        # Files that disagree are for different images: the command line may tell which one it is written for.
        fitting = [pin for pin in pins if all(g.option.exists_in(release_of(pin.value)) for g in line.given)]
        chosen = (fitting or pins)[0]
        others = ", ".join(sorted(pin.value for pin in pins if pin is not chosen))
        return settled(lambda _: chosen.because(Step(Role.ASSUMED, None, f"other files beside it pin {others}")), None)
    return settled(lambda fits: version_of(said, "celery", tuple(v for v in RELEASED if fits(v))), hinted)


def _node_name(line: CommandLine) -> str:
    given = line.last("hostname")
    if given is None or given.value is None or not given.value.is_known:
        return "celery"
    name = given.value.plain.partition("@")[0]
    return "celery" if name.startswith("%") else name or "celery"  # %h alone is the host's name

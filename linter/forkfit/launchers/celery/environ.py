"""The environment of a worker: which variables Celery reads, in which release, and which only look like it."""

from __future__ import annotations

from forkfit.launchers.celery.release import Release, Version
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step, joined
from forkfit.model.text import Text
from forkfit.model.value import Absent, Bounded, Known, Single, Value, alternatives, either
from forkfit.model.worker import Effect, Remark

_FIVE: Release = (5, 0)

# Options of the worker that Celery 5 also reads from the environment (click's automatic prefix, seen on 5.0 to 5.7).
READ = {
    "concurrency": "CELERY_WORKER_CONCURRENCY",
    "autoscale": "CELERY_WORKER_AUTOSCALE",
    "pool": "CELERY_WORKER_POOL",
    "max-memory-per-child": "CELERY_WORKER_MAX_MEMORY_PER_CHILD",
    "max-tasks-per-child": "CELERY_WORKER_MAX_TASKS_PER_CHILD",
    "pool-start-method": "CELERY_WORKER_POOL_START_METHOD",
}
APP: tuple[str, ...] = ("APP", "CELERY_APP")  # APP is looked at first, on 5.x only
CONFIG: tuple[str, ...] = ("CONFIG_MODULE", "CELERY_CONFIG", "CELERY_CONFIG_MODULE")
WORKDIR = "CELERY_WORKDIR"
BEAT = "CELERY_WORKER_BEAT"

# Names that are seen in real projects and that no release reads; what was meant, and the option that it names.
NEAR_MISSES = {
    "CELERY_CONCURRENCY": "concurrency",
    "CELERYD_CONCURRENCY": "concurrency",
    "WORKER_CONCURRENCY": "concurrency",
    "CELERYD_WORKER_CONCURRENCY": "concurrency",
    "CELERY_AUTOSCALE": "autoscale",
    "CELERYD_AUTOSCALE": "autoscale",
    "WORKER_AUTOSCALE": "autoscale",
    "CELERY_POOL": "pool",
    "CELERYD_POOL": "pool",
    "WORKER_POOL": "pool",
    "CELERY_MAX_MEMORY_PER_CHILD": "max-memory-per-child",
    "CELERYD_MAX_MEMORY_PER_CHILD": "max-memory-per-child",
    "WORKER_MAX_MEMORY_PER_CHILD": "max-memory-per-child",
    "CELERY_MAX_TASKS_PER_CHILD": "max-tasks-per-child",
    "CELERYD_MAX_TASKS_PER_CHILD": "max-tasks-per-child",
    "WORKER_MAX_TASKS_PER_CHILD": "max-tasks-per-child",
}


def variable(environment: Environment, name: str) -> Value[str]:
    """Return what a process reads in a variable; Absent where it is not set, with the files that might have set it."""
    found: list[Value[str]] = []
    held = environment.get(name)
    for single in alternatives(held):
        match single:
            case Known(value=text, trail=trail):
                assert isinstance(text, Text)
                found.append(text.value.because(*trail))
            case Absent(trail=trail):
                found.append(Absent(f"{name} is not set", tuple(_assumed(step, name) for step in trail)))
            case _:
                found.append(single)
    return either(found, held.trail if isinstance(held, Bounded) else ())


def first_set(environment: Environment, names: tuple[str, ...]) -> Value[str]:
    """Return the first of several variables that is set to anything."""
    found: list[Value[str]] = []
    for name in names:
        value = variable(environment, name)
        if not isinstance(value, Absent) and value != Known("", value.trail):
            return value
        found.append(value)
    return found[-1]


def option(environment: Environment, name: str, release: Release) -> Value[str]:
    """Return what Celery reads in the environment for an option of the worker; Absent before 5.0."""
    if release < _FIVE:
        return Absent("Celery 4 reads no options from the environment")
    return variable(environment, READ[name])


def remarks(environment: Environment, version: Version) -> tuple[Remark, ...]:
    """Return a remark for each variable that looks like an option of the worker and that this release does not read."""
    found = []
    unread: dict[str, str] = dict(NEAR_MISSES)
    if version.release < _FIVE:
        unread.update((name, option) for option, name in READ.items())
    for held in environment.variables:
        meant = unread.get(held.name.upper(), "")
        if held.name.upper() in READ.values() and held.name not in READ.values():
            meant = next(option for option, name in READ.items() if name == held.name.upper())
        for single in _set(held.value):
            if not meant:
                break
            releases = "before 5.0" if held.name in READ.values() else "all"
            works = f"--{meant}" if version.release < _FIVE else f"--{meant}, or the variable {READ[meant]}"
            message = f"Celery reads no variable {held.name}" + (" before 5.0" if releases != "all" else "")
            at = next((s.at for s in single.trail if s.at is not None), None)
            found.append(
                Remark(Effect.NOTHING, held.name, message, at, releases, works, version.assumed and releases != "all", single.trail)
            )
            break
    return tuple(found)


def _set(value: Value[Text]) -> tuple[Single[str], ...]:
    """Return the alternatives in which a variable is set to something."""
    found: list[Single[str]] = []
    for single in alternatives(value):
        if isinstance(single, Known) and single.value.plain:
            found.append(Known(single.value.plain, joined(single.value.trail, single.trail)))
        elif not isinstance(single, (Absent, Known)):
            found.append(single)
    return tuple(found)


def _assumed(step: Step, name: str) -> Step:
    """Say of a file that could not be read that it is taken not to set a variable."""
    return Step(Role.ASSUMED, step.at, f"{name} is taken as not set, since {step.note or 'a file that may set it cannot be read'}")

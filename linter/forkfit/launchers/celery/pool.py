"""Which pool a worker runs: names, aliases and class paths by release, and which place decides."""

from __future__ import annotations

from forkfit.launchers.celery.release import Release
from forkfit.launchers.celery.values import EMPTY, Outcome
from forkfit.model.value import Absent, Known, Unknown
from forkfit.model.worker import Effect, Pool

# celery/concurrency/__init__.py ALIASES; a class path of the same classes counts as the name.
_NAMES = {
    "prefork": Pool.PREFORK,
    "processes": Pool.PREFORK,
    "solo": Pool.SOLO,
    "threads": Pool.THREADS,
    "gevent": Pool.GEVENT,
    "eventlet": Pool.EVENTLET,
}
_MODULES = {
    "celery.concurrency.prefork": Pool.PREFORK,
    "celery.concurrency.solo": Pool.SOLO,
    "celery.concurrency.thread": Pool.THREADS,
    "celery.concurrency.threads": Pool.THREADS,
    "celery.concurrency.gevent": Pool.GEVENT,
    "celery.concurrency.eventlet": Pool.EVENTLET,
}
CUSTOM_VARIABLE = "CELERY_CUSTOM_WORKER_POOL"
_CHOICE: Release = (5, 1)  # from here on -P takes names only


def option(text: object, release: Release) -> Outcome:
    """Read ``-P``. From 5.1 on the default cannot be told from ``-P prefork``, so that one gives way to the configuration."""
    name = str(text)
    if name == "prefork" and release >= _CHOICE:
        return Outcome(Absent("-P prefork gives way to worker_pool"))
    if name == "custom":
        return _custom(release)
    if name in _NAMES:
        return Outcome(Known(_NAMES[name]))
    if release >= _CHOICE or not (":" in name or "." in name):
        return _no_pool(name)
    return _class(name)


def variable(text: object, release: Release) -> Outcome:
    """Read CELERY_WORKER_POOL as ``-P`` is read; an empty one counts as not set with click 8."""
    if not str(text) and release >= (5, 2):
        return EMPTY
    return option(text, release)


def setting(value: object, release: Release) -> Outcome:
    """Read `worker_pool`: a name, a class path; None or an empty text is prefork from 5.1 on, and ends 4.x."""
    if value is None or value == "":
        if release < (5, 0):
            message = f"worker_pool = {value!r} is no pool, so the worker ends with an error"
            return Outcome(Unknown(message), Effect.STOPS, message, "before 5.0")
        return EMPTY
    if not isinstance(value, str):
        return Outcome(Unknown("the pool is a class of its own"))
    if value == "custom":
        return _custom(release)
    if value in _NAMES:
        return Outcome(Known(_NAMES[value]))
    if ":" in value or "." in value:
        return _class(value)
    return _no_pool(value)


def by_class(path: str) -> Outcome:
    """Read a class path, as CELERY_CUSTOM_WORKER_POOL gives it."""
    return Outcome(Known(_NAMES[path])) if path in _NAMES else _class(path)


def _class(path: str) -> Outcome:
    module, _, name = path.replace(":", ".").rpartition(".")
    if name == "TaskPool" and module in _MODULES:
        return Outcome(Known(_MODULES[module]))
    return Outcome(Unknown(f"the pool is the class {path}, whose processes cannot be known"))


def _custom(release: Release) -> Outcome:
    if release < (5, 3):
        return _no_pool("custom")
    return Outcome(Unknown(f"the pool is the class that {CUSTOM_VARIABLE} names"))


def _no_pool(name: str) -> Outcome:
    message = f"{name!r} is no pool, so the worker ends with an error"
    return Outcome(Unknown(message), Effect.STOPS, message, "all")

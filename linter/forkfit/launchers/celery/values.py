"""What each Celery release makes of one written value, by the place where it is written."""

from __future__ import annotations

from forkfit.launchers.celery.release import Release
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.value import Absent, ByCpus, Known, Single, Unknown
from forkfit.model.worker import Autoscale, Effect, Pool


class Outcome(Record):
    """What comes of one value: Known as Celery takes it, Absent where the next weaker place decides, Unknown where it ends.

    `effect` and `message` say what is odd about it, `releases` in which releases that is so, `pools` under which pools
    (all where empty): what the pool itself would trip over does no harm under another. `instead` is what works.
    """

    value: Single[object]
    effect: Effect | None = None
    message: str = ""
    releases: str = ""
    pools: tuple[Pool, ...] = ()
    instead: str = ""


ZERO = Outcome(Absent("0 counts as not given"))
EMPTY = Outcome(Absent("an empty value counts as not given"))
# `auto` is no number until the container's CPU quota is known; celery_precedence puts it in.
AUTO = "auto"
_AUTO = Outcome(Known(AUTO))

_FORKING = (Pool.PREFORK,)
# solo builds nothing of that number (run on 4.4 to 5.7); how pools of greenlets take a bad one was not run.
_COUNTING = (Pool.PREFORK, Pool.THREADS)


def _stops(message: str, releases: str, pools: tuple[Pool, ...] = (), instead: str = "") -> Outcome:
    return Outcome(Unknown(message), Effect.STOPS, message, releases, pools, instead)


def _idles(number: int, releases: str) -> Outcome:
    return Outcome(Known(0), Effect.IDLES, f"{number} starts a worker without any child", releases, _FORKING)


def whole(text: str) -> int | None:
    """Return the number that Python's int() reads; None where it reads none."""
    try:
        return int(text) if len(text) < 40 else None
    except ValueError:
        return None


def concurrency_option(text: object, release: Release) -> Outcome:
    """Read ``-c``: an integer, from 5.7 on also `auto`; zero falls to the configuration in 5.x and to the CPU count before."""
    written = str(text)
    if release >= (5, 7) and written.strip().lower() == AUTO:
        return _AUTO
    if not written and release >= (5, 7):
        return EMPTY
    number = whole(written)
    if number is None:
        older = "before 5.7" if not written or written.strip().lower() == AUTO else "all"
        return _stops(f"{written!r} is no integer, so the worker ends with a usage error", older, instead="a whole number")
    if number == 0:
        return ZERO if release >= (5, 0) else Outcome(ByCpus())
    return _negative(number, release, "ends with a usage error") if number < 0 else Outcome(Known(number))


def concurrency_variable(text: object, release: Release) -> Outcome:
    """Read CELERY_WORKER_CONCURRENCY as ``-c`` is read; click 8, which comes with 5.2, takes an empty one as not set."""
    if not str(text) and release >= (5, 2):
        return EMPTY
    return concurrency_option(text, release)


def concurrency_setting(value: object, release: Release) -> Outcome:
    """Read `worker_concurrency`, whatever type Python gives it."""
    if isinstance(value, str):
        return _concurrency_text(value, release)
    if isinstance(value, bool) and value:
        if release >= (5, 3):
            return _stops("True is no number of processes, so the worker ends with an error", "5.3 and later", _FORKING)
        return Outcome(Known(1))
    if not value:
        return ZERO
    if isinstance(value, float):
        return _stops(f"{value!r} is no integer, so the worker ends with an error", "all", _FORKING)
    if not isinstance(value, int):
        return Outcome(Unknown(f"a {type(value).__name__} is no number of processes"))
    return _negative(value, release, "ends with an error") if value < 0 else Outcome(Known(value))


def _concurrency_text(text: str, release: Release) -> Outcome:
    number = whole(text)
    if release < (5, 0):
        if number is None:
            return _stops(f"{text!r} is no integer, so the worker ends with a usage error", "before 5.0")
        return Outcome(ByCpus()) if number == 0 else Outcome(Known(number))
    if not text:
        return EMPTY
    if release < (5, 7):
        return _stops(f"{text!r} is text, not a number, so the worker ends with a TypeError", "5.0 to 5.6", _COUNTING, "int(...) around it")
    if text.strip().lower() == AUTO:
        return _AUTO
    if number is None:
        return Outcome(Absent(f"{text!r} is no integer, so Celery warns and takes the CPU count"))
    if number == 0:
        return ZERO
    return _negative(number, release, "ends with an error") if number < 0 else Outcome(Known(number))


def _negative(number: int, release: Release, how: str) -> Outcome:
    if release >= (5, 7):
        return _stops(f"{number} is negative, so the worker {how}", "5.3 and later", () if "usage" in how else _COUNTING)
    if release >= (5, 3):
        return _stops(f"{number} is negative, so the worker ends with a ValueError", "5.3 and later", _COUNTING)
    return _idles(number, "before 5.3")


def trailing_concurrency(text: object, release: Release) -> Outcome:
    """Read ``worker.concurrency=N`` after the options."""
    written = str(text)
    number = whole(written)
    if number is None:
        return concurrency_setting(written, release) if release >= (5, 7) else _stops(f"{written!r} is no integer", "before 5.7")
    return concurrency_setting(number, release)


def autoscale(text: object, release: Release) -> Outcome:
    """Read ``--autoscale``: MAX,MIN or MAX alone. 5.x sorts the two; before, the first is the maximum."""
    written = str(text)
    numbers = [whole(part) for part in written.split(",")]
    if not written.strip() or len(numbers) > 2 or None in numbers:
        return _stops(
            f"{written!r} is neither MAX,MIN nor one number, so the worker ends with a usage error", "all", instead="--autoscale=MAX,MIN"
        )
    first, second = (*(n or 0 for n in numbers), 0)[:2]
    if release >= (5, 0):
        first, second = max(first, second), min(first, second)
    if first <= 0 and second <= 0:
        return Outcome(Known(Autoscale(0, 0)), Effect.IDLES, f"{written} keeps the pool at no child for ever", "all", _FORKING)
    return Outcome(Known(Autoscale(first, second)))


def autoscale_variable(text: object, release: Release) -> Outcome:
    """Read CELERY_WORKER_AUTOSCALE; an empty one counts as not set with click 8."""
    if not str(text) and release >= (5, 2):
        return EMPTY
    return autoscale(text, release)


def memory_option(text: object, release: Release) -> Outcome:  # noqa: ARG001
    """Read ``--max-memory-per-child``: an integer of KiB, 0 for no limit."""
    number = whole(str(text))
    if number is None:
        message = f"{text!s} is no integer of KiB, so the worker ends with a usage error"
        return _stops(message, "all", instead="a whole number of KiB, such as 200000")
    return Outcome(Known(Memory(number * 1024)))


def memory_variable(text: object, release: Release) -> Outcome:
    """Read CELERY_WORKER_MAX_MEMORY_PER_CHILD; an empty one counts as not set with click 8."""
    if not str(text) and release >= (5, 2):
        return EMPTY
    return memory_option(text, release)


def memory_setting(value: object, release: Release) -> Outcome:
    """Read `worker_max_memory_per_child`, in KiB; None is no limit."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        return memory_option(value, release) if release < (5, 0) else Outcome(Unknown(f"{value!r} is text where Celery compares numbers"))
    if isinstance(value, (int, float)):
        return Outcome(Known(Memory(int(value * 1024))))
    return Outcome(Unknown(f"a {type(value).__name__} is no amount of memory"))


def tasks_option(text: object, release: Release) -> Outcome:  # noqa: ARG001
    """Read ``--max-tasks-per-child``: a positive integer; the pool trips over 0."""
    number = whole(str(text))
    if number is None:
        return _stops(f"{text!s} is no integer, so the worker ends with a usage error", "all")
    return Outcome(Known(number)) if number > 0 else _no_tasks(number)


def _no_tasks(value: object) -> Outcome:
    message = f"{value!r} is no positive integer of tasks, so the worker ends with an error"
    return _stops(message, "all", _FORKING, "None, or no such setting at all, for no limit")


def tasks_variable(text: object, release: Release) -> Outcome:
    """Read CELERY_WORKER_MAX_TASKS_PER_CHILD; an empty one counts as not set with click 8."""
    if not str(text) and release >= (5, 2):
        return EMPTY
    return tasks_option(text, release)


def tasks_setting(value: object, release: Release) -> Outcome:
    """Read `worker_max_tasks_per_child`, which is to be a positive int; None is no limit. 4.4 also takes text."""
    if value is None:
        return EMPTY
    if isinstance(value, str) and release < (5, 0):
        return tasks_option(value, release)
    return Outcome(Known(value)) if type(value) is int and value > 0 else _no_tasks(value)


def start_method_option(text: object, release: Release) -> Outcome:
    """Read ``--pool-start-method``, which 5.7 brings."""
    if release < (5, 7):
        return _stops("--pool-start-method is no option of this release", "before 5.7")
    if text not in ("fork", "spawn"):
        return _stops(f"{text!r} is neither fork nor spawn, so the worker ends with a usage error", "5.7")
    return Outcome(Known(text))


def start_method_setting(value: object, release: Release) -> Outcome:
    """Read `worker_pool_start_method`, which 5.7 brings; everything but fork spawns."""
    if release < (5, 7) or not value:
        return EMPTY
    return Outcome(Known("fork" if value == "fork" else "spawn"))

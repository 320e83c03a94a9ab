"""What a Celery worker weighs that imports nothing of its own."""

from __future__ import annotations

from typing import TypeVar

from forkfit.model.span import Role
from forkfit.model.value import Known, Value
from forkfit.weigh.load import Load, columns

T = TypeVar("T")


NOTHING = Load()

# A child maps files that anonymous memory leaves out: 48 MiB are resident where the parent holds 43.
MAPPED = 5.0

# Celery with the Redis broker on Python 3.11, measured idle and after tasks and garbage collection, in an environment of
# its own: 5.7.0, 5.4.0, 5.2.7; and 4.4.7 on Python 3.10, the newest that it runs on. A release between two counts as the older
# one, 5.6 as 5.7.
PLAIN = (
    ((5, 6), Load(39, 23, 20)),
    ((5, 3), Load(36, 21, 19)),
    ((5, 0), Load(33, 19.4, 17.3)),
    ((0, 0), Load(33, 17.5, 15.6)),
)
# The same where Django is installed, and what comes with it. Of what it weighs more, Django itself is 0.1 MiB; the rest is
# what the environment of that measurement held beside it and Celery takes up where it finds it (companions.py).
WITH_DJANGO = (((5, 6), Load(43, 25, 22)), *PLAIN[1:])

# Python 3.9 to 3.13 against 3.11: eight children of a bare worker of 5.7.0 after tasks need 200, 216 and 233 MiB on 3.10,
# 3.12 and 3.13, and 225 on 3.11; of 5.2.7 they need 168, 171 and 190 on 3.9, 3.10 and 3.11.
PYTHON = (((3, 13), 1.03), ((3, 12), 0.96), ((3, 11), 1.0), ((0, 0), 0.89))
MEASURED_ON, FOUR_MEASURED_ON = (3, 11), (3, 10)

# What Celery's own worker imports: it is in the figures above.
PARTS = frozenset(
    {
        "amqp",
        "billiard",
        "celery",
        "click",
        "click_didyoumean",
        "click_plugins",
        "click_repl",
        "dateutil",
        "kombu",
        "packaging",
        "prompt_toolkit",
        "redis",
        "six",
        "typing_extensions",
        "tzlocal",
        "vine",
        "wcwidth",
    }
)


def bare(celery: Value[str], python: Value[str], django: bool, beside: Load = NOTHING) -> Load:
    """Return what a bare worker weighs, where Django is installed beside it or not, with what it takes up `beside` it.

    A version that nobody wrote counts as what was measured throughout: Celery 5.7, and the Python of that measurement.
    """
    version = release(celery, (5, 7))
    measured_on = MEASURED_ON if version >= (5, 0) else FOUR_MEASURED_ON
    runs_on = release(python, measured_on)
    load = _row(PLAIN, version) * (_row(PYTHON, runs_on) / _row(PYTHON, measured_on)) + beside
    if django and runs_on == MEASURED_ON:
        load = Load(*map(max, columns(load), columns(_row(WITH_DJANGO, version))))
    return load.replace(resident=load.main + MAPPED)


def _row(rows: tuple[tuple[tuple[int, int], T], ...], release: tuple[int, int]) -> T:
    return next(row for lowest, row in rows if release >= lowest)


def release(version: Value[str], otherwise: tuple[int, int]) -> tuple[int, int]:
    """Return the first two numbers of a version that a file gives."""
    if not isinstance(version, Known) or any(step.role is Role.ASSUMED for step in version.trail):
        return otherwise
    words = version.value.split(".")
    try:
        return int(words[0]), int(words[1]) if len(words) > 1 else 0
    except ValueError:
        return otherwise

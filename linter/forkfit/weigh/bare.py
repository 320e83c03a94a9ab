"""What a Celery worker weighs that imports nothing of its own."""

from __future__ import annotations

from typing import TypeVar

from forkfit.model.span import Role
from forkfit.model.value import Known, Value
from forkfit.weigh.load import Load

T = TypeVar("T")


# A child maps files that anonymous memory leaves out: 48 MiB are resident where the parent holds 43.
MAPPED = 5.0

# Celery with the Redis broker on Python 3.11, measured: 5.7.0 with and without Django, and 5.4.0 (idle, and after tasks
# and garbage collection). 5.2.7 and 4.4.7 were measured idle only, with 1, 2, 4 and 8 children; that their children
# grow after tasks as those of 5.7 do is assumed. A release between two counts as the older one, 5.6 as 5.7.
PLAIN = (
    ((5, 6), Load(39, 23, 20)),
    ((5, 3), Load(36, 21, 19)),
    ((5, 0), Load(26, 17, 15)),
    ((0, 0), Load(20, 15.5, 13.5)),
)
# With Django beside it, and what came along there: PyYAML and Pygments, which the worker takes up too (companions.py).
WITH_DJANGO = (((5, 6), Load(43, 25, 22)), *PLAIN[1:])

# Python 3.12 and 3.13 against 3.11, 8 children of a bare worker after tasks: 214 and 231 of 243 MiB.
PYTHON = (((3, 13), 0.95), ((3, 12), 0.88), ((0, 0), 1.0))

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


def bare(celery: Value[str], python: Value[str], django: bool) -> Load:
    """Return what a bare worker weighs, where Django is installed beside it or not.

    A version that nobody wrote counts as what was measured throughout: Celery 5.7 on Python 3.11.
    """
    load = _row(WITH_DJANGO if django else PLAIN, release(celery, (5, 7))) * _row(PYTHON, release(python, (3, 11)))
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

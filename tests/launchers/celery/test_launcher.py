"""Which commands start workers, wherever their options stand."""

from __future__ import annotations

import shlex

import pytest

from forkfit.launchers.celery.launcher import claims
from forkfit.model.launcher import Claim
from forkfit.model.span import Span
from forkfit.model.text import Piece, Text, assumed, written
from forkfit.model.value import Bounded, Known, Unknown

AT = Span("compose.yaml", 1, 1, 1, 2)
HIDDEN = Text((Piece("${X}", (), False, Unknown("X is decided outside")),))


def words(command):
    return tuple(written(word, AT) for word in shlex.split(command))


@pytest.mark.parametrize(
    ("command", "claim"),
    [
        ("celery -A proj worker", Claim.WORKER),
        ("/venv/bin/celery -A proj worker", Claim.WORKER),
        ("celery worker -A proj", Claim.WORKER),
        ("celery -c 3 -A proj worker", Claim.WORKER),
        ("celery --app=proj --workdir /srv -b redis://r worker -l info", Claim.WORKER),
        ("celery -qC -A worker worker", Claim.WORKER),
        ("celery -A worker beat", Claim.BESIDE),
        ("celery -A proj -l info worker", Claim.WORKER),
        ("python -m celery -A proj worker", Claim.WORKER),
        ("python3.12 -u -X dev -m celery -A proj worker", Claim.WORKER),
        ("python -m celery -A proj beat", Claim.BESIDE),
        ("celery -A proj beat", Claim.BESIDE),
        ("celery -A proj flower --port=5555", Claim.BESIDE),
        ("celery -A proj inspect ping -d worker@host", Claim.OTHER),
        ("celery -A proj status", Claim.OTHER),
        ("celery -A proj control pool_grow 3", Claim.OTHER),
        ("celery -A proj events", Claim.OTHER),
        ("celery -A proj report", Claim.OTHER),
        ("celery -A proj shell", Claim.OTHER),
        ("celery -A proj purge -f", Claim.OTHER),
        ("celery -A proj worker --help", Claim.OTHER),
        ("celery --version", Claim.OTHER),
        ("celery -A proj", Claim.OTHER),
        ("celery multi start w1 -A proj", Claim.WORKER),
        ("celery -A proj multi start 3", Claim.WORKER),
        ("celery multi restart 3 -A proj", Claim.WORKER),
        ("celery multi stopwait 3", Claim.OTHER),
        ("celery multi show 3", Claim.OTHER),
        ("celeryd -c 3", Claim.WORKER),
        ("celeryd-multi start 3", Claim.WORKER),
        ("celerybeat", Claim.BESIDE),
        ("python manage.py runserver", Claim.NONE),
        ("python -m gunicorn celery", Claim.NONE),
        ("gunicorn worker", Claim.NONE),
        ("", Claim.NONE),
    ],
)
def test_workers_are_told_from_other_uses(command, claim):
    assert claims(words(command)) is claim


@pytest.mark.parametrize(
    ("hidden", "claim"),
    [
        pytest.param(HIDDEN, Claim.UNKNOWN, id="not known"),
        pytest.param(
            Text((Piece("${X}", (), False, Bounded((Known("beat"), Known("flower")))),)), Claim.BESIDE, id="one of two, neither a worker"
        ),
        pytest.param(Text((Piece("${X}", (), False, Bounded((Known("beat"), Known("worker")))),)), Claim.UNKNOWN, id="one of two"),
    ],
)
def test_a_sub_command_that_is_not_known_is_no_guess(hidden, claim):
    assert claims((*words("celery -A proj"), hidden)) is claim


def test_what_is_not_known_elsewhere_does_no_harm():
    assert claims((*words("celery -A"), HIDDEN, assumed("worker", "a test"), HIDDEN)) is Claim.WORKER

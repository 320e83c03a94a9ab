"""What Celery reads in the environment, cell by cell, as real workers did it."""

from __future__ import annotations

import pytest

from forkfit.model.project import Environment
from forkfit.model.span import Role, Span, Step
from forkfit.model.worker import Effect

ALL = ("5.7", "5.6", "5.5", "5.4", "5.3", "5.2", "5.1", "5.0", "4.4")
FIVE = ALL[:-1]
CLICK_8 = ALL[:6]
COMMAND = "celery -A proj worker"


def cells(rows):
    return [
        pytest.param(command, variables, release, expected, id=f"{name} on {release}")
        for name, command, variables, by_release in rows
        for releases, expected in by_release.items()
        for release in (releases if isinstance(releases, tuple) else releases.split())
    ]


@pytest.mark.parametrize(
    ("command", "variables", "release", "expected"),
    cells(
        [
            ("a count", COMMAND, {"CELERY_WORKER_CONCURRENCY": "5"}, {FIVE: 5, "4.4": "cpus", "3.1": "cpus"}),
            ("a count beside -c", COMMAND + " -c 3", {"CELERY_WORKER_CONCURRENCY": "5"}, {ALL: 3}),
            ("a count beside -c 0", COMMAND + " -c 0", {"CELERY_WORKER_CONCURRENCY": "5"}, {FIVE: "cpus", "4.4": "cpus"}),
            ("blanks around it", COMMAND, {"CELERY_WORKER_CONCURRENCY": " 4 "}, {FIVE: 4}),
            ("quotes around it", COMMAND, {"CELERY_WORKER_CONCURRENCY": '"4"'}, {FIVE: "stops", "4.4": "cpus"}),
            ("a word", COMMAND, {"CELERY_WORKER_CONCURRENCY": "abc"}, {FIVE: "stops", "4.4": "cpus"}),
            ("zero", COMMAND, {"CELERY_WORKER_CONCURRENCY": "0"}, {ALL: "cpus"}),
            ("nothing", COMMAND, {"CELERY_WORKER_CONCURRENCY": ""}, {CLICK_8: "cpus", "5.1 5.0": "stops"}),
            ("auto", COMMAND, {"CELERY_WORKER_CONCURRENCY": "auto"}, {"5.7": "cpus", "5.6 5.2": "stops"}),
            ("lower case", COMMAND, {"celery_worker_concurrency": "5"}, {ALL: "cpus"}),
            ("a trailing setting beside it", COMMAND + " worker.concurrency=6", {"CELERY_WORKER_CONCURRENCY": "5"}, {CLICK_8: 5}),
            ("autoscaling", COMMAND, {"CELERY_WORKER_AUTOSCALE": "6,4"}, {FIVE: 6, "4.4": "cpus"}),
            ("autoscaling beside -c", COMMAND + " -c 3", {"CELERY_WORKER_AUTOSCALE": "6,4"}, {FIVE: 6, "4.4": 3}),
            ("a pool", COMMAND + " -c 3", {"CELERY_WORKER_POOL": "solo"}, {FIVE: 1, "4.4": 3}),
            ("-P prefork beside a pool", COMMAND + " -c 3 -P prefork", {"CELERY_WORKER_POOL": "threads"}, {ALL: 3}),
            ("a wrong pool", COMMAND + " -c 3", {"CELERY_WORKER_POOL": "Solo"}, {FIVE: "stops", "4.4": 3}),
            ("no number of KiB", COMMAND + " -c 3", {"CELERY_WORKER_MAX_MEMORY_PER_CHILD": "200MB"}, {FIVE: "stops", "4.4": 3}),
            ("no number of tasks", COMMAND + " -c 3", {"CELERY_WORKER_MAX_TASKS_PER_CHILD": "many"}, {FIVE: "stops", "4.4": 3}),
            ("CELERY_CONCURRENCY", COMMAND, {"CELERY_CONCURRENCY": "5"}, {ALL: "cpus"}),
            ("CELERYD_CONCURRENCY", COMMAND, {"CELERYD_CONCURRENCY": "5"}, {ALL: "cpus"}),
            ("WORKER_CONCURRENCY", COMMAND, {"WORKER_CONCURRENCY": "5"}, {ALL: "cpus"}),
            ("CELERY_POOL", COMMAND + " -c 3", {"CELERY_POOL": "solo"}, {ALL: 3}),
            ("CELERY_AUTOSCALE", COMMAND + " -c 3", {"CELERY_AUTOSCALE": "6,4"}, {ALL: 3}),
            ("CELERYD_OPTS", COMMAND + " -c 3", {"CELERYD_OPTS": "-c 9"}, {ALL: 3}),
        ]
    ),
)
def test_variables_that_celery_reads(outcome, command, variables, release, expected):
    assert outcome(command, release, variables) == expected


@pytest.mark.parametrize(
    ("command", "variables", "release", "expected"),
    cells(
        [
            ("APP", "celery worker", {"APP": "proj"}, {FIVE: "proj", "4.4": "absent"}),
            ("CELERY_APP", "celery worker", {"CELERY_APP": "proj"}, {ALL: "proj"}),
            ("APP before CELERY_APP", "celery worker", {"CELERY_APP": "other", "APP": "proj"}, {FIVE: "proj", "4.4": "other"}),
            ("-A before either", COMMAND, {"APP": "other"}, {ALL: "proj"}),
        ]
    ),
)
def test_the_application_may_come_from_the_environment(one, say, command, variables, release, expected):
    assert say(one(command, release, variables).app) == expected


@pytest.mark.parametrize(
    ("python", "variables", "expected"),
    [
        pytest.param("3.13.0", {"PYTHON_CPU_COUNT": "5"}, 5, id="Python 3.13 takes it"),
        pytest.param("3.11.7", {"PYTHON_CPU_COUNT": "5"}, "cpus", id="Python 3.11 does not"),
        pytest.param("3.13.0", {"PYTHON_CPU_COUNT": "default"}, "cpus", id="a word says nothing"),
        pytest.param("", {"PYTHON_CPU_COUNT": "5"}, {5, "cpus"}, id="either, where Python is not known"),
    ],
)
def test_a_stated_cpu_count(one, say, python, variables, expected):
    found = one(COMMAND, "5.7", variables, files={".python-version": python} if python else {}).concurrency
    assert (set(map(say, found.alternatives)) if hasattr(found, "alternatives") else say(found)) == expected


@pytest.mark.parametrize(
    ("variable", "release", "instead"),
    [
        ("CELERY_CONCURRENCY", "5.7", "--concurrency, or the variable CELERY_WORKER_CONCURRENCY"),
        ("CELERYD_CONCURRENCY", "4.4", "--concurrency"),
        ("celery_worker_concurrency", "5.7", "--concurrency, or the variable CELERY_WORKER_CONCURRENCY"),
        ("CELERY_WORKER_CONCURRENCY", "4.4", "--concurrency"),
        ("CELERY_POOL", "5.7", "--pool, or the variable CELERY_WORKER_POOL"),
        ("CELERYD_MAX_MEMORY_PER_CHILD", "5.7", "--max-memory-per-child, or the variable CELERY_WORKER_MAX_MEMORY_PER_CHILD"),
    ],
)
def test_near_misses_are_remarked(one, variable, release, instead):
    (remark,) = one(COMMAND, release, {variable: "5"}).remarks
    assert (remark.effect, remark.setting, remark.instead) == (Effect.NOTHING, variable, instead)
    assert remark.at == Span("compose.yaml", 9, 20, 9, 21)


def test_a_variable_that_works_is_not_remarked(one):
    assert one(COMMAND, "5.7", {"CELERY_WORKER_CONCURRENCY": "5", "BROKER_URL": "redis://r", "CELERYD_OPTS": "-c 3"}).remarks == ()


def test_a_missing_env_file_is_taken_to_set_nothing_and_said_so(one):
    at = Span("compose.yaml", 6, 15, 6, 30)
    missing = Environment((), (Step(Role.USED, at, "production.env is not there"),))
    assert one(COMMAND, "5.7", missing).concurrency.trail[-1] == Step(
        Role.ASSUMED, at, "CELERY_WORKER_CONCURRENCY is taken as not set, since production.env is not there"
    )


def test_a_custom_pool_is_its_class(one, say):
    own = {"CELERY_CUSTOM_WORKER_POOL": "celery.concurrency.prefork:TaskPool"}
    assert say(one(COMMAND + " -c 3 -P custom", "5.3", own).processes) == 3
    foreign = {"CELERY_CUSTOM_WORKER_POOL": "celery_aio_pool.pool:AsyncIOPool"}
    assert say(one(COMMAND + " -c 3 -P custom", "5.3", foreign).processes) == "unknown"


@pytest.mark.parametrize(
    ("command", "variables", "release", "expected"),
    cells(
        [
            ("-B", COMMAND + " -B", {}, {ALL: True}),
            ("no -B", COMMAND, {}, {ALL: False}),
            ("the variable, which only click 8.1 reads", COMMAND, {"CELERY_WORKER_BEAT": "0"}, {FIVE: {True, False}, "4.4": False}),
        ]
    ),
)
def test_embedded_beat(one, say, command, variables, release, expected):
    found = one(command, release, variables).embedded_beat
    assert (set(map(say, found.alternatives)) if hasattr(found, "alternatives") else say(found)) == expected

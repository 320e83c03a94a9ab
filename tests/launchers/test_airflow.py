"""Airflow's worker: 16 children, unless Airflow's own words or variables say otherwise."""

from __future__ import annotations

import shlex

import pytest

from forkfit.files import InMemory
from forkfit.launchers.airflow import claims, settle
from forkfit.model.container import Mapped, Process, View
from forkfit.model.launcher import Claim
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Span
from forkfit.model.text import written
from forkfit.model.value import Absent, Known, Unknown
from forkfit.model.worker import Autoscale, Effect, Pool

AT = Span("compose.yaml", 5, 14, 5, 60)


def words(command):
    return tuple(written(word, AT) for word in shlex.split(command))


def settled(command, variables=None):
    held = tuple(Variable(name, Known(written(value, AT))) for name, value in (variables or {}).items())
    view = View((), Absent("no working_dir"), Environment(held), (".",))
    (worker,) = settle(Process("worker", AT, words(command), view), InMemory({}), lambda _: None)
    return worker


@pytest.mark.parametrize(
    ("command", "claim"),
    [
        ("airflow celery worker", Claim.WORKER),
        ("/home/airflow/.local/bin/airflow celery worker -q gpu", Claim.WORKER),
        ("python -m airflow celery worker", Claim.WORKER),
        ("airflow worker", Claim.WORKER),
        ("airflow celery flower", Claim.OTHER),
        ("airflow celery stop", Claim.OTHER),
        ("airflow celery worker --help", Claim.OTHER),
        ("airflow scheduler", Claim.OTHER),
        ("airflow", Claim.OTHER),
    ],
)
def test_only_its_worker_command_starts_workers(command, claim):
    assert claims(words(command)) is claim


@pytest.mark.parametrize(
    ("command", "variables", "children"),
    [
        ("airflow celery worker", {}, 16),
        ("airflow celery worker", {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "4"}, 4),
        ("airflow celery worker -c 3", {"AIRFLOW__CELERY__WORKER_CONCURRENCY": "4"}, 3),
        ("airflow celery worker --concurrency=3", {}, 3),
        ("airflow celery worker -c3", {}, 3),
        ("airflow celery worker", {"CELERY_WORKER_CONCURRENCY": "4"}, 16),
        ("airflow worker -c 5", {}, 5),
    ],
)
def test_airflow_passes_its_own_count(command, variables, children):
    worker = settled(command, variables)
    assert (worker.launcher, worker.processes.value) == ("airflow", children)


def test_autoscale_is_airflows_own_variable_and_replaces_the_count():
    worker = settled("airflow celery worker", {"AIRFLOW__CELERY__WORKER_AUTOSCALE": "8,2"})
    assert (worker.autoscale.value, worker.processes.value) == (Autoscale(8, 2), 8)
    assert not [remark for remark in worker.remarks if remark.effect is Effect.STOPS]


def test_the_pool_is_airflows_own_variable():
    worker = settled("airflow celery worker", {"AIRFLOW__CELERY__POOL": "solo"})
    assert (worker.pool.value, worker.processes.value) == (Pool.SOLO, 1)


def test_the_default_says_whose_it_is():
    notes = [step.note for step in settled("airflow celery worker").concurrency.trail]
    assert "AIRFLOW__CELERY__WORKER_CONCURRENCY is not set, so Airflow passes 16" in notes


SETTINGS = "[core]\nparallelism = 32\n\n[celery]\nworker_concurrency = 6\npool = solo  # one\n"


@pytest.mark.parametrize(
    ("variables", "place", "said"),
    [
        ({}, "/opt/airflow/airflow.cfg", ("solo", 6)),
        ({"AIRFLOW_HOME": "/usr/local/airflow"}, "/usr/local/airflow/airflow.cfg", ("solo", 6)),
        ({"AIRFLOW_CONFIG": "/etc/airflow/a.cfg"}, "/etc/airflow/a.cfg", ("solo", 6)),
        ({"AIRFLOW__CELERY__POOL": "prefork"}, "/opt/airflow/airflow.cfg", ("prefork", 6)),
        ({"AIRFLOW__CELERY__WORKER_CONCURRENCY": "3", "AIRFLOW__CELERY__POOL": "prefork"}, "/opt/airflow/airflow.cfg", ("prefork", 3)),
        ({}, "/srv/airflow.cfg", ("prefork", 16)),
    ],
)
def test_the_configuration_file_counts_where_no_variable_does(variables, place, said):
    held = tuple(Variable(name, Known(written(value, AT))) for name, value in variables.items())
    view = View((Mapped("conf/a.cfg", place),), Absent("no working_dir"), Environment(held), (".",))
    process = Process("worker", AT, words("airflow celery worker"), view)
    (worker,) = settle(process, InMemory({"conf/a.cfg": SETTINGS.encode()}), lambda _: None)
    children = worker.processes.value if worker.pool.value is Pool.PREFORK else 6
    assert (worker.pool.value.value, children) == said


def test_a_maximum_of_the_configuration_file_replaces_the_count():
    text = "[celery]\nworker_concurrency = 16\nworker_autoscale = 8,2\n"
    view = View((Mapped("airflow.cfg", "/opt/airflow/airflow.cfg"),), Absent("no working_dir"), Environment(), (".",))
    (worker,) = settle(Process("worker", AT, words("airflow worker"), view), InMemory({"airflow.cfg": text.encode()}), lambda _: None)
    assert (worker.autoscale.value, worker.processes.value) == (Autoscale(8, 2), 8)


def test_what_a_broken_configuration_file_says_is_not_known():
    view = View((Mapped("airflow.cfg", "/opt/airflow/airflow.cfg"),), Absent("no working_dir"), Environment(), (".",))
    (worker,) = settle(Process("worker", AT, words("airflow worker"), view), InMemory({"airflow.cfg": b"x\n"}), lambda _: None)
    assert isinstance(worker.concurrency, Unknown)
    assert isinstance(worker.pool, Unknown)
    assert "airflow.cfg cannot be read" in worker.concurrency.why

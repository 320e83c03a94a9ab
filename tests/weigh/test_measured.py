"""What was measured of an application, and whether it still holds."""

from __future__ import annotations

import json

import pytest

from forkfit.files import InMemory
from forkfit.model.memory import Memory
from forkfit.model.span import whole_file
from forkfit.model.value import Known, Unknown
from forkfit.model.weight import Confidence, Footprint
from forkfit.model.worker import Code, ModelLoad, When
from forkfit.weigh.measured import NAME, Measured, dependencies, read_measured, tell_stale

REQUIREMENTS = {"requirements.txt": b"celery==5.7.0\ndjango>=5\n"}
MIB = {
    "parent": 76.2,
    "child_at_start": 41.4,
    "last_child_at_start": 13.0,
    "child_warm": 49.3,
    "child_resident": 85.0,
    "kernel_per_process": 0.4,
}


def written(*applications, weights=(), files=REQUIREMENTS):
    """Return the files of a project with a measurement in it."""
    whole = [
        {
            "app": "app",
            "service": "",
            "module": "app.py",
            "folder": ".",
            "measured_on": "2026-11-20",
            "python": "3.11.7",
            "dependencies": dependencies(InMemory(REQUIREMENTS), "."),
            "tasks": [],
            "mib": MIB,
            **application,
        }
        for application in applications
    ]
    return InMemory({**files, NAME: json.dumps({"version": 1, "applications": whole, "weights": list(weights)}).encode()})


def read(files):
    told = []
    return read_measured(files, told.append), told


def test_a_project_without_the_file_has_nothing_measured():
    assert read(InMemory({})) == (Measured(), [])


def test_a_workers_figures_are_those_of_its_application(worker, weigh):
    measured, told = read(written({}))
    estimate = weigh(worker(4), measured=lambda w: measured.find(w, {"app.py"}))
    assert told == []
    assert round(estimate.warm.value.in_mib, 1) == round(76.2 + 4 * 49.3 + 5 * 0.4, 1)
    assert round(estimate.at_start.value.in_mib, 1) == round(76.2 + 3 * 41.4 + 13 + 5 * 0.4, 1)
    assert (estimate.confidence, estimate.handbook.value.in_mib) == (Confidence.MEASURED, 4 * 85.0)


def test_what_tasks_import_is_added_where_none_of_them_ran(worker, weigh, code):
    late = code(late=("torch",))
    figures = []
    for tasks in ([], ["app.add"]):
        measured, _ = read(written({"tasks": tasks}))
        estimate = weigh(worker(4, late), measured=lambda w, m=measured: m.find(w, {"app.py"}))
        figures.append((estimate.confidence, estimate.warm.value.in_mib > 4 * 160))
    assert figures == [(Confidence.TABLE, True), (Confidence.MEASURED, False)]


@pytest.mark.parametrize(
    ("when", "at_birth", "left"),
    [(When.PARENT, False, (0, 50, 20)), (When.CHILD, True, (0, 50, 20)), (When.CHILD, False, (100, 150, 20))],
    ids=["at module level", "in worker_process_init", "in a task"],
)
def test_a_model_that_was_there_takes_only_its_load_and_its_use(when, at_birth, left):
    mib = Memory.mib
    need = Known(Footprint(mib(100), mib(150), mib(20)))
    load = ModelLoad("whisper", "load_model", Known("base"), whole_file("app.py"), when, Known(mib(100)), at_birth=at_birth, footprint=need)
    (application,) = read(written({}))[0].applications
    (found,) = (model.footprint.value for model in application.leaves([load]))
    assert (found.anon, found.peak, found.inference) == tuple(map(mib, left))
    assert application.replace(runs_tasks=True).leaves([load]) == ()


def test_a_model_that_was_measured_needs_no_known_size():
    load = ModelLoad("torch", "load", Unknown("it is computed"), whole_file("app.py"), When.PARENT, Unknown("it is computed"))
    (application,) = read(written({}))[0].applications
    assert application.leaves([load]) == ()


def test_a_service_has_its_own_measurement(worker):
    measured, _ = read(written({}, {"service": "worker", "mib": {**MIB, "parent": 90}}, {"service": "other"}))
    assert measured.find(worker(), {"app.py"}).load.main == 90


def test_of_two_applications_of_one_name_the_one_counts_whose_module_is_looked_at(worker):
    measured, _ = read(written({"mib": {**MIB, "parent": 90}}, {"module": "shop/app.py"}))
    assert measured.find(worker(code=Code(modules=1)), {"app.py"}).load.main == 90


def test_two_applications_of_one_name_that_may_both_be_meant_count_for_nothing(worker):
    measured, _ = read(written({}, {"module": "shop/app.py"}))
    assert measured.find(worker(code=Code(modules=1)), {"app.py", "shop/app.py"}) is None


@pytest.mark.parametrize(
    "app", [Known("other"), Unknown("it is not known which")], ids=["another application", "an application that is not known"]
)
def test_it_is_of_no_other_worker(worker, app):
    measured, _ = read(written({}))
    assert measured.find(worker().replace(app=app), {"app.py"}) is None


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (b"# why\ndjango>=5\ncelery==5.7.0\n", True),
        (b"celery==5.7.0\ndjango>=5\ntorch\n", False),
        (b"celery==5.6.0\ndjango>=5\n", False),
        (b"", False),
    ],
    ids=["other order and a comment", "one more", "another version", "nothing"],
)
def test_it_holds_while_the_dependencies_are_the_same(worker, now, holds):
    measured, _ = read(written({}, files={"requirements.txt": now}))
    assert (measured.find(worker(), {"app.py"}) is not None) == holds


def test_one_that_holds_no_longer_is_told(worker):
    measured, _ = read(written({}, files={}))
    told = []
    tell_stale(measured, {"app.py"}, [worker()], told.append)
    assert [t.message for t in told] == ["what was measured of app on 2026-11-20 is not used: the dependency files have changed since"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"version": 2}',
        b'{"version": 1, "applications": 3}',
        b'{"version": 1, "applications": [{}]}',
        b'{"version": 1, "applications": [{"mib": {"parent": NaN}}]}',
        b'{"version": 1, "applications": [{"mib": {"parent": true}}]}',
        b'{"version": 1, "applications": [{"mib": {"parent": 1e99}}]}',
        b'{"version": 1, "weights": [{"library": "x"}]}',
        b'{"version": 1, "weights": [{"library": 3}]}',
    ],
    ids=range(13),
)
def test_a_file_that_is_no_measurement_is_told_and_not_used(content):
    measured, told = read(InMemory({NAME: content}))
    assert (measured, [t.at.file for t in told]) == (Measured(), [NAME])


def test_a_folder_outside_the_root_has_no_dependencies_to_compare(worker):
    measured, told = read(written({"folder": "../other"}))
    assert (told, measured.find(worker(), {"app.py"})) == ([], None)

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
    ("content", "place", "why"),
    [
        (b"", "1:1", "it is no JSON"),
        (b"[]", "1:1", "its version is not 1"),
        (b"{}", "1:1", "its version is not 1"),
        (b"\xff", "1:1", "it is no JSON"),
        (b"[" * 100_000, "1:1", "it is no JSON"),
        (b'{"version": 1,\n "applications": [}', "2:19", "it is no JSON"),
        (b'{\n"version": 2}', "2:1", "version: its version is not 1"),
        (b'{"version": true}', "1:2", "version: its version is not 1"),
        (b'{"version": "1"}', "1:2", "version: its version is not 1"),
        (b'{"version": 1, "applications": 3}', "1:16", "applications: it is no list"),
        (b'{"version": 1, "applications": [{}, 3]}', "1:37", "applications[1]: it is no table"),
        (b'{"version": 1, "applications": [{}]}', "1:33", "applications[0]: it has no figures"),
        (b'{"version": 1, "weights": [{"library": "x"}]}', "1:28", "weights[0]: x has no exclusive weight"),
        (b'{"version": 1, "weights": [{"library": 3}]}', "1:29", "weights[0].library: it is no text"),
    ],
    ids=range(14),
)
def test_a_file_that_is_no_measurement_is_told_with_its_place_and_not_used(content, place, why):
    measured, told = read(InMemory({NAME: content}))
    assert (measured, [(str(t.at), t.message) for t in told]) == (Measured(), [(f"{NAME}:{place}", f"{NAME} is no measurement: {why}")])


@pytest.mark.parametrize(
    ("column", "figure"),
    [
        *(("parent", figure) for figure in ("0", "-3", "NaN", "1e99", "65537", "true", "null", '"76"', "[76]", "1" * 5000)),
        ("child_at_start", "-0.1"),
        ("last_child_at_start", "Infinity"),
        ("child_warm", "0"),
        ("child_resident", "0.5"),
        ("kernel_per_process", "-1"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_figure_that_no_process_can_have_is_told_with_its_place(column, figure):
    text = written({}).read_bytes(NAME).decode()
    spoilt = text.replace(f'"{column}": {MIB[column]}', f'"{column}": {figure}')
    assert spoilt != text
    measured, told = read(InMemory({**REQUIREMENTS, NAME: spoilt.encode()}))
    assert (measured, len(told)) == (Measured(), 1)
    if len(figure) < 1000:  # a longer number is none for JSON's reader
        assert (told[0].at.column, f"mib.{column}: it is no number of MiB" in told[0].message) == (text.index(f'"{column}"') + 1, True)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"folder": "../other"}, "applications[0].folder: it is outside the project"),
        ({"folder": "/etc"}, "applications[0].folder: it is outside the project"),
        ({"measured_on": "\x1b[31mtoday"}, "applications[0].measured_on: it is no day"),
        ({"app": 3}, "applications[0].app: it is no text"),
    ],
    ids=["a folder above", "a folder of the machine", "no day", "no name"],
)
def test_an_application_that_cannot_be_one_of_the_project_is_told(entry, why):
    measured, told = read(written(entry))
    assert (measured, [t.message for t in told]) == (Measured(), [f"{NAME} is no measurement: {why}"])

"""Many changes are tried together, and each is held against what it alone reaches."""

from __future__ import annotations

import pytest

from forkfit.mend import attempt

HEAD = "    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n    x-compose-lint: {per_worker: 100m}\n"
SHORT = f"{HEAD}    mem_limit: 500m\n"


@pytest.fixture
def runs(monkeypatch):
    """Count how often the projects are judged again."""
    found = []
    judged = attempt.Trial.judged

    def counted(trial, contents):
        found.append(contents)
        return judged(trial, contents)

    monkeypatch.setattr(attempt.Trial, "judged", counted)
    return found


def own(number, count=20):
    return f"  w{number}:\n{SHORT}    command: celery -A proj worker -c {count}\n"


def test_changes_of_what_is_nobody_elses_are_tried_once(project, runs):
    project.write({"compose.yaml": "services:\n" + "".join(map(own, range(12)))})
    outcome, pairs = project.changes()
    assert (outcome.status, len(pairs), len(runs)) == (0, 12, 1)


def test_fifty_shared_files_take_a_dozen_runs(project, runs):
    for number in range(50):
        text = f"services:\n  worker:\n{SHORT}    command: celery -A proj worker\n    env_file: a.env\n"
        project.write({f"p{number}/compose.yaml": text, f"p{number}/a.env": "CELERY_WORKER_CONCURRENCY=20\n"})
    outcome, pairs = project.changes()
    assert (outcome.status, len(pairs), len(runs)) == (0, 50, 13)


def test_one_that_cannot_be_made_keeps_no_other(project, runs):
    bad = f"  bad:\n{SHORT}    command: &run celery -A proj worker -c 20\n  roomy:\n{HEAD}    mem_limit: 8g\n    command: *run\n"
    project.write({"compose.yaml": "services:\n" + "".join(map(own, range(8))) + bad + "".join(map(own, range(8, 16)))})
    outcome, pairs = project.changes()
    assert len(pairs) == 16
    assert outcome.err.count("not mended") == 1
    assert "not mended: FF101 bad: compose.yaml:64:44 is read for roomy too" in outcome.err
    assert len(runs) < 20


def test_a_service_with_a_change_of_its_own_is_not_reached_by_anothers(project):
    """Both are short of memory and mended together; but the limit of one reaches the other by way of the variable."""
    files = {
        "compose.yaml": f"services:\n  one:\n{SHORT}    command: celery -A proj worker -c $N\n"
        f"  two:\n{SHORT}    command: celery -A proj worker -c 20\n    environment: [N=$N]\n",
        ".env": "N=20\n",
    }
    project.write(files)
    outcome, pairs = project.changes()
    assert [(path, new.strip()) for path, _, new in pairs] == [("compose.yaml", "command: celery -A proj worker -c 5")]
    assert ".env:1:3 is read for two too" in outcome.err


def test_what_would_have_reached_others_is_made_once_those_have_their_own(project):
    extended = "  {}:\n    extends: base\n    environment: [A={}]\n"
    text = f"services:\n  base:\n{HEAD}    command: celery -A proj worker -c 3\n{extended.format('a', 1)}{extended.format('b', 2)}"
    project.write({"compose.yaml": text})
    outcome = project.run("--fix", "--unsafe-fixes", "--select", "FF105")
    assert (outcome.status, outcome.err.count("mended FF105"), "not mended" in outcome.err) == (0, 3, False)
    assert project.read()["compose.yaml"].count(b"    mem_limit: 300m\n") == 3

"""Programs that run in a container beside its workers, in whole projects: by a script, a supervisor, a Procfile."""

from __future__ import annotations

import json

import pytest

WORKER = "celery -A proj worker -c 2"
BEAT = "celery beat beside the workers"


@pytest.fixture
def estimated(tmp_path, lint):
    """Return a function that lints one service and returns its estimate."""

    def run(files, command="sh start.sh"):
        compose = f"services:\n  w:\n    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n    command: {command}\n"
        code = "from celery import Celery\nimport torch\n\napp = Celery('proj')\n"
        for name, text in {"compose.yaml": compose, "proj.py": code, **files}.items():
            (tmp_path / name).write_text(text)
        outcome = lint("--root", ".", "--format", "json", "--fail-on", "never", folder=tmp_path)
        (container,) = json.loads(outcome.out)["projects"][0]["containers"]
        return container["estimate"]

    return run


def parts(estimate):
    return {part["what"]: round(part["parent_bytes"] / 2**20) for part in estimate["parts"] if "beside" in part["what"]}


SUPERVISED = f"[program:w]\ncommand={WORKER}\n[program:b]\ncommand=celery -A proj beat\n[program:web]\ncommand=gunicorn proj.wsgi\n"
GUNICORN = "gunicorn, which runs beside the workers, is not weighed"


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"start.sh": f"celery -A proj beat &\ngunicorn proj.wsgi &\n{WORKER}\n"}, "sh start.sh"),
        ({"supervisord.conf": SUPERVISED}, "supervisord -n -c /srv/supervisord.conf"),
        ({"Procfile": f"w: {WORKER}\nb: celery -A proj beat\nweb: gunicorn proj.wsgi\n"}, "honcho start"),
    ],
    ids=["script", "supervisord", "Procfile"],
)
def test_beat_loads_the_application_once_more_and_other_programs_are_named(estimated, files, command):
    alone, beside = estimated({"start.sh": WORKER}), estimated(files, command)
    assert parts(beside) == {BEAT: 163, GUNICORN: 0}
    assert (alone["at_least"], beside["at_least"]) == (False, True)
    for figure in ("at_start_bytes", "warm_bytes", "busy_bytes"):
        assert beside[figure]["known"] - alone[figure]["known"] == pytest.approx(163 * 2**20, rel=0.01)


def test_beat_of_another_application_weighs_what_celery_does(estimated):
    found = parts(estimated({"start.sh": f"celery -A other beat &\n{WORKER}\n"}))
    assert found == {BEAT: 41, "celery beat, which runs beside the workers, is weighed without its application": 0}


@pytest.mark.parametrize(
    "script",
    [
        f'if [ -n "$BEAT" ]; then celery -A proj beat & fi\ncase $(cat role) in b) gunicorn proj & ;; esac\n{WORKER}\n',
        f"python manage.py migrate\ncelery -A proj inspect ping\n{WORKER}\n",
        f"gunicorn --version\n{WORKER}\n",
    ],
    ids=["only on some branches", "what ends", "what only says its version"],
)
def test_what_does_not_run_with_the_workers_on_every_branch_costs_nothing(estimated, script):
    assert parts(estimated({"start.sh": script})) == {}


def test_a_script_of_the_project_is_followed_whatever_its_name(estimated):
    found = estimated({"gunicorn": f"#!/bin/sh\ncelery -A proj flower &\n{WORKER}\n"}, "/srv/gunicorn")
    assert parts(found) == {"celery flower beside the workers": 170}

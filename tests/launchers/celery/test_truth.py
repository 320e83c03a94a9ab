"""The tables of this folder against Celery itself: a real worker is started for each row of the installed release."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

celery = pytest.importorskip("celery", reason="Celery itself is not installed")
pytestmark = pytest.mark.celery
pytestmark = pytest.mark.celery
HERE = Path(__file__).parent
RELEASE = ".".join(celery.__version__.split(".")[:2])
APP = {"proj.py": "from celery import Celery\napp = Celery('proj')\n"}
FOUR = {"proj.py": APP["proj.py"] + "app.config_from_object({'worker_concurrency': 4, 'CELERYD_CONCURRENCY': 4})\n"}
# Rows that need what is not here: greenlets, a broker with an event loop, an application with options of its own.
NOT_HERE = re.compile(r"gevent|eventlet|my\.pool|-c -1|-3\b|--workdir|python|celeryd|--lane|-A p ")


def rows(module, test):
    """Return the parameters of a table for the installed release."""
    spec = importlib.util.spec_from_file_location(module, HERE / f"{module}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    (mark,) = (m for m in getattr(loaded, test).pytestmark if m.name == "parametrize")
    return [(p.id, dict(zip(mark.args[0], p.values, strict=True))) for p in mark.args[1]]


def cases():
    tables = [
        ("test_configuration", "test_ways_of_loading", APP),
        ("test_configuration", "test_spellings_of_a_key", APP),
        ("test_configuration", "test_values_of_any_type", APP),
        ("test_configuration", "test_a_module_that_is_named_outside", APP),
        ("test_configuration", "test_which_place_wins", FOUR),
        ("test_command_line", "test_concurrency_on_the_command_line", APP),
        ("test_command_line", "test_shapes_of_the_command_line", APP),
        ("test_command_line", "test_settings_after_the_options", APP),
        ("test_environment", "test_variables_that_celery_reads", APP),
    ]
    for module, test, files in tables:
        for title, row in rows(module, test):
            command = row.get("command", "celery -A proj worker")
            if row["release"] == RELEASE and not NOT_HERE.search(f"{command} {title}"):
                yield pytest.param(command, row.get("variables", {}), row.get("files", files), id=f"{test}: {title}")


def real(command, variables, files, folder):
    """Return what a real worker does: "stops", the children of its prefork pool, or the name of another pool."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    environment = {"PATH": os.environ["PATH"], "CELERY_BROKER_URL": "memory://", "C_FORCE_ROOT": "1", **variables}
    words = [sys.executable, str(HERE / "real_worker.py"), *shlex.split(command)[1:]]
    ended = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"^CHILDREN (\d+) celery\.concurrency\.(\w+)", ended.stderr, re.MULTILINE)
    if found is None:
        return "stops"
    beat = 1 if re.search(r"-\w*B", command) else 0
    return int(found[1]) - beat if found[2] == "prefork" else found[2]


@pytest.mark.parametrize(("command", "variables", "files"), list(cases()))
def test_a_real_worker_does_what_is_said(one, say, stops, tmp_path, command, variables, files):
    worker = one(command, RELEASE, variables, files)
    said = say(worker.processes_at_start)
    if stops(worker):
        said = "stops"
    elif not worker.pool.value.forks:
        said = {"threads": "thread"}.get(worker.pool.value.value, worker.pool.value.value)
    elif said == "cpus":
        said = os.cpu_count()
    assert real(command, variables, files, tmp_path) == said

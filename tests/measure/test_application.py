"""Applications as users write them, measured for real: what they weigh, and how they fail."""

from __future__ import annotations

import json
import os
import sys

import pytest

from forkfit.measure.process import parents
from forkfit.weigh.measured import NAME

pytest.importorskip("redis", reason="the client of Redis is not installed (the extra `kernel`)")
pytestmark = [pytest.mark.celery, pytest.mark.skipif(sys.platform != "linux", reason="measuring is for Linux")]

PLAIN = 'from celery import Celery\napp = Celery("app", broker="redis://127.0.0.1:1/0", backend="redis://127.0.0.1:1/0")\n'
TASKS = PLAIN + "@app.task\ndef fails():\n    raise ValueError('hunter2')\n@app.task\ndef hangs():\n    import time; time.sleep(1000)\n"
FORKS = (
    PLAIN
    + "import os, subprocess, time\nsubprocess.Popen(['setsid', 'sleep', '1000'])\n"
    + "if os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\n"
)
THREADS = PLAIN + "import threading, time\nfor _ in range(3):\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n"
NEEDS_DATABASE = "class OperationalError(Exception): pass\nraise OperationalError('postgres://admin:hunter2@db')\n"
PRINTS = "import sys\nprint('hunter2')\nsys.stderr.write('hunter2')\nraise RuntimeError('hunter2')\n"
HANGS = "from celery import signals\n@signals.worker_init.connect\ndef hangs(**_):\n    import time; time.sleep(1000)\n"
LOUD = PLAIN + "import sys\n@app.task\ndef tells():\n    print('hunter2'); sys.stderr.write('hunter2'); raise KeyError('hunter2')\n"
STOPS = "from celery import signals\n@signals.celeryd_init.connect\ndef stops(**_):\n    raise SystemExit('hunter2')\n"
CLOSES = PLAIN + "import os\nos.closerange(3, 100)\n"
MUST_NOT = "from celery import signals\n@signals.worker_process_init.connect\ndef dies(**_):\n    import os; os._exit(7)\n"


@pytest.fixture
def measure(tmp_path, lint):
    """Measure an application of one file, in an environment with a secret in it."""
    before = set(parents())

    def run(source, *options):
        (tmp_path / "shop.py").write_text(source)
        environ = {**os.environ, "SHOP_PASSWORD": "hunter2"}
        outcome = lint("measure", "-A", "shop", "-c", "2", "--timeout", "20", "--root", ".", *options, folder=tmp_path, environ=environ)
        assert "hunter2" not in outcome.out + outcome.err
        return outcome

    yield run
    left = {pid for pid, parent in parents().items() if pid not in before and parent == os.getpid()}
    assert left == set()
    assert {path.name for path in tmp_path.iterdir()} <= {"shop.py", NAME}


def test_an_application_is_weighed_and_the_linter_takes_its_figures(measure, tmp_path, lint):
    outcome = measure(PLAIN)
    assert (outcome.status, outcome.err) == (0, "")
    (entry,) = json.loads((tmp_path / NAME).read_text())["applications"]
    mib = entry["mib"]
    assert (entry["app"], entry["module"], entry["folder"], entry["tasks"]) == ("shop", "shop.py", ".", [])
    assert 30 < mib["parent"] < 60
    assert 15 < mib["child_at_start"] <= mib["child_warm"] < 35
    (tmp_path / "compose.yaml").write_text(
        "services:\n  worker:\n    image: python\n    working_dir: /srv\n    volumes: ['.:/srv']\n"
        "    command: celery -A shop worker -c 8\n    mem_limit: 128m\n"
    )
    findings = json.loads(lint("--root", ".", "--format", "json", folder=tmp_path).out)["findings"]
    assert [f["confidence"] for f in findings if f["rule"] == "FF101"] == ["measured"]
    (tmp_path / "compose.yaml").unlink()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\nos.environ['SHOP_DSN']\n", "KeyError: the variable SHOP_DSN is not set at shop.py:2"),
        (NEEDS_DATABASE, "OperationalError at shop.py:2"),
        ("import nowhere\n", "ModuleNotFoundError: nowhere at shop.py:1"),
        ("def broken(:\n", "SyntaxError at shop.py:1"),
        (PRINTS, "RuntimeError at shop.py:4"),
        ("import sys\nsys.exit(3)\n", "SystemExit at shop.py:2"),
        ("import os\nos._exit(3)\n", "the process ended while importing shop, with exit status 3"),
        ("app = 3\n", "cannot be imported"),
    ],
    ids=["a setting", "a database", "a library", "no Python", "it prints", "it exits", "it exits at once", "no application"],
)
def test_one_that_cannot_be_imported_says_where_and_tells_no_secret(measure, source, said):
    outcome = measure(source)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("import time\ntime.sleep(1000)\n", (), "still importing shop after 8 s"),
        (PLAIN + HANGS, (), "still starting its pool after 8 s"),
        (PLAIN + MUST_NOT, (), "still waiting for its children to come up after 8 s"),
        (TASKS, ("--task", "shop.hangs"), "still running tasks after 8 s"),
    ],
    ids=["while it is imported", "before the fork", "in a child", "in a task"],
)
def test_one_that_hangs_ends_in_time(measure, source, options, said):
    outcome = measure(source, "--timeout", "8", *options)
    assert outcome.status == 2
    assert said in outcome.err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (PLAIN + STOPS, "the worker ended while starting its pool: SystemExit"),
        (CLOSES, "the process ended while importing shop, with exit status 1"),
    ],
    ids=["it stops its worker", "it closes what it did not open"],
)
def test_one_whose_worker_does_not_come_up_says_so(measure, source, said):
    outcome = measure(source)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err


def test_what_a_task_prints_and_says_of_its_failure_is_not_shown(measure):
    assert "shop.tells fails with KeyError: what it needs" in measure(LOUD, "--task", "shop.tells").out


def test_a_folder_outside_the_project_is_refused_before_anything_runs(measure, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "shop.py").write_text("open('ran', 'w')\n")
    assert "is outside the project root" in measure(PLAIN, "--folder", elsewhere).err
    assert not (elsewhere / "ran").exists()


def test_a_root_that_cannot_be_written_to_is_told(measure, tmp_path):
    (tmp_path / NAME).mkdir()
    try:
        outcome = measure(PLAIN)
        assert (outcome.status, outcome.out) == (2, "")
        assert f"{NAME} cannot be written" in outcome.err
    finally:
        (tmp_path / NAME).rmdir()


def test_a_task_that_fails_and_one_that_is_not_there_are_named(measure):
    assert "shop.fails fails with ValueError: what it needs is not in the figures" in measure(TASKS, "--task", "shop.fails").out
    assert "shop has no task 'shop.nothing'; it has shop.fails, shop.hangs" in measure(TASKS, "--task", "shop.nothing").err


def test_messages_that_a_task_sends_go_nowhere(measure):
    sends = PLAIN + "@app.task\ndef other(): pass\n@app.task\ndef sends():\n    other.delay()\n"
    outcome = measure(sends, "--task", "shop.sends")
    assert (outcome.status, "fails with" in outcome.out) == (0, False)


def test_a_library_that_no_table_knows_is_weighed(measure, tmp_path, tmp_path_factory, monkeypatch, lint):
    installed = tmp_path_factory.mktemp("other") / "site-packages"
    (installed / "strange").mkdir(parents=True)
    (installed / "strange" / "__init__.py").write_text("HEAVY = bytearray(20 * 2**20)\n")
    monkeypatch.setenv("PYTHONPATH", str(installed))
    assert "strange, in no table: 2" in measure(PLAIN + "import strange\n").out
    (weight,) = json.loads((tmp_path / NAME).read_text())["weights"]
    assert weight["library"] == "strange"
    assert 19 < weight["exclusive"]["main"] < 22
    assert lint("--root", ".", "--format", "json", folder=tmp_path).status == 2  # no Compose file, and nothing else is wrong


def test_processes_of_its_own_are_told_and_ended(measure):
    outcome = measure(FORKS)
    assert outcome.status == 0
    assert "processes of its own: what they need is not in the figures" in outcome.out


def test_threads_of_its_own_are_told(measure, tmp_path):
    assert measure(THREADS).status == 0
    assert json.loads((tmp_path / NAME).read_text())["applications"][0]["runs"][0]["threads_of_parent"] == 4


def test_other_applications_in_the_file_stay(measure, tmp_path):
    measure(PLAIN)
    written = json.loads((tmp_path / NAME).read_text())
    written["applications"][0]["app"] = "other"
    (tmp_path / NAME).write_text(json.dumps(written))
    measure(PLAIN)
    assert [entry["app"] for entry in json.loads((tmp_path / NAME).read_text())["applications"]] == ["other", "shop"]

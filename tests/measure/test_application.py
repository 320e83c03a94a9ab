"""Applications as users write them, measured for real: what they weigh, and how they fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forkfit.measure.process import parents
from forkfit.weigh.measured import NAME

pytest.importorskip("celery", reason="Celery itself is not installed")
pytestmark = [pytest.mark.celery, pytest.mark.skipif(sys.platform != "linux", reason="measuring is for Linux")]

ROOT = Path(__file__).parents[2]
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
    assert [(f["rule"], f["confidence"]) for f in findings] == [("FF101", "measured")]
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
        ("import time\ntime.sleep(1000)\n", (), "still importing shop after 3 s"),
        (PLAIN + MUST_NOT, (), "still waiting for its children to come up after 3 s"),
        (TASKS, ("--task", "shop.hangs"), "still running tasks after 3 s"),
    ],
    ids=["while it is imported", "in a child", "in a task"],
)
def test_one_that_hangs_ends_in_time(measure, source, options, said):
    outcome = measure(source, "--timeout", "3", *options)
    assert outcome.status == 2
    assert said in outcome.err


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_measurement_leaves_nothing(tmp_path, number):
    (tmp_path / "shop.py").write_text(FORKS + "print('up', file=open('up', 'w'))\ntime.sleep(1000)\n")
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'linter'}{os.pathsep}{ROOT / 'rules'}"}
    words = (sys.executable, "-m", "forkfit", "measure", "-A", "shop", "--root", ".")
    with subprocess.Popen(words, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 20
        while not (tmp_path / "up").exists() and time.monotonic() < until:
            time.sleep(0.05)
        below = [pid for pid, parent in parents().items() if parent == process.pid]
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "compose-lint: interrupted; nothing was written, and nothing is left running\n")
    assert below
    assert not set(below) & set(parents())
    assert not (tmp_path / NAME).exists()

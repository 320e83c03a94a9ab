"""Ctrl-C at every stage of a measurement: it ends, says so, and leaves no process, no cgroup and no file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forkfit.measure.cgroup import PREFIX, VERSION_1, VERSION_2
from forkfit.measure.process import parents

pytest.importorskip("redis", reason="the client of Redis is not installed (the extra `kernel`)")
pytestmark = [pytest.mark.celery, pytest.mark.skipif(sys.platform != "linux", reason="measuring is for Linux")]

ROOT = Path(__file__).parents[2]
SECONDS = 60
# Says that it is there, and stays; a process that left its group is there too.
STAY = (
    "import os, subprocess, time\n\ndef stay():\n    subprocess.Popen(['setsid', 'sleep', '1000'])\n"
    "    open(os.environ['UP'], 'w').close()\n    time.sleep(1000)\n"
)
APP = "from celery import Celery, signals\nimport stay\napp = Celery('shop', broker='redis://127.0.0.1:1/0')\n"
IN_PARENT = APP + "@signals.worker_init.connect\ndef start(**_):\n    stay.stay()\n"
IN_CHILD = APP + "@signals.worker_process_init.connect\ndef start(**_):\n    stay.stay()\n"
IN_TASK = APP + "@app.task\ndef job():\n    stay.stay()\n"
LIBRARY = "import sys\nif 'library.py' in sys.argv[0]:\n    import stay\n    stay.stay()\n"
STAGES = {
    "while it is imported": (APP + "stay.stay()\n", ()),
    "while its pool starts": (IN_PARENT, ()),
    "while its children come up": (IN_CHILD, ()),
    "while a task runs": (IN_TASK, ("--task", "shop.job")),
    "while a library is weighed": (APP + "import strange\n", ()),
}


def cgroups(pid):
    """Return the cgroups that a process has made to measure in, of any version."""
    return [path for top in (VERSION_1, VERSION_2) for path in Path(top).glob(f"**/{PREFIX}{pid}-*")]


def below(pid):
    """Return the processes below one."""
    above = parents()
    found = {pid}
    while more := {child for child, parent in above.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.mark.parametrize(
    ("stage", "signals"),
    [
        *((stage, (signal.SIGINT,)) for stage in STAGES),
        ("while its children come up", (signal.SIGINT, signal.SIGINT, signal.SIGTERM)),
        ("while it is imported", (signal.SIGTERM,)),
        ("while it is imported", (signal.SIGHUP,)),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(number.name for number in value),
)
def test_an_interrupted_measurement_leaves_nothing(tmp_path, tmp_path_factory, stage, signals):
    source, options = STAGES[stage]
    installed, up = tmp_path_factory.mktemp("other") / "site-packages", tmp_path_factory.mktemp("up") / "up"
    installed.mkdir()
    (installed / "stay.py").write_text(STAY)
    (installed / "strange.py").write_text(LIBRARY)
    (tmp_path / "shop.py").write_text(source)
    paths = os.pathsep.join(map(str, (ROOT / "linter", ROOT / "rules", installed)))
    environ = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "UP": str(up)}
    words = (sys.executable, "-m", "forkfit", "measure", "-A", "shop", "-c", "2", "--root", ".", *options)
    with subprocess.Popen(words, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + SECONDS
        while not up.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        running = below(process.pid)
        for number in signals:
            process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (130, "", "compose-lint: interrupted; nothing was written, and nothing is left running\n")
    assert len(running) >= 2
    assert not running & set(parents())
    assert cgroups(process.pid) == []
    assert [path.name for path in tmp_path.iterdir()] == ["shop.py"]

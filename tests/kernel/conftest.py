"""What the tests share in which the kernel judges: a Redis outside every measured cgroup, needs as counted, projects as measured."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest

from forkfit.cli import main
from forkfit.measure.cgroup import why_none
from forkfit.weigh.measured import NAME

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJECTS = {
    "bare": FIXTURES / "memory" / "bare",
    "web": FIXTURES / "memory" / "web",
    "native": FIXTURES / "kernel" / "native",
    "model_each": FIXTURES / "kernel" / "model_each",
}
SPEECH = {name: FIXTURES / "kernel" / name for name in ("speech_before", "speech_in_child")}
COUNTS = (2, 4, 8)  # as in the tests
MODULES = ("celery", "redis", "django", "rest_framework", "sqlalchemy", "numpy", "pandas")


def missing():
    """Say what is missing for the kernel to judge; empty where nothing is."""
    if sys.platform != "linux":
        return "this is not Linux"
    if absent := [name for name in MODULES if importlib.util.find_spec(name) is None]:
        return f"{', '.join(absent)} not installed (the extra `kernel`)"
    return why_none() or ("" if shutil.which("redis-server") else "redis-server is not installed")


def pytest_collection_modifyitems(items):
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    why = missing() if here else ""
    for item in here:
        item.add_marker(pytest.mark.kernel)
        if why:
            item.add_marker(pytest.mark.skip(reason=f"the kernel cannot judge here: {why}"))


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory):
    """Run a Redis on a free port of the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path_factory.mktemp("redis")))
    with subprocess.Popen(("redis-server", *options), stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                with socket.socket() as trying:
                    if trying.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def real():
    """Return the module that runs real workers; it imports what is not everywhere."""
    specification = importlib.util.spec_from_file_location("real_worker_under_a_limit", Path(__file__).with_name("real.py"))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def projects():
    """Return the folder of each project."""
    return PROJECTS | SPEECH


@pytest.fixture
def worker(real, redis_port):
    """Start a real worker of a project, by its name or its folder, with a limit in MiB or without."""

    def start(project, count, **more):
        return real.worker((PROJECTS | SPEECH).get(project, project), count, (redis_port, 0), **more)

    return start


@pytest.fixture(scope="session")
def needs(real, redis_port):
    """Return the MiB that each project needs with each count, at start and warm, as the kernel counts without a limit."""

    def need(case):
        database, (name, count) = case
        with real.worker(PROJECTS[name], count, (redis_port, database)) as running:
            assert running.gets_ready(), case
            at_start = running.need()
            assert running.survives_tasks(), case
            return (name, count), (at_start, running.need())

    cases = [(name, count) for name in PROJECTS for count in COUNTS]
    with ThreadPoolExecutor(2) as two:
        return dict(two.map(need, enumerate(cases)))


class Measured(dict):
    """Copies of the projects after `compose-lint measure` with up to four children, each made when it is first asked for."""

    def __init__(self, above):
        self.above = above

    def __missing__(self, name):
        folder = shutil.copytree(PROJECTS[name], self.above / name, ignore=shutil.ignore_patterns("__pycache__"))
        # The worker that the kernel judges is given a result store on its command line.
        source = (folder / "app.py").read_text()
        (folder / "app.py").write_text(source.replace('broker="redis://redis/0"', 'broker="redis://redis/0", backend="redis://redis/0"'))
        arguments = ("measure", "-A", "app", "-c", "4", "--task", "app.touch", "--folder", folder, "--root", folder)
        out, err = StringIO(), StringIO()
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        assert main([str(a) for a in arguments], out, err, environ) == 0, err.getvalue()
        assert "fails with" not in out.getvalue()
        self[name] = folder
        return folder


@pytest.fixture(scope="session")
def measured(tmp_path_factory):
    """Return the folder of a project that was measured, by its name."""
    return Measured(tmp_path_factory.mktemp("measured"))


@pytest.fixture
def rules(lint):
    """Return the findings for a project with so many children under so many MiB."""

    def found(project, count, limit):
        options = (
            "--format",
            "json",
            "--env",
            f"N={count}",
            "--memory",
            f"{int(limit * 2**20)}b",
            "--root",
            project if (project / NAME).exists() else project.parent,
        )
        return json.loads(lint(*options, project).out)["findings"]

    return found

"""Run a real `celery worker` on a real Redis inside a memory cgroup, with a limit or without."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

# Celery makes its names when they are first asked for, which two threads must not do at once: so they are asked for here.
import redis
from celery import Celery

from forkfit.measure.cgroup import cgroup
from forkfit.model.memory import Memory

HERE = Path(__file__).parent
SECONDS, REST = 120, 1.5
# What a child writes once all that the application does at its birth is done, and then its number.
UP = "kernel: up "
EACH = {"kernel.nothing": 3, "kernel.touch": 3, "kernel.collect": 1}


class Worker:
    """A running worker, its cgroup, and the client of its broker."""

    def __init__(self, process, group, client, children, sender):
        self.process, self.group, self.client, self.children, self.sender = process, group, client, children, sender
        self.up = set()
        self.ready = threading.Event()
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def _listen(self):
        with self.process.stdout as lines:
            for line in lines:
                if " ready." in line:
                    self.ready.set()
                elif line.startswith(UP):
                    self.up.add(int(line[len(UP) :]))

    def is_killed(self):
        return self.group.kills() > 0 or self.process.poll() is not None

    def _wait(self, reached, seconds=SECONDS):
        until = time.monotonic() + seconds
        while not reached():
            if self.is_killed() or time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def gets_ready(self):
        """Tell whether it comes up with all children, and stays so."""
        if not self._wait(lambda: self.ready.is_set() and len(self.up.intersection(self.group.processes())) >= self.children):
            return False
        time.sleep(REST)
        return not self.is_killed()

    def survives_tasks(self):
        """Tell whether every child lives through small tasks, the application's own, and a garbage collection."""
        for name, each in EACH.items():
            if not self._wait(lambda name=name, each=each: self._have_run(name, each)):
                return False
        time.sleep(0.5)
        return not self.is_killed()

    def _have_run(self, name, each):
        marks = self.client.lrange(name, 0, -1)
        living = [str(pid).encode() for pid in self.group.processes() if pid != self.process.pid or not self.children]
        if sum(marks.count(pid) >= each for pid in living) >= max(self.children, 1):
            self.client.delete("celery")
            return True
        if self.client.llen("celery") < self.children + 1:
            self.sender.submit(name, 2 * (self.children + 1))
        return False

    def answers(self, name, times, within=SECONDS, first=None):
        """Return the seconds until so many tasks of a name have been run, or the first of them; None where they are not."""
        began = time.monotonic()
        self.sender.submit(name, times)
        if self._wait(lambda: self.client.llen(name) >= (first or times), within):
            return time.monotonic() - began
        return None

    def answers_a_ping(self):
        """Tell whether `inspect ping` has an answer."""
        return len(self.sender.app.control.ping(timeout=10, limit=1)) == 1

    def need(self):
        """Return the MiB that the kernel counts."""
        return self.group.count().total.in_mib


class Sender:
    """What puts tasks into the queue, without importing the application."""

    def __init__(self, url):
        self.app = Celery("sender", broker=url)
        self.app.conf.task_ignore_result = True

    def submit(self, name, times):
        for _ in range(times):
            self.app.send_task(name)

    def close(self):
        self.app.close()


@contextmanager
def worker(project, count, broker, *, limit=None, pool="prefork", **variables):
    """Start a worker of a project; `broker` is a port and a database, `limit` in MiB; all is gone when the block ends."""
    port, database = broker
    url = f"redis://127.0.0.1:{port}/{database}"
    environment = {
        **os.environ,
        **variables,
        "PYTHONPATH": os.pathsep.join((str(HERE), str(project))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "C_FORCE_ROOT": "1",
    }
    words = (sys.executable, "-m", "celery", "-A", "real_app", "-b", url, "--result-backend", url)
    words = (*words, "worker", f"--pool={pool}", f"--concurrency={count}", "--loglevel=INFO")
    with redis.Redis(port=port, db=database) as client, closing(Sender(url)) as sender, cgroup() as group:
        client.flushdb()
        if limit is not None:
            group.limit(Memory.mib(limit))
        with running(words, project, environment, group) as process:
            made = Worker(process, group, client, count if pool == "prefork" else 0, sender)
            yield made
        made.listening.join()


@contextmanager
def running(words, folder, environment, group):
    """Run a command in a cgroup; every process of it is gone when the block ends."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=group.enter,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for pid in group.processes():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        process.wait()

"""Run a real `celery worker` on a real Redis inside a memory cgroup, with a limit or without."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from forkfit.measure.cgroup import cgroup
from forkfit.model.memory import Memory

HERE = Path(__file__).parent
SECONDS, REST = 60, 1.5
EACH = {"kernel.nothing": 3, "kernel.touch": 3, "kernel.collect": 1}


class Worker:
    """A running worker, its cgroup, and the client of its broker."""

    def __init__(self, process, group, client, children, sender):
        self.process, self.group, self.client, self.children, self.sender = process, group, client, children, sender
        self.up = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            if " ready." in line:
                self.up.set()

    def is_killed(self):
        return self.group.kills() > 0 or self.process.poll() is not None

    def _wait(self, reached):
        until = time.monotonic() + SECONDS
        while not reached():
            if self.is_killed() or time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def gets_ready(self):
        """Tell whether it comes up with all children, and stays so."""
        if not self._wait(lambda: self.up.is_set() and len(self.group.processes()) > self.children):
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

    def need(self):
        """Return the MiB that the kernel counts."""
        return self.group.count().total.in_mib


class Sender:
    """What puts tasks into the queue, without importing the application."""

    def __init__(self, url):
        from celery import Celery

        self.app = Celery("sender", broker=url)
        self.app.conf.task_ignore_result = True

    def submit(self, name, times):
        for _ in range(times):
            self.app.send_task(name)


@contextmanager
def worker(project, count, broker, *, limit=None, pool="prefork", **variables):
    """Start a worker of a project; `broker` is a port and a database, `limit` in MiB; all is gone when the block ends."""
    import redis

    port, database = broker
    url = f"redis://127.0.0.1:{port}/{database}"
    client = redis.Redis(port=port, db=database)
    client.flushdb()
    environment = {
        **os.environ,
        **variables,
        "PYTHONPATH": os.pathsep.join((str(HERE), str(project))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "C_FORCE_ROOT": "1",
    }
    words = (sys.executable, "-m", "celery", "-A", "real_app", "-b", url, "--result-backend", url)
    with cgroup() as group, client:
        if limit is not None:
            group.limit(Memory.mib(limit))
        process = subprocess.Popen(
            (*words, "worker", f"--pool={pool}", f"--concurrency={count}", "--loglevel=INFO"),
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=group.enter,
            start_new_session=True,
        )
        made = Worker(process, group, client, count if pool == "prefork" else 0, Sender(url))
        try:
            yield made
        finally:
            for pid in group.processes():
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue
            process.wait()
            process.stdout.close()
            made.sender.app.close()

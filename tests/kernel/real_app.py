"""The application under test as its worker runs it, with three tasks more, a word of each child that is up, and a mark for each task."""

from __future__ import annotations

import gc
import os
import time

from app import app
from celery import signals

# A task is long enough that a child which has just run one is not the next to get one.
app.conf.update(worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)


@app.task(name="kernel.nothing")
def nothing():
    time.sleep(0.2)


@app.task(name="kernel.touch")
def touch():
    app.tasks["app.touch"]()
    time.sleep(0.2)


@app.task(name="kernel.collect")
def collect():
    gc.collect()
    time.sleep(0.2)


@signals.task_postrun.connect
def mark(task=None, **_):
    app.backend.client.rpush(task.name, os.getpid())


# The receivers of the application are called before this one.
@signals.worker_process_init.connect
def up(**_):
    os.write(1, f"kernel: up {os.getpid()}\n".encode())

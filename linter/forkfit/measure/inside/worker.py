"""Start a real prefork worker that never connects to its broker, and run small tasks in its children when told to.

All is Celery's own: its command line, the parent, its garbage collection before each fork, the children, the way in
which they run a task. Only the consumer is put in the place of the one that would connect and wait for messages.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from typing import Any

TRIVIAL, COLLECT = "compose_lint.nothing", "compose_lint.collect"
# Each child runs so many tasks of a kind; more are given out where the pool favours some children.
TASKS_EACH, MOST_EACH = 5, 40
# A child that has run a task rests, so that the next one goes to another.
REST, TURN = 0.1, 0.02


def main() -> None:
    """Run the worker that the first argument describes, as JSON: application, concurrency, tasks, and two descriptors."""
    asked = json.loads(sys.argv[1])
    _connect(asked)
    sys.argv = ["celery", "-A", asked["app"], "worker", "--pool=prefork", f"--concurrency={asked['concurrency']}", "--loglevel=CRITICAL"]
    # Python puts this file's folder there; `celery` itself adds the working folder.
    del sys.path[0]
    try:
        import_module("celery.__main__").main()
    except BaseException as error:
        _say(asked, {"failed": _told(error)})
        raise


def _told(error: BaseException) -> str:
    """Return the kind of an exception, and of the one that led to it; what they say may hold secrets."""
    name = getattr(error, "name", None) if isinstance(error, ImportError) else None
    before = error.__cause__ or error.__context__
    return type(error).__name__ + (f": {name}" if name else "") + (f" after {_told(before)}" if before else "")


def _say(asked: dict[str, Any], message: dict[str, Any]) -> None:
    """Tell the measuring process; a line is short enough to be written at once."""
    os.write(asked["out"], json.dumps(message).encode() + b"\n")


def _connect(asked: dict[str, Any]) -> None:
    """Take part in the worker's start: its consumer is replaced, and each child says that it is up."""
    signals = import_module("celery.signals")

    def prepare(instance: Any = None, conf: Any = None, **_: Any) -> None:
        try:
            change(instance.app, conf)
        except Exception as error:  # Celery would log it and go on
            _say(asked, {"failed": type(error).__name__})

    def change(app: Any, conf: Any) -> None:
        conf.worker_consumer = _consumer(asked)
        # A child that is replaced would be weighed young; nothing may be stored or looked up outside.
        conf.worker_max_tasks_per_child = conf.worker_max_memory_per_child = conf.worker_state_db = conf.worker_autoscale = None
        keeps = _keeps_results(app, conf, asked["redis"])
        _register(app, keeps)
        for name in asked["tasks"]:
            if name in app.tasks:
                app.tasks[name].ignore_result = not keeps
        # The application's own receivers were connected while it was imported, so this one is called last.
        signals.worker_process_init.connect(up, weak=False)
        signals.task_postrun.connect(rest, weak=False)

    def up(**_: Any) -> None:
        _say(asked, {"up": os.getpid()})

    def rest(**_: Any) -> None:
        time.sleep(REST)

    signals.celeryd_init.connect(prepare, weak=False)


def _keeps_results(app: Any, conf: Any, port: int) -> bool:
    """Lead results that go to Redis to one that forgets them, and tell whether they go there; others are not stored."""
    backend = app.backend_cls or conf.result_backend
    keeps = isinstance(backend, str) and backend.startswith(("redis:", "rediss:"))
    if not keeps and isinstance(backend, str):
        # What another store imports is in the parent, as it is in a real worker; made, it might connect.
        import_module("celery.app.backends").by_url(backend, app.loader)
    conf.result_backend = app.backend_cls = f"redis://127.0.0.1:{port}/0" if keeps else "disabled://"
    # The store that the application has looked at is forgotten.
    if hasattr(app, "_local"):  # Celery 5 keeps one a thread
        app._local.__dict__.pop("backend", None)
    app._backend_cache = None
    app.__dict__.pop("backend", None)  # and Celery 4 one for all
    return keeps


def _register(app: Any, keeps_results: bool) -> None:
    """Add the two tasks of the warm-up to an application."""

    def nothing() -> list[int]:
        return list(range(10))

    def collect() -> int:
        import gc

        return gc.collect()

    for name, function in ((TRIVIAL, nothing), (COLLECT, collect)):
        app.task(name=name, ignore_result=not keeps_results)(function)


def _consumer(asked: dict[str, Any]) -> Any:
    """Return a consumer that takes its tasks from the measuring process."""
    base: Any = import_module("celery.worker.consumer").Consumer

    class Consumer(base):  # type: ignore[misc]
        """Celery's consumer, but for the connection."""

        def __init__(self, *given: Any, **named: Any) -> None:
            """Know the real transport, as the real consumer does, and then connect to one in memory."""
            super().__init__(*given, **named)
            self.app.connection_for_read = self.app.connection_for_write = lambda *_, **__: import_module("kombu").Connection("memory://")
            self.loop = self.wait

        def wait(self, *_: Any) -> None:
            """Say that the pool is up, and warm its children when told to."""
            missing = [name for name in asked["tasks"] if name not in self.app.tasks]
            _say(asked, {"ready": os.getpid(), "missing": missing})
            os.read(asked["in"], 1)
            turn = _loop(self)
            for name in (TRIVIAL, *asked["tasks"], COLLECT):
                _run(asked, self, name, turn)
            _say(asked, {"warm": os.getpid()})
            os.read(asked["in"], 1)

    return Consumer


def _loop(consumer: Any) -> Any:
    """Return what lets the pool work for a moment: a turn of Celery's event loop where it has one."""
    if consumer.hub is None:
        return lambda: time.sleep(TURN)
    consumer.controller.register_with_event_loop(consumer.hub)
    loop = consumer.hub.create_loop()
    consumer.hub.call_repeatedly(TURN, _nothing)
    return lambda: next(loop)


def _nothing() -> None:
    """Wake the event loop."""


def _run(asked: dict[str, Any], consumer: Any, name: str, turn: Any) -> None:
    """Run a task until each child has run it often enough, or most of them much too often."""
    each = 1 if name == COLLECT else TASKS_EACH
    count = asked["concurrency"]
    by_child: dict[int, int] = {}
    state = {"open": 0, "given": 0}

    def accepted(pid: int, *_: Any) -> None:
        by_child[pid] = by_child.get(pid, 0) + 1

    def done(result: Any) -> None:
        state["open"] -= 1
        if isinstance(result, tuple) and result[0]:
            _say(asked, {"task": name, "failed": _kind(result[1])})

    def lost(information: Any, *_: Any) -> None:
        state["open"] -= 1
        _say(asked, {"task": name, "failed": _kind(information)})

    while state["open"] or (sum(n >= each for n in by_child.values()) < count and state["given"] < count * MOST_EACH):
        while state["open"] < count and state["given"] < count * MOST_EACH and sum(n >= each for n in by_child.values()) < count:
            state["open"] += 1
            state["given"] += 1
            _give(consumer, name, accepted, done, lost)
        turn()
    if len(by_child) < count:
        _say(asked, {"task": name, "failed": f"{count - len(by_child)} children that never got it"})


def _kind(result: Any) -> str:
    """Return the class of the exception of a task; its text may hold secrets."""
    return type(getattr(getattr(result, "exception", None), "exc", getattr(result, "exception", result))).__name__


def _give(consumer: Any, name: str, accepted: Any, done: Any, lost: Any) -> None:
    """Hand one task to the pool as a consumer does that received it."""
    app = consumer.app
    trace = import_module("celery.app.trace")
    identity = import_module("uuid").uuid4().hex
    message = app.amqp.as_task_v2(identity, name, (), {})
    content_type, encoding, body = import_module("kombu.serialization").dumps(message.body, serializer="json")
    request = dict(message.headers, reply_to=None, correlation_id=identity, hostname=consumer.hostname, delivery_info={})
    request["ignore_result"] = app.tasks[name].ignore_result
    run = getattr(trace, "fast_trace_task", None) or trace._fast_trace_task
    consumer.pool.apply_async(
        run,
        args=(name, identity, request, body, content_type, encoding),
        accept_callback=accepted,
        timeout_callback=None,
        callback=done,
        error_callback=lost,
        correlation_id=identity,
    )


main()

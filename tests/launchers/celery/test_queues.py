"""Which tasks come to a worker: by its queues, their routes, and whoever sends them. Of the others nothing is counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from forkfit.model.project import Environment, Variable
from forkfit.model.value import Unknown
from forkfit.model.worker import When

LIBRARY = {"a": "torch", "b": "numpy", "c": "pandas", "d": "scipy"}
APP = """
from celery import Celery
from kombu import Exchange, Queue

app = Celery("proj", broker="memory://")


@app.task
def a():
    import torch


@app.task
def b():
    import numpy


@app.task(name="other.c")
def c():
    import pandas
"""


class Case:
    """A project and its worker: which tasks came to a real one of Celery 5.7.0, and which count where that is more."""

    def __init__(self, code, came, queues="", excluded="", counted=None):
        self.code, self.came, self.queues, self.excluded = APP + code, set(came), queues, excluded
        self.counted = set(came if counted is None else counted)

    @property
    def command(self):
        chosen = (f" -Q {self.queues}" if self.queues else "") + (f" -X {self.excluded}" if self.excluded else "")
        return f"celery -A proj worker -c 4{chosen}"


def routes(written):
    return f"app.conf.task_routes = {written}\n"


TOPIC = """
topic = Exchange("t", type="topic")
app.conf.task_queues = (Queue("heavy", topic, routing_key="heavy.#"), Queue("audit", topic, routing_key="#"), Queue("celery"))
"""
DECLARED = 'app.conf.task_queues = (Queue("celery"), Queue("heavy"))\n'

CASES = {
    "all that nobody routes": Case("", "abc"),
    "nothing in a queue that nothing is sent to": Case("", "", "other"),
    "one of several queues": Case("", "abc", "other,celery"),
    "all but what is routed elsewhere": Case(routes('{"proj.a": "heavy"}'), "bc", "celery"),
    "what is routed to it": Case(routes('{"proj.a": "heavy"}'), "a", "heavy"),
    "what is not declared comes to nobody who asks for nothing": Case(routes('{"proj.a": {"queue": "heavy"}}'), "bc"),
    "by a pattern": Case(routes('{"proj.*": {"queue": "heavy"}}'), "c", "celery"),
    "by a set of characters in a pattern": Case(routes('{"pro[jk].*": "heavy"}'), "c", "celery"),
    "a question mark alone makes no pattern": Case(routes('{"proj.?": "heavy"}'), "abc", "celery"),
    "a pattern is held against the whole name": Case(routes('{"*.proj": "heavy", "roj.*": "heavy"}'), "abc", "celery"),
    "an exact name before a pattern": Case(routes('{"proj.*": "heavy", "proj.b": "celery"}'), "bc", "celery"),
    "the first of two patterns": Case(routes('{"proj.*": "heavy", "*.a": "celery"}'), "c", "celery"),
    "by a list of pairs": Case(routes('([("proj.a", {"queue": "heavy"}), ("proj.*", "celery")],)'), "bc", "celery"),
    "by the first of several maps": Case(routes('({"proj.a": "heavy"}, {"proj.*": "light"})'), "a", "heavy"),
    "a route without a queue": Case(routes('{"proj.a": {"priority": 3}}'), "abc", "celery"),
    "a route with a routing key of its own": Case(DECLARED + routes('{"proj.a": {"queue": "heavy", "routing_key": "x"}}'), "bc", "celery"),
    "a route to a queue that is made there": Case(routes('{"proj.a": {"queue": Queue("heavy")}}'), "bc", "celery"),
    "by the name that a task is given": Case(routes('{"other.*": "heavy"}'), "ab", "celery"),
    "another default queue": Case('app.conf.task_default_queue = "work"\n', "abc"),
    "not what goes to another default queue": Case('app.conf.task_default_queue = "work"\n', "", "celery"),
    "all queues that are declared": Case(DECLARED + routes('{"proj.a": "heavy"}'), "abc"),
    "only queues that are declared": Case('app.conf.task_queues = (Queue("heavy"),)\n' + routes('{"proj.a": "heavy"}'), "a"),
    "queues of a dictionary": Case('app.conf.task_queues = {"heavy": {}}\n' + routes('{"proj.a": "heavy"}'), "a"),
    "not what is left out": Case(DECLARED + routes('{"proj.a": "heavy"}'), "bc", excluded="heavy"),
    "nor what is chosen and left out": Case(routes('{"proj.a": "heavy"}'), "a", "celery,heavy", "celery"),
    "by the alias of a queue": Case('app.conf.task_queues = (Queue("heavy", alias="h"),)\n' + routes('{"proj.a": "heavy"}'), "a", "h"),
    "what is bound to the same topic": Case(TOPIC + routes('{"proj.a": {"queue": "heavy", "routing_key": "heavy.x"}}'), "a", "audit"),
    "no other exchange": Case(TOPIC + routes('{"proj.a": {"queue": "heavy", "routing_key": "heavy.x"}}'), "bc", "celery"),
    "a queue of its own": Case('@app.task(queue="heavy")\ndef d():\n    import scipy\n', "abc", "celery"),
    "a queue of its own over its route": Case(
        '@app.task(queue="heavy")\ndef d():\n    import scipy\n' + routes('{"proj.d": "celery"}'), "d", "heavy"
    ),
    "the queue of its class": Case(
        'from celery import Task\nclass Heavy(Task):\n    queue = "heavy"\n@app.task(base=Heavy)\ndef d():\n    import scipy\n',
        "abc",
        "celery",
    ),
    "a task that is a class": Case(
        'from celery import Task\nclass D(Task):\n    name = "proj.d"\n    queue = "heavy"\n    def run(self):\n        import scipy\n'
        "app.register_task(D())\n",
        "abc",
        "celery",
    ),
    "what a call sends there all the same": Case(
        routes('{"proj.a": "heavy"}')
        + 'def send(connection):\n    a.apply_async(connection=connection, queue="celery")\n    b.apply_async(connection=connection)\n',
        "ab",
        "celery",
        counted="abc",
    ),
    "what a call sends elsewhere may still be sent here": Case(
        'def send(connection):\n    a.apply_async(connection=connection, queue="heavy")\n', "", "celery", counted="abc"
    ),
    "what is sent by name": Case(
        routes('{"proj.a": "heavy"}') + 'def send(connection):\n    app.send_task("proj.a", connection=connection, queue="celery")\n',
        "a",
        "celery",
        counted="abc",
    ),
    "what a signature sends": Case(
        routes('{"proj.*": "heavy"}') + 'def send(connection):\n    b.s().set(queue="celery").apply_async(connection=connection)\n',
        "b",
        "celery",
        counted="bc",
    ),
    "by a router, of which nothing is known": Case(
        'def route(name, args, kwargs, options, task=None, **kw):\n    return {"queue": "heavy"} if name == "proj.a" else None\n'
        + routes("(route,)"),
        "bc",
        "celery",
        counted="abc",
    ),
}


def counted(worker):
    late = {found.library for found in worker.code.imports if found.when is When.CHILD}
    return {name for name, library in LIBRARY.items() if library in late}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_tasks_that_come_to_a_worker_count(case, one):
    assert counted(one(case.command, files={"proj.py": case.code})) == case.counted >= case.came


HEAVY = 'app.conf.task_routes = {"proj.a": "heavy"}\n'
LIGHT = "celery -A proj worker -c 4 -Q celery"

NOT_KNOWN = {
    "routes that are not known": (LIGHT, "import os\napp.conf.task_routes = make_routes()\n"),
    "a router by its name": (LIGHT, 'app.conf.task_routes = ("proj.route",)\n'),
    "a route to an exchange": (LIGHT, 'app.conf.task_routes = {"proj.a": {"queue": "heavy", "exchange": "e"}}\n'),
    "tasks run where they are sent": (LIGHT, HEAVY + "app.conf.task_always_eager = True\n"),
    "annotations": (LIGHT, HEAVY + 'app.conf.task_annotations = {"*": {"queue": "celery"}}\n'),
    "queues added at run time": (LIGHT, HEAVY + 'def grow():\n    app.control.add_consumer("heavy")\n'),
    "names made in another way": (LIGHT, HEAVY + "class Own(Celery):\n    def gen_task_name(self, name, module):\n        return name\n"),
    "a class for all tasks": (
        LIGHT,
        HEAVY + 'class Own(app.Task):\n    def apply_async(self, *a, **kw):\n        return super().apply_async(*a, queue="x", **kw)\n'
        "app.Task = Own\n",
    ),
    "a sender whose queue is not known": (LIGHT, HEAVY + "def send(queue):\n    a.apply_async(queue=queue)\n"),
    "a sender of any task": (LIGHT, HEAVY + 'def send(task):\n    task.apply_async(queue="celery")\n'),
}


@pytest.mark.parametrize(("command", "code"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_what_may_come_counts_and_is_marked(command, code, one):
    worker = one(command, files={"proj.py": APP + code})
    assert "a" in counted(worker)
    assert [i.doubtful for i in worker.code.imports if i.library == "torch"] == [True]
    assert ["not known" in aside.what for aside in worker.code.asides] == [True]


def test_queues_that_are_not_known_may_be_any(one):
    unknown = Environment((Variable("CELERY_WORKER_QUEUES", Unknown("the deployment gives it")),))
    worker = one("celery -A proj worker", variables=unknown, files={"proj.py": APP + HEAVY})
    assert counted(worker) == set("abc")
    assert all(i.doubtful for i in worker.code.imports if i.when is When.CHILD)


def test_a_healthy_worker_says_nothing_of_queues(one):
    worker = one("celery -A proj worker -c 4", files={"proj.py": APP})
    assert worker.code.asides == ()
    assert not any(i.doubtful for i in worker.code.imports)


def test_what_is_left_out_is_said_with_the_way_to_its_route(one):
    (aside,) = one(LIGHT, files={"proj.py": APP + HEAVY}).code.asides
    assert aside.what == "tasks of queues that it does not read are not counted (1)"
    assert [(step.at.file, step.at.line) for step in aside.trail if step.at] == [
        ("proj.py", 21),
        ("proj.py", 9),
        ("compose.yaml", 5),
    ]


@pytest.mark.parametrize(("queues", "came"), [("celery", set("bc")), ("heavy", set("a")), ("heavy,celery", set("abc"))])
def test_the_variable_of_celery_5_names_queues(queues, came, one):
    worker = one("celery -A proj worker", variables={"CELERY_WORKER_QUEUES": queues}, files={"proj.py": APP + HEAVY})
    assert counted(worker) == came


def test_celery_4_reads_no_variable_for_queues(one):
    worker = one("celery -A proj worker", "4.4", {"CELERY_WORKER_QUEUES": "heavy"}, {"proj.py": APP + HEAVY})
    assert counted(worker) == set("bc")


def test_celery_3_is_not_gone_into(one):
    assert counted(one("celery -A proj worker -Q celery", "3.1", files={"proj.py": APP + HEAVY})) == set("abc")


def test_each_node_has_queues_of_its_own(settled):
    light, heavy = settled("celery multi start l h -A proj -Q:l celery -Q:h heavy", files={"proj.py": APP + HEAVY})
    assert (counted(light), counted(heavy)) == (set("bc"), set("a"))


SHARED = (
    HEAVY
    + """
def load():
    import scipy
    from sentence_transformers import SentenceTransformer
    return SentenceTransformer("all-MiniLM-L6-v2")

def upload():
    import boto3
    return boto3.client("s3")

@app.task(queue="heavy")
def first():
    return load(), upload()
"""
)
CALLS = {
    "nobody": ("", False),
    "a task of the worker": ("@app.task\ndef second():\n    return load(), upload()\n", True),
    "a task of the worker that runs the other at once": ("@app.task\ndef second():\n    return first.apply()\n", True),
    "a task of the worker that calls the other": ("@app.task\ndef second():\n    return first()\n", True),
    "a handler of each child": (
        "from celery.signals import worker_process_init\n@worker_process_init.connect\ndef up(**kw):\n    load(), upload()\n",
        True,
    ),
    "a task that sends the other": ("@app.task\ndef second():\n    return first.delay()\n", False),
}


@pytest.mark.parametrize(("code", "comes"), CALLS.values(), ids=CALLS)
def test_what_a_function_brings_counts_where_any_task_of_the_worker_calls_it(code, comes, one):
    worker = one(LIGHT, files={"proj.py": APP + SHARED + code})
    assert ("d" in counted(worker), bool(worker.code.models), worker.code.uses_boto3_client) == (comes, comes, comes)


def test_a_task_whose_decorator_may_rename_it_is_not_known(one):
    code = HEAVY + "def plain(f):\n    def inner():\n        return f()\n    return inner\n@app.task\n@plain\ndef d():\n    import scipy\n"
    worker = one("celery -A proj worker -Q heavy", files={"proj.py": APP + code})
    assert counted(worker) == set("ad")


@pytest.mark.celery
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_these_tasks_come_to_a_real_worker(case, tmp_path):
    pytest.importorskip("celery")
    (tmp_path / "proj.py").write_text(case.code)
    program = Path(__file__).with_name("real_queues.py")
    done = subprocess.run(
        [sys.executable, program, tmp_path, case.queues, case.excluded], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert set(done.stdout.split()[1:]) == case.came

"""Whoever sends a task may choose its queue: what is chosen for a worker's queue counts, and so does what cannot be read."""

from __future__ import annotations

import pytest

from forkfit.files import InMemory
from forkfit.launchers.celery.senders import Sent, sent

ANYTHING = None


def sent_by(*texts):
    return set(sent(InMemory({f"m{number}.py": text.encode() for number, text in enumerate(texts)})))


def to(tasks, queues):
    return {Sent(None if tasks is ANYTHING else frozenset(tasks.split()), None if queues is ANYTHING else frozenset(queues.split()))}


IMPORTED = "from proj.tasks import heavy, light, slow as later\nimport proj.tasks\n"

READ = {
    "a task by its name": ("heavy.apply_async(queue='q')", "heavy", "q"),
    "a task by another name": ("later.apply_async(queue='q')", "slow", "q"),
    "a task of a module": ("proj.tasks.heavy.apply_async(queue='q')", "heavy", "q"),
    "a signature": ("heavy.s(1).set(queue='q')", "heavy", "q"),
    "a chain": ("from celery import chain\nchain(heavy.s(1), light.si()).apply_async(queue='q')", "heavy light", "q"),
    "a group of a comprehension": ("from celery import group\ngroup(heavy.s(i) for i in x).apply_async(queue='q')", "heavy", "q"),
    "a pipe": ("(heavy.s() | light.s()).apply_async(queue='q')", "heavy light", "q"),
    "a list": ("from celery import chord\nchord([heavy.s(), light.s()]).apply_async(queue='q')", "heavy light", "q"),
    "send_task": ("app.send_task('proj.heavy', queue='q')", "proj.heavy", "q"),
    "send_task by keyword": ("app.send_task(name='proj.heavy', queue='q')", "proj.heavy", "q"),
    "a signature by name": ("app.signature('proj.heavy').apply_async(queue='q')", "proj.heavy", "q"),
    "options of a signature": ("signature('proj.heavy', options={'queue': 'q'})", "proj.heavy", "q"),
    "the registry": ("app.tasks['proj.heavy'].apply_async(queue='q')", "proj.heavy", "q"),
    "a retry": ("@app.task(bind=True)\ndef own(self):\n    raise self.retry(queue='q')", "own", "q"),
    "a variable": ("def f():\n    task = heavy\n    task.apply_async(queue='q')", "heavy", "q"),
    "one of two": ("def f(x):\n    task = heavy if x else light\n    task.apply_async(queue='q')", "heavy light", "q"),
    "a queue in a variable": ("def f(x):\n    q = 'a' if x else 'b'\n    heavy.apply_async(queue=q)", "heavy", "a b"),
    "a queue in a constant": ("QUEUE = 'q'\nheavy.apply_async(queue=QUEUE)", "heavy", "q"),
    "beat": ("S = {'x': {'task': 'proj.heavy', 'schedule': 5, 'options': {'queue': 'q'}}}", "proj.heavy", "q"),
    "a periodic task": ("app.add_periodic_task(5, heavy.s(), queue='q')", "heavy", "q"),
}
OPEN = {
    "a parameter": ("def f(task):\n    task.apply_async(queue='q')", ANYTHING, "q"),
    "a variable of a loop": ("def f():\n    for task in tasks:\n        task.apply_async(queue='q')", ANYTHING, "q"),
    "a queue that is a parameter": ("def f(q):\n    heavy.apply_async(queue=q)", "heavy", ANYTHING),
    "a queue that is worked out": ("heavy.apply_async(queue=choose())", "heavy", ANYTHING),
    "a constant that is worked out": ("QUEUE = choose()\nheavy.apply_async(queue=QUEUE)", "heavy", ANYTHING),
    "options that are not known": ("heavy.apply_async(**options)", "heavy", ANYTHING),
    "an exchange": ("heavy.apply_async(exchange='e')", "heavy", ANYTHING),
    "beat with options from elsewhere": ("S = {'x': {'task': 'proj.heavy', 'options': common}}", "proj.heavy", ANYTHING),
    "a file that cannot be parsed": ("def f(:\n    heavy.apply_async(queue='q')", ANYTHING, ANYTHING),
}
NOTHING = {
    "no queue": "heavy.apply_async(args=[1])\nqueue = 1",
    "no queue in fact": "heavy.apply_async(queue=None)",
    "a decorator": "@app.task(queue='q')\ndef signature():\n    pass",
    "what is handed on": "class T(Task):\n    def apply_async(self, *args, **more):\n        return super().apply_async(*args, **more)",
    "a set of something else": "redis.set('queue', 1)\nqueue = {}",
    "beat without a queue": "S = {'x': {'task': 'proj.heavy', 'options': {'expires': 5}}}",
}


@pytest.mark.parametrize(("code", "tasks", "queues"), (READ | OPEN).values(), ids=READ | OPEN)
def test_a_sender_chooses_a_queue(code, tasks, queues):
    assert sent_by(IMPORTED + code) == to(tasks, queues)


@pytest.mark.parametrize("code", NOTHING.values(), ids=NOTHING)
def test_a_sender_leaves_the_queue_to_the_route(code):
    assert sent_by(IMPORTED + code) == set()


def test_a_constant_of_another_module_is_read_wherever_it_is_assigned():
    names = "class Queues:\n    HEAVY = 'q'\n"
    assert sent_by(names, IMPORTED + "heavy.apply_async(queue=Queues.HEAVY)") == to("heavy", "q")


def test_a_constant_with_two_values_may_be_either():
    assert sent_by("Q = 'a'", "Q = 'b'", IMPORTED + "heavy.apply_async(queue=Q)") == to("heavy", "a b")

"""FF303: what freezes the heap stands next to the application, once, and nothing else of the file changes."""

from __future__ import annotations

import pytest

COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: ['.:/srv']
    command: celery -A proj worker -c 8
    mem_limit: 300m
"""
ASKED = ("--select", "FF303", "--unsafe-fixes")
HANDLER = "\n\n@worker_before_create_process.connect\ndef freeze_heap(**kwargs):\n    gc.freeze()\n"
PINNED = {"requirements.txt": "celery==5.4.0\n"}


def mended(project, text, path="proj.py", **more):
    project.write({"compose.yaml": COMPOSE, **PINNED, path: text, **more})
    before = project.read()
    outcome = project.run("--fix", *ASKED)
    after = project.read()
    assert {name for name in after if after[name] != before[name]} <= {path}
    again = project.run("--fix", *ASKED)
    assert project.read() == after
    assert "mended FF" not in again.err.replace("not mended: FF", "")
    return outcome, after[path].decode()


SIGNAL = "from celery.signals import worker_before_create_process\n"
TOP = f"import gc\n\nfrom celery import Celery\n{SIGNAL}"
TASK = "\n\n# A task.\n@app.task\ndef work():\n    pass\n"
HEAD = '"""Tasks."""\n\nfrom __future__ import annotations\n\n'
CONF = "\nos.environ.setdefault('A', 'b')\napp = Celery('proj')\napp.conf.timezone = 'UTC'  # as it is\n"
SCHEDULED = "import requests\nfrom celery import Celery\nfrom celery.schedules import crontab\n"
MAIN = "if __name__ == '__main__':\n    app.start()"

MADE = {
    "a plain application": (
        'from celery import Celery\n\napp = Celery("proj")\n',
        f'{TOP}\napp = Celery("proj")\n{HANDLER}',
    ),
    "imports in their order, and tasks below": (
        f"{HEAD}import os  # keep\nimport time\n\n{SCHEDULED}from django.conf import settings\n{CONF}{TASK[1:]}",
        f"{HEAD}import gc\nimport os  # keep\nimport time\n\n{SCHEDULED}{SIGNAL}from django.conf import settings\n{CONF}{HANDLER}{TASK}",
    ),
    "a signal that is imported already, over several lines": (
        "import gc\nfrom celery.signals import (\n    worker_init,  # first\n)\nfrom celery import Celery\n\napp = Celery('proj')\n",
        (
            "import gc\nfrom celery.signals import (\n    worker_before_create_process,\n    worker_init,  # first\n)\n"
            f"from celery import Celery\n\napp = Celery('proj')\n{HANDLER}"
        ),
    ),
    "signals on one line": (
        "import gc\nfrom celery import Celery\nfrom celery.signals import task_failure, task_success\n\napp = Celery('proj')\n",
        (
            "import gc\nfrom celery import Celery\nfrom celery.signals import task_failure, task_success, worker_before_create_process\n"
            f"\napp = Celery('proj')\n{HANDLER}"
        ),
    ),
    "an application that a function makes": (
        "from celery import Celery\n\n\ndef make():\n    return Celery('proj')\n\n\napp = make()\n",
        f"{TOP}\n\ndef make():\n    return Celery('proj')\n{HANDLER}\n\napp = make()\n",
    ),
    "a file that is run by itself too": (
        f"from celery import Celery\n\napp = Celery('proj')\n{MAIN}",
        f"{TOP}\napp = Celery('proj')\n{HANDLER}\n\n{MAIN}",
    ),
    "a comment at its end": (
        "from celery import Celery\napp = Celery('proj')\n# That is all.\n",
        f"{TOP}app = Celery('proj')\n{HANDLER}\n\n# That is all.\n",
    ),
}


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "with a byte order mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["", "with carriage returns"])
@pytest.mark.parametrize(("text", "wanted"), MADE.values(), ids=MADE.keys())
def test_the_handler_stands_next_to_the_application(project, text, wanted, ending, mark):
    written, expected = (mark + one.replace("\n", ending) for one in (text, wanted))
    outcome, found = mended(project, written)
    assert found == expected, outcome.err
    assert outcome.status == 0


def test_it_is_made_in_the_file_that_makes_the_application(project):
    entry = {"proj.py": "from lib.worker import app\n", "lib/__init__.py": ""}
    project.write(entry)
    _, found = mended(project, "import celery\n\napp = celery.Celery('proj')\n", "lib/worker.py", **entry)
    assert found == (f"import gc\n\nimport celery\n{SIGNAL}\napp = celery.Celery('proj')\n{HANDLER}")


def test_services_of_one_application_share_it(project):
    other = COMPOSE.replace("services:\n", "").replace("  worker:", "  other:")
    project.write({"compose.yaml": COMPOSE + other, **PINNED})
    assert project.run("--fix", *ASKED).status == 0
    assert project.read()["proj.py"].count(b"gc.freeze()") == 1


def test_where_no_file_says_which_celery_is_installed_that_is_said(project):
    project.write({"compose.yaml": COMPOSE})
    assert "it needs Celery 5.3, and no file says which is installed" in project.run("--diff", *ASKED).out


def test_it_is_unsafe(project):
    project.write({"compose.yaml": COMPOSE})
    outcome = project.run("--diff", "--select", "FF303")
    assert (outcome.status, outcome.out) == (0, "")
    assert "--unsafe-fixes would mend FF303 worker: proj.py:4: gc.freeze() before each fork is added" in outcome.err
    assert "(it changes the application's code)" in outcome.err


APP = "from celery import Celery\n\napp = Celery('proj')\n"
REFUSED = {
    "a name that is taken": (f"{APP}gc = open_sheet()\n", "proj.py has another gc, a name that the handler needs"),
    "a name that a function takes": (f"{APP}\ndef f():\n    global gc\n    gc = 1\n", "proj.py has another gc"),
    "a name that another import takes": (f"from sheets import client as gc\n{APP}", "proj.py has another gc"),
    "an application that is not seen": ("from factory import make\n\napp = make()\n", "where its application is made is not known"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_with_the_reason(project, text, why):
    outcome, found = mended(project, text)
    assert found == text
    assert f"not mended: FF303 worker: {why}" in outcome.err

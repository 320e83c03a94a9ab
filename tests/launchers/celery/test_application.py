"""What -A leads to, as Celery 4.4, 5.2 and 5.7 find it."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.expression import begin
from forkfit.evaluate.python.modules import modules_of
from forkfit.evaluate.python.objects import Made
from forkfit.files import InMemory
from forkfit.launchers.celery.application import find_app
from forkfit.launchers.celery.launcher import settle
from forkfit.model.container import Mapped, Process, View
from forkfit.model.project import Environment
from forkfit.model.span import Span
from forkfit.model.text import written
from forkfit.model.value import Absent, Known, Unknown

MADE = "from celery import Celery\n"
APP = MADE + "app = Celery('a')\n"
CELERY = MADE + "celery = Celery('a')\n"
QUEUE = MADE + "queue = Celery('a')\n"
FLASK = "from flask import Flask\napp = Flask('x')\n"


def found(name, files):
    """Return where the application is made and under which first argument, or what is said where there is none."""
    view = View((Mapped(".", "/app"),), Known("/app"), Environment())
    run = begin(
        modules_of(view, InMemory({p: t.encode() for p, t in files.items()}), lambda _: None, name.partition(":")[0]), Environment()
    )
    application = find_app(name, run)
    match application.thing:
        case Known(value=Made() as made):
            main = made.arguments.get(0)
            return (made.at.file, made.of if made.of != "celery.Celery" else main.value)
        case Absent():
            return "none"
        case Unknown():
            return "unknown"


@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        pytest.param("pkg", {"pkg/__init__.py": "", "pkg/celery.py": APP}, ("pkg/celery.py", "a"), id="a package's celery"),
        pytest.param(
            "pkg",
            {"pkg/__init__.py": "", "pkg/celery.py": CELERY},
            ("pkg/celery.py", "a"),
            id="celery in a package's celery",
        ),
        pytest.param(
            "pkg",
            {"pkg/__init__.py": "from .celery import app as celery_app", "pkg/celery.py": APP},
            ("pkg/celery.py", "a"),
            id="a package that exports it",
        ),
        pytest.param(
            "pkg",
            {"pkg/__init__.py": APP, "pkg/celery.py": MADE + "app = Celery('b')"},
            ("pkg/__init__.py", "a"),
            id="the package before its celery",
        ),
        pytest.param("pkg", {"pkg/__init__.py": "", "pkg/celery_app.py": APP}, "none", id="only celery_app"),
        pytest.param("pkg", {"pkg/__init__.py": "", "pkg/tasks.py": APP}, "none", id="only tasks"),
        pytest.param("pkg.tasks", {"pkg/__init__.py": "", "pkg/tasks.py": QUEUE}, ("pkg/tasks.py", "a"), id="a module"),
        pytest.param(
            "pkg",
            {"pkg/__init__.py": "from .jobs import queue", "pkg/jobs.py": QUEUE},
            ("pkg/jobs.py", "a"),
            id="exported under another name",
        ),
        pytest.param("mod", {"mod.py": QUEUE}, ("mod.py", "a"), id="an odd name"),
        pytest.param("mod", {"mod.py": MADE + "zebra = Celery('a')\nant = Celery('b')"}, ("mod.py", "a"), id="the first defined"),
        pytest.param("mod", {"mod.py": MADE + "celery = Celery('b')\napp = Celery('a')"}, ("mod.py", "a"), id="app before celery"),
        pytest.param("mod:queue", {"mod.py": MADE + "app = Celery('b')\nqueue = Celery('a')"}, ("mod.py", "a"), id="a colon"),
        pytest.param("mod.queue", {"mod.py": MADE + "app = Celery('b')\nqueue = Celery('a')"}, ("mod.py", "a"), id="a dot"),
        pytest.param(
            "pkg.mod:queue",
            {"pkg/__init__.py": "", "pkg/mod.py": QUEUE},
            ("pkg/mod.py", "a"),
            id="a module in a package",
        ),
        pytest.param("mod:nothing", {"mod.py": APP}, "unknown", id="a colon is final"),
        pytest.param("mod.py", {"mod.py": APP}, "none", id="a file"),
        pytest.param("./mod", {"mod.py": APP}, "none", id="a path"),
        pytest.param("pkg/celery", {"pkg/celery.py": APP}, "none", id="a path in a package"),
        pytest.param(
            "mod",
            {"mod.py": FLASK + CELERY},
            ("mod.py", "flask.Flask"),
            id="no check of type",
        ),
        pytest.param("elsewhere", {"mod.py": ""}, "none", id="not in the repository"),
    ],
)
def test_the_application_that_a_name_leads_to(name, files, expected):
    assert found(name, files) == expected


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"proj.py": FLASK + CELERY}, "-A proj leads to a Flask application"),
        ({"proj/__init__.py": "", "proj/tasks.py": APP}, "-A proj: proj has neither app nor celery"),
    ],
)
def test_a_name_that_leads_to_no_celery_stops_the_worker(one, stops, files, message):
    worker = one("celery -A proj worker", files=files)
    assert stops(worker)
    assert worker.remarks[0].message.startswith(message)


def test_the_only_application_is_taken_where_the_name_cannot_be_followed(one, say):
    files = {
        "make.py": """
from flask import Flask
from celery import Celery, Task

def celery_init_app(app):
    celery_app = Celery(app.name)
    celery_app.config_from_object({"worker_concurrency": 3})
    app.extensions["celery"] = celery_app
    return celery_app

def create_app():
    app = Flask(__name__)
    celery_init_app(app)
    return app
""",
        "worker.py": "from make import create_app\nflask_app = create_app()\ncelery_app = flask_app.extensions['celery']\n",
    }
    assert say(one("celery -A worker:celery_app worker", files=files).concurrency) == 3


def test_a_folder_of_that_name_without_the_application_is_not_taken(say):
    files = {"backend/backend/__init__.py": "", "backend/backend/celery.py": MADE + "app = Celery('a', worker_concurrency=3)"}
    at = Span("compose.yaml", 5, 1, 5, 2)
    argv = tuple(written(w, at) for w in ["celery", "-A", "backend", "worker"])
    process = Process("worker", at, argv, View((), Absent("not given"), Environment(), (".", "backend")))
    (worker,) = settle(process, InMemory({p: t.encode() for p, t in files.items()}), lambda _: None)
    assert say(worker.concurrency) == 3

"""Configuration that is broken, runs in circles, or asks the world: unknown, with its line, and soon."""

from __future__ import annotations

import time

import pytest

from forkfit.model.value import Known, Unknown

APP = "from celery import Celery\n\napp = Celery('proj')\napp.config_from_object('settings')\n"
LIMIT = 5.0  # seconds; what is bounded takes a tenth of one

ASKING = {
    "a web page": "import requests\nworker_concurrency = requests.get('http://config/n').json()['n']\n",
    "a web page by the standard library": "from urllib.request import urlopen\nworker_concurrency = int(urlopen('http://config/n').read())\n",
    "a socket": "import socket\nworker_concurrency = len(socket.gethostname())\n",
    "a file": "import json\nworker_concurrency = json.load(open('config.json'))['n']\n",
    "a file by its path": "from pathlib import Path\nworker_concurrency = int(Path('/proc/n').read_text())\n",
    "a command": "import subprocess\nworker_concurrency = int(subprocess.check_output(['nproc']))\n",
    "a shell": "import os\nworker_concurrency = int(os.popen('nproc').read())\n",
    "chance": "import random\nworker_concurrency = random.randint(1, 8)\n",
    "the clock": "import datetime\nworker_concurrency = datetime.datetime.now().hour\n",
    "the user": "import os\nworker_concurrency = int(input())\n",
    "a secret of a cloud": "import boto3\nworker_concurrency = int(boto3.client('ssm').get_parameter(Name='n')['Parameter']['Value'])\n",
    "a settings library that is not followed": "from dynaconf import Dynaconf\nworker_concurrency = Dynaconf().CHILDREN\n",
    "the memory": "import psutil\nworker_concurrency = psutil.virtual_memory().total // 2**30\n",
}


@pytest.mark.parametrize("settings", ASKING.values(), ids=ASKING.keys())
def test_what_only_a_run_can_tell_is_unknown_with_its_line(one, settings):
    worker = one("celery -A proj worker", files={"proj.py": APP, "settings.py": settings, "config.json": '{"n": 4}'})
    assert isinstance(worker.concurrency, Unknown)
    assert ("settings.py", 2) in {(step.at.file, step.at.line) for step in worker.concurrency.trail if step.at is not None}


ENDLESS = {
    "a function that calls itself": "def f(n):\n    return f(n + 1)\n\n\nworker_concurrency = f(0)\n",
    "functions that call each other": "def f(n):\n    return g(n)\n\n\ndef g(n):\n    return f(n)\n\n\nworker_concurrency = f(0)\n",
    "a loop without an end": "worker_concurrency = 1\nwhile True:\n    worker_concurrency += 1\n",
    "a number of a million digits": "worker_concurrency = 9**9**9\n",
    "a list of a thousand million": "worker_concurrency = len([0] * 10**9)\n",
    "a text that doubles": "x = 'a'\n" + "x = x + x\n" * 60 + "worker_concurrency = len(x)\n",
    "a list that holds itself": "x = [1]\n" + "x = [x, x, x]\n" * 40 + "worker_concurrency = sum(x)\n",
    "conditions by the hundred": "x = 1\n" + "if x:\n    x = x + 1\n" * 300 + "worker_concurrency = g(x)\n",
    "brackets in brackets": f"worker_concurrency = {'(' * 90}1{')' * 90} if h() else 2\n",
    "a name of itself": "worker_concurrency = worker_concurrency\n",
    "a match in a match": "import os\n" + "match os.environ.get('A'):\n    case x if x:\n        worker_concurrency = 1\n" * 100,
    "a dictionary of dictionaries": "x = {}\n" + "x['a']['b']['c'] = x\n" * 200 + "worker_concurrency = x['a']\n",
}


@pytest.mark.parametrize("settings", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_has_no_end_is_not_followed_to_it(one, settings):
    started = time.process_time()
    worker = one("celery -A proj worker", files={"proj.py": APP, "settings.py": settings})
    assert time.process_time() - started < LIMIT
    assert not isinstance(worker.concurrency, Known)


CIRCLES = {
    "all names of each other": {"settings.py": "worker_concurrency = 4\nfrom more import *\n", "more.py": "from settings import *\n"},
    "the application and its settings": {"settings.py": "from proj import app\nworker_concurrency = 4\n"},
    "a module of itself": {"settings.py": "import settings\nfrom settings import *\nworker_concurrency = 4\n"},
    "a circle of three": {
        "settings.py": "import a\nworker_concurrency = 4\n",
        "a.py": "import b\n",
        "b.py": "import settings\nimport proj\n",
    },
    "tasks that import the application": {
        "settings.py": "worker_concurrency = 4\ninclude = ['tasks']\n",
        "tasks.py": "from proj import app\nfrom settings import *\n",
    },
}


@pytest.mark.parametrize("files", CIRCLES.values(), ids=CIRCLES.keys())
def test_imports_in_a_circle_lose_no_value(outcome, files):
    assert outcome("celery -A proj worker", files={"proj.py": APP, **files}) == 4


BROKEN = {
    "the settings": {"proj.py": APP, "settings.py": "worker_concurrency = (4\n"},
    "what the settings take all from": {"proj.py": APP, "settings.py": "from base import *\n", "base.py": "worker_concurrency = = 4\n"},
    "the application": {"proj.py": "app = Celery(\n", "settings.py": "worker_concurrency = 4\n"},
    "a module of null bytes": {"proj.py": APP, "settings.py": "worker_concurrency = 4\0\n"},
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN.keys())
def test_a_module_that_is_no_python_makes_its_settings_unknown(outcome, files):
    assert outcome("celery -A proj worker", files=files) == "unknown"


@pytest.mark.parametrize(
    "files",
    [
        {"settings.py": "worker_concurrency = 4\ninclude = ['tasks']\n", "tasks.py": "def broken(:\n"},
        {"settings.py": "worker_concurrency = 4\ninclude = ['tasks']\n"},
        {"settings.py": "import more\nworker_concurrency = 4\n", "more.py": "class\n"},
    ],
    ids=["broken tasks", "missing tasks", "a broken module beside"],
)
def test_a_broken_module_takes_nothing_from_settings_elsewhere(outcome, files):
    assert outcome("celery -A proj worker", files={"proj.py": APP, **files}) == 4


MISSING = {
    "a name of a module that is not there": "from nowhere import CHILDREN\nworker_concurrency = CHILDREN\n",
    "a module that is not there": "import nowhere\nworker_concurrency = nowhere.CHILDREN\n",
    "a name that nothing binds": "\nworker_concurrency = CHILDREN\n",
}


@pytest.mark.parametrize("settings", MISSING.values(), ids=MISSING.keys())
def test_what_is_not_there_is_unknown(outcome, settings):
    assert outcome("celery -A proj worker", files={"proj.py": APP, "settings.py": settings}) == "unknown"

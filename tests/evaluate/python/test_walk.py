"""A walk sees what importing an application brings along, where, by way of what, and before or after the fork."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.expression import begin
from forkfit.evaluate.python.modules import modules_of
from forkfit.evaluate.python.walk import Start, walk
from forkfit.files import InMemory, Watched
from forkfit.model.container import Mapped, View
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import written
from forkfit.model.value import Absent, Known
from forkfit.model.worker import When


def walked(made, *names):
    return walk(made.run, tuple(Start(name, needed=True) for name in names or ("proj.celery",)))


def libraries(code, when=When.PARENT):
    return {i.library for i in code.imports if i.when is when and i.library != "celery" and not i.library.startswith("celery.")}


APP = {"proj/__init__.py": "", "proj/celery.py": "from celery import Celery\napp = Celery('proj', include=['proj.tasks'])\n"}
TASK = "from celery import shared_task\n"

AT_START = {
    "a module level import": ("import torch", {"torch"}),
    "a dotted import": ("import torch.nn.functional", {"torch", "torch.nn.functional"}),
    "an import from": ("from pandas import DataFrame", {"pandas"}),
    "an import from a package of packages": ("from google.cloud import storage", {"google", "google.cloud", "google.cloud.storage"}),
    "the standard library": ("import json, os.path\nfrom collections import abc", set()),
    "inside try": ("try:\n    import torch\nexcept ImportError:\n    torch = None", {"torch"}),
    "inside except": ("try:\n    import ujson as json\nexcept ImportError:\n    import simplejson as json", {"ujson", "simplejson"}),
    "inside with": ("import warnings\nwith warnings.catch_warnings():\n    import torch", {"torch"}),
    "on a known branch": ("GPU = False\nif GPU:\n    import torch\nelse:\n    import numpy", {"numpy"}),
    "on an open branch": ("import os\nif os.urandom(1):\n    import torch\nelse:\n    import numpy", {"torch", "numpy"}),
    "for type checkers only": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch", set()),
    "when run as a script": ("if __name__ == '__main__':\n    import torch", set()),
    "in a class body": ("class A:\n    import torch", {"torch"}),
    "in a function": ("def f():\n    import torch", set()),
    "in a function that is called": ("def f():\n    import torch\nf()", {"torch"}),
    "in a factory of another module": ("from proj.factory import make\napp = make()", {"flask"}),
    "in __init__ of an object": ("class A:\n    def __init__(self):\n        import torch\nA()", {"torch"}),
    "by a settings file that is included": (
        "from split_settings.tools import include, optional\ninclude('parts/*.py', optional('none.py'))\nimport_it()",
        {"split_settings", "split_settings.tools", "torch", "numpy"},
    ),
    "in a lambda": ("f = lambda: __import__('torch')", set()),
    "by import_module": ("import importlib\nimportlib.import_module('torch')", {"torch"}),
    "by import_module of a relative name": ("import importlib\nimportlib.import_module('.heavy', __package__)", {"torch"}),
    "by import_module of what stands in a folder": (
        "import importlib, os\nfor name in os.listdir('plugs'):\n    importlib.import_module(f'proj.plugs.{name}.main')",
        {"numpy", "scipy"},
    ),
    "by the project's own modules": ("from . import heavy", {"torch"}),
    "by a star": ("from proj.heavy import *", {"torch"}),
    "of a folder that is called like it": ("import redis\nfrom redis import Redis", {"redis"}),
}


@pytest.mark.parametrize(("code", "expected"), AT_START.values(), ids=AT_START.keys())
def test_what_is_imported_at_start(project, code, expected):
    files = APP | {
        "proj/tasks.py": code,
        "proj/heavy.py": "import torch",
        "proj/factory.py": "def make():\n    from flask import Flask\n    return Flask(__name__)",
        "redis/backup/dump.py": "",
        "proj/parts/a.py": "import numpy\ndef import_it():\n    import torch",
        "proj/plugs/__init__.py": "import numpy",
        "proj/plugs/one/__init__.py": "",
        "proj/plugs/one/main.py": "import scipy",
        "proj/plugs/two/__init__.py": "import pandas",
    }
    assert libraries(walked(project(files)).code) == expected


def test_an_import_knows_its_place_and_the_chain_that_leads_there(project):
    files = APP | {
        "proj/tasks.py": "\nfrom proj import audio\n",
        "proj/audio/__init__.py": "from .model import run\n",
        "proj/audio/model.py": "import torch\n",
    }
    (torch,) = [i for i in walked(project(files)).code.imports if i.library == "torch"]
    assert str(torch.at) == "proj/audio/model.py:1:1"
    assert [str(at) for at in torch.through] == ["proj/celery.py:2:31", "proj/tasks.py:2:1", "proj/audio/__init__.py:1:1"]


def test_modules_come_in_the_order_of_python(project):
    files = APP | {"proj/tasks.py": "from proj import b, a\nimport proj.c", "proj/a.py": "import proj.c", "proj/b.py": "", "proj/c.py": ""}
    seen = walked(project(files))
    assert [m.name for m in seen.modules] == ["proj", "proj.celery", "proj.tasks", "proj.b", "proj.a", "proj.c"]
    assert seen.code.modules == 6


def test_an_import_that_may_fail_is_optional(project):
    files = APP | {"proj/tasks.py": "import numpy\ntry:\n    import torch, numpy\nexcept ImportError:\n    pass"}
    assert {i.library: i.optional for i in walked(project(files)).code.imports if i.library in ("torch", "numpy")} == {
        "numpy": False,
        "torch": True,
    }


IN_TASKS = {
    "in a task": ("@shared_task\ndef run():\n    import torch", {"torch"}),
    "in a task of an app": ("from proj.celery import app\n@app.task(bind=True)\ndef run(self):\n    import torch", {"torch"}),
    "in a function that a task calls": ("def load():\n    import torch\n@shared_task\ndef run():\n    load()", {"torch"}),
    "in a method": ("class A:\n    def go(self):\n        import torch\n@shared_task\ndef run():\n    A().go()", {"torch"}),
    "in a method of a module's object": (
        "class A:\n    def go(self):\n        import torch\na = A()\n@shared_task\ndef run():\n    a.go()",
        {"torch"},
    ),
    "in a property": (
        """
class A:
    @property
    def model(self):
        import torch
    def go(self):
        self.model.run()
@shared_task
def run():
    A().go()
""",
        {"torch"},
    ),
    "in a module that a task imports": ("@shared_task\ndef run():\n    from proj.heavy import go\n    go()", {"torch"}),
    "in a class-based task": ("from celery import Task\nclass Run(Task):\n    def run(self):\n        import torch", {"torch"}),
    "in worker_process_init": (
        "from celery.signals import worker_process_init\n@worker_process_init.connect\ndef load(**_):\n    import torch",
        {"torch"},
    ),
    "in worker_init": ("from celery.signals import worker_init\n@worker_init.connect\ndef load(**_):\n    import torch", set()),
    "in a function that nobody calls": ("def load():\n    import torch", set()),
    "already at start": ("import torch\n@shared_task\ndef run():\n    import torch", set()),
}


@pytest.mark.parametrize(("code", "expected"), IN_TASKS.values(), ids=IN_TASKS.keys())
def test_what_is_imported_after_the_fork(project, code, expected):
    files = APP | {"proj/tasks.py": TASK + code, "proj/heavy.py": "import torch\ndef go():\n    pass"}
    assert libraries(walked(project(files)).code, When.CHILD) == expected


def test_a_function_that_no_task_calls_is_lazy(project):
    code = walked(project(APP | {"proj/tasks.py": "def load():\n    import torch\n"})).code
    assert [(i.library, str(i.at)) for i in code.lazy] == [("torch", "proj/tasks.py:2:5")]
    assert libraries(code) == set()


def test_a_handler_of_worker_init_runs_before_the_fork(project):
    code = "from celery.signals import worker_init\n@worker_init.connect\ndef load(**_):\n    import torch"
    assert libraries(walked(project(APP | {"proj/tasks.py": code})).code) == {"torch"}


DISCOVERED = {
    "a list": ("app.autodiscover_tasks(['shop'])", {"shop", "shop.tasks"}),
    "several": ("app.autodiscover_tasks(packages=['shop', 'bank'])", {"shop", "shop.tasks", "bank"}),
    "another name": ("app.autodiscover_tasks(['shop'], related_name='jobs')", {"shop", "shop.jobs"}),
    "the package itself": ("app.autodiscover_tasks(['shop'], related_name=None)", {"shop"}),
    "a module": ("app.autodiscover_tasks(['shop.jobs'])", {"shop", "shop.jobs"}),
    "a function": ("app.autodiscover_tasks(lambda: ['shop'])", {"shop", "shop.tasks"}),
    "a constant": ("NAMES = ('shop',)\napp.autodiscover_tasks(NAMES, force=True)", {"shop", "shop.tasks"}),
    "nothing without Django": ("app.autodiscover_tasks()", set()),
}


@pytest.mark.parametrize(("code", "expected"), DISCOVERED.values(), ids=DISCOVERED.keys())
def test_autodiscover_tasks_imports(project, code, expected):
    files = {
        "proj/__init__.py": "",
        "proj/celery.py": f"from celery import Celery\napp = Celery('proj')\n{code}\n",
        "shop/__init__.py": "",
        "shop/tasks.py": "",
        "shop/jobs.py": "",
        "bank/__init__.py": "",
    }
    assert {m.name for m in walked(project(files)).modules} - {"proj", "proj.celery"} == expected


def test_what_discovered_modules_discover_is_followed_too(project):
    files = {
        "proj/__init__.py": "",
        "proj/celery.py": "from celery import Celery\napp = Celery()\napp.autodiscover_tasks(['a'])",
        "a/__init__.py": "",
        "a/tasks.py": "from proj.celery import app\napp.autodiscover_tasks(['b'])",
        "b/__init__.py": "",
        "b/tasks.py": "import torch",
    }
    assert libraries(walked(project(files)).code) == {"torch"}


ENVIRONMENT = {
    "a default": ("os.environ.setdefault('N', '4')", {}, "4"),
    "a default that loses": ("os.environ.setdefault('N', '4')", {"N": "6"}, "6"),
    "an assignment": ("os.environ['N'] = '4'", {"N": "6"}, "4"),
    "an update": ("os.environ.update({'N': '4'})", {}, "4"),
    "load_dotenv": ("load_dotenv()", {}, "9"),
    "load_dotenv and the process": ("load_dotenv()", {"N": "6"}, "6"),
    "load_dotenv with override": ("load_dotenv(override=True)", {"N": "6"}, "9"),
    "load_dotenv of a path": ("load_dotenv(os.path.join(os.path.dirname(__file__), 'conf', 'x.env'))", {}, "8"),
    "load_dotenv of a Path": ("load_dotenv(Path(__file__).resolve().parent / 'conf' / 'x.env')", {}, "8"),
    "load_dotenv of a name": ("load_dotenv(dotenv_path='.env')", {}, "9"),
    "load_dotenv of what it finds": ("load_dotenv(find_dotenv())", {}, "9"),
    "load_dotenv where it exists": ("if os.path.exists('.env'):\n    load_dotenv('.env')", {}, "9"),
    "load_dotenv of a file that is not there": ("load_dotenv('other.env')", {}, None),
    "django-environ": ("environ.Env.read_env(os.path.join(os.path.dirname(__file__), '..', '.env'))", {}, "9"),
    "environs": ("env = environs.Env()\nenv.read_env()", {}, "9"),
}


@pytest.mark.parametrize(("code", "environ", "expected"), ENVIRONMENT.values(), ids=ENVIRONMENT.keys())
def test_code_changes_the_environment(project, code, environ, expected):
    head = "import environ, environs, os\nfrom pathlib import Path\nfrom dotenv import find_dotenv, load_dotenv\n"
    files = {"proj/__init__.py": "", "proj/celery.py": head + code, ".env": "N=9\n", "proj/conf/x.env": "N=8\n"}
    value = walked(project(files, environ)).environment.get("N")
    assert (value.value.plain if isinstance(value, Known) else None) == expected


def test_a_value_out_of_a_dotenv_file_knows_its_place(project):
    files = {"proj/__init__.py": "", "proj/celery.py": "from dotenv import load_dotenv\nload_dotenv()\n", ".env": "A=1\nN=9\n"}
    assert str(walked(project(files)).environment.get("N").value.at) == ".env:2:3"


MODELS = {
    "WhisperModel": (
        "from faster_whisper import WhisperModel\nM = WhisperModel('large-v3')",
        ("faster_whisper", "WhisperModel", "large-v3", When.PARENT),
    ),
    "SentenceTransformer in a task": (
        "from sentence_transformers import SentenceTransformer\n@shared_task\ndef run():\n    SentenceTransformer('all-MiniLM-L6-v2')",
        ("sentence_transformers", "SentenceTransformer", "all-MiniLM-L6-v2", When.CHILD),
    ),
    "whisper.load_model": ("import whisper\nM = whisper.load_model('base')", ("whisper", "load_model", "base", When.PARENT)),
    "from_pretrained": (
        "from transformers import AutoModel\nNAME = 'bert-base-uncased'\nM = AutoModel.from_pretrained(NAME)",
        ("transformers", "AutoModel.from_pretrained", "bert-base-uncased", When.PARENT),
    ),
    "spacy.load in a function that nobody calls": (
        "import spacy\ndef f():\n    return spacy.load('de')",
        ("spacy", "load", "de", When.CHILD),
    ),
    "a model behind a method": (
        """
class A:
    model = None
    def get(self):
        import easyocr
        self.model = easyocr.Reader(['en'])
a = A()
@shared_task
def run():
    a.get()
""",
        ("easyocr", "Reader", "en", When.CHILD),
    ),
    "joblib.load": ("import joblib, os\nM = joblib.load(os.environ['PATH_OF'])", ("joblib", "load", None, When.PARENT)),
}


@pytest.mark.parametrize(("code", "expected"), MODELS.values(), ids=MODELS.keys())
def test_a_model_that_is_loaded_is_seen(project, code, expected):
    (load,) = walked(project(APP | {"proj/tasks.py": TASK + code})).code.models
    assert (load.library, load.constructor, load.name.value if isinstance(load.name, Known) else None, load.when) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import boto3\n@shared_task\ndef run():\n    boto3.client('s3')", True),
        ("import boto3\ndef helper():\n    return boto3.Session().resource('s3')", True),
        ("import boto3", False),
        ("class boto3:\n    def client():\n        pass\nboto3.client()", False),
    ],
    ids=["in a task", "in a helper", "imported only", "something else of that name"],
)
def test_a_boto3_client_of_a_child_is_seen(project, code, expected):
    assert walked(project(APP | {"proj/tasks.py": TASK + code})).code.uses_boto3_client is expected


@pytest.mark.parametrize(
    ("code", "held", "used"),
    [
        ("import boto3\nS3 = boto3.client('s3')\n@shared_task\ndef run():\n    S3.list_buckets()", True, False),
        ("import boto3\nclass Store:\n    s3 = boto3.resource('s3')", True, False),
        ("import boto3\nS3 = boto3.client('s3')\n@shared_task\ndef run():\n    boto3.client('sqs')", True, True),
        ("import boto3\n@shared_task\ndef run():\n    boto3.client('s3')", False, True),
    ],
    ids=["module level", "class level", "both", "in a task"],
)
def test_a_boto3_client_at_module_level_is_there_before_the_fork(project, code, held, used):
    found = walked(project(APP | {"proj/tasks.py": TASK + code})).code
    assert (found.holds_boto3_client, found.uses_boto3_client) == (held, used)


GAPS = {
    "the application": ({}, "proj is not in the project"),
    "a module of the project": (APP | {"proj/tasks.py": "import proj.missing"}, "proj has no module missing"),
    "a file that does not parse": (APP | {"proj/tasks.py": "def f(:"}, "proj/tasks.py: this file does not parse as Python"),
    "an import by a name that is not known": (APP | {"proj/tasks.py": "import importlib\nimportlib.import_module(input())"}, "not known"),
    "what include= names": ({k: v.replace("proj.tasks", "proj.none") for k, v in APP.items()}, "proj has no module none"),
}


@pytest.mark.parametrize(("files", "expected"), GAPS.values(), ids=GAPS.keys())
def test_what_is_not_found_leaves_a_gap(project, files, expected):
    (gap,) = walked(project(files)).code.gaps
    assert expected in gap.why


def test_a_guarded_import_of_a_missing_module_leaves_no_gap(project):
    files = APP | {"proj/tasks.py": "try:\n    from proj.local import *\nexcept ImportError:\n    pass"}
    assert walked(project(files)).code.gaps == ()


def test_a_start_of_the_configuration_is_followed_from_its_place(project):
    trail = (Step(Role.WRITTEN, Span("settings.py", 3, 20, 3, 30)),)
    seen = walk(project(APP | {"proj/tasks.py": "", "jobs.py": "import torch"}).run, (Start("proj.celery"), Start("jobs", trail)))
    (torch,) = [i for i in seen.code.imports if i.library == "torch"]
    assert [str(at) for at in torch.through] == ["settings.py:3:20"]


def test_circles_and_depth_end(project):
    files = {f"m{i}.py": f"import m{i + 1}\nimport m0\n" for i in range(600)} | {"m600.py": "import torch\nfrom m0 import *\n"}
    seen = walked(project(files), "m0")
    assert seen.code.modules == 601
    assert libraries(seen.code) == {"torch"}


def test_a_second_service_that_runs_the_same_code_is_walked_by_its_own_places():
    texts = APP | {"proj/celery.py": "import os\nos.environ['A'] = '1'\nimport torch"}
    files = Watched(InMemory({name: text.encode() for name, text in texts.items()}))

    def service(line):
        at = Span("compose.yaml", line, 9, line, 30)
        environment = Environment((Variable("N", Known(written("4", at))),))
        modules = modules_of(View((), Absent("none"), environment, (".",)), files, [].append, "proj.celery")
        return walk(begin(modules, environment), (Start("proj.celery", (Step(Role.WRITTEN, at),)),))

    first, second = service(3), service(7)
    assert second.modules is first.modules
    (torch,) = [i for i in second.code.imports if i.library == "torch"]
    assert [str(at) for at in torch.through] == ["compose.yaml:7:9"]
    assert str(second.environment.get("N").value.at) == "compose.yaml:7:9"
    assert second.environment.get("A").value.plain == "1"


@pytest.mark.parametrize(
    ("environ", "source", "shared"),
    [
        ({"SIZE": "8"}, "media", True),
        ({"MODE": "cpu"}, "media", False),
        ({}, "data", True),
        ({}, "other", False),
    ],
    ids=["a variable that no code asks for", "a variable that code asks for", "a volume of data", "a folder with modules"],
)
def test_a_walk_serves_wherever_it_would_be_answered_the_same(environ, source, shared):
    code = "import os\nif os.environ.get('MODE') == 'gpu':\n    import torch\n"
    files = Watched(
        InMemory({"proj/__init__.py": b"", "proj/celery.py": code.encode(), "proj/data/x.bin": b"", "other/celery.py": b"import numpy"})
    )

    def gone(environ, mounted):
        target = "/app/proj" if mounted == "other" else "/app/media"
        paths = (Mapped(mounted, target), Mapped(".", "/app"))
        variables = tuple(Variable(name, Known(written(text, Span("compose.yaml", 5, 9, 5, 12)))) for name, text in environ.items())
        view = View(paths, Known("/app"), Environment(variables))
        return walk(begin(modules_of(view, files, print), view.environment), (Start("proj.celery"),))

    assert (gone({"MODE": "gpu"}, "media").modules is gone({"MODE": "gpu", **environ}, source).modules) == shared

"""FF305: an import goes from the tasks to the top of its module, where that is known to mean the same."""

from __future__ import annotations

import pytest

COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: ['.:/srv']
    command: celery -A proj worker -c 8
    mem_limit: 1g
"""
ASKED = ("--select", "FF305", "--unsafe-fixes")
APP = "from celery import Celery\n\napp = Celery('proj')\n"
TASK = "\n\n@app.task\ndef work(x):\n"
MORE = TASK.replace("work", "more")
SOMETIMES = "\n\ndef other(x):\n    if x:\n        import torch\n        torch.ones(x)\n"


def mended(project, text):
    project.write({"compose.yaml": COMPOSE, "requirements.txt": "celery==5.4.0\ntorch\n", "proj.py": text})
    before = project.read()
    outcome = project.run("--fix", *ASKED)
    after = project.read()
    assert {name for name in after if after[name] != before[name]} <= {"proj.py"}
    project.run("--fix", *ASKED)
    assert project.read() == after
    return outcome, after["proj.py"].decode()


MOVED = {
    "the first line of a task": (
        f"{APP}{TASK}    import torch\n\n    return torch.ones(x)\n",
        f"import torch\n{APP}{TASK}    return torch.ones(x)\n",
    ),
    "below a docstring": (
        f'{APP}{TASK}    """Work."""\n    import torch\n\n    return torch.ones(x)\n',
        f'import torch\n{APP}{TASK}    """Work."""\n\n    return torch.ones(x)\n',
    ),
    "among other imports": (
        f"{APP}{TASK}    import json\n    import torch\n    import time\n\n    return json.dumps(torch.ones(x)), time\n",
        f"import torch\n{APP}{TASK}    import json\n    import time\n\n    return json.dumps(torch.ones(x)), time\n",
    ),
    "several tasks": (
        f"{APP}{TASK}    import torch\n    return torch.ones(x)\n{MORE}    import torch\n    return torch.zeros(x)\n",
        f"import torch\n{APP}{TASK}    return torch.ones(x)\n{MORE}    return torch.zeros(x)\n",
    ),
    "a comment for linters": (
        f"{APP}{TASK}    import torch  # noqa: PLC0415\n    return torch.ones(x)\n",
        f"import torch\n{APP}{TASK}    return torch.ones(x)\n",
    ),
    "a comment for a type checker": (
        f"{APP}{TASK}    import torch  # type: ignore[import-untyped]\n    return torch.ones(x)\n",
        f"import torch  # type: ignore[import-untyped]\n{APP}{TASK}    return torch.ones(x)\n",
    ),
    "a line that logs, and one that may leave before": (
        f"{APP}{TASK}    logger.info('work')\n    if not x:\n        return None\n    import torch\n    return torch.ones(x)\n",
        f"import torch\n{APP}{TASK}    logger.info('work')\n    if not x:\n        return None\n    return torch.ones(x)\n",
    ),
    "another function with a variable of that name": (
        f"{APP}\n\ndef other(torch):\n    return torch\n{TASK}    import torch\n    return torch.ones(x)\n",
        f"import torch\n{APP}\n\ndef other(torch):\n    return torch\n{TASK}    return torch.ones(x)\n",
    ),
    "another function that imports it on some ways": (
        f"{APP}{SOMETIMES}{TASK}    import torch\n    return torch.ones(x)\n",
        f"import torch\n{APP}{SOMETIMES}{TASK}    return torch.ones(x)\n",
    ),
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["", "with carriage returns"])
@pytest.mark.parametrize(("text", "wanted"), MOVED.values(), ids=MOVED.keys())
def test_the_import_goes_to_the_top(project, text, wanted, ending):
    outcome, found = mended(project, text.replace("\n", ending))
    assert found == wanted.replace("\n", ending), outcome.err
    assert outcome.status == 0


def test_an_import_of_several_lines_keeps_its_form(project):
    text = f"{APP}{TASK}    from torch import (\n        nn,\n        ones,\n    )\n\n    return nn, ones(x)\n"
    _, found = mended(project, text)
    assert (
        found
        == f"from celery import Celery\nfrom torch import (\n    nn,\n    ones,\n)\n\napp = Celery('proj')\n{TASK}    return nn, ones(x)\n"
    )


def test_it_is_said_what_else_comes_of_it(project):
    project.write({"compose.yaml": COMPOSE, "proj.py": MOVED["the first line of a task"][0]})
    told = project.run("--diff", *ASKED).out
    assert told.startswith(
        "# FF305 worker: proj.py:8: import torch at the top of the module;"
        " whatever imports proj.py holds torch from then on, a web server too\n"
    )
    assert "(it changes what other programs import)" in project.run("--diff", "--select", "FF305").err


IMPORTED = "    import torch\n    return torch.ones(x)\n"
KEPT = {
    "a module that gives the name another meaning": (f"{APP}torch = None\n{TASK}{IMPORTED}", "proj.py has another torch at its top"),
    "a function that reads another": (
        f"{APP}\n\ndef other():\n    return torch\n{TASK}{IMPORTED}",
        "proj.py:6 reads another torch",
    ),
    "a function that makes it global": (f"{APP}{TASK}    global torch\n{IMPORTED}", "proj.py has another torch at its top"),
    "a condition": (
        f"{APP}{TASK}    if x:\n        import torch\n        return torch.ones(x)\n",
        "proj.py:9 imports it only on some ways through work",
    ),
    "what is tried": (
        f"{APP}{TASK}    try:\n        import torch\n    except OSError:\n        return 0\n    return torch.ones(x)\n",
        "proj.py:9 imports it only on some ways through work",
    ),
    "a function within another": (
        f"{APP}{TASK}    def inner():\n        import torch\n        return torch.ones(x)\n    return inner()\n",
        "proj.py:9 is in a function within another",
    ),
    "a comment that gives a reason": (
        f"{APP}{TASK}    # Only here: the web server is small.\n{IMPORTED}",
        "a comment above proj.py:9 tells of it",
    ),
    "a comment behind it": (f"{APP}{TASK}    import torch  # slow\n    return torch.ones(x)\n", "a comment on proj.py:8 tells of it"),
    "a line of several statements": (f"{APP}{TASK}    import torch; y = 1\n    return torch.ones(y)\n", "proj.py:8 shares its line"),
    "several libraries": (
        f"{APP}{TASK}    import torch, json\n    return json.dumps(torch.ones(x))\n",
        "proj.py:8:5 imports more than torch",
    ),
    "a variable that is set before": (
        f"import os\n{APP}{TASK}    os.environ['OMP_NUM_THREADS'] = '1'\n{IMPORTED}",
        "proj.py:9 prepares what is imported after it",
    ),
    "a variable that the module sets": (
        f"import os\n\nos.environ.setdefault('OMP_NUM_THREADS', '1')\n{APP}{TASK}{IMPORTED}",
        "proj.py:3 prepares what is imported after it",
    ),
    "a call before it": (f"{APP}{TASK}    prepare()\n{IMPORTED}", "proj.py:8 runs before the import, and may prepare it"),
    "a library that may be missing": (
        f"{APP}{TASK}    try:\n        return heavy(x)\n    except Exception:\n        return 0\n\n\ndef heavy(x):\n{IMPORTED}",
        "proj.py:8 goes on where heavy fails, as it does without the library",
    ),
    "a function that does nothing else": (
        f"{APP}{TASK}    return other(x)\n\n\ndef other(x):\n    import torch\n",
        "proj.py:12 is all that other does",
    ),
}


@pytest.mark.parametrize(("text", "why"), KEPT.values(), ids=KEPT.keys())
def test_it_stays_where_that_may_mean_something_else(project, text, why):
    outcome, found = mended(project, text)
    assert found == text
    assert f"not mended: FF305 worker: {why}" in outcome.err


def test_a_module_of_the_project_that_a_task_imports_stays_there(project):
    project.write({"ml.py": "import torch\n"})
    outcome, _ = mended(project, f"{APP}{TASK}    import ml\n    return ml.torch.ones(x)\n")
    assert "ml.py:1:1 is no line of a function: a task imports the whole module ml.py, and modules may need each other" in outcome.err


def test_a_module_that_a_task_imports_is_too_late_for_an_import_at_its_top(project):
    project.write({"ml.py": "def run(x):\n    import torch\n    return torch.ones(x)\n"})
    outcome, _ = mended(project, f"{APP}{TASK}    import ml\n    return ml.run(x)\n")
    assert "does not cure it: a task imports ml.py itself, so that its top comes after the fork too" in outcome.err


def test_a_library_that_only_some_programs_install_stays_in_the_task(project):
    project.write({"requirements-worker.txt": "-r requirements.txt\ntorch\n"})
    text = MOVED["the first line of a task"][0]
    project.write({"compose.yaml": COMPOSE, "requirements.txt": "celery==5.4.0\n", "proj.py": text})
    outcome = project.run("--fix", *ASKED)
    assert project.read()["proj.py"].decode() == text
    assert "requirements.txt lists celery and not torch: without it a program could not import proj.py" in outcome.err

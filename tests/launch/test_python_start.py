from __future__ import annotations

import pytest

APP = 'from celery import Celery\n\napp = Celery("shop")\n'
COMPOSE = """\
services:
  worker:
    build: .
    command: {command}
    environment:
      CELERY_WORKER_CONCURRENCY: "7"
      COUNT: "3"
"""
DOCKERFILE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"


def project(script, command="python run.py", **others):
    return {
        "compose.yaml": COMPOSE.format(command=command),
        "Dockerfile": DOCKERFILE,
        "shop/__init__.py": "",
        "shop/app.py": APP,
        "run.py": script,
        **others,
    }


def found(examined, *arguments, **others):
    result = examined(project(*arguments, **others))
    assert result["unseen"] == []
    return [
        (w["app"].get("known"), w["pool"].get("known"), w["concurrency"].get("known", w["concurrency"].get("by_cpus")))
        for w in result["workers"]
    ]


SHOP = "from shop.app import app\n"
STARTS = {
    "worker_main": ("app.worker_main(['worker', '--concurrency=4'])", ("run:app", "prefork", 4)),
    "worker_main as Celery 4 has it": ("app.worker_main(argv=['x', '-c', '5', '-P', 'solo'])", ("run:app", "solo", 1)),
    "start": ("app.start(['worker', '-c2'])", ("run:app", "prefork", 2)),
    "start with a program name": ("app.start(argv=['celery', 'worker', '-c2'])", ("run:app", "prefork", 2)),
    "Worker": ("app.Worker(concurrency=6, pool='threads').start()", ("run:app", "threads", 6)),
    "Worker in a variable": ("w = app.Worker(concurrency=2)\nw.start()", ("run:app", "prefork", 2)),
    "Worker with the count of CPUs": ("app.Worker(concurrency=0).start()", ("run:app", "prefork", "n")),
    "under the main guard": ("if __name__ == '__main__':\n    app.worker_main(['worker', '-c', '4'])", ("run:app", "prefork", 4)),
    "in main": (
        "def main():\n    app.worker_main(['worker', '-c', '4'])\n\nif '__main__' == __name__:\n    main()",
        ("run:app", "prefork", 4),
    ),
    "arguments passed on": ("def go(n):\n    app.worker_main(['worker', f'-c{n}'])\ngo(4)", ("run:app", "prefork", 4)),
    "a number from the environment": (
        "import os\napp.worker_main(['worker', '--concurrency', os.environ.get('COUNT', '9')])",
        ("run:app", "prefork", 3),
    ),
    "a list that grows": ("argv = ['worker']\nargv += ['-c', '3']\nargv.append('-B')\napp.worker_main(argv)", ("run:app", "prefork", 3)),
    "in another process": (
        "from multiprocessing import Process\ndef go():\n    app.worker_main(['worker', '-c', '4'])\np = Process(target=go)\np.start()",
        ("run:app", "prefork", 4),
    ),
    "in a try": ("try:\n    app.worker_main(['worker', '-c', '4'])\nexcept KeyboardInterrupt:\n    pass", ("run:app", "prefork", 4)),
}


@pytest.mark.parametrize(("code", "worker"), STARTS.values(), ids=STARTS)
def test_a_worker_that_is_started_from_within_python_is_found(examined, code, worker):
    assert found(examined, SHOP + code + "\n") == [worker]


def test_a_worker_from_within_python_asks_no_variables(examined):
    assert found(examined, SHOP + "app.worker_main(['worker'])\n") == [("run:app", "prefork", "n")]


COMMANDS = {
    "run": "subprocess.run(['celery', '-A', 'shop.app', 'worker', '-c', '4'], check=True)",
    "Popen": "p = subprocess.Popen(args=['celery', '-A', 'shop.app', 'worker', '-c', '4'])\np.wait()",
    "call in a shell": "subprocess.call('celery -A shop.app worker -c 4', shell=True)",
    "a split text": "subprocess.call('celery -A shop.app worker -c 4'.split())",
    "shlex": "import shlex\nsubprocess.call(shlex.split('celery -A shop.app worker -c 4'))",
    "system": "import os\nos.system('exec celery -A shop.app worker -c 4')",
    "execvp": "import os\nos.execvp('celery', ['celery', '-A', 'shop.app', 'worker', '-c', '4'])",
    "execlp": "import os\nos.execlp('celery', 'x', '-A', 'shop.app', 'worker', '-c', '4')",
    "Python's own": "import sys\nsubprocess.run([sys.executable, '-m', 'celery', '-A', 'shop.app', 'worker', '-c', '4'])",
    "Celery's main": "import sys\nfrom celery.__main__ import main\nsys.argv = ['celery', '-A', 'shop.app', 'worker', '-c', '4']\nmain()",
    "forever": "while True:\n    subprocess.run(['celery', '-A', 'shop.app', 'worker', '-c', '4'])",
    "an environment of its own": "subprocess.run(['celery', '-A', 'shop.app', 'worker'], env={'CELERY_WORKER_CONCURRENCY': '4'})",
    "a variable set before": "import os\nos.environ['CELERY_WORKER_CONCURRENCY'] = '4'\nos.system('celery -A shop.app worker')",
}


@pytest.mark.parametrize("code", COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_python_starts_is_followed(examined, code):
    assert found(examined, "import subprocess\n" + code + "\n") == [("shop.app", "prefork", 4)]


def test_a_program_asks_variables_where_it_starts_the_command_line(examined):
    assert found(examined, "import subprocess\nsubprocess.run(['celery', '-A', 'shop.app', 'worker'])\n") == [("shop.app", "prefork", 7)]


WATCH = """\
import argparse, subprocess

def start(command):
    return subprocess.Popen(command)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", nargs=argparse.REMAINDER)
    process = None
    command = parser.parse_args().command[1:]
    try:
        process = start(command)
        while True:
            if process.poll() is not None:
                process = start(command)
    finally:
        print("over")

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("start", ["python run.py --watch src", "python -u ./run.py", "./run.py -v"])
def test_a_supervisor_of_the_project_starts_what_stands_behind_dashes(examined, start):
    command = f"{start} -- celery -A shop.app worker -c 2"
    assert found(examined, WATCH, command) == [("shop.app", "prefork", 2)]


def test_a_command_that_is_started_again_is_one_process(examined):
    start = "subprocess.run(['celery', '-A', 'shop.app', 'worker', '-c', '2'])\n"
    code = f"import subprocess\n{start}while True:\n    {start}"
    assert found(examined, code) == [("shop.app", "prefork", 2)]


def test_a_program_may_pass_its_own_words_on(examined):
    code = "import subprocess, sys\nsubprocess.run(sys.argv[1:])\n"
    assert found(examined, code, "python run.py celery -A shop.app worker -c 2") == [("shop.app", "prefork", 2)]


def test_a_module_is_run_by_its_name(examined):
    code = "from .app import app\n\nif __name__ == '__main__':\n    app.worker_main(['worker', '-c', '4'])\n"
    assert found(examined, "", "python -m shop.go", **{"shop/go.py": code}) == [("shop.go:app", "prefork", 4)]
    assert found(examined, "", "python -um shop", **{"shop/__main__.py": code}) == [("shop.__main__:app", "prefork", 4)]


ENTRY = "from shop.app import app\n\ndef main():\n    app.worker_main(['worker', '-c', '4'])\n"
PACKAGING = {
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop-web = "shop.web:main"\nshop-worker = "shop.go:main"\n',
    "pyproject.toml of poetry": '[tool.poetry.scripts]\nshop-worker = "shop.go:main"\n',
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    shop-worker = shop.go:main\n",
    "setup.py": "setup(entry_points={'console_scripts': ['shop-web=shop.web:main', 'shop-worker=shop.go:main']})\n",
}


@pytest.mark.parametrize(("file", "text"), PACKAGING.items(), ids=PACKAGING)
@pytest.mark.parametrize("start", ["shop-worker", "poetry run shop-worker"])
def test_a_console_script_of_the_project_is_followed(examined, file, text, start):
    files = {file.split()[0]: text, "shop/go.py": ENTRY}
    assert found(examined, "", start, **files) == [("shop.go:app", "prefork", 4)]


ROLES = """\
import subprocess
import sys

role = sys.argv[1].lower() if len(sys.argv) > 1 else "web"
if role == "celery":
    app.worker_main(["worker", "-c", "4"])
elif "beat" in sys.argv:
    app.start(["beat"])
else:
    subprocess.run(["flask", "run"])
"""


@pytest.mark.parametrize(
    ("words", "workers"),
    [("Celery", [("run:app", "prefork", 4)]), ("beat", []), ("web", []), ("", [])],
)
def test_a_program_takes_its_role_from_its_words(examined, words, workers):
    assert found(examined, SHOP + ROLES, f"python run.py {words}".strip()) == workers


def test_branches_of_a_program_are_alternatives(examined):
    code = "import platform\nn = 2 if platform.node() else 4\nif platform.node():\n    c = ['-c', '2']\nelse:\n    c = ['-c', '4']\n"
    result = examined(project(SHOP + code + "app.worker_main(['worker', f'-c{n}'])\n"))
    (worker,) = result["workers"]
    assert {a.get("known") for a in worker["concurrency"]["one_of"]} == {2, 4}


def test_workers_that_a_loop_starts_are_not_counted(examined):
    code = "import subprocess\nfor q in open('queues'):\n    subprocess.Popen(['celery', '-A', 'shop.app', 'worker', '-c', '2', '-Q', q])\n"
    (container,) = examined(project(code))["containers"]
    assert "loop" in container["processes"]["unknown"]


SILENT = {
    "a loop of its own": "import time\nwhile True:\n    time.sleep(1)\n",
    "a web server": "from shop.web import app\napp.run()\n",
    "beat": SHOP + "app.start(['beat'])\n",
    "another command": "import subprocess\nsubprocess.run(['rq', 'worker'])\n",
    "a function that is not called": "def main():\n    pass\n",
    "tasks that are only sent": "from celery import chain\nfrom shop.tasks import add\nchain(add.s(1, 2), add.s(3))()\n",
    "tasks that are sent by name": SHOP + "app.send_task('add')\n",
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_a_program_that_starts_no_celery_worker_is_silent(examined, code):
    tasks = SHOP + "@app.task\ndef add(a, b):\n    return a + b\n"
    assert found(examined, code, **{"shop/web.py": "import flask\napp = flask.Flask('shop')\n", "shop/tasks.py": tasks}) == []


@pytest.mark.parametrize(
    "command", ["python manage.py runserver", "python -c 'import celery'", "python", "python -m http.server", "rq worker"]
)
def test_other_uses_of_python_are_silent(examined, command):
    manage = "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
    assert found(examined, "", command, **{"manage.py": manage}) == []


UNSEEN = {
    "words that nobody knows": (
        SHOP + "import tools\nimport subprocess\nsubprocess.run(tools.command())\n",
        "python run.py",
        "is not known",
    ),
    "an application and no start": (SHOP + "app.connection().drain_events()\n", "python run.py", "cannot be seen"),
    "no such file": ("", "python /srv/work.py", "/srv/work.py"),
    "no such module": ("", "python -m acme.worker", "acme.worker"),
    "a broken file": ("def (:\n", "python run.py", "cannot be read"),
}


@pytest.mark.parametrize(("code", "command", "said"), UNSEEN.values(), ids=UNSEEN)
def test_what_looks_like_a_worker_and_is_not_seen_is_named(examined, code, command, said):
    result = examined(project(code, command))
    assert result["workers"] == []
    assert [said in u["why"] for u in result["unseen"]] == [True]


@pytest.mark.parametrize(
    "code",
    [
        "def a():\n    a()\na()\n",
        "import subprocess\n" + "".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()\n" for n in range(60)) + "f0()\n",
        "import subprocess\n" + "if x:\n    subprocess.run(['a'])\nelse:\n    subprocess.run(['b'])\n" * 40,
    ],
    ids=["a function that calls itself", "functions that double", "many branches"],
)
def test_a_hostile_program_ends(examined, code):
    assert examined(project(code))["workers"] == []


WRAPPING = """\
import os
from django.core.management.base import BaseCommand

def passed_on(argv):
    os.execvp("celery", argv[1:2] + ["-A", "shop.app"] + argv[2:])

class Command(BaseCommand):
    def run_from_argv(self, argv):
        passed_on(argv)
"""


@pytest.mark.parametrize("program", ["python manage.py", "django-admin"])
def test_a_management_command_that_takes_all_words_is_followed(examined, program):
    files = {
        "manage.py": "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
        "shop/management/commands/shop_celery.py": WRAPPING,
        "shop/__init__.py": "",
        "shop/management/__init__.py": "",
        "shop/management/commands/__init__.py": "",
        "shop/app.py": "from celery import Celery\napp = Celery()\n",
        "compose.yaml": "services:\n  w:\n    image: python:3.12\n    working_dir: /a\n    volumes: ['.:/a']\n"
        f"    command: {program} shop_celery worker -c 3\n",
    }
    (worker,) = examined(files)["workers"]
    assert worker["argv"] == ["celery", "-A", "shop.app", "worker", "-c", "3"]


GROUPS = """\
import os
import subprocess

import click


@click.group()
def main():
    pass


@main.group("jobs")
def for_jobs():
    pass


@for_jobs.command()
@click.option("--count", default=2)
def run_all(count):
    subprocess.run(["celery", "-A", "shop.app", "worker", "-c", "4"])


@main.command(name="count")
def counted():
    words = os.environ["WORDS"] or "celery -A shop.app worker"
    subprocess.Popen(open(words).read())


@main.command()
def serve():
    subprocess.run(["gunicorn", "shop.web"])
"""
LOADED = """\
import importlib
import click

class Commands(click.MultiCommand):
    def get_command(self, ctx, name):
        return importlib.import_module("shop." + name).cli

@click.command(cls=Commands)
def main():
    pass
"""


def of_click(examined, command, cli, service="app", **more):
    files = {
        "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n',
        "shop/__init__.py": "",
        "shop/app.py": "from celery import Celery\napp = Celery()\n",
        "shop/cli.py": cli,
        "compose.yaml": f"services:\n  {service}:\n    image: python:3.12\n    working_dir: /a\n    volumes: ['.:/a']\n"
        f"    command: {command}\n",
    }
    found = examined(files | more)
    return [" ".join(worker["argv"]) for worker in found["workers"]], [one["why"] for one in found["unseen"]]


@pytest.mark.parametrize("command", ["shop jobs run-all", "shop jobs run_all --count 3", "shop --debug jobs run-all"])
def test_a_command_of_a_group_that_click_makes_is_followed(examined, command):
    assert of_click(examined, command, GROUPS) == (["celery -A shop.app worker -c 4"], [])


def test_a_group_that_loads_its_commands_by_name_is_followed(examined):
    inner = GROUPS.replace("def main()", "def cli()").replace("@main", "@cli")
    assert of_click(examined, "shop backend jobs run-all", LOADED, **{"shop/backend.py": inner})[0] == ["celery -A shop.app worker -c 4"]


def test_a_program_that_spells_out_a_worker_is_told_whatever_its_service_looks_like(examined):
    (why,) = of_click(examined, "shop count", GROUPS)[1]
    assert why.startswith("what shop starts is not known: ")


@pytest.mark.parametrize("command", ["shop serve", "shop", "shop nothing", "shop jobs nothing"])
def test_other_commands_of_click_start_no_worker(examined, command):
    assert of_click(examined, command, GROUPS) == ([], [])


@pytest.mark.parametrize(
    ("code", "argv"),
    [
        ('subprocess.Popen(f"celery -A {app} worker -c {count()}".split(" "))', "celery -A shop.app worker -c {count()}"),
        ('words = f"celery -A {app} " + "worker -c 3"\nsubprocess.run(words.split())', "celery -A shop.app worker -c 3"),
        (
            'import shlex\nsubprocess.run(shlex.split(f"celery -A {app} worker -n {count()}@%h"))',
            "celery -A shop.app worker -n {count()}@%h",
        ),
        ('subprocess.run(f"exec celery -A {app} worker -c {count()}", shell=True)', "celery -A shop.app worker -c {count()}"),
        ('import os\nos.system(f"celery -A {app} worker -c {count() + 1:d} ")', "celery -A shop.app worker -c {count()+1}"),
    ],
)
def test_a_command_of_which_a_part_is_known_is_followed(examined, code, argv):
    files = {
        "run.py": f"import subprocess\nfrom elsewhere import count\napp = 'shop.app'\n{code}\n",
        "shop/app.py": "from celery import Celery\napp = Celery()\n",
        "compose.yaml": "services:\n  w:\n    image: python:3.12\n    working_dir: /a\n    volumes: ['.:/a']\n    command: python run.py\n",
    }
    assert [" ".join(worker["argv"]) for worker in examined(files)["workers"]] == [argv]


@pytest.mark.parametrize("code", ["f'{count()} worker'.split()", "f'celery \\\"-A\\\" {count()} worker'.split()", "words.split()"])
def test_a_command_whose_program_is_not_known_is_not_taken_for_one(examined, code):
    files = {
        "run.py": f"import subprocess\nfrom elsewhere import count\nwords = count()\nwords = 'celery ' + words\nsubprocess.run({code})\n",
        "compose.yaml": "services:\n  w:\n    image: python:3.12\n    working_dir: /a\n    volumes: ['.:/a']\n    command: python run.py\n",
    }
    assert examined(files)["workers"] == []

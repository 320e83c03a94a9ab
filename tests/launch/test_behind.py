"""Workers behind programs that nobody knows, and behind those that look a name up in a file."""

from __future__ import annotations

import pytest

COMPOSE = "services:\n  worker:\n    build: .\n    command: {command}\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
APP = 'from celery import Celery\n\napp = Celery("shop")\n'
TASKS = """\
from invoke import task


@task(aliases=["celery"])
def run_worker(c, level="info", concurrency=None, beat=False):
    command = f"celery -A shop worker -l {level}"
    if concurrency:
        command += f" --concurrency={concurrency}"
    if beat:
        command += " -B"
    c.run(command, pty=True)


def helper(c):
    c.run("celery -A shop worker")
"""
PROCFILE = """\
# a comment
web: gunicorn shop.web
worker: celery -A shop worker -c 3
mail: cd /app && exec celery -A shop worker -c ${COUNT:-4}
"""
MANAGE = """\
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""
COMMAND = """\
import shlex
import subprocess

from django.core.management.base import BaseCommand
from django.utils import autoreload


def restart():
    subprocess.call(shlex.split("pkill -9 celery"))
    subprocess.call(shlex.split("celery -A shop worker -c 2"))


class Command(BaseCommand):
    def handle(self, *args, **options):
        self.stdout.write("Starting")
        autoreload.run_with_reloader(restart)
"""
RELOADED = """\
import subprocess

from watchgod import run_process


def worker():
    subprocess.call(["celery", "-A", "shop", "worker", "-c", "6"])


run_process("./shop", worker)
"""
MAKEFILE = """\
COUNT ?= 4
CELERY = celery -A shop worker -c ${COUNT}
TWICE = 1
TWICE = 2
.PHONY: worker
prodworkers: migrate
\t# several
\t@cd /app && exec celery -A shop worker -c $${COUNT:-9}

migrate: ## prepare
\tpython manage.py migrate

light:
\t$(CELERY)

worker:
\tcelery -A shop worker -c $(TWICE)
"""
FILES = {
    "Dockerfile": DOCKERFILE,
    "shop.py": APP,
    "tasks.py": TASKS,
    "Procfile": PROCFILE,
    "ops/Procfile.dev": "light: celery -A shop worker -c 1\n",
    "manage.py": MANAGE,
    **{f"apps/{folder}__init__.py": "" for folder in ("", "jobs/", "jobs/management/", "jobs/management/commands/")},
    "apps/jobs/management/commands/run_celery.py": COMMAND,
    "reloaded.py": RELOADED,
    "Makefile": MAKEFILE,
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop-worker = "jobs:main"\n',
    "jobs.py": "from shop import app\n\n\ndef main():\n    app.worker_main(['worker', '-c', '8'])\n",
}


def examine(examined, command):
    found = examined({"compose.yaml": COMPOSE.format(command=command), **FILES})
    return [(w["program"], w["concurrency"].get("known")) for w in found["workers"]], [u["why"] for u in found["unseen"]]


@pytest.mark.parametrize(
    ("command", "workers"),
    [
        ("hupper --reload-interval 10 -m celery -A shop worker -c 3", [("celery", 3)]),
        ("python -m debugpy --listen 0.0.0.0:5678 -m celery -A shop worker -c 3", [("celery", 3)]),
        ("nodemon --exec 'celery -A shop worker -c 3'", [("celery", 3)]),
        ("conda run -n shop celery -A shop worker -c 3", [("celery", 3)]),
        ("/opt/vendor/run celery -A shop worker -c 3", [("celery", 3)]),
        ("invoke run-worker --concurrency=5", [("celery", 5)]),
        ("python3 -m invoke celery --beat --concurrency 6", [("celery", 6)]),
        ("honcho start", [("worker", 3), ("mail", 4)]),
        ("honcho start mail", [("mail", 4)]),
        ("python -m honcho -d ops -f Procfile.dev start", [("light", 1)]),
        ("python manage.py run_celery", [("celery", 2)]),
        ("python reloaded.py", [("celery", 6)]),
        ("/usr/local/bin/shop-worker", [("celery", 8)]),
        ("make prodworkers", [("celery", 9)]),
        ("make light", [("celery", 4)]),
    ],
)
def test_a_worker_is_found_behind_another_program(examined, command, workers):
    assert examine(examined, command) == (workers, [])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("make worker", "what make starts for worker is not followed"),
        ("npm run start:celery", "what npm starts for start:celery is not followed"),
        ("invoke celery-other", "what invoke starts for celery-other is not followed"),
        ("honcho -f none start", "it has no Procfile"),
    ],
)
def test_a_name_that_asks_for_a_worker_and_is_not_followed_is_told(examined, command, said):
    assert examine(examined, command) == ([], [said])


@pytest.mark.parametrize(
    "command",
    [
        "pkill -f 'celery worker'",
        "echo celery -A shop worker",
        "supervisorctl start celery",
        "anything celery -A shop beat",
        "make migrate",
        "invoke helper",
        "honcho check",
        "python manage.py migrate",
        "rq worker",
    ],
)
def test_a_command_that_only_speaks_of_a_worker_starts_none(examined, command):
    assert examine(examined, command) == ([], [])


def test_what_is_assumed_of_an_unknown_program_is_said(examined):
    found = examined({"compose.yaml": COMPOSE.format(command="tracer celery -A shop worker"), **FILES})
    notes = [step["note"] for step in found["workers"][0]["launch"]]
    assert "tracer is taken to run the command of celery that stands behind it" in notes

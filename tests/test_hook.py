"""The pre-commit hook, installed and run by real pre-commit in a throw-away repository, from local wheels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WHEELHOUSE = os.environ.get("WHEELHOUSE", str(ROOT / "build" / "wheelhouse"))
COPIED = ("linter", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

pytestmark = [
    pytest.mark.hook,
    pytest.mark.skipif(not Path(WHEELHOUSE).is_dir(), reason="no wheelhouse; tests/run.sh builds one"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker
    mem_limit: 256m
    environment:
      CELERY_WORKER_CONCURRENCY: ${WORKERS:-20}
"""


def run(*command, folder, environ=None):
    return subprocess.run(
        [str(c) for c in command], cwd=folder, env=environ, text=True, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )


def git(folder, *arguments):
    done = run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.hooksPath=/dev/null", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    """Return an environment in which pip takes wheels from the wheelhouse only."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PIP_", "GITHUB_", "PRE_COMMIT"))}
    home = str(tmp_path_factory.mktemp("pre-commit"))
    return {**clean, "PRE_COMMIT_HOME": home, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELHOUSE, "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def hook(tmp_path_factory):
    """Return a repository of the hook as a user would name it, with its revision."""
    folder = tmp_path_factory.mktemp("hook")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "hook")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path, hook, environ):
    """Return a function that makes a committed project, stages a change, and runs the hook on what is staged."""
    repository, revision = hook

    def stage(committed, staged, identity="compose-lint"):
        config = f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n  - id: {identity}\n"
        for name, text in {**committed, ".pre-commit-config.yaml": config}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "before")
        for name, text in staged.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        git(tmp_path, "add", "-A")
        return run(sys.executable, "-m", "pre_commit", "run", "--color", "never", folder=tmp_path, environ=environ)

    return stage


PROJ = 'from celery import Celery\n\napp = Celery("proj")\n'
SETTING = PROJ + "app.conf.worker_concurrency = {}\n"
PLAIN = COMPOSE.replace("      CELERY_WORKER_CONCURRENCY: ${WORKERS:-20}\n", "      A: b\n")

BUILD = "services:\n  worker:\n    build: .\n    command: ./start.sh\n    mem_limit: 256m\n"
DOCKERFILE = "FROM python:3.11\nENV WORKERS=2\nWORKDIR /srv\nCOPY . .\n"
START = "#!/bin/sh\nexec celery -A proj worker -c $WORKERS\n"
BUILT = {
    "proj.py": PROJ,
    "Dockerfile": DOCKERFILE,
    "start.sh": START,
    "supervisord.conf": "[program:w]\ncommand=celery -A proj worker -c 2\n",
}


@pytest.mark.parametrize(
    ("committed", "staged", "finding"),
    [
        pytest.param({"proj.py": PROJ}, {"compose.yaml": COMPOSE}, "FF101", id="the Compose file"),
        pytest.param({"proj.py": PROJ, "compose.yaml": COMPOSE, ".env": "WORKERS=2\n"}, {".env": "WORKERS=19\n"}, "FF101", id="only .env"),
        pytest.param(
            {"proj.py": SETTING.format(2), "compose.yaml": PLAIN}, {"proj.py": SETTING.format(18)}, "FF101", id="only the settings"
        ),
        pytest.param(
            {**BUILT, "compose.yaml": BUILD},
            {"Dockerfile": DOCKERFILE.replace("WORKERS=2", "WORKERS=19")},
            "FF101",
            id="only the Dockerfile",
        ),
        pytest.param({**BUILT, "compose.yaml": BUILD}, {"start.sh": START.replace("$WORKERS", "19")}, "FF101", id="only the start script"),
        pytest.param(
            {**BUILT, "compose.yaml": BUILD.replace("./start.sh", "supervisord -c /srv/supervisord.conf")},
            {"supervisord.conf": "[program:w]\ncommand=celery -A proj worker -c 19\n"},
            "FF101",
            id="only the supervisord configuration",
        ),
        pytest.param(
            {"proj.py": PROJ, "compose.yaml": PLAIN + "    env_file: worker.env\n", "worker.env": "A=1\n"},
            {"worker.env": "CELERY_WORKER_CONCURRENCY=19\n"},
            "FF101",
            id="only an env file",
        ),
        pytest.param({"proj.py": PROJ}, {"compose.yaml": COMPOSE, ".env": "WORKERS=2\n"}, "", id="a project that fits"),
        pytest.param(
            {"proj.py": PROJ, "compose.yaml": COMPOSE.replace("20", "2")},
            {"-x.py": "\n", "--fix.sh": "\n", "a b'.py": "\n"},
            "",
            id="names like options",
        ),
        pytest.param({"proj.py": PROJ, "compose.yaml": COMPOSE}, {"other/tool.py": "x = 1\n"}, "", id="Python that no project loads"),
    ],
)
def test_the_hook_judges_the_projects_that_load_what_is_staged(project, committed, staged, finding):
    done = project(committed, staged)
    assert done.returncode == (1 if finding else 0), done.stdout + done.stderr
    assert finding in done.stdout


def test_the_hook_for_all_projects_judges_those_that_nothing_staged_belongs_to(project):
    done = project({"proj.py": PROJ, "compose.yaml": COMPOSE}, {"other/tool.py": "x = 1\n"}, identity="compose-lint-all")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FF101" in done.stdout

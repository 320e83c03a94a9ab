"""Whole little projects, linted, to see which models are found and what they weigh."""

from __future__ import annotations

import json

import pytest

from forkfit.cli import main

COMPOSE = """
services:
  worker:
    image: python:3.11
    command: celery -A proj worker --concurrency=4
    working_dir: /srv
    volumes: [".:/srv"]
    mem_limit: 4g
"""
HEAD = """
import os
from celery import Celery, shared_task, signals, Task
app = Celery("proj")
"""


@pytest.fixture
def linted(tmp_path):
    """Lint a project of one module and other files, and return the report."""
    from io import StringIO

    def run(code, compose=COMPOSE, more="", options=(), **files):
        (tmp_path / "compose.yaml").write_text(compose + more)
        (tmp_path / "proj.py").write_text(HEAD + code)
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
        out, err = StringIO(), StringIO()
        main(["--root", str(tmp_path), "--format", "json", "--fail-on", "never", *options, str(tmp_path)], out, err, {})
        return json.loads(out.getvalue())

    return run


@pytest.fixture
def models(linted):
    """Return the models that a project's worker loads."""
    return lambda *given, **more: linted(*given, **more)["projects"][0]["workers"][0]["models"]

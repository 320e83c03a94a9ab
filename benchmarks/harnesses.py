"""What fuzzing runs: bytes become a file of a small project, which is linted in memory and whose report is written.

A harness takes any bytes and returns nothing; it raises Broken where a promise is broken, and lets through whatever else
is raised, for nothing may be. ``fuzz.py`` gives it bytes without end, ``tests/fuzz`` the corpus in ``fixtures/fuzz``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any
from xml.etree import ElementTree
from zlib import crc32

from forkfit.builtin import gathered
from forkfit.compose.request import Request
from forkfit.compose.resolve import effective
from forkfit.compose.targets import Order, targets
from forkfit.config.find import Shelf
from forkfit.config.refusal import BadSettings
from forkfit.files import InMemory, inside, tidy
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.settings import Layer
from forkfit.pipeline import check

Harness = Callable[[bytes], None]
DAY = "2026-11-25"
HEADING = b"=== "  # before the path of each file of a whole project
PARTS = gathered()

COMPOSE = b"""\
services:
  worker:
    build: .
    command: ["sh", "/app/start.sh"]
    env_file: app.env
    environment: {A: "${A:-1}", CELERY_WORKER_POOL: prefork}
    mem_limit: ${LIMIT:-256m}
"""
PROJECT = {
    "compose.yaml": COMPOSE,
    ".env": b"A=2\nLIMIT=300m\n",
    "app.env": b"N=4\n",
    "Dockerfile": b"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install celery==5.4.0\n",
    "start.sh": b"#!/bin/sh\nexec celery -A proj worker -c ${N:-2}\n",
    "proj/__init__.py": b"from proj.celery import app\n",
    "proj/celery.py": b'from celery import Celery\nfrom proj import settings\n\napp = Celery("proj")\napp.config_from_object(settings)\n',
    "proj/settings.py": b'import os\n\nworker_concurrency = int(os.environ.get("N", "3"))\n',
}
SUPERVISED = PROJECT | {
    "compose.yaml": COMPOSE.replace(b'["sh", "/app/start.sh"]', b"supervisord -n -c /app/supervisord.conf"),
}


class Broken(Exception):
    """A promise that holds for every input, and does not hold for this one."""


def linted(contents: dict[str, bytes]) -> None:
    """Lint a project, and hold its report to its promises, in one of the formats: which, the contents decide."""
    files = InMemory(contents)
    order = Order(folder=".", root="/project")
    shelf = Shelf(files, Layer({}))

    def fail(bug: Exception) -> None:
        raise bug

    try:
        report = check(targets(order, files), files, PARTS, lambda _: shelf.of(".").settings, DAY, fail)
    except BadSettings:
        return
    _places_exist(report)
    form = PARTS.formats[crc32(b"".join(contents.values())) % len(PARTS.formats)]
    out = StringIO()
    form.write(report, out, Look(verbose=True))
    _is_well_formed(form.name, out.getvalue())


def _places_exist(report: Report) -> None:
    """Hold every place that is shown to the text that was read."""
    lines = {source.path: len(source.starts) for source in report.sources}
    for found in report.findings:
        steps = (step for reason in found.finding.because for step in reason.trail if step.at is not None)
        for at in (found.finding.at, *(step.at for step in steps)):
            if at.file in lines and not 1 <= at.line <= lines[at.file]:
                raise Broken(f"{found.rule} points at {at}, where {at.file} has {lines[at.file]} lines")


def _is_well_formed(form: str, written: str) -> None:
    for line in written.split("\n"):
        if not line.isprintable() or "##[" in line:
            raise Broken(f"{form} writes {line[:200]!r}")
    if form in ("json", "sarif", "gitlab"):
        json.loads(written)
    if form == "junit":
        ElementTree.fromstring(written)


def compose(content: bytes) -> None:
    """Read a Compose file: YAML, interpolation, and what each key may hold; also as `resolve` prints it."""
    contents = PROJECT | {"compose.yaml": content}
    linted(contents)
    for strict in (False, True):
        found: dict[str, Any] = effective(Request(root="/project", strict=strict), InMemory(contents), lambda _: None)
        json.dumps(found)


def dotenv(content: bytes) -> None:
    """Read the same bytes as Compose's `.env`, as an env file, and as what python-dotenv reads."""
    settings = b"from dotenv import load_dotenv\nload_dotenv()\n" + PROJECT["proj/settings.py"]
    linted(PROJECT | {".env": content, "app.env": content, "proj/settings.py": settings})


def shell(content: bytes) -> None:
    """Follow a start script."""
    linted(PROJECT | {"start.sh": content})


def dockerfile(content: bytes) -> None:
    """Read a Dockerfile."""
    linted(PROJECT | {"Dockerfile": content})


def python(content: bytes) -> None:
    """Evaluate Python settings."""
    linted(PROJECT | {"proj/settings.py": content})


def supervisord(content: bytes) -> None:
    """Read a configuration of supervisord."""
    linted(SUPERVISED | {"supervisord.conf": content})


def requirements(content: bytes) -> None:
    """Read the same bytes as requirements and as three lock files."""
    for name in ("requirements.txt", "poetry.lock", "Pipfile.lock", "pyproject.toml"):
        linted(PROJECT | {name: content})


def pipeline(content: bytes) -> None:
    """Read a whole project, each file under a heading with its path."""
    linted(unpacked(content))


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files that are written one after the other, each below a heading."""
    contents: dict[str, bytes] = {}
    for part in (b"\n" + content).split(b"\n" + HEADING)[1:]:
        name, _, text = part.partition(b"\n")
        path = tidy(name.decode("utf-8", "replace"))
        if inside(path) and path != ".":
            contents[path] = text
    return contents


HARNESSES: dict[str, Harness] = {
    harness.__name__: harness for harness in (compose, dotenv, shell, dockerfile, python, supervisord, requirements, pipeline)
}

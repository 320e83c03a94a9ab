"""The linter against Celery itself: what real workers did, and what real workers of the installed release do now."""

from __future__ import annotations

import importlib.util
import os
import platform
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("truth", Path(__file__).parent / "truth.py")
truth = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(truth)

PYTHON = ".".join(platform.python_version_tuple()[:2])
NEWEST = "5.7.0"


def older():
    """Return what workers of older releases were seen to do otherwise than the newest; benchmarks/celery_versions.py asks all."""
    for project in truth.PROJECTS:
        answers = truth.recorded(project)
        for version, answer in answers.items():
            if version != "linter" and answer != answers[NEWEST]:
                yield pytest.param(project, version, answer, id=f"{project.name} on {version}")


@pytest.mark.parametrize("project", truth.PROJECTS, ids=lambda p: p.name)
def test_the_linter_says_what_workers_of_the_newest_release_did(project, tmp_path):
    linted = truth.linted(project, tmp_path, NEWEST, "3.11")
    assert truth.in_words(linted, os.cpu_count()) == truth.expected(project, truth.recorded(project)[NEWEST])


@pytest.mark.parametrize(("project", "version", "answer"), list(older()))
def test_the_linter_says_what_workers_of_that_version_did(project, version, answer, tmp_path):
    python = "3.11" if version >= "5.3" else "3.9"
    assert truth.in_words(truth.linted(project, tmp_path, version, python), os.cpu_count()) == answer


@pytest.fixture(scope="session")
def real_answers(tmp_path_factory):
    """Start the worker of every project, as many at a time as there are CPUs to start them."""
    place = tmp_path_factory.mktemp("workers")
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as starting:
        asked: dict[str, Future[str]] = {p.name: starting.submit(truth.real, p, place / p.name) for p in truth.PROJECTS}
        yield asked
        for waiting in asked.values():
            waiting.cancel()


@pytest.mark.celery
@pytest.mark.parametrize("project", truth.PROJECTS, ids=lambda p: p.name)
def test_a_real_worker_does_what_the_linter_says(project, real_answers, tmp_path):
    celery = pytest.importorskip("celery")
    answer = real_answers[project.name].result()
    assert truth.linted(project, tmp_path, celery.__version__, PYTHON) == truth.expected(project, answer)

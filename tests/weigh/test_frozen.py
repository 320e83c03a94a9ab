"""What a worker needs whose heap is frozen before each fork, against what the kernel counted for real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
FREEZE = """
import gc

from celery.signals import worker_before_create_process


@worker_before_create_process.connect
def freeze(**_):
    gc.freeze()
"""


def needs(lint, project, count):
    outcome = lint("--root", ".", "--format", "json", "--env", f"N={count}", "--memory", "8g", folder=project)
    (container,) = json.loads(outcome.out)["projects"][0]["containers"]
    return [container["estimate"][f"{figure}_bytes"]["known"] / 2**20 for figure in ("at_start", "warm")]


# MiB with Celery 5.7 on Python 3.11, each child after the application's own task and a garbage collection.
@pytest.mark.parametrize(
    ("name", "count", "at_start", "warm"),
    [
        ("memory/bare", 2, 59.4, 65.8),
        ("memory/bare", 8, 90.2, 126.8),
        ("memory/web", 2, 97.3, 122.5),
        ("memory/web", 8, 133.0, 248.7),
        ("kernel/native", 2, 91.6, 100.5),
        ("kernel/native", 8, 124.8, 171.4),
    ],
)
def test_a_frozen_heap_needs_what_was_measured(lint, tmp_path, name, count, at_start, warm):
    for file in (FIXTURES / name).iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "app.py").write_text((tmp_path / "app.py").read_text() + FREEZE)
    assert needs(lint, tmp_path, count) == [pytest.approx(at_start, rel=0.12), pytest.approx(warm, rel=0.11)]

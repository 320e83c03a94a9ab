"""Run the tool as a user would, in a process of its own, and return its report with what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.pathsep.join(os.path.join(HERE, "..", name) for name in ("linter", "rules"))
TIMEOUT = 300  # seconds


class Run(NamedTuple):
    """The JSON report of one run, None where there is none; its exit status, its CPU seconds, and what went wrong."""

    report: dict[str, Any] | None
    status: int | None
    seconds: float
    trouble: str


def lint(folder: str, arguments: list[str]) -> Run:
    """Lint with these arguments in a folder."""
    command = [sys.executable, "-m", "forkfit", "--format", "json", *arguments]
    before = os.times()
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": SOURCES}, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return Run(None, None, float(TIMEOUT), f"more than {TIMEOUT} seconds")
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    try:
        return Run(json.loads(done.stdout), done.returncode, seconds, "")
    except ValueError:
        return Run(None, done.returncode, seconds, (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1])

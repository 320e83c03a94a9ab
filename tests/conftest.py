"""What tests share: golden files that ``--bless`` rewrites, and the command line run without a process."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"


def pytest_addoption(parser):
    parser.addoption("--bless", action="store_true", help="rewrite golden files instead of comparing; review the diff")


class Outcome:
    """What a run printed and how it ended."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def lint(monkeypatch):
    """Run the command line in a folder, with an empty environment, on a day that never changes."""
    from forkfit.cli import main

    def run(*arguments, folder=ROOT, environ=None, today="2026-11-25"):
        monkeypatch.chdir(folder)
        out, err = StringIO(), StringIO()
        status = main([str(a) for a in arguments], out, err, environ or {}, lambda: today)
        return Outcome(status, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def golden(request):
    """Compare a text with a file, or rewrite the file."""

    def compare(path, text):
        if request.config.getoption("--bless"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare

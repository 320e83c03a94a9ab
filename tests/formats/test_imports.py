from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import sys
from forkfit.model.format import Format, Look
from forkfit.model.report import Report
import io, re
before = set(sys.modules)
Format("", "forkfit.formats.{form}").write(Report((), (), ({errors})), io.StringIO(), Look())
print(*sorted(set(sys.modules) - before))
"""


def imported(form, errors=""):
    code = PROBE.format(form=form, errors=errors)
    paths = [path for path in sys.path if path]
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {paths!r}\n{code}"], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def test_a_healthy_report_costs_three_modules():
    assert imported("text") == ["forkfit.formats", "forkfit.formats.escape", "forkfit.formats.summary", "forkfit.formats.text"]


@pytest.mark.parametrize("form", ["text", "github", "concise", "junit", "markdown"])
def test_reports_for_people_need_no_library(form):
    assert [name for name in imported(form, errors="'x',") if not name.startswith("forkfit.formats")] == []


@pytest.mark.parametrize(("form", "library"), [("json", "json"), ("gitlab", "json"), ("sarif", "json"), ("sarif", "urllib.parse")])
def test_a_library_is_loaded_by_the_format_that_needs_it(form, library):
    assert library in imported(form)

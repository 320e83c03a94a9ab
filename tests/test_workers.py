"""The budgets of little projects, as `compose-lint workers` shows them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from forkfit.cli import main

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
BUDGETS = FIXTURES / "budget"
PROJECTS = ("autoscale", "branches", "by-cpus", "healthy", "models", "no-limit", "several", "unknown-pool", "unweighed")


@pytest.fixture
def workers(lint):
    """Return a function that shows the workers of a project of the fixtures, by the path from there."""
    return lambda project, *arguments: lint("workers", "--root", ".", *arguments, folder=FIXTURES / project)


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("project", [*(f"budget/{name}" for name in PROJECTS), "incident", "incident-unstated"])
def test_a_budget_reads_as_recorded(project, form, workers, golden):
    outcome = workers(project, "--format", form)
    assert (outcome.status, outcome.err) == (0, "")
    golden(BUDGETS / "recorded" / f"{project.rpartition('/')[2]}.{form}", outcome.out)


def test_json_is_the_document_that_check_writes(workers, lint):
    told = json.loads(workers("incident", "--format", "json").out)
    assert told == json.loads(lint("--root", ".", "--format", "json", folder=FIXTURES / "incident").out)


def test_the_numbers_are_those_of_the_contract(workers):
    told = json.loads(workers("incident-unstated", "--format", "json").out)["projects"][0]["containers"][0]["estimate"]
    page = workers("incident-unstated", "--format", "html").out
    assert (told["safe_concurrency"], told["busy_bytes"]["known"] // 1024**2) == (5, 833)
    assert '<dt>fit</dt><dd class="fit">5</dd>' in page
    assert '<dt>needs at least</dt><dd class="need">834 MiB</dd>' in page


def test_a_file_holds_what_standard_output_would(workers, tmp_path):
    outcome = workers("incident", "--output", f"html:{tmp_path / 'a.html'}", "--output", f"markdown:{tmp_path / 'a.md'}")
    assert (outcome.status, outcome.out) == (0, workers("incident").out)
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == workers("incident", "--format", "html").out
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == workers("incident", "--format", "markdown").out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--output", "sarif:a"), "no format 'sarif' here; there are html, json, markdown, text"),
        (("--format", "sarif"), "invalid choice: 'sarif'"),
        (("-",), "workers reads no standard input"),
        (("--isolated", "--config", "a.toml"), "give one of them"),
        (("--fail-on", "error"), "unrecognized arguments"),
        (("--what-if", "nobody.concurrency=4"), "no service 'nobody'"),
    ],
    ids=["a format of check", "the same on standard output", "standard input", "settings twice", "an option of check", "a stranger"],
)
def test_what_cannot_be_shown_is_refused(arguments, complaint, workers):
    outcome = workers("incident", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err


def test_a_file_that_was_read_is_not_overwritten(workers, tmp_path):
    (tmp_path / "compose.yaml").write_bytes((BUDGETS / "healthy" / "compose.yaml").read_bytes())
    outcome = workers(tmp_path, "--output", "html:compose.yaml")
    assert outcome.status == 2
    assert "error: compose.yaml is not written" in outcome.out
    assert (tmp_path / "compose.yaml").read_bytes() == (BUDGETS / "healthy" / "compose.yaml").read_bytes()


def test_a_folder_without_projects_cannot_be_seen(lint, tmp_path):
    outcome = lint("workers", "--root", ".", folder=tmp_path)
    assert outcome.status == 2
    assert "no Compose file" in outcome.out


def test_a_supposed_value_is_shown_as_if_it_stood_there(workers):
    assert "ffmpeg-worker: 5 children, 5 fit" in workers("incident-unstated", "--what-if", "ffmpeg-worker.concurrency=5").out


def test_the_count_of_cpus_leaves_one_bar(workers):
    shown = workers("budget/by-cpus", "--cpus", "8").out
    assert "8 children" in shown
    assert "on 8 CPUs" not in shown


def test_a_limit_may_be_assumed(workers):
    assert "limit 1024 MiB" in workers("budget/no-limit", "--memory", "1g").out


def test_the_handbook_formula_decides_where_settings_say_so(lint, tmp_path):
    for file in ("compose.yaml", "shop.py"):
        (tmp_path / file).write_bytes((BUDGETS / "healthy" / file).read_bytes())
    (tmp_path / "compose-lint.toml").write_text('memory-model = "handbook"\n')
    shown = lint("workers", "--root", ".", folder=tmp_path).out
    assert "4 children, 10 fit" in shown
    assert "handbook  192 MiB    10  decides" in shown


def test_a_terminal_without_blocks_gets_letters(monkeypatch):
    monkeypatch.chdir(BUDGETS / "healthy")
    out = TextIOWrapper(BytesIO(), "ascii")
    assert main(["workers", "--root", "."], out, out, {}) == 0
    assert b"######==============---......" in out.buffer.getvalue()


def test_colour_changes_no_character(workers):
    painted = workers("budget/several", "--color", "always").out
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == workers("budget/several").out


@pytest.mark.parametrize("columns", [40, 72, 120])
def test_a_bar_fits_the_terminal(columns, lint):
    shown = lint("workers", "--root", ".", folder=BUDGETS / "by-cpus", environ={"COLUMNS": str(columns)}).out
    assert max(len(line) for line in shown.splitlines() if "CPUs  " in line and "MiB" in line) <= columns


def test_a_check_loads_nothing_of_it():
    code = "import sys; from forkfit.cli import main; main(['--root', '.'], sys.stderr); print(*(m for m in sys.modules if 'budget' in m))"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "linter"), str(ROOT / "rules")))}
    done = subprocess.run([sys.executable, "-c", code], cwd=FIXTURES / "incident", env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

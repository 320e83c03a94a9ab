"""The linter called from Python: what the command does, without printing."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from forkfit.api import Format, Known, Look, Memory, Report, Unusable, lint

ROOT = Path(__file__).parent.parent
COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c ${COUNT:-20}
    mem_limit: 256m
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder, the working folder, with one worker that does not fit."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "proj.py").write_text('from celery import Celery\n\napp = Celery("proj")\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(report):
    """Return the memory rules that speak."""
    return {found.rule for found in report.findings if found.suppressed is None and found.rule.startswith("FF1")}


def concurrency(report):
    return report.stacks[0].containers[0].workers[0].concurrency


def as_json(report):
    out = io.StringIO()
    Format("json", "forkfit.formats.json").write(report, out, Look())
    return json.loads(out.getvalue())


@pytest.mark.parametrize("folder", ["fixtures/incident", "fixtures/incident-unstated"])
def test_the_report_is_that_of_the_command(command_of, folder, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert as_json(lint(folder)) == json.loads(command_of("--format", "json", folder).out)


@pytest.fixture
def command_of(lint):
    return lint


@pytest.mark.usefixtures("project")
def test_a_report_has_the_status_of_the_command():
    report = lint()
    assert isinstance(report, Report)
    assert (report.status, rules(report)) == (1, {"FF101"})


def test_a_path_may_be_a_path_object(project):
    assert lint(project / "compose.yaml").status == lint(Path("compose.yaml"), root=project).status == 1


@pytest.mark.usefixtures("project")
def test_the_environment_is_what_is_given_and_no_other(monkeypatch):
    monkeypatch.setenv("COUNT", "3")
    assert concurrency(lint()).value == 20
    assert concurrency(lint(environment={"COUNT": "2"})).value == 2


def test_files_are_merged_into_one_project(project):
    (project / "more.yaml").write_text("services: {worker: {mem_limit: 8g}}\n")
    report = lint(files=["compose.yaml", "more.yaml"])
    assert [stack.project.files for stack in report.stacks] == [("compose.yaml", "more.yaml")]
    assert report.status == 0


@pytest.mark.usefixtures("project")
def test_contents_stand_in_place_of_what_the_disk_has():
    assert lint("compose.yaml", contents={"compose.yaml": COMPOSE.replace("256m", "8g")}).status == 0


def test_settings_stand_in_place_of_the_settings_file(project):
    (project / "compose-lint.toml").write_text('ignore = ["FF1"]\n')
    assert rules(lint()) == set()
    assert rules(lint(settings={})) == {"FF101"}
    stated = lint(settings={"services": {"worker": {"per_worker": "10m"}}})
    assert stated.stacks[0].containers[0].estimate.per_worker == Known(
        Memory.mib(10), stated.stacks[0].containers[0].estimate.per_worker.trail
    )


def test_options_win_over_the_settings_file(project):
    (project / "compose-lint.toml").write_text('ignore = ["FF1"]\nfail-on = "never"\n')
    assert rules(lint(options={"select": ("FF101",), "fail-on": "error"})) == {"FF101"}


@pytest.mark.usefixtures("project")
def test_what_is_supposed_is_judged():
    assert concurrency(lint(what_if=["worker.concurrency=2"])).value == 2


def test_what_a_baseline_accepts_is_suppressed(project, command_of):
    command_of("--write-baseline", "base.json", folder=project)
    assert rules(lint(baseline="base.json")) == set()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"settings": {"cpuss": 3}}, "settings: cpuss: unknown setting 'cpuss'; did you mean 'cpus'?"),
        ({"options": {"cpus": "many"}}, "options: cpus: 'many' is no whole number"),
        ({"options": {"services": {"worker": {"cpus": 3}}}}, "goes into settings"),
        ({"options": {"ignore": ["FF999"]}}, "FF999"),
        ({"settings": {"plugins": ["none-such"]}}, "no plugin 'none-such' is installed"),
        ({"settings": {}, "config": "compose-lint.toml"}, "give one of them"),
        ({"what_if": ["worker=4"]}, "is not SERVICE.KEY=VALUE"),
        ({"what_if": ["warker.pool=solo"]}, "did you mean 'worker'?"),
        ({"root": "/nowhere"}, "there is no such folder"),
        ({"contents": {"../x": ""}}, "outside the project root"),
        ({"baseline": "none.json"}, "none.json cannot be read"),
    ],
)
def test_what_the_command_refuses_raises(arguments, complaint):
    with pytest.raises(Unusable, match=re.escape(complaint)):
        lint(**{"root": ".", **arguments})


@pytest.mark.usefixtures("project")
def test_two_ways_to_name_files_are_refused():
    with pytest.raises(Unusable, match="give one of them"):
        lint("compose.yaml", files=["compose.yaml"])


@pytest.mark.usefixtures("project")
def test_a_file_that_is_not_there_is_an_error_of_the_report():
    assert lint("none.yaml").errors == ("none.yaml cannot be read: there is no such file",)


@pytest.mark.usefixtures("project")
def test_nothing_is_printed(capfd):
    lint()
    assert capfd.readouterr() == ("", "")


def test_the_example_of_the_page_runs_and_prints_what_the_page_says(monkeypatch):
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    example, printed = (
        re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```\n<!-- /{name} -->", page, re.DOTALL)[1] for name in ("example", "prints")
    )
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as ended:
        exec(compile(example, "docs/library.md", "exec"), {})
    assert (out.getvalue(), ended.value.code) == (printed, 1)


def test_the_door_opens_without_what_only_a_run_needs():
    loaded = "import sys, forkfit.api; print([m for m in sys.modules if m in ('argparse', 'forkfit.pipeline', 'pathspec', 'logging')])"
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'linter'}{os.pathsep}{ROOT / 'rules'}"}
    done = subprocess.run([sys.executable, "-c", loaded], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

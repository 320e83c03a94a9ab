"""Baselines as a user meets them: what is accepted stays quiet, what is new speaks, what is gone is told."""

from __future__ import annotations

import json

import pytest

PROJ = """\
import gc
from celery import Celery, signals

app = Celery("proj")
signals.worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)
"""
SERVICE = """\
  {name}:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 20
    mem_limit: 160m
"""


def compose(*names, before=""):
    return before + "services:\n" + "".join(SERVICE.format(name=name) for name in names)


@pytest.fixture
def project(tmp_path, lint):
    def run(content, *arguments, files=()):
        for name, text in {"compose.yaml": content, "proj.py": PROJ, **dict(files)}.items():
            (tmp_path / name).write_text(text)
        return lint("--root", ".", *arguments, folder=tmp_path)

    return run


def found(outcome):
    return {(f["rule"], f["service"]): f["suppressed"] for f in json.loads(outcome.out)["findings"]}


def test_what_is_found_is_written_and_suppressed(project, tmp_path):
    outcome = project(compose("a", "b"), "--write-baseline", "base.json", "--format", "json")
    assert outcome.status == 0
    assert found(outcome) == {("FF101", "a"): "in the baseline", ("FF101", "b"): "in the baseline"}
    entries = json.loads((tmp_path / "base.json").read_text())["findings"]
    assert [(e["rule"], e["service"], e["file"]) for e in entries] == [("FF101", "a", "compose.yaml"), ("FF101", "b", "compose.yaml")]


def test_only_what_is_new_fails_the_run(project):
    project(compose("a"), "--write-baseline", "base.json")
    assert project(compose("a"), "--baseline", "base.json").status == 0
    outcome = project(compose("a", "b"), "--baseline", "base.json", "--format", "json")
    assert outcome.status == 1
    assert found(outcome) == {("FF101", "a"): "in the baseline", ("FF101", "b"): None}


def test_moved_lines_and_other_numbers_bring_nothing_back(project):
    project(compose("a"), "--write-baseline", "base.json")
    moved = compose("a", before="# one\n\n# two\n").replace("-c 20", "-c 24").replace("160m", "150m")
    assert project(moved, "--baseline", "base.json").status == 0


def test_what_is_no_longer_found_is_told(project):
    project(compose("a", "b"), "--write-baseline", "base.json")
    outcome = project(compose("a"), "--baseline", "base.json")
    assert outcome.status == 0
    assert "base.json: 1 entry is no longer found, and may go: FF101 b (compose.yaml)" in outcome.err
    assert project(compose("a"), "--baseline", "base.json", "--quiet").err == ""


@pytest.mark.parametrize(
    "arguments", [["--select", "FF2"], ["other.yaml"]], ids=["a rule that is not heard", "a file that is not looked at"]
)
def test_what_was_not_looked_for_is_not_called_gone(project, arguments):
    project(compose("a"), "--write-baseline", "base.json")
    outcome = project(compose("a"), "--baseline", "base.json", *arguments, files={"other.yaml": compose("c").replace("160m", "8g")})
    assert (outcome.status, outcome.err) == (0, "")


def test_a_baseline_may_be_written_anew_over_the_old(project, tmp_path):
    project(compose("a", "b"), "--write-baseline", "base.json")
    project(compose("b", "c"), "--baseline", "base.json", "--write-baseline", "base.json")
    assert [e["service"] for e in json.loads((tmp_path / "base.json").read_text())["findings"]] == ["b", "c"]


def test_a_project_without_findings_has_an_empty_baseline(project, tmp_path):
    project("services:\n  web: {image: x}\n", "--write-baseline", "base.json")
    assert json.loads((tmp_path / "base.json").read_text()) == {"version": 1, "findings": []}
    assert project(compose("a"), "--baseline", "base.json").status == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "base.json is no JSON"),
        ("[]", "base.json is no baseline"),
        ('{"version": 2, "findings": []}', "is of version 2, and 1 is what is known"),
        ('{"version": 1, "findings": [{"rule": "FF101"}]}', "has an entry without fingerprint"),
        ('{"version": 1, "findings": [3]}', "has an entry without fingerprint"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(project, content, complaint):
    outcome = project(compose("a"), "--baseline", "base.json", files={"base.json": content})
    assert outcome.status == 2
    assert complaint in outcome.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--baseline", "none.json"], "none.json cannot be read: there is no such file"),
        (["--write-baseline", "no/folder.json"], "no/folder.json cannot be written"),
        (["--write-baseline", "compose.yaml"], "compose.yaml is not written: it is one of the files that were read"),
        (["--write-baseline", "base.json", "none.yaml"], "base.json is not written: the run is not complete"),
    ],
)
def test_what_cannot_be_read_or_written_ends_with_2(project, tmp_path, arguments, complaint):
    outcome = project(compose("a"), *arguments)
    assert outcome.status == 2
    assert complaint in outcome.out + outcome.err
    assert not (tmp_path / "base.json").exists()

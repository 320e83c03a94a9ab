"""Reports that go elsewhere than standard output, as a user asks for them; and a standard output that takes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

FORMATS = ("concise", "github", "gitlab", "json", "junit", "markdown", "sarif", "text")
COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 20
    mem_limit: 256m
"""


@pytest.fixture
def project(tmp_path, lint):
    """Return a function that lints a project whose worker does not fit."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "proj.py").write_text('from celery import Celery\n\napp = Celery("proj")\n')
    return lambda *arguments, environ=None: lint("--root", ".", *arguments, folder=tmp_path, environ=environ)


@pytest.fixture
def process(project, tmp_path):  # noqa: ARG001 (it writes the files)
    """Return a function that runs the command in a process of its own."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    def run(*arguments, **more):
        command = [sys.executable, "-m", "forkfit", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environ, text=True, check=False, stderr=subprocess.PIPE, **more)

    return run


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_what_standard_output_would(form, project, tmp_path):
    outcome = project("--output", f"{form}:report")
    written = (tmp_path / "report").read_text(encoding="utf-8")
    alone = project("--format", form)
    assert (outcome.status, outcome.out) == (1, project().out)
    if form != "github":
        assert written == alone.out
    assert b"\r" not in (tmp_path / "report").read_bytes()


def test_several_reports_are_written_in_one_run(project, tmp_path):
    outcome = project("--format", "json", "--output", "sarif:a.sarif", "--output", "junit:b.xml", "--output", "gitlab:c.json")
    assert outcome.status == 1
    fingerprint = json.loads(outcome.out)["findings"][0]["fingerprint"]
    assert json.loads((tmp_path / "a.sarif").read_text())["runs"][0]["results"][0]["partialFingerprints"]["forkfit/v1"] == fingerprint
    assert json.loads((tmp_path / "c.json").read_text())[0]["fingerprint"] == fingerprint
    assert ElementTree.parse(tmp_path / "b.xml").getroot().get("failures") == "1"


def test_a_path_may_begin_with_a_drive(project, tmp_path):
    project("--output", "sarif:C:\\out.sarif")
    (written,) = (path for path in tmp_path.iterdir() if path.name.endswith("out.sarif"))
    assert json.loads(written.read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none/report", "there is no folder none"),
        (".", "Is a directory"),
        ("proj.py", "is one of the files that were read"),
    ],
    ids=["no such folder", "a folder", "a linted file"],
)
def test_what_cannot_be_written_is_told_and_the_rest_is_written(path, reason, project, tmp_path):
    before = (tmp_path / "proj.py").read_bytes()
    outcome = project("--format", "json", "--output", "junit:a.xml", "--output", f"json:{path}", "--output", "sarif:b.sarif")
    document = json.loads(outcome.out)
    assert outcome.status == 2
    assert [reason in error for error in document["errors"]] == [True]
    assert "FF101" in [finding["rule"] for finding in document["findings"]]
    assert (tmp_path / "a.xml").exists()
    assert (tmp_path / "b.sarif").exists()
    assert (tmp_path / "proj.py").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report.sarif"], "'report.sarif' is not FORMAT:PATH, such as sarif:report.sarif"),
        (["sarif:"], "is not FORMAT:PATH"),
        ([":x"], "is not FORMAT:PATH"),
        (["json:-"], "for standard output there is --format json"),
        (["xml:report"], "no format 'xml'"),
        (["json:a", "sarif:./a"], "two reports go to ./a"),
    ],
    ids=["no format", "no path", "no name", "standard output", "no such format", "one file twice"],
)
def test_an_output_that_makes_no_sense_is_refused_before_the_run(arguments, said, project, tmp_path):
    outcome = project(*(part for argument in arguments for part in ("--output", argument)))
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err
    assert not (tmp_path / "a").exists()


def test_colour_goes_into_a_file_only_when_asked_for(project, tmp_path):
    project("--output", "text:report", environ={"FORCE_COLOR": "1"})
    assert "\x1b" not in (tmp_path / "report").read_text()
    project("--output", "text:report", "--color", "always")
    assert "\x1b" in (tmp_path / "report").read_text()


def actions(tmp_path, path="summary.md"):
    return {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / path), "GITHUB_WORKSPACE": str(tmp_path)}


def test_a_github_job_gets_a_summary_behind_what_is_there(project, tmp_path):
    (tmp_path / "summary.md").write_text("# Tests\n")
    assert project(environ=actions(tmp_path)).status == 1
    written = (tmp_path / "summary.md").read_text()
    assert written.startswith("# Tests\n### compose-lint\n\n1 error")
    assert "| error | FF101 | worker |" in written


@pytest.mark.parametrize(
    "environ", [{}, {"GITHUB_ACTIONS": "true"}, {"GITHUB_STEP_SUMMARY": "summary.md"}], ids=["none", "actions", "path"]
)
def test_nobody_else_gets_one(environ, project, tmp_path):
    outcome = project(environ=environ)
    assert (outcome.status, outcome.err) == (1, "")
    assert not (tmp_path / "summary.md").exists()


@pytest.mark.parametrize("path", ["none/summary.md", "."], ids=["no such folder", "a folder"])
def test_a_summary_that_cannot_be_written_is_a_note(path, project, tmp_path):
    outcome = project(environ=actions(tmp_path, path))
    assert outcome.status == 1
    assert outcome.err.startswith("compose-lint: the step summary is not written: ")
    assert "::error file=compose.yaml" in outcome.out


def test_a_summary_leaves_room_for_what_is_there(project, tmp_path):
    (tmp_path / "summary.md").write_bytes(b"x" * (1024 * 1024 - 10))
    outcome = project(environ=actions(tmp_path))
    assert (outcome.status, (tmp_path / "summary.md").stat().st_size) == (1, 1024 * 1024 - 10)
    assert "more than 1048576 bytes" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "status"), [((".",), 1), (("--fail-on", "never"), 0), (("rule",), 0), (("resolve",), 0), (("--help",), 0)]
)
def test_a_reader_that_has_gone_changes_no_verdict_and_hears_nothing(arguments, status, process):
    read, write = os.pipe()
    os.close(read)
    done = process(*arguments, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (status, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [(".",), ("rule",), ("resolve",), ("--help",)])
def test_a_full_disk_is_told_without_a_traceback(arguments, process):
    with open("/dev/full", "w") as full:
        done = process(*arguments, stdout=full)
    assert (done.returncode, done.stderr) == (2, "compose-lint: standard output cannot be written: No space left on device\n")


def test_a_process_without_standard_output_still_has_its_verdict(process):
    assert process(".", preexec_fn=lambda: os.close(1)).returncode == 1


EVIL = "a\n::error::forged##[error]forged\x1b[31m|<b>`%0A\u202e"


@pytest.fixture
def hostile(tmp_path, lint):
    """Return a function that lints a project in which every text that a user may choose is hostile."""
    folder = tmp_path / EVIL
    folder.mkdir()
    quoted = json.dumps(EVIL)
    (folder / "compose.yaml").write_text(
        f"services:\n  {quoted}:\n    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n"
        f"    command: celery -A proj worker -c 20 # ##[error]forged\n    mem_limit: 64m\n"
        f"  other:\n    image: {quoted}\n    command: [celery, -A, {quoted}, worker, -c, {quoted}]\n    mem_limit: {quoted}\n"
        f"    env_file: {quoted}\n"
    )
    (folder / "proj.py").write_text('from celery import Celery\n\napp = Celery("proj")\n')

    def run(*arguments, environ=None):
        return lint("--root", ".", "--verbose", *arguments, folder=tmp_path, environ=environ)

    return run


@pytest.mark.parametrize("form", [*FORMATS, None])
def test_a_hostile_project_forges_nothing(form, hostile, tmp_path):
    outcome = hostile(*(("--format", form) if form else ()), environ=actions(tmp_path))
    assert outcome.status == 1
    assert "FF901" in outcome.out
    ours = ("::error file=", "::error title=", "::warning file=", "::notice file=", "::stop-commands::compose-lint-", "::compose-lint-")
    for line in (outcome.out + outcome.err + (tmp_path / "summary.md").read_text()).split("\n"):
        assert line.isprintable()
        assert "##[" not in line
        assert not line.lstrip().startswith("::") or line.startswith(ours)
    if form in ("json", "sarif", "gitlab"):
        json.loads(outcome.out)
    if form == "junit":
        ElementTree.fromstring(outcome.out)

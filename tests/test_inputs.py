"""What a run is given: standard input, several folders, what is left out; and how little it may say."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess

import pytest

from forkfit.cli import main
from forkfit.files import LARGEST_FILE
from forkfit.options.pages import ABOUT

PROJ = """\
import gc
from celery import Celery, signals

app = Celery("proj")
signals.worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)
"""
WORKER = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c {count}
    mem_limit: 160m
"""
GOOD, BAD = WORKER.format(count=2), WORKER.format(count=20)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that writes files and runs the command line in their folder, with something to read."""

    def call(files, *arguments, read=""):
        for name, content in {"proj.py": PROJ, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        monkeypatch.chdir(tmp_path)
        out, err = io.StringIO(), io.StringIO()
        status = main(["--root", ".", *arguments], out, err, {}, lambda: "2026-11-25", io.BytesIO(read.encode()).read)
        return status, out.getvalue(), err.getvalue()

    return call


def places(out):
    return [(f["rule"], f["at"]["file"]) for f in json.loads(out)["findings"]]


def test_standard_input_stands_for_the_file_that_is_named(run):
    status, out, _ = run({"compose.yaml": GOOD}, "-", "--stdin-filename", "compose.yaml", "--format", "json", read=BAD)
    assert (status, places(out)) == (1, [("FF101", "compose.yaml")])
    assert run({"compose.yaml": BAD}, "-", "--stdin-filename", "compose.yaml", read=GOOD)[0] == 0


def test_a_file_that_is_not_there_may_come_by_standard_input(run):
    status, out, _ = run({}, "-", "--stdin-filename", "new/compose.yaml", "--format", "json", read=BAD)
    assert (status, places(out)) == (1, [("FF101", "new/compose.yaml")])
    assert "stdin-compose.yaml:6:" in run({}, "-", read=BAD)[1]


def test_standard_input_may_be_one_of_the_files_of_a_project(run):
    override = "services: {worker: {mem_limit: 8g}}\n"
    assert run({"compose.yaml": BAD}, "-f", "compose.yaml", "-f", "-", read=override)[0] == 0


def test_another_file_by_standard_input_stands_for_the_projects_that_load_it(run):
    files = {"compose.yaml": GOOD.replace("-c 2", "-c ${N}"), ".env": "N=2\n"}
    assert run(files, ".env")[0] == 0
    assert run(files, "-", "--stdin-filename", ".env", read="N=20\n")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "read", "complaint"),
    [
        (["--stdin-filename", "compose.yaml"], "", "give the path - for that"),
        (["-", "-"], "", "can be read once"),
        (["-"], "x" * (LARGEST_FILE + 1), "more than the"),
        (["-", "--stdin-filename", "../compose.yaml"], "", "outside the project root"),
    ],
)
def test_standard_input_that_cannot_be_used_is_refused(run, arguments, read, complaint):
    status, _, err = run({}, *arguments, read=read)
    assert status == 2
    assert complaint in err


def test_several_folders_and_files_are_so_many_projects(run):
    files = {f"{name}/compose.yaml": BAD for name in ("a", "b/deep", "c")} | {"d.compose.yml": BAD}
    status, out, _ = run(files, "a", "b", "d.compose.yml", "--format", "json")
    assert status == 1
    assert [p["files"] for p in json.loads(out)["projects"]] == [["a/compose.yaml"], ["b/deep/compose.yaml"], ["d.compose.yml"]]


def test_a_search_leaves_out_what_git_ignores_and_what_is_excluded(run):
    files = {f"{name}/compose.yaml": GOOD for name in ("a", "build", "old", "node_modules", "x/old")} | {".gitignore": "build/\n"}
    _, out, _ = run(files, "--exclude", "old/", "--format", "json")
    assert [p["files"] for p in json.loads(out)["projects"]] == [["a/compose.yaml"]]


def test_statistics_stand_in_place_of_findings(run):
    unlimited = GOOD.replace("    mem_limit: 160m\n", "")
    status, out, _ = run({"a/compose.yaml": BAD, "b/compose.yaml": BAD, "c/compose.yaml": unlimited}, "--statistics")
    lines = [line.split() for line in out.splitlines()]
    assert lines[:2] == [["2", "FF101", "error", "forks-exceed-memory"], ["1", "FF105", "note", "memory-limit-missing"]]
    assert status == 1
    assert run({}, "--statistics", "--format", "json")[0] == 2


@pytest.mark.parametrize("command", ABOUT)
def test_help_is_a_manual_page(lint, command):
    page = lint(command, "--help").out
    assert page.startswith(f"usage: compose-lint{'' if command == 'check' else ' ' + command} ")
    assert "examples:" in page
    assert max(map(len, page.splitlines())) <= 120


BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_compose_lint
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--sel"], {"--select"}),
        (["--color", "a"], {"auto", "always"}),
        (["res"], {"resolve"}),
        (["rule", "FF90"], {"FF901", "FF902", "FF903", "FF904"}),
        (["--ignore", "memory-"], {"memory-limit-missing"}),
        (["resolve", "--no"], {"--no-interpolate"}),
        (["completion", "z"], {"zsh"}),
        (["check", "--fail-on", "w"], {"warning"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_options_values_commands_and_rules(lint, tmp_path, words, expected):
    script = tmp_path / "completion.bash"
    script.write_text(lint("completion", "bash").out)
    done = subprocess.run(["bash", "-c", BASH, "bash", script, "compose-lint", *words], capture_output=True, text=True, check=True)
    assert expected <= set(done.stdout.split())
    assert all(word.startswith(words[-1]) for word in done.stdout.split())


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_every_option_is_in_the_script_of_every_shell(lint, tmp_path, shell):
    script = lint("completion", shell).out
    for option in ("baseline", "write-baseline", "extend-select", "no-interpolate", "stdin-filename"):
        assert (f"-l {option} " if shell == "fish" else f"--{option}") in script
    if shutil.which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([shell, "-n", tmp_path / "script"], check=True, env={"PATH": os.environ["PATH"]})


def test_a_shell_that_nobody_knows_is_refused(lint):
    outcome = lint("completion", "tcsh")
    assert outcome.status == 2
    assert "bash" in outcome.err

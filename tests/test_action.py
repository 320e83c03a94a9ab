"""The GitHub action: its shell is run for real, on what a runner gives it; and it finds what the command and the hook find."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
WHEELHOUSE = os.environ.get("WHEELHOUSE", str(ROOT / "build" / "wheelhouse"))
ACTION = YAML(typ="safe").load(ROOT / "action.yml")
(STEP,) = ACTION["runs"]["steps"]

pytestmark = [
    pytest.mark.hook,
    pytest.mark.skipif(not Path(WHEELHOUSE).is_dir(), reason="no wheelhouse; tests/run.sh builds one"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed"),
]


class Ran:
    """One run of the action's shell."""

    def __init__(self, done, folder):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.output = (folder / "output").read_text()
        summary = folder / "summary.md"
        self.summary = summary.read_text() if summary.is_file() else ""

    @property
    def annotations(self):
        """The rule and place of each annotation."""
        found = re.findall(r"^::(?:error|warning|notice) file=([^,]*),line=(\d+).*?title=(FF\d+)", self.out, re.MULTILINE)
        return {(rule, file, int(line)) for file, line, rule in found}


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """Return a function that runs the action's step on a project as a runner would, installed from local wheels."""
    temporary = tmp_path_factory.mktemp("runner")

    def run(project, summary=True, **inputs):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PIP_", "GITHUB_", "PYTHONPATH"))}
        given = {key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()}
        given |= {"python": sys.executable, **{key.replace("_", "-"): value for key, value in inputs.items()}}
        for name in ("output", "summary.md"):
            (temporary / name).unlink(missing_ok=True)
        (temporary / "output").touch()
        environ = {
            **clean,
            **{name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text) for name, text in STEP["env"].items()},
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": WHEELHOUSE,
            "PIP_CONFIG_FILE": os.devnull,
            "RUNNER_TEMP": str(temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(project),
            "GITHUB_OUTPUT": str(temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(temporary / "summary.md" if summary else temporary / "no such folder" / "summary.md"),
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]]
        done = subprocess.run(command, cwd=project, env=environ, text=True, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        return Ran(done, temporary)

    return run


@pytest.fixture
def project(tmp_path):
    """Return a folder with the incident, as a repository of its own."""
    shutil.copytree(ROOT / "fixtures" / "incident", tmp_path / "shop")
    (tmp_path / "shop" / ".git").mkdir()
    return tmp_path / "shop"


def test_no_input_stands_in_a_script():
    assert "${{" not in STEP["run"]


def test_it_annotates_and_summarises_and_finds_what_the_command_finds(runner, project, lint):
    listed = json.loads(lint("--format", "json", folder=project).out)["findings"]
    ran = runner(project)
    assert (ran.status, ran.output) == (1, "status=1\n")
    assert ran.annotations == {(f["rule"], f["at"]["file"], f["at"]["line"]) for f in listed} == {("FF101", "docker-compose.yml", 10)}
    assert "FF101" in ran.summary


def test_inputs_choose_paths_options_threshold_and_a_sarif_file(runner, project):
    ran = runner(project, paths="docker-compose.yml\n", options="--cpus\n16\n", fail_on="never", sarif="found/lint.sarif")
    assert (ran.status, ran.output) == (0, "status=0\n"), ran.err
    assert json.loads((project / "found" / "lint.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "FF101"


def test_hostile_paths_run_nothing_and_are_no_options(runner, project):
    ran = runner(project, paths="$(touch broken)\n`touch broken`\n; touch broken\n--output=text:broken\na b/*\n")
    assert not (project / "broken").exists()
    assert (ran.status, ran.annotations) == (0, set())


def test_a_run_without_permission_to_write_a_summary_still_annotates(runner, project):
    ran = runner(project, summary=False)
    assert (ran.status, ran.annotations) == (1, {("FF101", "docker-compose.yml", 10)})

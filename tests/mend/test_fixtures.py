"""Every fixture with something to mend: it is mended whole, once, and as the diff said."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from tests.conftest import FIXTURES

from forkfit.builtin import shipped
from forkfit.mend.mend import MENDERS
from forkfit.plugins import gather

NAMES = [rule.name for rule in gather(shipped()).rules if rule.id in MENDERS]
FOLDERS = sorted(p for p in (*(f for n in NAMES for f in FIXTURES.glob(f"rules/{n}/fails-*")), *FIXTURES.glob("incident*")) if p.is_dir())


def findings(outcome):
    return [(f["rule"], f["service"], f["severity"]) for f in json.loads(outcome.out)["findings"]]


def options(folder):
    file = folder / "options"
    return file.read_text().split() if file.exists() else []


@pytest.mark.parametrize("prefer", ["concurrency", "limit"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_what_is_mended_is_gone_and_nothing_new_is_there(folder, prefer, project):
    shutil.copytree(folder, project.folder, dirs_exist_ok=True)
    before = project.read()
    how = ["--unsafe-fixes", "--prefer", prefer, *options(folder)]
    found = findings(project.run("--format", "json", *options(folder)))
    told = project.run("--diff", *how)
    outcome = project.run("--fix", "--format", "json", *how)
    after = project.read()
    assert told.status == 2 or told.status == int(after != before)
    left = findings(outcome)
    advised = ("FF104", "FF302", "FF303", "FF304", "FF305")
    assert not {one for one in left if one[0] not in advised} - set(found)
    refused = outcome.err.count("not mended: ")
    assert len([one for one in left if one[0] in MENDERS]) == refused or told.status == 2
    again = project.run("--fix", *how)
    assert project.read() == after
    assert "mended FF" not in again.err.replace("not mended: FF", "")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_diff_applied_is_what_is_written(folder, project, tmp_path_factory):
    shutil.copytree(folder, project.folder, dirs_exist_ok=True)
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(folder, other, dirs_exist_ok=True)
    told = project.run("--diff", "--unsafe-fixes", *options(folder))
    project.run("--fix", "--unsafe-fixes", *options(folder))
    assert told.status != 1 or told.out
    if told.out:
        subprocess.run(["git", "apply", "-"], input=told.out.encode(), cwd=other, check=True)
    assert {path: (other / path).read_bytes() for path in project.read()} == project.read()

"""Every fixture with something to mend: it is mended whole, once, and at the lines that hold the value alone."""

from __future__ import annotations

import json
import shutil

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
    left = [one for one in findings(outcome) if one[0] not in ("FF104", "FF302", "FF303", "FF304", "FF305")]
    assert not set(left) - set(found)
    refused = outcome.err.count("not mended: ")
    assert len([one for one in left if one[0] in MENDERS]) == refused or told.status == 2
    again = project.run("--fix", *how)
    assert project.read() == after
    assert "mended FF" not in again.err.replace("not mended: FF", "")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_diff_holds_the_lines_that_change_and_no_others(folder, project):
    shutil.copytree(folder, project.folder, dirs_exist_ok=True)
    before = project.read()
    told = project.run("--diff", "--unsafe-fixes", *options(folder)).out
    project.run("--fix", "--unsafe-fixes", *options(folder))
    after = project.read()
    gone, new = [], []
    for path in before:
        old, now = (text.decode("utf-8", "replace").split("\n") for text in (before[path], after[path]))
        gone += [line for line in old if line not in now]
        new += [line for line in now if line not in old]
    lines = [line for line in told.split("\n") if line[:3] not in ("---", "+++")]
    assert sorted(line[1:] for line in lines if line[:1] == "-") == sorted(gone)
    assert sorted(line[1:] for line in lines if line[:1] == "+") == sorted(new)

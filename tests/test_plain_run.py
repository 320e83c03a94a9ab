"""What a plain run costs before it does anything: a hook pays it at every commit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAM = """
import io, sys
from forkfit.cli import main
status = main(sys.argv[1:], io.StringIO(), io.StringIO(), {})
modules = sorted(sys.modules)
from forkfit.model.record import Record
kinds, todo = set(), [Record]
while todo:
    kinds.add(todo[-1])
    todo += todo.pop().__subclasses__()
import json
print(json.dumps({"status": status, "modules": modules, "records": len(kinds)}))
"""
HEAVY = (
    "libcst",
    "jsonschema",
    "tree_sitter",
    "tree_sitter_bash",
    "importlib.metadata",
    "pathspec",
    "pluggy",
    "inspect",
    "argparse",
    "locale",
    "dotenv",
    "dataclasses",
    "tomllib",
    "json",
)
MOST_MODULES = 275  # of all kinds: an interpreter alone has about 60, with ruamel.yaml about 120
MOST_RECORDS = 132


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    (folder / "compose.yaml").write_text(
        "services:\n  worker:\n    image: example/app:1\n    command: celery -A proj worker --concurrency=4\n    mem_limit: 512m\n"
    )
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'linter'}{os.pathsep}{ROOT / 'rules'}"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "compose.yaml"], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_healthy_five_line_project_passes(plain):
    assert plain["status"] == 0


@pytest.mark.parametrize("name", HEAVY)
def test_a_plain_run_imports_nothing_heavy(plain, name):
    assert not [m for m in plain["modules"] if m == name or m.startswith(name + ".")]


def test_a_plain_run_imports_few_modules_and_builds_few_classes(plain):
    assert len(plain["modules"]) <= MOST_MODULES
    assert plain["records"] <= MOST_RECORDS

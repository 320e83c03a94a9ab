"""The plugin of the documents: built as a wheel, installed beside the linter, and used where settings name it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "docs" / "example-plugin"
COMPOSE = """\
services:
  crew:
    image: example.org/crew:1
    command: crew work --hands ${HANDS:-3}
    mem_limit: 64m
  ranker:
    image: python:3.12
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 20
    mem_limit: 32g
"""
PROJ = """\
import numpy
import ranklib
from celery import Celery

app = Celery("proj")


@app.task
def rank(text):
    return ranklib.load_ranker("small").rank(text)


def never_called():
    return ranklib.load_ranker("large")
"""


def pip(*arguments):
    environ = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([sys.executable, "-m", "pip", *map(str, arguments)], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel of a copy and install it into a folder of its own; return that folder."""
    here = tmp_path_factory.mktemp("plugin")
    shutil.copytree(SOURCE, here / "source", ignore=shutil.ignore_patterns("__pycache__"))
    pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", here / "wheels", here / "source")
    pip("install", "--quiet", "--no-deps", "--no-compile", "--target", here / "site", *(here / "wheels").glob("*.whl"))
    return here / "site"


@pytest.fixture
def run(installed, tmp_path):
    """Return a function that runs the command in a project, with what is installed in a folder, the plugin named in settings."""

    def call(*arguments, site=installed, plugin="forkfit-example"):
        (tmp_path / "compose.yaml").write_text(COMPOSE)
        (tmp_path / "proj.py").write_text(PROJ)
        (tmp_path / "compose-lint.toml").write_text(f'plugins = ["{plugin}"]\n' if plugin else "")
        paths = os.pathsep.join(map(str, (ROOT / "linter", ROOT / "rules", site)))
        command = [sys.executable, "-m", "forkfit", "--root", ".", *arguments]
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": paths}
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    return call


@pytest.fixture
def report(run):
    def call(*arguments, **more):
        done = run("--format", "json", *arguments, **more)
        assert not done.stderr
        return json.loads(done.stdout)

    return call


def worker(report, service):
    return next(w for w in report["projects"][0]["workers"] if w["service"] == service)


def child_of(report, library):
    """Return the MiB that a library costs each child of the ranker."""
    return next(p["child_bytes"] / 1024**2 for p in worker(report, "ranker")["estimate"]["parts"] if p["what"] == library)


def test_without_its_name_in_settings_nothing_of_it_runs(report):
    found = report(plugin="")
    assert [w["service"] for w in found["projects"][0]["workers"]] == ["ranker"]
    assert "EX101" not in {f["rule"] for f in found["findings"]}
    assert worker(found, "ranker")["models"] == []


def test_its_rule_speaks_and_is_chosen_like_any(report, run):
    (finding,) = [f for f in report()["findings"] if f["rule"] == "EX101"]
    assert (finding["name"], finding["severity"], finding["service"]) == ("too-many-children", "warning", "ranker")
    assert finding["message"] == "ranker has 20 children, and 16 is the most"
    assert finding["because"][0]["at"]["line"] == 10
    assert "EX101" not in run("--ignore", "too-many-children").stdout
    assert "EX101" in run("--select", "EX").stdout


def test_its_launcher_claims_its_program(report):
    crew = worker(report("--env", "HANDS=4"), "crew")
    assert (crew["launcher"], crew["concurrency"]["known"]) == ("crew", 4)
    assert "FF101" in {f["rule"] for f in report()["findings"] if f["service"] == "crew"}


def test_its_weight_counts(report):
    assert child_of(report(), "ranklib") == 12
    assert child_of(report(plugin=""), "ranklib") < 12  # the median of what was measured


def test_its_weight_wins_over_the_one_that_ships(report, installed, tmp_path):
    site = changed(installed, tmp_path, "forkfit_example/weights/ranklib.toml", '"ranklib"\ndist', '"numpy"\ndist')
    (site / "forkfit_example" / "weights" / "ranklib.toml").rename(site / "forkfit_example" / "weights" / "numpy.toml")
    assert child_of(report(site=site), "numpy") == 12


def test_its_models_are_recognised_wherever_they_are_loaded(report):
    models = {model["name"]: model for model in worker(report(), "ranker")["models"]}
    assert {name: model["bytes"].get("known") for name, model in models.items()} == {"small": 310 * 1024**2, "large": 1210 * 1024**2}
    assert {model["library"] for model in models.values()} == {"ranklib"}


def test_its_format_writes_rows(run):
    rows = list(csv.reader(io.StringIO(run("--format", "csv", "--select", "EX101").stdout)))
    assert rows == [
        ["rule", "severity", "file", "line", "service", "message"],
        ["EX101", "warning", "compose.yaml", "6", "ranker", "ranker has 20 children, and 16 is the most"],
    ]


def changed(installed, folder, path, before, after):
    """Return a copy of what is installed in which one file says something else."""
    shutil.copytree(installed, folder / "site", dirs_exist_ok=True)
    target = folder / "site" / path
    written = target.read_text()
    assert before in written
    target.write_text(written.replace(before, after))
    return folder / "site"


@pytest.mark.parametrize(
    ("path", "before", "after", "complaint"),
    [
        ("forkfit_example/__init__.py", '"EX101"', '"FF101"', "two plugins bring a rule named 'FF101': forkfit-example and forkfit_rules"),
        ("forkfit_example/__init__.py", '"csv"', '"json"', "two plugins bring a format named 'json': Builtin and forkfit-example"),
        (
            "forkfit_example/__init__.py",
            '"crew", (',
            '"celery", (',
            "two plugins bring a launcher named 'celery': Builtin and forkfit-example",
        ),
        ("forkfit_example/__init__.py", "from forkfit.api", "import no_such_module\nfrom forkfit.api", "cannot be imported"),
        (
            "forkfit_example/__init__.py",
            "forkfit_example.crew",
            "forkfit_example.gone",
            "the module 'forkfit_example.gone', which cannot be imported: ModuleNotFoundError",
        ),
        (
            "forkfit_example/__init__.py",
            "forkfit_example.csv_rows",
            "gone.csv_rows",
            "the module 'gone.csv_rows', which cannot be imported: ModuleNotFoundError",
        ),
        ("forkfit_example/crew.py", "def settle", "def unsettle", "'forkfit_example.crew', which has no function 'settle'"),
        ("forkfit_example/too_many_children.py", "def check", "def look", "which has no function 'check'"),
        ("forkfit_example/csv_rows.py", "import csv", "import csv_of_mine", "which cannot be imported: ModuleNotFoundError"),
        ("forkfit_example/__init__.py", '"weights"', '"nowhere"', "which is no folder by an absolute path"),
        ("forkfit_example/__init__.py", "return (Rule(", "raise OSError('no') or (Rule(", "fails in forkfit_rules: OSError: no"),
        (
            "forkfit_example/__init__.py",
            "return (Format(",
            "return ('csv', Format(",
            "returns 'csv' from forkfit_formats where a Format belongs",
        ),
        ("forkfit_example/__init__.py", "def forkfit_formats", "def forkfit_shapes", "a plugin has a hook that there is not"),
        ("forkfit_example/weights/models/ranklib.toml", '"load_ranker"', '"load_*"', "the loader 'load_*' does not end in a plain name"),
        ("forkfit_example/weights/models/ranklib.toml", "small = 300", "small = -1", "models/ranklib.toml gives no weights of models"),
    ],
)
def test_a_plugin_that_is_broken_or_clashes_is_refused_by_name(run, installed, tmp_path, path, before, after, complaint):
    done = run(site=changed(installed, tmp_path, path, before, after))
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plugin_that_is_not_installed_is_refused(run, tmp_path):
    done = run(site=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no plugin 'forkfit-example' is installed" in done.stderr


def test_the_page_names_every_file_of_the_example():
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    shown = {path for path in SOURCE.rglob("*") if path.suffix in (".py", ".toml") and path.name not in ("__init__.py", "pyproject.toml")}
    assert [path for path in shown if str(path.relative_to(ROOT / "docs")) not in page] == []

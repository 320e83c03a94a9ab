"""What `measure` may be asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forkfit.measure import command
from forkfit.measure.library import as_toml
from forkfit.syntax.json_schema import validator
from forkfit.weigh.table import read_weight

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "measure needs -A APP, --service NAME or --library NAME, one of them"),
        (("-A", "shop", "--library", "numpy"), "measure needs -A APP, --service NAME or --library NAME, one of them"),
        (("--library", "a", "--library", "b", "--statement", "import a"), "--statement says how one --library is imported"),
        (("-A", "shop", "-c", "1"), "what children share shows with two of them or more"),
        (("-A", "shop", "-c", "4,x"), "'4,x' is no list of numbers from 1 to 64"),
        (("-A", "shop", "-c", "65"), "'65' is no list of numbers from 1 to 64"),
        (("-A", "shop", "--timeout", "nan"), "'nan' is no number of seconds from 1 to 86400"),
        (("-A", "shop", "--python", "no-such-python"), "--python no-such-python: there is no such program"),
        (("-A", "shop", "--folder", "nowhere"), "there is no such folder"),
        (("--library", "numpy", "--into", "nowhere"), "--into nowhere: there is no such folder"),
        (("--service", "worker"), "there is no such service in the project"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_contradicts_itself_is_refused(lint, tmp_path, arguments, said):
    outcome = lint("measure", "--root", ".", *arguments, folder=tmp_path)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err


def test_elsewhere_than_on_linux_it_is_refused(lint, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "can_measure", lambda: False)
    outcome = lint("measure", "-A", "shop", "--root", ".", folder=tmp_path)
    assert (outcome.status, outcome.out) == (2, "")
    assert "only Linux has" in outcome.err


def test_a_service_that_is_no_worker_has_no_application_to_measure(lint, tmp_path):
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    outcome = lint("measure", "--service", "web", "--root", ".", folder=tmp_path)
    assert (outcome.status, outcome.out) == (2, "")
    assert "name the application with -A" in outcome.err


def test_a_weight_is_written_in_the_form_of_the_table():
    import tomllib

    columns = {"main": 5.6, "child": 1.9, "child_idle": 1.8, "resident": 10.5}
    weight = {
        "library": "numpy",
        "distribution": "numpy",
        "version": "2.4.6",
        "python": "3.11.7",
        "measured_on": "2026-11-20",
        "method": 'by "smaps"',
        "statement": "import numpy\nimport numpy.linalg",
        "implies": ["a", "b"],
        "implies_optional": [],
        "exclusive": columns,
        "closure": {**columns, "main": 6.0},
    }
    assert tomllib.loads(as_toml(weight)) == weight
    schema = json.loads((ROOT / "linter" / "forkfit" / "weights" / "schema.json").read_text())
    assert list(validator(schema).iter_errors(tomllib.loads(as_toml(weight)))) == []
    assert read_weight(tomllib.loads(as_toml(weight)), "numpy").closure_main == 6.0

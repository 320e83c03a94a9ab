from __future__ import annotations

import pytest

from forkfit.config import BadSettings, Layer, fold, from_project, from_table
from forkfit.files import InMemory
from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings, Stated


def test_without_a_file_the_defaults_are_in_force():
    assert fold() == Settings()


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults():
    file = from_table({"fail-on": "error", "cpus": 8}, "compose-lint.toml")
    settings = fold(file, Layer({"cpus": 4}))
    assert (settings.fail_on, settings.cpus, settings.headroom) == (Severity.ERROR, 4, 0.8)


def test_the_nearest_settings_file_is_taken():
    files = InMemory(
        {"pyproject.toml": b"[tool.compose-lint]\ncpus = 2\n", "a/compose-lint.toml": b"cpus = 4\n", "a/b/pyproject.toml": b"[project]\n"}
    )
    assert from_project(files, "a/b") == (Layer({"cpus": 4}), "a/compose-lint.toml")
    assert from_project(files, "c") == (Layer({"cpus": 2}), "pyproject.toml")
    assert from_project(InMemory({}), "c") == (Layer({}), "")


def test_figures_may_be_stated_for_a_service():
    table = {"services": {"worker": {"per_worker": "120m", "parent": "90m"}}}
    assert fold(from_table(table, "x")).services == {"worker": Stated(Memory.mib(120), Memory.mib(90))}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"headrom": 0.5}, "unknown setting 'headrom'; did you mean 'headroom'"),
        ({"zzz": 1}, "unknown setting 'zzz'; known are"),
        ({"fail-on": "info "}, "none of error, warning, info, never"),
        ({"cpus": 0}, "no whole number"),
        ({"cpus": True}, "no whole number"),
        ({"memory": "2q"}, "no size"),
        ({"memory": 0}, "no amount"),
        ({"headroom": 1.5}, "no share"),
        ({"memory-model": "mine"}, "measured, handbook"),
        ({"plugins": "one"}, "no list of names"),
        ({"services": {"worker": {"per_workr": "1m"}}}, "did you mean 'per_worker'"),
        ({"services": []}, "table of services"),
        ([], "must be a table"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_their_place(table, complaint):
    with pytest.raises(BadSettings, match=complaint):
        from_table(table, "pyproject.toml")


def test_a_settings_file_that_is_no_toml_is_refused():
    with pytest.raises(BadSettings, match="cannot be read as TOML"):
        from_project(InMemory({"compose-lint.toml": b"= 1"}), ".")

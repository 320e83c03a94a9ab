"""Which settings are in force: the nearest file up to the root, under the command line."""

from __future__ import annotations

import pytest

from forkfit.config.find import Shelf, fold, from_table
from forkfit.config.refusal import BadSettings
from forkfit.files import InMemory
from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.settings import Layer, Settings

NOTHING = Layer({})


def settings(table, command_line=NOTHING):
    return fold(from_table(table, "compose-lint.toml"), command_line)


def at(files, folder, **options):
    return Shelf(InMemory(files), NOTHING, **options).of(folder)


def test_without_a_file_the_defaults_are_in_force():
    assert fold(NOTHING, NOTHING) == Settings()


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults():
    found = settings({"fail-on": "error", "cpus": 8}, Layer({"cpus": 4}))
    assert (found.fail_on, found.cpus, found.headroom) == (Severity.ERROR, 4, 0.8)


def test_the_nearest_settings_file_is_taken():
    files = {
        "pyproject.toml": b"[tool.compose-lint]\ncpus = 2\n",
        "a/compose-lint.toml": b"cpus = 4\n",
        "a/b/pyproject.toml": b"[project]\n",
    }
    assert (at(files, "a/b").settings.cpus, at(files, "a/b").file) == (4, "a/compose-lint.toml")
    assert (at(files, "c").settings.cpus, at(files, "c").file) == (2, "pyproject.toml")
    assert at({}, "c").file == ""


def test_the_file_of_our_own_name_wins_over_pyproject_beside_it():
    files = {"pyproject.toml": b"[tool.compose-lint]\ncpus = 2\n", "compose-lint.toml": b"cpus = 4\n"}
    assert at(files, ".").settings.cpus == 4


def test_pyproject_that_only_mentions_us_has_no_settings():
    assert at({"pyproject.toml": b"[project]\ndependencies = ['compose-lint']\n"}, ".").file == ""


def test_settings_that_are_given_stand_in_place_of_every_file():
    assert (
        at({"compose-lint.toml": b"cpus = 4\nheadroom = 0.5\n"}, ".", given=Layer({"cpus": 8})).settings
        == at({}, ".", given=Layer({"cpus": 8})).settings
    )


def test_a_settings_file_that_is_named_is_read_wherever_it_is_and_no_other(tmp_path):
    named = tmp_path / "ours.toml"
    named.write_text("cpus = 16\n")
    found = at({"compose-lint.toml": b"cpus = 4\n"}, ".", named=str(named))
    assert (found.settings.cpus, found.file) == (16, str(named))
    with pytest.raises(BadSettings, match="there is no such file"):
        at({}, ".", named=str(tmp_path / "none.toml"))
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(BadSettings, match=r"has no table \[tool.compose-lint\]"):
        at({}, ".", named=str(tmp_path / "pyproject.toml"))


def test_figures_may_be_stated_for_a_service_and_settings_be_its_own():
    found = settings({"cpus": 8, "headroom": 0.9, "services": {"worker": {"per_worker": "120m", "parent": "90m", "cpus": 2}}})
    worker = found.of("worker")
    assert (worker.per_worker, worker.parent, worker.cpus, worker.headroom) == (Memory.mib(120), Memory.mib(90), 2, 0.9)
    assert (found.of("web").per_worker, found.of("web").cpus) == (None, 8)
    assert worker.of("worker") == worker


def test_the_command_line_wins_over_what_is_said_of_a_service():
    assert settings({"services": {"worker": {"cpus": 2}}}, Layer({"cpus": 4})).of("worker").cpus == 4


def test_a_setting_knows_where_it_is_written():
    found = at(
        {"pyproject.toml": b"[tool.compose-lint]\nmemory = '1g'\n[tool.compose-lint.services.worker]\nper_worker = '9m'\n"}, "."
    ).settings
    assert str(found.step("x", "memory").at) == "pyproject.toml:2:1"
    assert str(found.of("worker").step("x", "per_worker").at) == "pyproject.toml:4:1"
    assert fold(NOTHING, Layer({"memory": Memory.mib(1)})).step("x", "memory").at is None


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"headrom": 0.5}, "headrom: unknown setting 'headrom'; did you mean 'headroom'"),
        ({"zzz": 1}, "unknown setting 'zzz'; known are"),
        ({"fail-on": "info "}, "none of error, warning, info, never"),
        ({"cpus": 0}, "no whole number"),
        ({"cpus": True}, "no whole number"),
        ({"memory": "2q"}, "no size"),
        ({"memory": 0}, "no amount"),
        ({"memory": 1.5}, "no amount"),
        ({"headroom": 1.5}, "no share"),
        ({"memory-model": "mine"}, "measured, handbook"),
        ({"plugins": "one"}, "no list of words"),
        ({"select": [1]}, "no list of words"),
        ({"severity": {"FF101": "fatal"}}, "severity.FF101: 'fatal' is none of error, warning, info"),
        ({"services": {"worker": {"per_workr": "1m"}}}, "services.worker.per_workr: .*did you mean 'per_worker'"),
        ({"services": {"worker": {"plugins": []}}}, "unknown setting 'plugins'"),
        ({"services": []}, "services: must be a table"),
        ({"per-file": {"a.yml": {"per_worker": "1m"}}}, "per-file.a.yml.per_worker: unknown setting"),
        ([], "must be a table"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_their_place(table, complaint):
    with pytest.raises(BadSettings, match=complaint):
        from_table(table, "pyproject.toml")


def test_everything_that_is_wrong_is_told_at_once_each_with_its_line():
    with pytest.raises(BadSettings) as told:
        at({"compose-lint.toml": b"headrom = 0.5\ncpus = 4\nmemory = [\n  1]\n\n[services.worker]\nper_workr = '1m'\n"}, ".")
    assert [line.split(": ")[0] for line in sorted(str(told.value).splitlines())] == [
        "compose-lint.toml:1",
        "compose-lint.toml:3",
        "compose-lint.toml:7",
    ]


@pytest.mark.parametrize("content", [b"= 1", b"cpus = 1\ncpus = 2", b"a = \xff"], ids=["no TOML", "a key twice", "no UTF-8"])
def test_a_settings_file_that_is_no_toml_is_refused(content):
    with pytest.raises(BadSettings, match="cannot be read as TOML"):
        at({"compose-lint.toml": content}, ".")

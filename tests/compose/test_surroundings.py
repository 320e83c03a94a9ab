"""Variables come from what is stated, then .env; the machine's own environment is never read."""

from __future__ import annotations

import pytest

APP = "services: {app: {image: x, environment: {R: '${A-unset}'}}}\n"


def value(found, name="R"):
    return found.service().environment.get(name).value.plain


def test_the_environment_of_the_machine_is_not_read(loaded, monkeypatch):
    monkeypatch.setenv("A", "machine")
    assert value(loaded({"compose.yaml": APP})) == "unset"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "dotenv"),
        ({"environment": (("A", "stated"),)}, "stated"),
        ({"env_files": ("one.env",)}, "one"),
        ({"env_files": ("one.env", "two.env")}, "two"),
        ({"environment": (("COMPOSE_ENV_FILES", "two.env,one.env"),)}, "one"),
        ({"environment": (("COMPOSE_DISABLE_ENV_FILE", "1"),)}, "unset"),
        ({"project_directory": "sub", "files": ("compose.yaml",)}, "sub"),
        ({"files": ("sub/compose.yaml",)}, "sub"),
    ],
)
def test_what_gives_a_variable_its_value(asked, found, loaded):
    files = {
        "compose.yaml": APP,
        "sub/compose.yaml": APP,
        ".env": "A=dotenv\n",
        "one.env": "A=one\n",
        "two.env": "A=two\n",
        "sub/.env": "A=sub\n",
    }
    assert value(loaded(files, **asked)) == found


def test_dotenv_of_the_working_folder_wins_over_that_beside_the_file(loaded):
    files = {"compose.yaml": APP.replace("}}}", ", S: '${B}'}}}"), ".env": "A=above\nB=above\n", "sub/.env": "A=here\n"}
    found = loaded(files, folder="sub")
    assert (value(found), value(found, "S")) == ("here", "above")


def test_a_missing_env_file_of_the_command_line_is_told(loaded):
    assert loaded({"compose.yaml": APP}, env_files=("no.env",)).kinds == ["missing-env-file"]


def test_a_broken_dotenv_is_told_once_and_gives_what_it_can(loaded):
    found = loaded({"compose.yaml": APP, ".env": "B C=1\nA=ok\n"})
    assert (found.kinds, value(found)) == (["env-file-syntax"], "ok")


def test_profiles_are_those_asked_for_otherwise_those_of_the_variable(loaded):
    files = {"compose.yaml": "services: {app: {image: x, profiles: [p]}, b: {image: x, profiles: [q]}}\n", ".env": "COMPOSE_PROFILES=q\n"}
    assert [s.name for s in loaded(files).project.services] == ["b"]
    assert [s.name for s in loaded(files, profiles=("p",)).project.services] == ["app"]
    assert [s.name for s in loaded(files, profiles=("*",)).project.services] == ["app", "b"]


def test_a_named_service_is_active_with_what_it_depends_on(loaded):
    text = "services:\n  app: {image: x, profiles: [p], depends_on: [db]}\n  db: {image: x, depends_on: [app]}\n  web: {image: x}\n"
    found = loaded({"compose.yaml": text}, services=("app", "nobody"))
    assert ([s.name for s in found.project.services], found.project.disabled) == (["app", "db"], ("web",))


def test_compose_supposes_the_folder_it_runs_in(loaded, lines):
    found = loaded({"sub/compose.yaml": APP.replace("${A-unset}", "${PWD}")}, folder="sub", root="/r")
    variable = found.service().environment.get("R")
    assert (variable.value.plain, lines(variable.trail)) == (
        "/r/sub",
        ["assumed Compose runs in this folder", "used sub/compose.yaml:1:46"],
    )


def test_the_root_is_known_from_a_stated_working_folder(loaded):
    files = {"a/sub/compose.yaml": APP}
    assert loaded(files, folder="a/sub", environment=(("PWD", "/home/u/a/sub"),)).project.name.value == "sub"
    assert loaded({"compose.yaml": APP}, environment=(("PWD", "/home/u/Proj.X"),)).project.name.value == "projx"


def test_a_name_that_compose_refuses_is_told(loaded):
    assert loaded({"compose.yaml": APP, ".env": "COMPOSE_PROJECT_NAME=Bad Name\n"}).kinds == ["consistency"]
    assert loaded({"compose.yaml": "name: '!!!'\n" + APP}).kinds == ["structure"]
    assert loaded({"compose.yaml": "name: [a]\n" + APP}).kinds == ["yaml"]

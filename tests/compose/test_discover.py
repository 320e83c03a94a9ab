"""Which files are a project: Compose's own lookup, and the search of a tree."""

from __future__ import annotations

import pytest

from forkfit.compose.discover import projects
from forkfit.files import InMemory

ONE = "services: {app: {image: x}}\n"


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ("compose.yml compose.yaml", "compose.yaml"),
        ("docker-compose.yaml docker-compose.yml", "docker-compose.yml"),
        ("docker-compose.yml compose.yml", "compose.yml"),
        ("compose.yaml docker-compose.override.yaml", "compose.yaml docker-compose.override.yaml"),
        ("docker-compose.yml compose.override.yaml compose.override.yml", "docker-compose.yml compose.override.yml"),
    ],
)
def test_a_folder_has_one_base_and_one_override(there, found, loaded):
    assert " ".join(loaded(dict.fromkeys(there.split(), ONE)).project.files) == found


def test_a_named_file_has_no_override(loaded):
    files = {"compose.yaml": ONE, "compose.override.yaml": ONE}
    assert loaded(files, files=("compose.yaml",)).project.files == ("compose.yaml",)


def test_a_folder_above_serves_and_nothing_above_the_root(loaded):
    found = loaded({"compose.yaml": ONE, "a/b/x": ""}, folder="a/b")
    assert (found.project.files, found.project.directory) == (("compose.yaml",), ".")
    assert loaded({"a/b/x": ""}, folder="a/b", root="/a").project is None


def test_compose_file_names_files_from_the_working_folder(loaded):
    files = {".env": "COMPOSE_FILE=a.yaml:sub/b.yaml\n", "a.yaml": ONE, "sub/b.yaml": ONE, "compose.yaml": ONE}
    assert loaded(files).project.files == ("a.yaml", "sub/b.yaml")
    assert loaded(files, environment=(("COMPOSE_FILE", "a.yaml"),)).project.files == ("a.yaml",)


def test_a_missing_file_of_compose_file_is_told_where_it_is_named(loaded):
    found = loaded({".env": "A=1\nCOMPOSE_FILE=no.yaml:b.yaml\n", "b.yaml": ONE})
    assert ([str(t.at) for t in found.told], found.project.files) == ([".env:2:14"], ("b.yaml",))


def tree(*paths, **contents):
    return InMemory(dict.fromkeys(paths, b"") | {path.replace("_gitignore", ".gitignore"): text for path, text in contents.items()})


def test_a_tree_is_searched_for_folders_with_a_base_file():
    files = tree("compose.yaml", "b/docker-compose.yml", "a/x/compose.yml", "c/compose.override.yml", "d/compose.json", "e.d/compose.yaml")
    assert projects(".", files) == (".", "a/x", "b", "e.d")
    assert projects("a", files) == ("a/x",)


@pytest.mark.parametrize("folder", ["node_modules", ".git", ".venv", "pkg/node_modules", "env"])
def test_folders_of_tools_and_packages_are_not_searched(folder):
    files = tree(f"{folder}/x/compose.yaml", "env/pyvenv.cfg")
    assert projects(".", files) == ()


def test_what_git_ignores_is_not_searched():
    files = InMemory(
        {
            ".gitignore": b"/out\n*.tmp/\nlocal/compose.yaml\nx/y*\ngone/*\n",
            "out/compose.yaml": b"",
            "a/out/compose.yaml": b"",
            "b/.gitignore": b"deep/\n!kept/\n",
            "b/deep/compose.yaml": b"",
            "b/kept/compose.yaml": b"",
            "c.tmp/compose.yaml": b"",
            "local/compose.yaml": b"",
            "gone/a/compose.yaml": b"",
            "x/y1/compose.yaml": b"",
            "x/z/compose.yaml": b"",
        }
    )
    assert projects(".", files) == ("a/out", "b/kept", "x/z")
    assert projects("b", files) == ("b/kept",)


def test_a_folder_that_somebody_names_is_searched_also_where_git_ignores_it():
    files = InMemory({".gitignore": b"out/\n", "out/compose.yaml": b"", "out/a/compose.yaml": b""})
    assert projects(".", files) == ()
    assert projects("out", files) == ("out", "out/a")


def test_a_base_file_of_the_folder_itself_may_be_ignored():
    assert projects(".", InMemory({".gitignore": b"compose.yaml\n", "compose.yaml": b"", "a/compose.yaml": b""})) == (".",)


def test_what_the_user_excludes_is_not_searched():
    files = tree("examples/a/compose.yaml", "compose.yaml", "x/examples/compose.yaml")
    assert projects(".", files, ("/examples",)) == (".", "x/examples")
    assert projects(".", files, ("examples",)) == (".",)


@pytest.mark.parametrize("folder", [".github/workflows", ".gitea/workflows", ".forgejo/workflows", "app/.github/workflows"])
def test_a_workflow_that_is_called_compose_is_no_compose_file(folder):
    assert projects(".", tree(f"{folder}/compose.yml", ".github/compose.yml")) == (".github",)

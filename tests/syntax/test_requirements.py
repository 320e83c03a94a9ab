"""What requirements, manifests and lock files say, each in its own grammar."""

from __future__ import annotations

import pytest

from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span
from forkfit.syntax.requirements import is_requirements, normalised, read


def said(path, text):
    return {r.name: r.version or r.specifier for r in read(source(path, text)).requirements}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("celery==5.3.6", {"celery": "5.3.6"}),
        ("celery == 5.3.6  # pinned", {"celery": "5.3.6"}),
        ("celery[redis,msgpack]==5.3.6", {"celery": "5.3.6"}),
        ("celery [redis] >= 5.2, < 5.4", {"celery": ">=5.2,<5.4"}),
        ("celery>=5.2 ; python_version < '3.9'", {"celery": ">=5.2"}),
        ("celery==5.3.6 \\", {"celery": "5.3.6"}),
        ("    --hash=sha256:0123", {}),
        ("celery", {"celery": ""}),
        ("Django_Celery.Beat==2.5", {"django-celery-beat": "2.5"}),
        ("celery===5.3.6", {"celery": "5.3.6"}),
        ("celery (==5.3.6)", {"celery": "5.3.6"}),
        ("celery @ https://example.org/celery.zip", {"celery": ""}),
        ("-e git+https://example.org/celery.git#egg=celery", {"celery": ""}),
        ("# celery==4", {}),
        ("--index-url https://example.org", {}),
        ("https://example.org/x.whl", {}),
        ("", {}),
    ],
)
def test_a_line_of_a_requirements_file(line, expected):
    assert said("requirements.txt", line + "\n") == expected


def test_further_files_are_named():
    assert read(source("requirements/dev.txt", "-r base.txt\n-c ../constraints.txt\n--requirement=x.in\n")).includes == (
        "base.txt",
        "../constraints.txt",
        "x.in",
    )


LOCK = """\
version = 1

[[package]]
name = "celery"
version = "5.3.6"
description = "x"

[package.dependencies]
name = "no"
version = "1"

[[package]]
name = "Django"
version = "4.2.1"
"""
PIPFILE_LOCK = """{"_meta": {"requires": {"python_version": "3.11"}},
 "default": {"celery": {"version": "==5.2.7"}, "odd": {"git": "x"}}, "develop": {"pytest": {"version": "==8"}}}"""
PYPROJECT = """\
[project]
requires-python = ">= 3.11"
dependencies = ["celery[redis]>=5.3", "django"]
[project.optional-dependencies]
ml = ["torch==2.2"]
[dependency-groups]
dev = ["pytest", {include-group = "x"}]
[tool.poetry.dependencies]
python = "^3.10"
kombu = "^5.3.1"
flower = {version = "~2.0", optional = true}
vine = "5.1.0"
amqp = "*"
[tool.poetry.group.dev.dependencies]
black = "23.*"
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("poetry.lock", LOCK, {"celery": "5.3.6", "django": "4.2.1"}, id="poetry.lock"),
        pytest.param("uv.lock", LOCK, {"celery": "5.3.6", "django": "4.2.1"}, id="uv.lock"),
        pytest.param("a/pdm.lock", LOCK, {"celery": "5.3.6", "django": "4.2.1"}, id="pdm.lock"),
        pytest.param("Pipfile.lock", PIPFILE_LOCK, {"celery": "5.2.7", "pytest": "8", "python": "3.11"}, id="Pipfile.lock"),
        pytest.param("Pipfile", '[packages]\ncelery = "~=5.3"\nx = {extras = ["y"]}\n', {"celery": "~=5.3", "x": ""}, id="Pipfile"),
        pytest.param(
            "pyproject.toml",
            PYPROJECT,
            {
                "celery": ">=5.3",
                "django": "",
                "torch": "2.2",
                "pytest": "",
                "kombu": ">=5.3.1,<6",
                "flower": ">=2.0,<2.1",
                "vine": "5.1.0",
                "amqp": "",
                "black": "==23.*",
                "python": ">=3.11",
            },
            id="pyproject.toml",
        ),
        pytest.param(".python-version", "3.12.1\n", {"python": "3.12.1"}, id=".python-version"),
        pytest.param("runtime.txt", "python-3.11.4\n", {"python": "3.11.4"}, id="runtime.txt"),
        pytest.param("pyproject.toml", "[tool]\npoetry = 3\n[project]\ndependencies = 4\n", {}, id="wrong types"),
    ],
)
def test_a_file_is_read_in_its_own_grammar(path, text, expected):
    assert said(path, text) == expected


def test_a_requirement_knows_its_place():
    (requirement,) = read(source("requirements.txt", "# x\n celery==5.3.6\n")).requirements
    assert requirement.at == Span("requirements.txt", 2, 2, 2, 15)
    (celery, _) = read(source("poetry.lock", LOCK)).requirements
    assert celery.at == Span("poetry.lock", 4, 1, 5, 18)


@pytest.mark.parametrize("path", ["pyproject.toml", "Pipfile.lock", "Pipfile"])
def test_a_broken_file_is_said_to_be_broken(path):
    with pytest.raises(BrokenSource) as broken:
        read(source(path, "{" * 2000))
    assert broken.value.at.file == path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.in", True),
        ("requirements/base.txt", True),
        ("docs/notes.txt", False),
        ("requirements.md", False),
        ("poetry.lock", True),
        ("yarn.lock", False),
    ],
)
def test_names_of_files_that_say_what_is_installed(path, expected):
    assert is_requirements(path) is expected


def test_names_compare_in_one_form():
    assert normalised("Django_Celery.Beat") == "django-celery-beat"


@pytest.mark.parametrize(
    "line", ["a" + "=1" * 50_000 + "!", "a" + " " * 100_000 + "!", "a[" * 50_000, "a==1," * 50_000 + "(", "(" * 99_999]
)
def test_a_hostile_line_is_read_in_linear_time(line):
    assert len(read(source("requirements.txt", line)).requirements) <= 1

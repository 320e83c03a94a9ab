from __future__ import annotations

import pytest

from forkfit.compose.env_example import example_of, of_file
from forkfit.compose.load import load
from forkfit.compose.request import Request
from forkfit.files import InMemory
from forkfit.model.trouble import Kind


def files(**contents):
    return InMemory({path: text.encode() for path, text in contents.items()})


@pytest.mark.parametrize(
    ("path", "names", "example"),
    [
        (".env", [".env.example"], ".env.example"),
        (".env", ["env.template"], "env.template"),
        (".env", [".envdefault"], ".envdefault"),
        (".env", ["example.env"], "example.env"),
        (".env", [".env-sample", "docker.env"], ".env-sample"),
        (".env", ["example.prod.env", ".env.dist"], ".env.dist"),
        ("deploy/prod.env", ["deploy/dev.env.example", "deploy/prod.env.example"], "deploy/prod.env.example"),
        ("deploy/.env", [".env.example"], None),
        (".env", ["example.txt", "environment.md"], None),
    ],
)
def test_the_example_is_the_file_of_the_same_name_but_for_its_mark(path, names, example):
    assert example_of(path, files(**dict.fromkeys(names, ""))) == example


EXAMPLE = 'SECRET_KEY=abc\nexport CELERY_WORKERS="4" # each\nCONCURRENCY = 2\n# MAX_WORKERS=9\nPORT=80\nWORKER_TOKEN=x1\n'


def test_only_numbers_that_size_workers_are_shown():
    assert of_file(".env", files(**{".env.example": EXAMPLE})) == (
        ".env.example, which is not read, sets CELERY_WORKERS to 4, CONCURRENCY to 2."
    )
    assert (
        of_file(".env", files(**{".env.example": "SECRET_KEY=1\n"}))
        == ".env.example, which is not read, sets no number that sizes workers."
    )
    assert of_file(".env", files(**{".env": ""})) == ""


COMPOSE = "services:\n  worker:\n    image: shop\n    command: celery worker {command}\n{more}"


def cures(command, more="", **contents):
    told = []
    load(Request(("compose.yaml",)), files(**{"compose.yaml": COMPOSE.format(command=command, more=more)}, **contents), told.append)
    return {t.kind: t.cure for t in told}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CONCURRENCY", ".env.example, which is not read, sets it to 2."),
        ("SECRET_KEY", ".env.example, which is not read, sets it."),
        ("MAX_WORKERS", ".env.example does not set it either."),
    ],
)
def test_a_variable_without_a_value_is_looked_up_in_the_example(name, said):
    contents = {".env.example": EXAMPLE}
    assert cures(f"-c $${name}".replace("$$", "$"), **contents)[Kind.UNDEFINED_VARIABLE].endswith(said)
    assert cures(f"-c ${{{name}:?}}", **contents)[Kind.REQUIRED_VARIABLE].endswith(said)


def test_a_missing_env_file_names_its_example():
    found = cures("-c 2", "    env_file: deploy/.env\n", **{"deploy/.env.example": EXAMPLE})
    assert found[Kind.MISSING_ENV_FILE].endswith("deploy/.env.example, which is not read, sets CELERY_WORKERS to 4, CONCURRENCY to 2.")


def test_without_an_example_the_cure_stays_as_it_is():
    assert cures("-c $N")[Kind.UNDEFINED_VARIABLE] == "Set N in .env, or write ${N:-default}."
    assert cures("-c 2", "    env_file: .env\n")[Kind.MISSING_ENV_FILE] == "Create it, or correct the path."

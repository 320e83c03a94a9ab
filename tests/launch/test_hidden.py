from __future__ import annotations

import pytest

COMPOSE = "services:\n  {name}:\n    image: ghcr.io/acme/{image}\n{more}"
OWN = {"pyproject.toml": '[project]\nname = "Paper_Mill"\ndependencies = ["celery>=5"]\n', "Dockerfile": "FROM python:3.12\n"}


def unseen(examined, name="app", image="paper-mill:latest", more="", **others):
    found = examined({"compose.yaml": COMPOSE.format(name=name, image=image, more=more), **others})
    assert found["workers"] == []
    return [u["service"] for u in found["unseen"]]


def test_an_image_of_this_repository_that_depends_on_celery_is_unseen(examined):
    assert unseen(examined, **OWN) == ["app"]


@pytest.mark.parametrize(
    ("more", "image", "others"),
    [
        pytest.param("", "other:latest", OWN, id="another image"),
        pytest.param("    command: gunicorn shop\n", "paper-mill", OWN, id="a command that is seen"),
        pytest.param("", "paper-mill", {"pyproject.toml": OWN["pyproject.toml"]}, id="no Dockerfile"),
        pytest.param("", "paper-mill", {**OWN, "pyproject.toml": '[project]\nname = "paper-mill"\n'}, id="no Celery"),
    ],
)
def test_other_services_are_silent(examined, more, image, others):
    assert unseen(examined, image=image, more=more, **others) == []


@pytest.mark.parametrize(
    ("name", "more"),
    [
        pytest.param("app", "    environment: [SINGLE_CELERY_PROCESS=1]\n", id="a variable that sizes workers"),
        pytest.param("worker", "    command: celery\n", id="a role word"),
        pytest.param("queue", "    command: [celery-worker]\n", id="a role word of two"),
    ],
)
def test_marks_of_a_worker_whose_image_is_from_elsewhere(examined, name, more):
    assert unseen(examined, name, "other", more) == [name]


@pytest.mark.parametrize("variable", ["CELERY_BROKER_URL", "SHOP_CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"])
def test_an_image_alone_that_is_told_of_a_broker_may_start_workers(examined, variable):
    more = f"    environment: [{variable}=redis://r]\n"
    assert unseen(examined, image="other", more=more) == ["app"]
    assert unseen(examined, "web", "other", more) == []
    assert unseen(examined, image="other", more=more + "    command: gunicorn shop\n") == []


def test_a_broker_says_nothing_where_workers_are_seen(examined):
    more = "    environment: [CELERY_BROKER_URL=redis://r]\n  tasks:\n    image: other\n    command: celery -A shop worker\n"
    found = examined({"compose.yaml": COMPOSE.format(name="app", image="other", more=more)})
    assert ([w["service"] for w in found["workers"]], found["unseen"]) == (["tasks"], [])


@pytest.mark.parametrize("said", ["command: celery beat", "command: celery-beat"])
def test_what_stands_beside_workers_is_silent(examined, said):
    assert unseen(examined, image="other", more=f"    {said}\n") == []

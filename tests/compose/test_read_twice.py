"""Compose and python-dotenv read some lines of an env file differently; it matters where a setting of a worker comes by them."""

from __future__ import annotations

import pytest

from forkfit.builtin import shipped
from forkfit.compose.request import Request
from forkfit.files import InMemory
from forkfit.model.settings import Settings
from forkfit.model.value import Known
from forkfit.pipeline import examine
from forkfit.plugins import gather

COMPOSE = "services:\n  worker:\n    image: img\n    command: celery -A proj worker\n    env_file: {}\n    mem_limit: 1g\n"


@pytest.fixture(scope="module")
def parts():
    return gather(shipped())


def readings(parts, text, env_file="worker.env", **more):
    """Return what is read differently: name, line, what Compose and what python-dotenv reads."""
    files = {"compose.yaml": COMPOSE.format(env_file), "worker.env": text, "proj.py": 'app = __import__("celery").Celery()\n', **more}
    found = examine(Request(), InMemory({path: content.encode() for path, content in files.items()}), parts, Settings())
    (container,) = found.stack.containers
    return [(one.name, one.at.line, said(one.in_compose), said(one.in_python)) for one in container.differing]


def said(value):
    return value.value.plain if isinstance(value, Known) else None


NAME = "CELERY_WORKER_CONCURRENCY"


@pytest.mark.parametrize(
    ("line", "compose", "python"),
    [
        (f"{NAME}=4\t# four", "4\t# four", "4"),
        (f"{NAME}: 4", "4", None),
        (f'{NAME}="4"8', "4", None),
        (f"{NAME}=${{M-4}}", "4", ""),
        (f'{NAME}="4$${{M}}"', "4${M}", "4$"),
    ],
)
def test_a_line_may_mean_two_things(parts, line, compose, python):
    assert readings(parts, line + "\n") == [(NAME, 1, compose, python)]


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}=4\n",
        f"export {NAME}='4' # four\r\n",
        f'{NAME} = "4"\n',
        f"M=4\n{NAME}=${{M}}\n",
        f"{NAME}=${{M:-4}}\n",
        f"{NAME}=4 # four\n",
    ],
)
def test_most_lines_mean_one_thing(parts, text):
    assert readings(parts, text) == []


def test_a_line_that_reaches_no_setting_does_not_matter(parts):
    assert readings(parts, f"PASSWORD=a$b\n{NAME}=4\n") == []


def test_a_line_that_the_service_overrules_does_not_matter(parts):
    assert readings(parts, f"{NAME}: 8\n", env_file=f"worker.env\n    environment: {{{NAME}: 4}}") == []


def test_a_raw_file_has_no_quotes_for_compose(parts):
    assert readings(parts, f"{NAME}='4'\n", env_file="[{path: worker.env, format: raw}]") == [(NAME, 1, "'4'", "4")]


def test_a_file_that_compose_does_not_read_has_one_meaning(parts):
    application = 'from dotenv import load_dotenv\nload_dotenv("app.env")\napp = __import__("celery").Celery()\n'
    assert readings(parts, "A=1\n", **{"app.env": f"{NAME}: 4\n", "proj.py": application}) == []

from __future__ import annotations

import pytest

from forkfit.evaluate.shell.wrappers import Form, unwrap
from forkfit.model.text import assumed


def words(command):
    return tuple(assumed(word, "test") for word in command.split())


@pytest.mark.parametrize(
    "command",
    [
        "exec celery worker",
        "tini -- celery worker",
        "tini -g celery worker",
        "/usr/bin/dumb-init --single-child -- celery worker",
        "gosu app celery worker",
        "su-exec app:app celery worker",
        "s6-setuidgid app celery worker",
        "nice -n 10 celery worker",
        "nice -10 celery worker",
        "env -u X A=B C=D celery worker",
        "timeout -k 5 60 celery worker",
        "uv run celery worker",
        "uv run --no-sync --with x celery worker",
        "poetry run celery worker",
        "pipenv run celery worker",
        "pdm run celery worker",
        "ddtrace-run celery worker",
        "newrelic-admin run-program celery worker",
        "opentelemetry-instrument --service_name x celery worker",
        "wait-for-it.sh redis:6379 -t 30 -- celery worker",
        "./wait-for db:5432 -- celery worker",
        "dockerize -wait tcp://redis:6379 -timeout 30s celery worker",
        "watchmedo auto-restart --directory=./ --pattern=*.py --recursive -- celery worker",
        "watchmedo auto-restart -d . -p *.py -R celery worker",
        "runuser -u app -- celery worker",
        "sudo -u app -E celery worker",
        "stdbuf -oL celery worker",
        "xvfb-run -a celery worker",
        "doppler run --project x -- celery worker",
        "watchfiles celery.__main__.main --args worker",
    ],
)
def test_a_wrapper_starts_the_command_inside_it(command):
    inner = unwrap(words(command))
    assert inner is not None
    assert [word.plain for word in inner.words] == ["celery", "worker"]
    assert inner.form is Form.WORDS


@pytest.mark.parametrize(
    ("command", "string"),
    [("su app -c STRING", "STRING"), ("runuser -u app -c STRING", "STRING"), ("watchfiles --filter python STRING ./app", "STRING")],
)
def test_a_wrapper_may_take_a_command_string(command, string):
    inner = unwrap(words(command))
    assert inner is not None
    assert ([word.plain for word in inner.words], inner.form) == ([string], Form.STRING)


def test_variables_that_a_wrapper_sets_are_kept():
    inner = unwrap(words("env A=1 B=x=y celery"))
    assert inner is not None
    assert [(name, value.plain) for name, value in inner.sets] == [("A", "1"), ("B", "x=y")]


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        ("cd /app celery worker", "/app"),
        ("env -C /app celery worker", "/app"),
        ("uv --directory backend run celery worker", "backend"),
        ("uv run --directory=backend --frozen celery worker", "backend"),
        ("poetry -C /app run celery worker", "/app"),
    ],
)
def test_a_wrapper_may_enter_a_folder(command, folder):
    inner = unwrap(words(command))
    assert inner is not None
    assert inner.folder is not None
    assert ([word.plain for word in inner.words], inner.folder.plain) == (["celery", "worker"], folder)


@pytest.mark.parametrize("command", ["celery worker", "uv sync", "tini", "wait-for-it redis:6379", "newrelic-admin validate-config", ""])
def test_anything_else_is_no_wrapper(command):
    assert unwrap(words(command)) is None

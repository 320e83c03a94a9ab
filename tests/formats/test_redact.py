from __future__ import annotations

import pytest

from forkfit.formats.redact import gives_variables, hidden_of_variable, is_env_file, redacted, redacted_argv, said, secrets
from forkfit.model.source import source


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("redis://:pass@redis:6379/0", "redis://***@redis:6379/0"),
        ("amqp://me:p@ss@rabbit//", "amqp://***@rabbit//"),
        ("amqp://me:a/b#c@rabbit//", "amqp://***@rabbit//"),
        ("from 'amqp://me:pw@a//' to \"amqp://me:pw@b//\"", "from 'amqp://***@a//' to \"amqp://***@b//\""),
        ("${BROKER:-redis://:pw@h}", "${BROKER:-redis://***@h}"),
        ("guest:guest@rabbit", "***@rabbit"),
        ("user:pw@h1 and user:pw@h2", "***@h1 and ***@h2"),
        ("someone@example.org", "someone@example.org"),
        ("image: shop:1.2@sha256:0123abcd", "image: shop:1.2@sha256:0123abcd"),
        ("celery -A p -b redis://h worker", "celery -A p -b *** worker"),
        ("celery -A p -bredis://h worker", "celery -A p -b*** worker"),
        ("celery --broker=redis://h --result-backend db+x://h -c 2", "celery --broker=*** --result-backend *** -c 2"),
        ('[celery, "-b", "redis://h", -c, 2]', '[celery, "-b", "***", -c, 2]'),
        ("['-b','redis://h']", "['-b','***']"),
        ("[-b, redis://h]", "[-b, ***]"),
        ("celery -A foo-b worker", "celery -A foo-b worker"),
        ("{SECRET_KEY: abc, CONCURRENCY: 2}", "{SECRET_KEY: ***, CONCURRENCY: 2}"),
        ('API_KEY = "abc"', 'API_KEY = "***"'),
        ("tokenizers: 35 MiB once + 2 MiB a child", "tokenizers: 35 MiB once + 2 MiB a child"),
        ("secretary: 35 MiB", "secretary: 35 MiB"),
        ("key: value", "key: value"),
        ("", ""),
    ],
)
def test_passwords_are_not_shown(written, seen):
    assert redacted(written) == seen


def test_what_a_library_weighs_is_no_secret_whatever_its_name():
    assert redacted("tiktoken: 0.4 MiB a child") == "tiktoken: 0.4 MiB a child"
    assert redacted("token: 0.4") == "token: ***"


def test_what_ends_a_command_stays_readable():
    assert redacted("export DB_PASSWORD=abc ; celery worker") == "export DB_PASSWORD=*** ; celery worker"


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (("celery", "-b", "redis://h", "worker", "-c", "2"), ("celery", "-b", "***", "worker", "-c", "2")),
        (("celery", "--broker", "x", "--result-backend", "y"), ("celery", "--broker", "***", "--result-backend", "***")),
        (("celery", "--broker=x", "-bx"), ("celery", "--broker=***", "-b***")),
        (("celery", "-b"), ("celery", "-b")),
        (("sh", "-c", "celery -b x worker"), ("sh", "-c", "celery -b *** worker")),
        (("-b", "-b", "x"), ("-b", "***", "x")),
    ],
)
def test_the_words_of_a_command_keep_their_secrets(words, seen):
    assert redacted_argv(words) == seen


def test_stretches_do_not_overlap():
    assert secrets("-b amqp://me:pw@h PASSWORD=amqp://me:pw@h") == [(3, 17), (27, 41)]


def test_a_secret_is_hidden_before_a_text_is_cut():
    assert said("redis://me:" + "p" * 10_000 + "@h") == "redis://***@h"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env", "A=1", True),
        ("deploy/.env.production", "A=1", True),
        ("worker.env", "A=1", True),
        ("settings.conf", "A=1", True),
        ("variables", "A=1", True),
        ("compose.yaml", "a: 1", False),
        ("shop/settings.py", "A = 1", False),
        ("Dockerfile.worker", "ENV A=1", False),
        ("requirements.txt", "celery==5.5", False),
        ("supervisor/worker.conf", "; workers\n[program:worker]\ncommand=celery", False),
        ("start", "#!/bin/sh\nA=1", False),
    ],
)
def test_any_file_that_is_not_plainly_code_may_hold_variables(path, text, expected):
    assert is_env_file(source(path, text)) is expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env", "", True),
        (".envs/.local/.django", "", True),
        ("conf/production.env", "x", True),
        ("environment", "x", True),
        (".env.example", "x", True),
        ("run/secrets/db", "x", True),
        ("settings", "# variables\nA=1\nexport B=2\n", True),
        ("settings", "A=1\nB 2\n", False),
        ("nginx.conf", "server { listen 80; }", False),
        ("static/app.js", "let a = 1", False),
        ("environment.py", "A=1", False),
        ("README", "", False),
    ],
)
def test_variables_stand_in_files_that_are_named_for_them_or_hold_nothing_else(path, text, expected):
    assert gives_variables(source(path, text)) is expected


def test_an_env_file_is_what_compose_reads_as_one():
    assert gives_variables(source("values.yml", "S: x").replace(is_env_file=True))


@pytest.mark.parametrize(
    ("line", "needle", "seen"),
    [
        ("CONCURRENCY=20", "20", "CONCURRENCY=20"),
        ('CONCURRENCY="20"', "20", 'CONCURRENCY="20"'),
        ("CONCURRENCY='20'", "'20'", "CONCURRENCY='20'"),
        ("export LIMIT = 1.5g", "1.5g", "export LIMIT = 1.5g"),
        ("AUTOSCALE=10,3", "10,3", "AUTOSCALE=10,3"),
        ("CONCURRENCY=20 # was hunter2", "20", "CONCURRENCY=20 ***"),
        ('OPTIONS="-c 20 --broker x"', "20", 'OPTIONS="*** 20 ***"'),
        ("PASSWORD=abc20", "20", "PASSWORD=***"),
        ("PASSWORD=20abc", "20", "PASSWORD=***"),
        ("POOL=prefork", "prefork", "POOL=***"),
        ("CONCURRENCY=20", "CONCURRENCY=20", "CONCURRENCY=***"),
        ("YAML: 20", "20", "YAML: 20"),
        ("EMPTY=", "EMPTY", "EMPTY="),
        ("middle of a key of several lines", "middle", "***"),
        ("  # PASSWORD=x", "#", "  ***"),
        ("", "", ""),
    ],
)
def test_of_an_env_file_only_the_number_in_question_is_shown(line, needle, seen):
    start = line.index(needle)
    for begin, end in reversed(hidden_of_variable(line, start, start + len(needle))):
        line = f"{line[:begin]}***{line[end:]}"
    assert line == seen

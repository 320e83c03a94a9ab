"""Suppressions as a user meets them: at the cause, in any file, with a reason, until a day."""

from __future__ import annotations

import json

import pytest

WORKER = """\
services:
  worker:{service}
    build: .
    command: ./start.sh{command}
    env_file: worker.env
    mem_limit: {limit}
"""
FILES = {
    "Dockerfile": "FROM python:3.11\nWORKDIR /srv\nCOPY . .\n",
    "start.sh": "#!/bin/sh\nexec celery -A proj worker\n",
    "worker.env": "CELERY_WORKER_CONCURRENCY=20{env}\n",
    "proj.py": (
        "import gc\nfrom celery import Celery, signals\n\napp = Celery('proj')\n"
        "signals.worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)\n"
        "{python}app.conf.worker_prefetch_multiplier = 1\n"
    ),
}
OPEN = {"service": "", "command": "", "limit": "160m", "env": "", "python": ""}
IGNORE = "# compose-lint: ignore[FF101]"


@pytest.fixture
def lint_with(tmp_path, lint):
    """Return a function that fills the gaps of a project that does not fit, and lints it."""

    def run(*arguments, today="2026-11-25", files=(), **filled):
        written = {n: c.format(**{**OPEN, **filled}) for n, c in {"compose.yaml": WORKER, **FILES}.items()}
        for name, content in {**written, **dict(files)}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        outcome = lint("--root", ".", "--format", "json", *arguments, folder=tmp_path, today=today)
        return outcome.status, {f["rule"]: f for f in json.loads(outcome.out)["findings"]}

    return run


def suppressed(found):
    return {rule: finding["suppressed"] for rule, finding in found.items()}


def test_without_one_the_run_fails(lint_with):
    status, found = lint_with()
    assert (status, suppressed(found)) == (1, {"FF101": None})


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param({"limit": f"160m  {IGNORE} we know"}, id="on the line of the limit"),
        pytest.param(
            {"limit": f"160m\n    {IGNORE} we know\n    # and more\n    labels: {{}}", "service": f"  {IGNORE} we know"}, id="twice"
        ),
        pytest.param({"service": f"  {IGNORE} we know"}, id="at the service's key"),
        pytest.param({"env": f" {IGNORE} we know"}, id="in the env file"),
        pytest.param({"limit": "160m  # compose-lint: ignore[forks-exceed-memory] we know"}, id="by name"),
        pytest.param({"limit": "160m  # compose-lint: ignore[FF1] we know"}, id="by the beginning of the id"),
        pytest.param({"limit": "160m  # compose-lint: ignore[ff101] we know"}, id="in small letters"),
        pytest.param({"limit": "160m  #compose-lint:ignore[FF101] -- we know."}, id="without blanks"),
        pytest.param({"limit": "160m  # compose-lint: ignore[FF101] until=2026-11-25 we know"}, id="until today"),
        pytest.param({"limit": "160m  # compose-lint: ignore[FF101] we know, until=2027-01-31"}, id="until a day to come"),
        pytest.param({"limit": "160m\n    x-compose-lint: {ignore: [FF101], reason: we know}"}, id="on the service"),
        pytest.param({"limit": "160m\n    x-compose-lint: {ignore: FF101, reason: we know}"}, id="on the service, as a word"),
    ],
)
def test_a_suppression_at_a_cause_silences_and_keeps_its_reason(lint_with, filled):
    _, found = lint_with("--extend-ignore", "FF904", **filled)
    assert suppressed(found) == {"FF101": "we know"}


def test_what_is_suppressed_does_not_fail_the_run(lint_with):
    assert lint_with(limit=f"160m {IGNORE}")[0] == 0


def test_the_cause_may_stand_in_a_script_a_dockerfile_or_python(lint_with):
    script = {"start.sh": f"#!/bin/sh\n{IGNORE} in the script\nexec celery -A proj worker \\\n  -c 20\n"}
    assert suppressed(lint_with(files=script)[1]) == {"FF101": "in the script"}
    plain = {"compose.yaml": "services:\n  worker:\n    build: .\n    mem_limit: 160m\n"}
    docker = {"Dockerfile": f"FROM python:3.11\nWORKDIR /srv\nCOPY . .\n{IGNORE} in the image\nCMD celery -A proj worker -c 20\n"}
    assert suppressed(lint_with(files={**plain, **docker})[1]) == {"FF101": "in the image"}
    docker = {"Dockerfile": "FROM python:3.11\nWORKDIR /srv\nCOPY . .\nCMD celery -A proj worker\n"}
    written = FILES["proj.py"].format(python="")
    python = {"proj.py": f"{written}app.conf.worker_concurrency = 20  {IGNORE} in Python\n"}
    assert suppressed(lint_with(files={**plain, **docker, **python})[1]) == {"FF101": "in Python"}


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"limit": "8g  # compose-lint: ignore[FF101]"}, "this suppression of FF101 suppresses nothing"),
        ({"limit": "8g\n    x-compose-lint: {ignore: [FF101]}"}, "this suppression of FF101 suppresses nothing"),
        ({"limit": "160m  # compose-lint: ignore[FF101,FF105]"}, "this suppression of FF105 suppresses nothing"),
        ({"python": "# compose-lint: ignore[FF101]\n"}, "this suppression of FF101 suppresses nothing"),
        ({"limit": "160m  # compose-lint: ignore[FF1O1]"}, "names FF1O1, which is no rule; did you mean 'FF101'?"),
        ({"limit": "160m  # compose-lint: ignore"}, "names no rule, so it suppresses nothing"),
        ({"limit": "160m  # compose-lint: ignore[]"}, "names no rule, so it suppresses nothing"),
        ({"limit": "160m  # compose-lint: ingore[FF101]"}, "does not know 'ingore'"),
        ({"limit": "160m  # compose-lint: ignore-file[FF101]"}, "does not know 'ignore-file'"),
        ({"limit": "160m  # compose-lint: ignore[FF101] until=2026-02-30"}, "has until=2026-02-30, which is no day"),
        ({"limit": "160m  # compose-lint: ignore[FF101] until=soon"}, "has until=soon, which is no day"),
        ({"limit": "160m  # compose-lint: ignore[FF101] until=2026-11-24"}, "of FF101 held until 2026-11-24, and no longer does"),
    ],
)
def test_one_that_silences_nothing_is_told(lint_with, filled, said):
    status, found = lint_with(**filled)
    assert said in found["FF904"]["message"]
    assert status == 1


@pytest.mark.parametrize(
    "words", ["ignore", "ignore[FF1O1]", "ingore[FF101]", "ignore[FF101] until=2026-11-24", "ignore[FF101] until=soon"]
)
def test_what_cannot_hold_silences_nothing(lint_with, words):
    assert lint_with(limit=f"160m  # compose-lint: {words}")[1]["FF101"]["suppressed"] is None


@pytest.mark.parametrize(
    ("arguments", "filled", "files"),
    [
        pytest.param([], {"limit": "8g  # compose-lint: sets the limit by hand"}, {}, id="a comment that only mentions us"),
        pytest.param(["--ignore", "FF101"], {"limit": "8g  # compose-lint: ignore[FF101]"}, {}, id="a rule that is not selected"),
        pytest.param(["--select", "FF9"], {"limit": "8g  # compose-lint: ignore[FF101]"}, {}, id="a rule outside the selection"),
        pytest.param(
            ["compose.yaml"],
            {"limit": "8g  # compose-lint: ignore[FF101]"},
            {"compose.override.yaml": "services: {worker: {mem_limit: 1m}}\n"},
            id="an override that was not looked at",
        ),
        pytest.param(
            [],
            {},
            {"compose.yaml": "services:\n  web: {image: x}\n  worker:\n    profiles: [a]\n    image: x  # compose-lint: ignore[FF101]\n"},
            id="a service of an inactive profile",
        ),
    ],
)
def test_none_is_called_unused_where_that_cannot_be_known(lint_with, arguments, filled, files):
    assert "FF904" not in lint_with(*arguments, files=files, **filled)[1]


def test_a_named_file_that_is_all_there_is_can_be_known(lint_with):
    assert "FF904" in lint_with("compose.yaml", limit="8g  # compose-lint: ignore[FF101]")[1]


def test_a_suppression_in_a_shared_file_is_used_where_one_project_uses_it(lint_with):
    shared = {"common.env": "CELERY_WORKER_CONCURRENCY=20  # compose-lint: ignore[FF101]\n"}
    service = "services:\n  worker:\n    build: ..\n    command: ./start.sh\n    env_file: ../common.env\n    mem_limit: {}\n"
    both = {"a/compose.yaml": service.format("160m"), "b/compose.yaml": service.format("8g")}
    _, found = lint_with("a", "b", files={**shared, **both}, limit="8g")
    assert suppressed(found) == {"FF101": ""}


def test_what_is_suppressed_is_counted_and_shown_on_demand(lint_with, lint, tmp_path):
    lint_with(limit=f"160m {IGNORE} it is measured")
    assert "1 finding suppressed" in lint("--root", ".", folder=tmp_path).out
    assert "suppressed: it is measured" in lint("--root", ".", "--verbose", folder=tmp_path).out

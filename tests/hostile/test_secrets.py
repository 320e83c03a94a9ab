"""The value of a variable is told in no format and in no file that is written, wherever a project uses it."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import uuid
from base64 import b64encode
from pathlib import Path
from secrets import token_bytes, token_hex, token_urlsafe

import pytest

from forkfit.formats.hide import hiding, quiet
from forkfit.formats.secrets import Secrets
from forkfit.model.source import source

spec = importlib.util.spec_from_file_location("hostile_positions", Path(__file__).parent / "positions.py")
positions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(positions)
POSITIONS, with_variables = positions.POSITIONS, positions.with_variables

RARE = "jkqvwxz"  # letters of which no word of ours is made


def letters(count):
    return "".join(random.choice(RARE) for _ in range(count))


KINDS = {
    "sixteen bytes": lambda: token_hex(16),
    "letters, digits and dashes": lambda: f"aB3{token_urlsafe(24)}",
    "a UUID": lambda: str(uuid.uuid4()),
    "Base64": lambda: b64encode(token_bytes(24)).decode(),
    "letters": lambda: letters(18),
    "a short password": lambda: f"{letters(3)}7{letters(3)}",
    "a short word": lambda: letters(6),
}
OUTPUTS = ("concise", "github", "gitlab", "json", "junit", "markdown", "sarif", "text")
PICTURES = ("html", "json", "markdown", "text")
RUNS = (
    ("--verbose", *(word for form in OUTPUTS for word in ("--output", f"{form}:out/{form}")), "--write-baseline", "out/baseline"),
    ("--diff", "--unsafe-fixes"),
    ("--statistics",),
    ("--show-settings",),
    ("--strict",),
    ("--what-if", "worker.memory=100m"),
    ("--scenario", "one=--cpus 3"),
    ("workers", *(word for form in PICTURES for word in ("--output", f"{form}:out/of-workers-{form}"))),
    ("resolve", "--strict"),
    ("--fix", "--unsafe-fixes"),
)


def tells(text, secret):
    """Tell whether a text tells a secret, in whatever letters, or as much as its first eight."""
    return secret.lower()[:8] in text.lower()


def put(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def told(folder, lint, runs=RUNS):
    """Yield all that runs print and write: where, and the text."""
    (folder / "out").mkdir(exist_ok=True)
    for run in runs:
        command = run[:1] if run[0] in ("workers", "resolve") else ()
        outcome = lint(*command, "--root", ".", *run[len(command) :], folder=folder)
        yield f"{run}: errors", outcome.err
        if command != ("resolve",) or outcome.status == 2:  # what is resolved is the environment itself
            yield f"{run}: output", outcome.out
        assert "Traceback" not in outcome.err
    for path in (folder / "out").iterdir():
        yield path.name, path.read_text()


@pytest.mark.parametrize("name", POSITIONS)
def test_a_value_is_told_nowhere(name, tmp_path, lint):
    # A short word of letters alone is told apart only where it stands alone.
    secret = random.choice([make for kind, make in KINDS.items() if kind != "a short word"])()
    put(tmp_path, with_variables(POSITIONS[name], secret))
    assert [(where, secret) for where, text in told(tmp_path, lint) if tells(text, secret)] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["key mem_limit: $S", "command celery -A proj worker -c $S", "key ports: [$S]", "an included file"])
def test_a_value_of_any_kind_is_told_nowhere(kind, name, tmp_path, lint):
    secret = KINDS[kind]()
    put(tmp_path, with_variables(POSITIONS[name], secret))
    texts = dict(told(tmp_path, lint))
    assert [where for where, text in texts.items() if tells(text, secret)] == []
    # A message may quote no more of it than the few signs behind a slash, which tell nothing.
    assert "***" in texts["json"] or "/" in secret


def test_a_number_that_is_a_part_of_a_value_is_told_nowhere(tmp_path, lint):
    secret = "45393983-273d-4645-9873-c3f620d04860"
    put(tmp_path, with_variables(POSITIONS["key ports: [$S]"], secret))
    assert [where for where, text in told(tmp_path, lint) if tells(text, secret)] == []


def test_a_value_that_is_stated_for_the_run_is_told_nowhere(tmp_path, lint):
    secret = token_hex(16)
    put(tmp_path, {"compose.yaml": POSITIONS["key mem_limit: $S"]["compose.yaml"]})
    for arguments, environ in ((("--env", f"S={secret}"), {}), (("--inherit-env",), {"S": secret})):
        outcome = lint("--root", ".", *arguments, folder=tmp_path, environ=environ)
        assert not tells(outcome.out + outcome.err, secret)
        assert "mem_limit: '***' is no size" in outcome.out


def test_a_value_that_was_in_a_revision_is_told_nowhere(tmp_path, lint):
    secret, former = token_hex(16), token_hex(16)
    put(tmp_path, with_variables(POSITIONS["command celery -A proj worker -c $S"], former))
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-f", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    put(tmp_path, with_variables(POSITIONS["command celery -A $S worker"], secret))
    runs = [("--since", "HEAD", "--format", form, "--verbose") for form in ("text", "json", "markdown")]
    found = [text for _, text in told(tmp_path, lint, runs)]
    assert any("worker" in text for text in found)
    assert [text for text in found if tells(text, secret) or tells(text, former)] == []


def test_a_bug_of_ours_keeps_its_traceback_and_no_value(tmp_path, lint, monkeypatch):
    secret = token_hex(16)
    put(tmp_path, with_variables(POSITIONS["command celery -A proj worker -c $S"], secret))

    def broken(*_):
        try:
            int(secret)
        except ValueError as error:
            raise KeyError(f"a={secret!r}") from error

    monkeypatch.setattr("forkfit.pipeline.suppressions", broken)
    outcome = lint("--root", ".", folder=tmp_path)
    assert outcome.status == 2
    assert "Traceback" in outcome.err
    assert "invalid literal for int() with base 10: '***'" in outcome.err
    assert not tells(outcome.err, secret)


def test_a_rule_that_breaks_tells_no_value(tmp_path, lint, monkeypatch):
    secret = token_hex(16)
    put(tmp_path, with_variables(POSITIONS["command celery -A proj worker -c $S"], secret))

    def broken(_):
        raise ValueError(secret)

    monkeypatch.setattr("forkfit_rules.value_unknown.check", broken)
    monkeypatch.setattr("forkfit_rules.setting_stops_the_worker.check", broken)
    outcome = lint("--root", ".", "--format", "json", folder=tmp_path)
    assert outcome.status == 2
    assert "failed: ValueError: ***" in outcome.out
    assert "Traceback" in outcome.err
    assert not tells(outcome.out + outcome.err, secret)


PROJECT = (
    source(
        ".env", "CONCURRENCY=20\nLIMIT=1.5g\nAPP=shop.celery\nOPTIONS=--concurrency=4 --pool=prefork\nURL=redis://:hunter27@redis:6379/0\n"
    ),
    source("compose.yaml", "services: {worker: {image: shop, environment: {API_KEY: literal1secret}, command: celery -A shop worker}}"),
    source("Dockerfile", "FROM python\nENV DB_PASSWORD=pw-of-an-image\n"),
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("worker needs 20 x 1.5g", "worker needs 20 x 1.5g"),
        ("shop.celery is not in the repository", "shop.celery is not in the repository"),
        ("celery worker --concurrency=4 --pool=prefork", "celery worker --concurrency=4 --pool=prefork"),
        ("'hunter27' is no integer", "'***' is no integer"),
        ("HUNTER27", "***"),
        ("redis://:hunter27@redis:6379/0", "re***6379/0"),
        ("port 6379", "port 6379"),
        ("hunter", "hunter"),
        ("'literal1secret' and pw-of-an-image", "'***' and ***"),
        ("", ""),
    ],
)
def test_numbers_and_what_stands_in_the_code_are_shown(text, seen):
    change = hiding(Secrets(PROJECT), [text])
    assert (change(text) if change else text) == seen


def test_an_exception_that_says_no_value_stays_as_it_is():
    bug = KeyError("worker", 3)
    quiet(bug, Secrets(PROJECT))
    assert bug.args == ("worker", 3)

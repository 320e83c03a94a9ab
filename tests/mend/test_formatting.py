"""However a value is written, only its own characters change."""

from __future__ import annotations

from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INDENTS = st.sampled_from(["  ", "    ", " "])
COMMENTS = st.sampled_from(["", "  # twenty", " # 20", "\t# 'quoted'", "   "])
BREAKS = st.sampled_from(["\n", "\r\n"])
MARKS = st.sampled_from(["", "\ufeff"])
AROUND = st.sampled_from(["", "# 20\n", "\n\n", "# ünïcode 20 → 5\n"])
COMMANDS = st.sampled_from(
    [
        "command: celery -A proj worker -c {}",
        "command:   'celery -A proj worker --concurrency={}'",
        'command: "celery -A proj worker\t-c {}"',
        "command: [celery, -A, proj, worker, -c, '{}']",
        'command: ["celery", "-A", "proj", "worker", "--concurrency={}" ]',
        "command: &run celery -A proj worker -c {}",
        "command: !!str celery -A proj worker -c {}",
        "command: celery -A proj worker -c ${{N:-{}}}",
        "command: celery -A proj worker\n{indent}{indent}{indent}-c {}",
        "command: |\n{indent}{indent}{indent}celery -A proj worker -c {}",
        "command:\n{indent}{indent}- celery\n{indent}{indent}- -Aproj\n{indent}{indent}- worker\n{indent}{indent}- -c{}",
        "command: celery -A proj worker\n{indent}{indent}environment: {{A: 20, CELERY_WORKER_CONCURRENCY: {}}}",
        'command: celery -A proj worker\n{indent}{indent}environment: ["CELERY_WORKER_CONCURRENCY={}"]',
        "command: celery -A proj worker\n{indent}{indent}environment:\n{indent}{indent}{indent}CELERY_WORKER_CONCURRENCY : '{}'",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INDENTS, COMMENTS, BREAKS, MARKS, AROUND, AROUND, COMMANDS, st.booleans())
def test_only_the_characters_of_the_value_change(lint, indent, comment, line_end, mark, before, after, command, ends):
    def written(number):
        said = command.format(number, indent=indent)
        limit = f"image: x\n{indent}{indent}mem_limit: 500m\n{indent}{indent}x-compose-lint: {{per_worker: 100m}}"
        text = f"{before}services:\n{indent}worker:\n{indent}{indent}{limit}\n{indent}{indent}{said}{comment}\n{after}"
        text = text if ends else text.rstrip("\n")
        return (mark + text.replace("\n", line_end)).encode()

    with TemporaryDirectory() as folder:
        path = f"{folder}/compose.yaml"
        with open(path, "wb") as stream:
            stream.write(written(20))
        outcome = lint("--root", ".", "--fix", folder=folder)
        with open(path, "rb") as stream:
            assert stream.read() == written(5), outcome.err


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_entry_is_put_in_with_the_line_ends_of_its_file(project, ending):
    text = (
        "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 2\n    mem_limit: ${LIMIT:-1g} # all\n"
        "    deploy:\n      resources:\n        limits:\n          cpus: '2' # two\n"
    )
    project.write({"compose.yaml": text.replace("\n", ending)})
    assert project.run("--fix").status == 0
    added = text.replace("          cpus", "          memory: ${LIMIT:-1g}\n          cpus")
    assert project.read()["compose.yaml"].decode() == added.replace("\n", ending)


def test_an_entry_is_put_into_braces(project):
    text = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 2\n    mem_limit: 1g\n"
    text += "    deploy: {resources: {limits: { cpus: '2'}}}\n"
    project.write({"compose.yaml": text})
    assert project.run("--fix").status == 0
    assert project.read()["compose.yaml"].decode() == text.replace("{ cpus", "{ memory: 1g, cpus")

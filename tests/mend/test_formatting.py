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


BY_SCRIPT = "working_dir: /srv\n    volumes: ['.:/srv']\n    command: sh start.sh"
BY_CONF = "working_dir: /srv\n    volumes: ['.:/srv']\n    command: celery -A proj worker"
BY_NAME = "command: celery -A proj worker -c $N"
BY_FILE = "env_file: a.env\n    command: celery -A proj worker"
BUILT = "build: .\n    command: sh -c 'celery -A proj worker -c $$N'"
FROM = "FROM python:3.11\nRUN pip install celery==5.4.0\n"
CELERY = "from celery import Celery\n\napp = Celery('proj'{})\n"
ELSEWHERE = st.sampled_from(
    [
        (BY_NAME, ".env", "N={}"),
        (BY_NAME, ".env", "export N={}"),
        (BY_NAME, ".env", "A='20'\nN='{}'  # twenty\nB=20"),
        (BY_NAME, ".env", 'N="{}"'),
        (BY_FILE, "a.env", "A=20\nCELERY_WORKER_CONCURRENCY={}"),
        (BY_FILE, "a.env", "# 20\nCELERY_WORKER_CONCURRENCY='{}' # 20"),
        (BUILT, "Dockerfile", f"{FROM}ENV N={{}}\nENV B=20"),
        (BUILT, "Dockerfile", f"{FROM}ENV N {{}}"),
        (BUILT, "Dockerfile", f'{FROM}ENV A=20 \\\n    N="{{}}" \\\n    B=20'),
        (BY_SCRIPT, "start.sh", "#!/bin/sh\nexec celery -A proj worker -c {} # 20"),
        (BY_SCRIPT, "start.sh", 'N="{}"\nexec celery -A proj worker --concurrency="$N"'),
        (BY_SCRIPT, "start.sh", "exec celery -A proj \\\n\tworker \\\n\t-c ${{N:-{}}}"),
        (BY_CONF, "proj.py", f"{CELERY.format('')}app.conf.worker_concurrency = {{}}  # 20"),
        (BY_CONF, "proj.py", f"{CELERY.format('')}app.conf.update(\n\ttask_acks_late=True,\n\tworker_concurrency={{}},  # é\n)"),
        (BY_CONF, "proj.py", f"X = 'é'; N = {{}}  # 20\n{CELERY.format('')}app.conf['worker_concurrency'] = N"),
        (BY_CONF, "proj.py", f"{CELERY.format('')}app.conf.worker_concurrency = int('{{}}')"),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ELSEWHERE, BREAKS, MARKS, AROUND, AROUND, st.booleans())
def test_only_the_characters_of_a_value_change_in_any_other_file(lint, place, line_end, mark, before, after, ends):
    said, path, text = place
    if path == "start.sh":  # a shell takes a carriage return and a mark for a part of a word
        line_end, mark = "\n", ""
    if path in ("start.sh", "Dockerfile"):
        before = ""

    def written(number):
        whole = f"{before}{text.format(number)}\n{after}"
        return (mark + (whole if ends else whole.rstrip("\n")).replace("\n", line_end)).encode()

    head = "" if said is BUILT else "image: python:3.11\n    "
    compose = f"services:\n  worker:\n    {head}mem_limit: 500m\n    x-compose-lint: {{per_worker: 100m}}\n    {said}\n"
    with TemporaryDirectory() as folder:
        for name, content in ({"proj.py": CELERY.format("").encode(), "compose.yaml": compose.encode()} | {path: written(20)}).items():
            with open(f"{folder}/{name}", "wb") as stream:
                stream.write(content)
        outcome = lint("--root", ".", "--fix", folder=folder)
        with open(f"{folder}/{path}", "rb") as stream:
            assert stream.read() == written(5), outcome.err
        assert "mended FF" not in lint("--root", ".", "--fix", folder=folder).err


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

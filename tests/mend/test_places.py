"""A value is changed at the place that wins, wherever that is, and every other byte stays."""

from __future__ import annotations

import pytest

HEAD = "services:\n  worker:\n    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n    mem_limit: 500m\n"
STATED = "    x-compose-lint: {per_worker: 100m}\n"
PLAIN = "    command: celery -A proj worker\n"
SCRIPT = "    command: sh start.sh\n"
DOCKERFILE = "FROM python:3.11\nRUN pip install celery==5.4.0\nWORKDIR /srv\n{line}\nCOPY . .\n"
BUILT = f"services:\n  worker:\n    build: .\n    mem_limit: 500m\n{STATED}{PLAIN}"
CONF = "from celery import Celery\n\napp = Celery('proj')\n"


def compose(more):
    return {"compose.yaml": HEAD + STATED + more}


PLACES = {
    "an option in a text": (compose("    command: celery -A proj worker -c 20 -l info  # many\n"), "compose.yaml", "-c 20", "-c 5"),
    "a glued option": (compose("    command: 'celery -A proj worker -c20'\n"), "compose.yaml", "-c20", "-c5"),
    "a long option in quotes": (compose('    command: "celery -A proj worker --concurrency=20"\n'), "compose.yaml", "=20", "=5"),
    "a word of a list": (compose('    command: [celery, -A, proj, worker, "-c", "20"]\n'), "compose.yaml", '"20"', '"5"'),
    "a bare word of a list": (
        compose("    command:\n    - celery\n    - -A\n    - proj\n    - worker\n    - --concurrency=20\n"),
        "compose.yaml",
        "=20",
        "=5",
    ),
    "a folded text": (
        compose("    command: >-\n      celery -A proj\n      worker\n      --concurrency 20\n      -l info\n"),
        "compose.yaml",
        "concurrency 20",
        "concurrency 5",
    ),
    "a default": (compose("    command: celery -A proj worker -c ${N:-20}\n"), "compose.yaml", ":-20", ":-5"),
    "a default without colon": (compose("    command: celery -A proj worker -c ${N-20}\n"), "compose.yaml", "-20}", "-5}"),
    "the .env file": (
        compose("    command: celery -A proj worker -c ${N:-30}\n") | {".env": "A=1\nN=20 # children\nB=20\n"},
        ".env",
        "N=20",
        "N=5",
    ),
    "a quoted line of the .env file": (compose("    command: celery -A proj worker -c $N\n") | {".env": "N='20'\n"}, ".env", "'20'", "'5'"),
    "a map of variables": (
        compose(f"{PLAIN}    environment:\n      CELERY_WORKER_CONCURRENCY: 20\n"),
        "compose.yaml",
        "CONCURRENCY: 20",
        "CONCURRENCY: 5",
    ),
    "a quoted value in a map": (
        compose(f"{PLAIN}    environment: {{CELERY_WORKER_CONCURRENCY: '20', A: '20'}}\n"),
        "compose.yaml",
        "CONCURRENCY: '20'",
        "CONCURRENCY: '5'",
    ),
    "a list of variables": (
        compose(f"{PLAIN}    environment:\n    - A=20\n    - CELERY_WORKER_CONCURRENCY=20\n"),
        "compose.yaml",
        "RENCY=20",
        "RENCY=5",
    ),
    "an env file": (
        compose(f"{PLAIN}    env_file: a.env\n") | {"a.env": "export CELERY_WORKER_CONCURRENCY=20\n"},
        "a.env",
        "=20",
        "=5",
    ),
    "a Dockerfile": (
        {"compose.yaml": BUILT, "Dockerfile": DOCKERFILE.format(line="ENV A=20 CELERY_WORKER_CONCURRENCY=20")},
        "Dockerfile",
        "RENCY=20",
        "RENCY=5",
    ),
    "an old line of a Dockerfile": (
        {"compose.yaml": BUILT, "Dockerfile": DOCKERFILE.format(line="ENV CELERY_WORKER_CONCURRENCY 20")},
        "Dockerfile",
        "RENCY 20",
        "RENCY 5",
    ),
    "a default of a script": (
        compose(SCRIPT) | {"start.sh": '#!/bin/sh\nexec celery -A proj worker -c "${N:-20}"\n'},
        "start.sh",
        ":-20",
        ":-5",
    ),
    "a variable of a script": (
        compose(SCRIPT) | {"start.sh": '#!/bin/sh\nN=20\nM=20\nexec celery -A proj worker -c "$N"\n'},
        "start.sh",
        "N=20",
        "N=5",
    ),
    "a script within a command": (
        compose("    command: sh -c 'exec celery -A proj worker -c $${N:-20}'\n"),
        "compose.yaml",
        ":-20",
        ":-5",
    ),
    "a setting": (compose(PLAIN) | {"proj.py": f"{CONF}app.conf.worker_concurrency = 20\n"}, "proj.py", "= 20", "= 5"),
    "an argument of update": (compose(PLAIN) | {"proj.py": f"{CONF}app.conf.update(worker_concurrency=20)\n"}, "proj.py", "=20", "=5"),
    "a default in Python": (
        compose(PLAIN) | {"proj.py": f"import os\n{CONF}app.conf.worker_concurrency = int(os.environ.get('N', '20'))\n"},
        "proj.py",
        "'20'",
        "'5'",
    ),
    "a name in Python": (compose(PLAIN) | {"proj.py": f"{CONF}N = 20\napp.conf.worker_concurrency = N\n"}, "proj.py", "= 20", "= 5"),
    "autoscaling": (compose("    command: celery -A proj worker --autoscale=20,8\n"), "compose.yaml", "=20,8", "=5,5"),
    "autoscaling from a few": (compose("    command: celery -A proj worker --autoscale 20,2\n"), "compose.yaml", "20,2", "5,2"),
    "a number beside others": (compose("    command: celery -A proj worker -c 20\n    hostname: w20\n"), "compose.yaml", "-c 20", "-c 5"),
}


@pytest.mark.parametrize(("files", "path", "before", "after"), PLACES.values(), ids=PLACES.keys())
def test_the_place_that_wins_is_changed_and_nothing_else(project, files, path, before, after):
    project.write(files)
    old = project.read()
    assert old[path].decode().count(before) == 1
    assert project.run("--diff").status == 1
    assert project.read() == old
    outcome = project.run("--fix")
    expected = old | {path: old[path].decode().replace(before, after).encode()}
    assert (project.read(), outcome.status) == (expected, 0), outcome.err
    assert project.run("--fix").err == ""
    assert project.read() == expected
    assert (project.run("--diff").status, project.run("--diff").out) == (0, "")


LIMITS = {
    "a word": ("mem_limit: 500m", "mem_limit: 2000m"),
    "in quotes": ('mem_limit: "500m"', 'mem_limit: "2000m"'),
    "bytes": ("mem_limit: 524288000", "mem_limit: 2000m"),
    "a default": ("mem_limit: ${LIMIT:-500M}", "mem_limit: ${LIMIT:-2000m}"),
    "the deploy section": (
        "deploy: {resources: {limits: {memory: 500M}}}",
        "deploy: {resources: {limits: {memory: 2000m}}}",
    ),
}


@pytest.mark.parametrize(("before", "after"), LIMITS.values(), ids=LIMITS.keys())
def test_where_that_is_preferred_the_limit_is_raised(project, before, after):
    text = f"{HEAD}{STATED}    command: celery -A proj worker -c 20\n".replace("mem_limit: 500m", before)
    project.write({"compose.yaml": text})
    assert project.run("--fix", "--prefer", "limit").status == 0
    assert project.read()["compose.yaml"].decode() == text.replace(before, after)


def test_a_limit_in_the_env_file_is_raised_there(project):
    text = f"{HEAD}{STATED}    command: celery -A proj worker -c 20\n".replace("500m", "${LIMIT}")
    project.write({"compose.yaml": text, ".env": "LIMIT=500m\n"})
    assert project.run("--fix", "--prefer", "limit").status == 0
    assert project.read()[".env"] == b"LIMIT=2000m\n"


def test_the_override_that_wins_is_changed(project):
    base = compose("    command: celery -A proj worker -c 30\n")
    project.write(base | {"compose.override.yaml": "services:\n  worker:\n    command: celery -A proj worker -c 20\n"})
    _, pairs = project.changes()
    assert [(path, new.strip()) for path, _, new in pairs] == [("compose.override.yaml", "command: celery -A proj worker -c 5")]


def test_of_several_programs_the_one_that_is_too_large_is_changed(project):
    many, one = ("[program:a]\ncommand=celery -A proj worker -c 20 ; many\n", "[program:b]\ncommand=celery -A proj worker -c 1\n")
    conf = f"[supervisord]\nnodaemon=true\n\n{many}\n{one}"
    project.write(
        {
            "compose.yaml": BUILT.replace(PLAIN, "    command: supervisord -c /srv/supervisord.conf\n"),
            "Dockerfile": DOCKERFILE.format(line="ENV A=1"),
            "supervisord.conf": conf,
        }
    )
    assert project.run("--fix").status == 0
    assert project.read()["supervisord.conf"].decode() == conf.replace("-c 20", "-c 4")

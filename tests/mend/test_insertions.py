"""What nobody wrote is written down where it belongs, only where it is asked for, and everything else stays."""

from __future__ import annotations

import pytest

HEAD = "services:\n  worker:\n    image: python:3.11\n    mem_limit: 500m\n    x-compose-lint: {per_worker: 100m}\n"
DOCKERFILE = "FROM python:3.11\nRUN pip install celery==5.4.0\nWORKDIR /srv\nCOPY . .\n"
BUILT = HEAD.replace("image: python:3.11", "build: .")

COMMANDS = {
    "a text": ("    command: celery -A proj worker -l info # one\n", "worker -l", "worker --concurrency=5 -l"),
    "the end of a text": ("    command: 'celery -A proj worker'\n", "worker'", "worker --concurrency=5'"),
    "brackets": ('    command: [celery, -A, proj, "worker", -l, info]\n', '"worker",', '"worker", "--concurrency=5",'),
    "the end of brackets": ("    command: [celery, -A, proj, worker]\n", "worker]", "worker, --concurrency=5]"),
    "items": (
        "    command:\n    - celery\n    - -A\n    - proj\n    - worker # one\n    - -l\n    - info\n",
        "worker # one\n",
        "worker # one\n    - --concurrency=5\n",
    ),
    "a folded text": (
        "    command: >\n      celery -A proj\n      worker\n      -l info\n",
        "      worker\n",
        "      worker --concurrency=5\n",
    ),
    "a text in braces": ("    labels: {a: b}\n    command: celery -A proj worker -E\n", "worker -E", "worker --concurrency=5 -E"),
}


@pytest.mark.parametrize(("command", "before", "after"), COMMANDS.values(), ids=COMMANDS.keys())
def test_a_concurrency_is_added_to_the_command(project, command, before, after):
    project.write({"compose.yaml": HEAD + command})
    assert "--unsafe-fixes would mend FF201" in project.run("--fix").err
    assert project.read()["compose.yaml"].decode() == HEAD + command
    outcome = project.run("--fix", "--unsafe-fixes")
    assert (project.read()["compose.yaml"].decode(), outcome.status) == (HEAD + command.replace(before, after), 0), outcome.err
    assert project.run("--fix", "--unsafe-fixes").err == ""


def test_a_concurrency_is_added_to_the_command_of_an_image(project):
    project.write({"compose.yaml": BUILT, "Dockerfile": f'{DOCKERFILE}CMD ["celery", "-A", "proj", "worker"]\n'})
    project.run("--fix", "--unsafe-fixes")
    assert project.read()["Dockerfile"].decode() == f'{DOCKERFILE}CMD ["celery", "-A", "proj", "worker", "--concurrency=5"]\n'


def test_a_concurrency_is_added_to_a_script(project):
    project.write(
        {"compose.yaml": f"{BUILT}    command: sh run.sh\n", "Dockerfile": DOCKERFILE, "run.sh": 'exec celery -A proj worker "$@"\n'}
    )
    project.run("--fix", "--unsafe-fixes")
    assert project.read()["run.sh"] == b'exec celery -A proj worker --concurrency=5 "$@"\n'


def test_where_the_cpus_are_told_no_more_children_than_those_are_asked_for(project):
    project.write({"compose.yaml": f"{HEAD}    command: celery -A proj worker\n"})
    project.run("--fix", "--unsafe-fixes", "--cpus", "3")
    assert b"worker --concurrency=3\n" in project.read()["compose.yaml"]


def test_too_many_cpus_are_mended_by_the_same_change(project):
    project.write({"compose.yaml": f"{HEAD}    command: celery -A proj worker\n"})
    outcome = project.run("--fix", "--unsafe-fixes", "--cpus", "32")
    assert b"worker --concurrency=5\n" in project.read()["compose.yaml"]
    assert (outcome.status, outcome.err.count("mended FF")) == (0, 2)


def test_without_a_limit_no_concurrency_is_known_to_fit(project):
    project.write({"compose.yaml": "services:\n  worker:\n    image: x\n    command: celery -A proj worker\n"})
    before = project.read()
    said = "without a limit no concurrency is known to fit: --memory says which to assume, --cpus what the host has"
    assert said in project.run("--fix", "--unsafe-fixes").err
    assert project.read() == before


def test_without_a_limit_the_cpus_that_are_told_are_written_down_and_a_limit_for_them(project):
    project.write({"compose.yaml": "services:\n  worker:\n    image: x\n    command: celery -A proj worker\n"})
    project.run("--fix", "--unsafe-fixes", "--cpus", "8", "--ignore", "FF303")
    added = "    command: celery -A proj worker --concurrency=8\n    mem_limit: 384m\n"
    assert project.read()["compose.yaml"].decode() == f"services:\n  worker:\n    image: x\n{added}"


def test_a_count_of_nothing_is_not_made_one_by_another_option(project):
    project.write({"compose.yaml": f"{HEAD}    command: celery -A proj worker --concurrency=0\n"})
    before = project.read()
    assert "does not cure it" in project.run("--fix", "--unsafe-fixes").err
    assert project.read() == before


def test_no_word_is_joined_to_another(project):
    text = f"{HEAD}    command: [\n      celery, -A, proj,\n      worker\n    ]\n"
    project.write({"compose.yaml": text})
    assert "other workers than before are seen" in project.run("--fix", "--unsafe-fixes").err
    assert project.read()["compose.yaml"].decode() == text


UNLIMITED = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 8 # eight\n"
LIMITS = {
    "a service": (UNLIMITED, "# eight\n", "# eight\n    mem_limit: 1000m\n"),
    "a service whose command takes several lines": (
        "services:\n  worker:\n    # The queue.\n    image: x\n    # All of it.\n    command:\n      celery -A proj worker -c 8\n",
        "image: x\n",
        "image: x\n    mem_limit: 1000m\n",
    ),
    "a service of which nothing takes one line": (
        "services:\n  worker:\n    image:\n      x\n    command:\n      - celery\n      - -Aproj\n      - worker\n      - -c8\n",
        "    image",
        "    mem_limit: 1000m\n    image",
    ),
    "a service at the end of a file": (UNLIMITED.rstrip(), "# eight", "# eight\n    mem_limit: 1000m"),
    "a service in braces": (
        "services:\n  worker: {image: x, command: celery -A proj worker -c 8}\n",
        "{image",
        "{mem_limit: 1000m, image",
    ),
    "the deploy section": (
        f"{UNLIMITED}    deploy:\n      resources:\n        limits:\n          cpus: '2'\n",
        "          cpus",
        "          memory: 1000m\n          cpus",
    ),
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "before", "after"), LIMITS.values(), ids=LIMITS.keys())
def test_a_limit_is_added_that_holds_the_container(project, text, before, after, ending):
    settings = "[services.worker]\nper_worker = '125m'\n"
    project.write({"compose.yaml": text.replace("\n", ending), "compose-lint.toml": settings})
    project.run("--fix")
    assert project.read()["compose.yaml"].decode() == text.replace("\n", ending)
    outcome = project.run("--fix", "--unsafe-fixes")
    assert (project.read()["compose.yaml"].decode(), outcome.status) == (text.replace(before, after, 1).replace("\n", ending), 0), (
        outcome.err
    )


def test_a_limit_goes_beside_a_merge_key_and_not_into_the_anchor(project):
    text = f"x-own: &own\n  image: x\n{UNLIMITED.replace('    image: x', '    <<: *own')}  web:\n    <<: *own\n"
    project.write({"compose.yaml": text})
    project.run("--fix", "--unsafe-fixes")
    assert project.read()["compose.yaml"].decode() == text.replace("# eight\n", "# eight\n    mem_limit: 384m\n")

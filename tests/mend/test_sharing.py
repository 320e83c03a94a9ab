"""What several services read is changed only where all of them ask for the same."""

from __future__ import annotations

import pytest

WORKER = "    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n"
SHORT = "    mem_limit: 500m\n    x-compose-lint: {per_worker: 100m}\n"
ROOMY = "    mem_limit: 8g\n    x-compose-lint: {per_worker: 100m}\n"
SMALLER = "    mem_limit: 300m\n    x-compose-lint: {per_worker: 100m}\n"
PLAIN = "    command: celery -A proj worker\n"
BY_ANCHOR = "    command: *run\n"
BY_VARIABLE = "    command: celery -A proj worker -c $N\n"
BY_ENV_FILE = f"{PLAIN}    env_file: a.env\n"
BY_SCRIPT = "    command: sh start.sh\n"
ANCHOR = "x-run: &run celery -A proj worker -c 20\n"
ENV = {"a.env": "CELERY_WORKER_CONCURRENCY=20\n"}
OTHER_ENV = {"a.env": "WORKERS=20\n"}
BY_WORKERS = "    command: sh -c 'celery -A proj worker -c $$WORKERS'\n    env_file: a.env\n"
SILENCE = "# compose-lint: ignore[FF101] known"
SCRIPT = {"start.sh": "exec celery -A proj worker -c ${N:-20}\n"}


def compose(*services, before=""):
    return before + "services:\n" + "".join(f"  {name}:\n{WORKER}{body}" for name, body in zip("abc", services, strict=False))


AGREE = {
    "an anchor": ({"compose.yaml": compose(SHORT + BY_ANCHOR, SHORT + BY_ANCHOR, before=ANCHOR)}, "compose.yaml"),
    "an env file": ({"compose.yaml": compose(SHORT + BY_ENV_FILE, SHORT + BY_ENV_FILE)} | ENV, "a.env"),
    "a variable": ({"compose.yaml": compose(SHORT + BY_VARIABLE, SHORT + BY_VARIABLE), ".env": "N=20\n"}, ".env"),
    "a script": ({"compose.yaml": compose(SHORT + BY_SCRIPT, SHORT + BY_SCRIPT)} | SCRIPT, "start.sh"),
    "an env file that one worker overrules": (
        {"compose.yaml": compose(SHORT + BY_ENV_FILE, f"{ROOMY}    command: celery -A proj worker -c 3\n    env_file: a.env\n")} | ENV,
        "a.env",
    ),
    "an env file that a web server has too": (
        {"compose.yaml": compose(SHORT + BY_ENV_FILE, "    command: gunicorn proj\n    env_file: a.env\n")} | ENV,
        "a.env",
    ),
}


@pytest.mark.parametrize(("files", "path"), AGREE.values(), ids=AGREE.keys())
def test_services_that_agree_share_the_change(project, files, path):
    project.write(files)
    outcome, pairs = project.changes()
    assert [(where, old.replace("20", "5")) for where, old, _ in pairs] == [(path, pairs[0][2])], outcome.err
    assert outcome.status == 0


DISAGREE = {
    "an anchor of one that fits": ({"compose.yaml": compose(SHORT + BY_ANCHOR, ROOMY + BY_ANCHOR, before=ANCHOR)}, "is read for b"),
    "an anchor of one without a worker": (
        {"compose.yaml": compose(SHORT + BY_ANCHOR, "    labels: {run: *run}\n    command: sleep 1\n", before=ANCHOR)},
        "is read for b",
    ),
    "an anchor of one that fits less": (
        {"compose.yaml": compose(SHORT + BY_ANCHOR, SMALLER + BY_ANCHOR, before=ANCHOR)},
        "asks for concurrency 20 -> 5 and b for concurrency 20 -> 3",
    ),
    "an env file of one that fits": ({"compose.yaml": compose(SHORT + BY_ENV_FILE, ROOMY + BY_ENV_FILE)} | ENV, "is read for b"),
    "an env file of a web server that may read it": (
        {"compose.yaml": compose(SHORT + BY_WORKERS, "    command: gunicorn proj\n    env_file: a.env\n")} | OTHER_ENV,
        "is read for b",
    ),
    "a variable that a web server takes": (
        {"compose.yaml": compose(SHORT + BY_VARIABLE, "    command: gunicorn -w $N proj\n"), ".env": "N=20\n"},
        "is read for b",
    ),
    "a script of one that fits": ({"compose.yaml": compose(SHORT + BY_SCRIPT, ROOMY + BY_SCRIPT)} | SCRIPT, "is read for b"),
    "one whose finding is suppressed": (
        {"compose.yaml": compose(SHORT + BY_ANCHOR, SHORT + BY_ANCHOR, before=ANCHOR).replace("  b:", f"  b: {SILENCE}")},
        "is read for b",
    ),
    "a setting of one that fits": (
        {
            "compose.yaml": compose(SHORT + PLAIN, ROOMY + PLAIN),
            "proj.py": "from celery import Celery\n\napp = Celery('proj')\napp.conf.worker_concurrency = 20\n",
        },
        "is read for b",
    ),
}


@pytest.mark.parametrize(("files", "why"), DISAGREE.values(), ids=DISAGREE.keys())
def test_where_services_disagree_nothing_changes_and_it_is_said(project, files, why):
    project.write(files)
    before = project.read()
    outcome = project.run("--fix")
    assert project.read() == before
    assert why in outcome.err
    assert outcome.status == 1


def test_a_variable_of_an_image_is_no_other_services(project):
    body = "    build: .\n    command: sh -c '{}'\n"
    worker = body.format("celery -A proj worker -c $$WORKERS") + SHORT
    files = {
        "compose.yaml": f"services:\n  a:\n{worker}  b:\n{body.format('gunicorn -w $$WORKERS proj')}",
        "Dockerfile": "FROM python:3.11\nRUN pip install celery==5.4.0\nENV WORKERS=20\nWORKDIR /srv\nCOPY . .\n",
    }
    project.write(files)
    assert "Dockerfile:3:13 is read for b too" in project.run("--fix").err
    project.write({"compose.yaml": f"services:\n  a:\n{worker}"})
    assert [new for _, _, new in project.changes()[1]] == ["ENV WORKERS=5"]


def test_a_project_in_which_the_service_fits_is_heard_too(project):
    base = compose(f"{SHORT}    command: celery -A proj worker -c 20\n")
    merged = "include: []\n" + compose(f"{ROOMY}    extends: {{file: ../compose.yaml, service: a}}\n")
    project.write({"compose.yaml": base, "large/compose.yaml": merged})
    outcome = project.run("--fix")
    assert project.read()["compose.yaml"].decode() == base
    assert "in large/compose.yaml too" in outcome.err


def test_a_project_that_was_not_named_is_heard_where_it_reads_the_file(project):
    short, roomy = (f"services:\n  a:\n{WORKER}{limit}{PLAIN}    env_file: FILE\n" for limit in (SHORT, ROOMY))
    files = {"one.compose.yaml": short.replace("FILE", "a.env"), "other/compose.yaml": roomy.replace("FILE", "../a.env")} | ENV
    project.write(files)
    outcome = project.run("--fix", "one.compose.yaml")
    assert "a.env:1:27 is read for a in other/compose.yaml too" in outcome.err
    assert project.read()["a.env"] == ENV["a.env"].encode()
    (project.folder / "other" / "compose.yaml").write_text(short.replace("FILE", "../a.env"))
    project.run("--fix", "one.compose.yaml")
    assert project.read()["a.env"] == b"CELERY_WORKER_CONCURRENCY=5\n"


def test_the_nodes_of_celery_multi_share_a_count(project):
    project.write({"compose.yaml": compose(f"{SHORT}    command: celery -A proj multi start 2 -c 20\n")})
    outcome, pairs = project.changes()
    assert [new.strip() for _, _, new in pairs] == ["command: celery -A proj multi start 2 -c 2"]
    assert "concurrency 20 -> 2; 36 fewer tasks at a time" in outcome.err
    assert outcome.status == 0


def test_the_copies_of_a_program_share_a_count(project):
    conf = "[program:a]\nnumprocs=4\nprocess_name=%(program_name)s_%(process_num)d\ncommand=celery -A proj worker -c 20\n"
    project.write({"compose.yaml": compose(f"{SHORT}    command: supervisord -n -c /srv/s.conf\n"), "s.conf": conf})
    assert [new for _, _, new in project.changes()[1]] == ["command=celery -A proj worker -c 1"]


def test_two_workers_of_a_script_share_a_variable(project):
    script = "N=20\ncelery -A proj worker -c $N &\nexec celery -A proj worker -Q b -c $N\n"
    project.write({"compose.yaml": compose(SHORT + BY_SCRIPT), "start.sh": script})
    assert [new for _, _, new in project.changes()[1]] == ["N=2"]


def test_a_weaker_place_that_says_the_same_goes_along(project):
    text = compose(f"{SHORT}    command: celery -A proj worker -c 20\n    environment: [CELERY_WORKER_CONCURRENCY=20]\n")
    project.write({"compose.yaml": text})
    outcome, pairs = project.changes()
    assert [new.strip() for _, _, new in pairs] == ["command: celery -A proj worker -c 5", "environment: [CELERY_WORKER_CONCURRENCY=5]"]
    assert (outcome.status, "FF202" in outcome.out) == (0, False)


BOTH = "    command: celery -A proj worker -c 20\n    deploy: {resources: {limits: {memory: 500M}}}\n"


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (SHORT + BOTH, ["    mem_limit: 2000m", "    deploy: {resources: {limits: {memory: 2000m}}}"]),
        (
            f"{SHORT}    memswap_limit: 500m\n    command: celery -A proj worker -c 20\n",
            ["    mem_limit: 2000m", "    memswap_limit: 2000m"],
        ),
    ],
    ids=["in both spellings", "with the swap that is held to it"],
)
def test_a_limit_is_raised_wherever_it_is_written(project, body, wanted):
    project.write({"compose.yaml": compose(body)})
    before = project.read()["compose.yaml"].decode().split("\n")
    outcome = project.run("--fix", "--prefer", "limit")
    after = project.read()["compose.yaml"].decode().split("\n")
    assert [new for old, new in zip(before, after, strict=True) if old != new] == wanted
    assert outcome.status == 0

"""What cannot be mended is said with its reason, and nothing is half written."""

from __future__ import annotations

import os

import pytest

HEAD = "services:\n  worker:\n    image: python:3.11\n    working_dir: /srv\n    volumes: ['.:/srv']\n"
SHORT = "    mem_limit: 500m\n    x-compose-lint: {per_worker: 100m}\n"
COMPOSE = f"{HEAD}{SHORT}    command: celery -A proj worker -c 20\n"
CONF = "from celery import Celery\n\napp = Celery('proj')\n"


def by(command):
    return COMPOSE.replace("celery -A proj worker -c 20", command)


REFUSED = {
    "a number of two variables": ({"compose.yaml": by("celery -A proj worker -c ${A:-2}${B:-0}")}, "is made of what stands at"),
    "a product": (
        {"compose.yaml": by("celery -A proj worker"), "proj.py": f"{CONF}N = 10\napp.conf.worker_concurrency = N * 2\n"},
        "is made of what stands at proj.py:4:5, proj.py:5:35",
    ),
    "a name that is read elsewhere too": (
        {"compose.yaml": by("celery -A proj worker"), "proj.py": f"{CONF}N = 20\napp.conf.worker_concurrency = N\nPOOL = N\n"},
        "is N at proj.py:4:5, which line 6 reads too",
    ),
    "a name that another file imports": (
        {
            "compose.yaml": by("celery -A proj worker"),
            "proj.py": f"import conf\n{CONF}app.config_from_object(conf)\n",
            "conf.py": "WORKERS = 20\nworker_concurrency = WORKERS\n",
            "pool.py": "from conf import (\n    WORKERS,\n)\n",
        },
        "WORKERS at conf.py:1:11 is read in pool.py too",
    ),
    "a setting that another file reads": (
        {
            "compose.yaml": by("celery -A proj worker"),
            "proj.py": f"import conf\n{CONF}app.config_from_object(conf)\n",
            "conf.py": "worker_concurrency = 20\n",
            "web/pool.py": "from proj import settings\n\nSIZE = settings.worker_concurrency * 2\n",
        },
        "worker_concurrency at conf.py:1:22 is read in web/pool.py too",
    ),
    "a variable of a script that is read elsewhere too": (
        {"compose.yaml": by("sh start.sh"), "start.sh": 'N=20\nredis-cli set n "$N"\nexec celery -A proj worker -c $N\n'},
        "which line 2 reads too",
    ),
    "a variable of a Makefile that another target reads": (
        {
            "compose.yaml": by("make worker"),
            "Makefile": "N ?= 20\nworker:\n\tcelery -A proj worker -c $(N)\nweb:\n\tgunicorn -w $(N) proj\n",
        },
        "is N at Makefile:1:6, which line 5 reads too",
    ),
    "a variable of supervisord that another program reads": (
        {
            "compose.yaml": by("supervisord -n -c /srv/supervisord.conf"),
            "supervisord.conf": "[supervisord]\nenvironment=A='1',N='20'\n[program:a]\ncommand=celery -A proj worker -c %(ENV_N)s\n"
            "[program:web]\ncommand=gunicorn -w %(ENV_N)s proj\n",
        },
        "is N at supervisord.conf:2:22, which line 6 reads too",
    ),
    "a variable of a script that another one sources": (
        {
            "compose.yaml": by("sh start.sh"),
            "common.sh": "N=20\n",
            "start.sh": ". ./common.sh\nexec celery -A proj worker -c $N\n",
            "web.sh": '. ./common.sh\nexec gunicorn -w "${N}" proj\n',
        },
        "N at common.sh:1:3 is read in web.sh too",
    ),
    "a template": (
        {"compose.yaml": by("celery -A proj worker -c 20 -n '{{ name }}'").replace("command: ", 'command: "').rstrip() + '"\n'},
        "is a line of a template",
    ),
    "a number that a branch decides": (
        {"compose.yaml": by("sh start.sh"), "start.sh": 'if [ -s /tmp/x ]; then N=20; else N=30; fi\nexec celery -A proj worker -c "$N"\n'},
        "its concurrency is not one known number",
    ),
    "a child that is too large": (
        {"compose.yaml": COMPOSE.replace("per_worker: 100m", "per_worker: 600m")},
        "not even one child fits the limit; --prefer limit raises that",
    ),
}


@pytest.mark.parametrize(("files", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_with_the_reason(project, files, why):
    project.write(files)
    before = project.read()
    outcome = project.run("--fix")
    assert (project.read(), outcome.status) == (before, 1)
    assert why in outcome.err
    assert project.run("--diff").status == 0


def test_figures_of_the_table_change_nothing_unasked(project):
    project.write({"compose.yaml": COMPOSE.replace("    x-compose-lint: {per_worker: 100m}\n", "")})
    before = project.read()
    outcome = project.run("--fix")
    assert (project.read(), outcome.status) == (before, 1)
    assert "--unsafe-fixes would mend FF102 worker: compose.yaml:7: concurrency 20 -> 15; 5 fewer tasks at a time" in outcome.err
    assert project.run("--diff").status == 0
    assert project.run("--diff", "--unsafe-fixes").status == 1
    assert project.run("--fix", "--unsafe-fixes").status == 0
    assert b"-c 15\n" in project.read()["compose.yaml"]


@pytest.mark.parametrize(
    "silence",
    ["  # compose-lint: ignore[FF101] known", "  # compose-lint: ignore[FF1] until=2099-01-01 known"],
)
def test_a_suppressed_finding_is_left_alone(project, silence):
    project.write({"compose.yaml": COMPOSE.rstrip() + silence + "\n"})
    before = project.read()
    assert (project.run("--fix").err, project.read()) == ("", before)


def test_what_a_baseline_accepts_is_left_alone(project):
    project.write({"compose.yaml": COMPOSE})
    project.run("--write-baseline", "base.json")
    before = project.read()
    assert (project.run("--fix", "--baseline", "base.json").err, project.read()) == ("", before)


def test_a_rule_that_is_not_selected_changes_nothing(project):
    project.write({"compose.yaml": COMPOSE})
    before = project.read()
    project.run("--fix", "--select", "FF2")
    assert project.read() == before


def test_a_file_that_is_read_only_is_left_alone(project):
    project.write({"compose.yaml": COMPOSE})
    path = project.folder / "compose.yaml"
    path.chmod(0o444)
    outcome = project.run("--fix")
    assert outcome.status == 2
    assert "nothing is mended: compose.yaml is read-only; nothing is written" in outcome.out + outcome.err
    assert path.read_text() == COMPOSE


TWO = COMPOSE.replace("-c 20", "-c $N") + COMPOSE.replace("services:\n", "").replace("  worker:", "  other:")


def test_of_two_files_none_is_written_where_one_cannot_be(project):
    project.write({"compose.yaml": TWO, ".env": "N=20\n"})
    (project.folder / ".env").chmod(0o444)
    before = project.read()
    assert project.run("--fix").status == 2
    assert project.read() == before


def test_a_file_that_fails_to_be_written_brings_back_the_others(project, monkeypatch):
    from forkfit.mend import write

    saved = write.save

    def fails_late(path, content):
        if path.endswith("compose.yaml"):
            raise OSError(28, "No space left on device")
        saved(path, content)

    monkeypatch.setattr(write, "save", fails_late)
    project.write({"compose.yaml": TWO, ".env": "N=20\n"})
    before = project.read()
    outcome = project.run("--fix")
    assert (project.read(), outcome.status) == (before, 2)
    assert "No space left on device; every file is as it was" in outcome.out + outcome.err


def test_a_file_that_has_changed_meanwhile_is_left_alone(project, monkeypatch):
    from forkfit.mend import command

    def slow(*arguments):
        mended = _mend(*arguments)
        (project.folder / "compose.yaml").write_text(f"# new\n{COMPOSE}")
        return mended

    _mend = command.mend
    monkeypatch.setattr(command, "mend", slow)
    project.write({"compose.yaml": COMPOSE})
    outcome = project.run("--fix")
    assert outcome.status == 2
    assert "compose.yaml has changed meanwhile" in outcome.out + outcome.err
    assert project.read()["compose.yaml"].decode() == f"# new\n{COMPOSE}"


def test_nothing_outside_the_root_is_written(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "a.env"
    outside.write_text("CELERY_WORKER_CONCURRENCY=20\n")
    project.write({"compose.yaml": f"{by('celery -A proj worker')}    env_file: a.env\n"})
    os.symlink(outside, project.folder / "a.env")
    project.run("--fix", "--unsafe-fixes")
    assert outside.read_text() == "CELERY_WORKER_CONCURRENCY=20\n"


def test_a_link_stays_a_link(project):
    project.write({"real/base.yaml": COMPOSE})
    os.symlink("real/base.yaml", project.folder / "compose.yaml")
    project.run("--fix")
    assert (project.folder / "compose.yaml").is_symlink()
    assert b"-c 5\n" in (project.folder / "real" / "base.yaml").read_bytes()


def test_a_run_that_cannot_see_mends_nothing(project):
    project.write({"compose.yaml": COMPOSE, "broken/compose.yaml": "services: [\n"})
    before = project.read()
    outcome = project.run("--fix")
    assert (project.read(), outcome.status) == (before, 2)
    assert project.run("--diff").status == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--unsafe-fixes"], "give it with --fix or --diff"),
        (["--prefer", "limit"], "give it with --fix or --diff"),
        (["--fix", "--diff"], "give one of them"),
        (["--fix", "--what-if", "worker.pool=solo"], "give one of them"),
        (["--fix", "--write-baseline", "b.json"], "give one of them"),
        (["--fix", "-"], "standard input cannot be changed"),
        (["--diff", "--format", "json"], "--diff has a form of its own"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(project, arguments, complaint):
    project.write({"compose.yaml": COMPOSE})
    outcome = project.run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err

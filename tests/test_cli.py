"""The command line as a user meets it: bad input, exit statuses, formats, and what is never done."""

from __future__ import annotations

import json

import pytest

PROJ = 'from celery import Celery\n\napp = Celery("proj")\n'
WORKER = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c {count}
    mem_limit: 256m
"""
GOOD, BAD = WORKER.format(count=2), WORKER.format(count=20)


@pytest.fixture
def project(tmp_path, lint):
    """Return a function that writes files, bytes or text, and lints their folder."""

    def run(files, *arguments, environ=None):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return lint("--root", ".", *arguments, folder=tmp_path, environ=environ)

    return run


def test_a_healthy_project_prints_one_line_and_passes(project):
    outcome = project({"compose.yaml": GOOD, "proj.py": PROJ})
    assert (outcome.status, outcome.out.count("\n"), outcome.err) == (0, 1, "")


def test_findings_fail_the_run_and_never_does_not(project):
    files = {"compose.yaml": BAD, "proj.py": PROJ}
    assert project(files).status == 1
    assert project(files, "--fail-on", "never").status == 0


@pytest.mark.parametrize(("level", "status"), [("error", 0), ("warning", 0), ("info", 1), ("never", 0)])
def test_the_threshold_decides_whether_a_note_fails_the_run(project, level, status):
    unlimited = GOOD.replace("    mem_limit: 256m\n", "")
    assert project({"compose.yaml": unlimited, "proj.py": PROJ}, "--fail-on", level).status == status


@pytest.mark.parametrize(
    ("files", "arguments", "status", "said"),
    [
        pytest.param({"a.txt": ""}, [], 2, "no Compose file in this folder", id="a folder without a Compose file"),
        pytest.param({"docker/prod.yml": GOOD}, [], 2, "name one of docker/prod.yml, or", id="a Compose file of another name"),
        pytest.param({"stack-compose.yml": GOOD, "x.yml": GOOD}, [], 2, "one of stack-compose.yml, or", id="a name that says Compose"),
        pytest.param({}, ["none.yaml"], 2, "none.yaml cannot be read: there is no such file", id="a file that is not there"),
        pytest.param({"compose.yaml": "services: [\n"}, [], 2, "FF901", id="YAML that does not parse"),
        pytest.param({"compose.yaml": b"\x00\x01\x02"}, [], 2, "binary", id="a binary file"),
        pytest.param({"compose.yaml": b"a: \xff\n"}, [], 2, "not UTF-8", id="a file that is not UTF-8"),
        pytest.param({"compose.yaml": ""}, [], 2, "empty", id="an empty file"),
        pytest.param({"compose.yaml": "services: 3\n"}, [], 2, "FF901", id="services that are no mapping"),
        pytest.param({"compose.yaml": BAD + "  other: 3\n"}, [], 1, "FF901", id="a service of the wrong type, beside a worker"),
        pytest.param(
            {"compose.yaml": GOOD + "    env_file: none.env\n"}, [], 0, "No problems", id="a missing env file that decides nothing"
        ),
        pytest.param({"compose.yaml": GOOD.replace("-c 2", "-c ${N}")}, [], 0, "N is not set", id="an undefined variable"),
        pytest.param({"compose.yaml": GOOD, "proj.py": "def ((\n"}, [], 0, "proj.py", id="Python that does not parse"),
        pytest.param({"compose.yaml": GOOD.replace("256m", "12q")}, [], 1, "no size", id="a limit that is no size"),
        pytest.param({"tool.py": "x = 1\n", "compose.yaml": BAD, "proj.py": PROJ}, ["tool.py"], 0, "", id="a file that no project loads"),
        pytest.param({"compose.yaml": BAD, "proj.py": PROJ}, ["proj.py"], 1, "FF101", id="a file that a project loads"),
        pytest.param({"compose.yaml": GOOD}, ["--cpus", "0"], 2, "no whole number", id="an option of the wrong type"),
        pytest.param({"compose.yaml": GOOD}, ["--nonsense"], 2, "--nonsense", id="an option that does not exist"),
        pytest.param({"compose.yaml": GOOD}, ["--format", "xml"], 2, "no format 'xml'", id="a format that nobody brings"),
        pytest.param({"compose.yaml": GOOD}, ["--env", "N"], 2, "not NAME=VALUE", id="an environment entry without a value"),
        pytest.param({"compose.yaml": GOOD}, ["../elsewhere.yaml"], 2, "outside the project root", id="a path outside the root"),
        pytest.param({"compose.yaml": GOOD, "compose-lint.toml": "cpu = 1"}, [], 2, "did you mean 'cpus'", id="an unknown setting"),
    ],
)
def test_bad_input_is_told_clearly_and_without_a_traceback(project, files, arguments, status, said):
    outcome = project({"proj.py": PROJ, **files} if "a.txt" not in files else files, *arguments)
    assert outcome.status == status, outcome.out + outcome.err
    assert said in outcome.out + outcome.err
    assert "Traceback" not in outcome.err


def test_the_rest_is_linted_where_one_part_is_broken(project):
    outcome = project({"compose.yaml": BAD + "  other: 3\n", "proj.py": PROJ}, "--format", "json")
    assert {"FF101", "FF901"} <= {f["rule"] for f in json.loads(outcome.out)["findings"]}


def test_under_github_actions_annotations_stand_beside_readable_text(project):
    outcome = project({"compose.yaml": BAD, "proj.py": PROJ}, environ={"GITHUB_ACTIONS": "true"})
    assert "::error file=compose.yaml,line=6" in outcome.out
    assert "compose.yaml:6:" in outcome.out.split("::error")[0]
    assert outcome.status == 1


def test_values_of_the_deployment_are_stated_not_taken_from_this_machine(project):
    files = {"compose.yaml": GOOD.replace("-c 2", "-c ${N:-2}"), "proj.py": PROJ}
    assert project(files, environ={"N": "20"}).status == 0
    assert project(files, "--inherit-env", environ={"N": "20"}).status == 1
    assert project(files, "--env", "N=20").status == 1


def test_files_are_merged_into_one_project_only_when_asked(project):
    files = {"compose.yaml": GOOD, "prod.yaml": "services:\n  worker:\n    mem_limit: 100m\n", "proj.py": PROJ}
    assert project(files, "compose.yaml").status == 0
    assert project(files, "-f", "compose.yaml", "-f", "prod.yaml").status == 1


def test_a_project_that_is_named_twice_is_judged_once(project):
    named = project({"compose.yaml": BAD, "proj.py": PROJ}, "compose.yaml", "proj.py", "--format", "json")
    assert [p["files"] for p in json.loads(named.out)["projects"]] == [["compose.yaml"]]


def test_the_page_of_a_rule_is_printed_by_id_or_name(lint):
    by_id = lint("rule", "FF101")
    assert by_id.out.startswith("FF101 forks-exceed-memory (error)")
    assert by_id.out == lint("--explain", "forks-exceed-memory").out
    assert "exit code 137" in by_id.out
    assert lint("rule", "FF000").status == 2
    assert lint("rule").out.startswith("FF101")


def test_help_and_version_are_no_errors(lint):
    assert lint("--help").status == 0
    assert "compose-lint 0." in lint("--version").out
    for command in ("check", "resolve", "rule"):
        assert f"compose-lint{'' if command == 'check' else ' ' + command} [" in lint(command, "--help").out


def test_secrets_of_env_files_are_never_printed(project):
    files = {
        "compose.yaml": BAD.replace("mem_limit", "env_file: secret.env\n    mem_limit"),
        "secret.env": "DATABASE_PASSWORD=hunter2\nBROKEN LINE hunter2\n",
        ".env": "TOKEN=hunter2\n",
        "proj.py": PROJ,
    }
    for form in ("text", "json", "github", "concise"):
        outcome = project(files, "--format", form)
        assert "hunter2" not in outcome.out + outcome.err


def test_nothing_of_the_linted_project_is_imported_or_run(project, tmp_path):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    project({"compose.yaml": GOOD, "proj.py": PROJ + trap, "sitecustomize.py": trap, "setup.py": trap})
    assert not (tmp_path / "ran").exists()


def test_services_that_wait_for_a_profile_are_counted_and_looked_at_on_request(project):
    worker = "{image: shop, command: celery -A proj worker -c 2, profiles: [jobs]}"
    compose = f"services:\n  web: {{image: nginx}}\n  worker: {worker}\n"
    waits = project({"compose.yaml": compose})
    assert waits.out == "No problems: no worker found in 1 service; 1 service waits for a profile (--profile '*' looks at all).\n"
    assert "1 worker" in project({"compose.yaml": compose}, "--profile", "*").out

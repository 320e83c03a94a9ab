"""What has changed since a revision of git: in throw-away repositories, of which nothing but objects is read."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parent.parent
SCHEMA = Draft202012Validator(json.loads(files("forkfit.formats").joinpath("report.schema.json").read_text(encoding="utf-8")))
APP = 'from celery import Celery\n\napp = Celery("proj")\n'
WORKER = """\
  {name}:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c {count}
    mem_limit: {limit}
"""


def compose(**services):
    """Return a Compose file with workers: their counts by name, or their counts and limits."""
    made = ((name, *said) if isinstance(said, tuple) else (name, said, "512m") for name, said in services.items())
    return "services:\n" + "".join(WORKER.format(name=name, count=count, limit=limit) for name, count, limit in made)


class Repository:
    """A throw-away repository."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", ".")

    def git(self, *arguments):
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "protocol.file.allow=always")
        done = subprocess.run(["git", *who, *arguments], cwd=self.folder, env=environ, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, contents):
        for path, text in contents.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, contents):
        self.write(contents)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=something")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repo")


@pytest.fixture
def since(repository, lint):
    """Run the command in the repository and return what it says of the change."""

    def run(*arguments, revision="HEAD", folder=None):
        outcome = lint("--since", revision, "--format", "json", *arguments, folder=folder or repository.folder)
        assert not outcome.err
        report = json.loads(outcome.out)
        SCHEMA.validate(report)
        return report["since"]

    return run


def services(change):
    return {one["service"]: one for one in change["services"]}


def kinds(change):
    """Return of each service whether it is new, gone, changed or as it was."""
    return {
        one["service"]: "new" if one["before"] is None else "gone" if one["now"] is None else "changed" if one["changed"] else "same"
        for one in change["services"]
    }


def test_a_count_that_grew_is_a_change_in_every_figure(repository, since):
    commit = repository.commit({"compose.yaml": compose(worker=4, other=2), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=20, other=2)})
    change = since()
    assert (change["revision"], change["commit"]) == ("HEAD", commit)
    assert kinds(change) == {"other": "same", "worker": "changed"}
    worker = services(change)["worker"]
    before, now = worker["before"], worker["now"]
    assert [before["processes"]["known"], now["processes"]["known"]] == [4, 20]
    assert worker["at_start_growth_bytes"] == now["at_start_bytes"]["known"] - before["at_start_bytes"]["known"] > 0
    assert worker["warm_growth_bytes"] > worker["at_start_growth_bytes"]
    assert (before["fits"], now["fits"]) == (True, False)
    assert before["safe_concurrency"] == now["safe_concurrency"]


def test_an_import_in_another_file_is_a_change_of_the_service(repository, since):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP})
    repository.write({"proj.py": APP + "import pandas\n"})
    worker = services(since())["worker"]
    assert worker["at_start_growth_bytes"] > 0
    assert worker["now"]["fits_warm"] < worker["before"]["fits_warm"]


def test_nothing_changed_is_said_in_a_line(repository, lint):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP})
    outcome = lint("--since", "HEAD", "--ignore", "FF3", folder=repository.folder)
    assert re.search(r"\n\nSince HEAD \([0-9a-f]{12}\): nothing changed in 1 service with workers\.\n$", outcome.out)
    assert outcome.status == 0


def test_without_any_worker_that_is_said(repository, lint):
    repository.commit({"compose.yaml": "services: {web: {image: nginx}}\n"})
    assert lint("--since", "HEAD", folder=repository.folder).out.endswith("no service with workers is found, neither then nor now.\n")


def test_what_is_imported_now_and_what_no_longer_is_named(repository, lint):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP + "import requests\n"})
    repository.write({"proj.py": APP + "import pandas\n"})
    said = lint("--since", "HEAD", folder=repository.folder).out
    assert re.search(r"^    adds       pandas, numpy$", said, re.MULTILINE)
    assert re.search(r"^    drops      .*requests", said, re.MULTILINE)


def test_what_weighs_nothing_is_not_brought(repository, lint):
    tasks = "\n\n@app.task(queue='{}')\ndef {}():\n    import torch\n"
    one = APP + tasks.format("a", "first")
    project = compose(worker=4).replace("-c 4", "-Q b -c 4")
    repository.commit({"compose.yaml": project, "proj.py": one})
    repository.write({"proj.py": f"import pandas\n{one}{tasks.format('c', 'second')}"})
    said = lint("--since", "HEAD", folder=repository.folder).out
    assert re.search(r"^    adds       pandas, numpy$", said, re.MULTILINE)
    assert "    drops" not in said


def test_lines_that_moved_are_no_change(repository, since):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP})
    repository.write({"compose.yaml": "# the workers\n\n" + compose(worker=4)})
    assert kinds(since()) == {"worker": "same"}


def test_services_come_and_go(repository, since):
    repository.commit({"compose.yaml": compose(worker=4, old=2), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=4, young=2)})
    assert kinds(since()) == {"old": "gone", "worker": "same", "young": "new"}


@pytest.mark.parametrize("arguments", [[], ["compose.yaml"], ["-f", "compose.yaml"]])
def test_a_compose_file_with_another_name_is_the_same_project(repository, since, arguments):
    repository.commit({"docker-compose.yml": compose(worker=4, mailer=2), "proj.py": APP})
    repository.git("mv", "docker-compose.yml", "compose.yaml")
    repository.write({"compose.yaml": compose(worker=6, mailer=2)})
    assert kinds(since(*arguments)) == {"mailer": "same", "worker": "changed"}


@pytest.mark.parametrize("arguments", [[], ["infra/compose.yaml"]])
def test_a_project_that_moved_to_another_folder_is_the_same(repository, since, arguments):
    repository.commit({"deploy/compose.yaml": compose(worker=4), "deploy/proj.py": APP})
    (repository.folder / "infra").mkdir()
    repository.git("mv", "deploy/compose.yaml", "deploy/proj.py", "infra/")
    assert kinds(since(*arguments)) == {"worker": "same"}


def test_projects_come_and_go(repository, since):
    repository.commit({"a/compose.yaml": compose(one=4), "b/compose.yaml": compose(two=4)})
    repository.git("rm", "--quiet", "-r", "a")
    repository.write({"c/compose.yaml": compose(three=4)})
    change = since()
    assert kinds(change) == {"one": "gone", "two": "same", "three": "new"}
    assert services(change)["one"]["project"] is None


def test_a_project_that_was_not_asked_for_is_not_gone(repository, since):
    repository.commit({"compose.yaml": compose(worker=4), "b/.keep": ""})
    repository.write({"b/compose.yaml": compose(two=4)})
    assert kinds(since(".", folder=repository.folder / "b")) == {"two": "new"}


def test_services_of_the_same_name_are_told_apart_by_their_projects(repository, since):
    repository.commit({"a/compose.yaml": compose(worker=4), "b/compose.yaml": compose(worker=8)})
    repository.write({"b/compose.yaml": compose(worker=9)})
    assert [(one["file"], one["changed"]) for one in since()["services"]] == [("a/compose.yaml", False), ("b/compose.yaml", True)]


def test_an_override_that_is_new_is_a_change_of_its_project(repository, since):
    repository.commit({"compose.yaml": compose(worker=4)})
    repository.write({"compose.override.yaml": "services: {worker: {mem_limit: 64m}}\n"})
    worker = services(since())["worker"]
    assert (worker["before"]["fits"], worker["now"]["fits"]) == (True, False)


def test_an_env_file_alone_stands_for_the_projects_that_load_it(repository, since):
    counted = compose(worker="${COUNT:-4}")
    repository.commit({"compose.yaml": counted, "b/compose.yaml": compose(other=2)})
    repository.write({".env": "COUNT=8\n"})
    assert kinds(since(".env")) == {"worker": "changed"}


def test_what_git_ignores_is_in_no_revision_and_taken_as_it_is_now(repository, since, lint):
    ignored = {".gitignore": ".env\ncompose.override.yaml\n", "compose.yaml": compose(worker="${COUNT:-4}")}
    repository.commit(ignored)
    repository.write({".env": "COUNT=8\n", "compose.override.yaml": "services: {worker: {mem_limit: 4g}}\n"})
    change = since()
    assert kinds(change) == {"worker": "same"}
    assert services(change)["worker"]["before"]["processes"]["known"] == 8
    assert change["as_now"] == [".env", "compose.override.yaml"]
    said = lint("--since", "HEAD", folder=repository.folder).out
    assert "In no revision, and so taken as now: .env, compose.override.yaml." in said


def test_a_file_that_is_new_and_not_ignored_is_a_part_of_the_change(repository, since):
    repository.commit({"compose.yaml": compose(worker="${COUNT:-4}")})
    repository.write({".env": "COUNT=8\n"})
    assert kinds(since()) == {"worker": "changed"}


def test_a_project_that_could_not_be_loaded_is_not_new(repository, since, lint):
    repository.commit({"compose.yaml": "services: [\n"})
    repository.write({"compose.yaml": compose(worker=4)})
    change = since()
    assert change["not_loaded"] == ["compose.yaml"]
    assert not services(change)["worker"]["before_known"]
    said = lint("--since", "HEAD", folder=repository.folder).out
    assert "worker, of which nothing is known before" in said
    assert "What was before is not known where these could not be loaded: compose.yaml." in said


def test_a_worker_that_cannot_be_seen_through_any_more_says_why(repository, since):
    repository.commit({"compose.yaml": compose(worker=4)})
    repository.write({"compose.yaml": "services:\n  worker:\n    image: example.org/worker\n    command: ./start-celery-worker.sh\n"})
    worker = services(since())["worker"]
    assert worker["before"]["processes"]["known"] == 4
    assert worker["now"]["unseen"]


def test_a_stated_figure_decides(repository, since):
    stated = compose(worker=4) + "    x-compose-lint: {{per_worker: {}m}}\n"
    repository.commit({"compose.yaml": stated.format(100)})
    repository.write({"compose.yaml": stated.format(200)})
    worker = services(since())["worker"]
    assert [worker["before"]["verdict"], worker["now"]["verdict"]] == ["fits", "does not fit by the handbook's sum"]


def test_both_are_judged_by_the_settings_of_now(repository, since):
    repository.commit({"compose.yaml": compose(worker=4), "compose-lint.toml": 'no-such-setting = "1"\n'})
    repository.write({"compose-lint.toml": "[services.worker]\nper_worker = '10m'\n"})
    assert kinds(since()) == {"worker": "same"}


def test_what_is_supposed_is_supposed_of_now(repository, since):
    repository.commit({"compose.yaml": compose(worker=4)})
    worker = services(since("--what-if", "worker.concurrency=2"))["worker"]
    assert [worker[when]["processes"]["known"] for when in ("before", "now")] == [4, 2]


def test_the_status_is_that_of_the_findings_now(repository, lint):
    repository.commit({"compose.yaml": compose(worker=40), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=2)})
    assert lint("--since", "HEAD", folder=repository.folder).status == 0
    repository.commit({})
    repository.write({"compose.yaml": compose(worker=40)})
    assert lint("--since", "HEAD", folder=repository.folder).status == 1


def test_the_text_says_what_was_and_what_is(repository, lint):
    repository.commit({"compose.yaml": compose(worker=4, mailer=(2, "256m")), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=20, mailer=(2, "256m"), young=(2, "2g")), "proj.py": APP + "import pandas\n"})
    said = lint("--since", "HEAD", folder=repository.folder).out
    commit = repository.git("rev-parse", "HEAD")[:12]
    change = said[said.index("Since") :]
    page = (ROOT / "docs" / "since.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- since -->\n```text\n(.*?)```\n<!-- /since -->", page, re.DOTALL)[1]
    assert change == re.sub(r"\([0-9a-f]{12}\)", f"({commit})", shown)


def test_the_step_summary_has_the_table(repository, lint, tmp_path):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=20)})
    summary = tmp_path / "summary.md"
    lint("--since", "HEAD", folder=repository.folder, environ={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)})
    rows = [line for line in summary.read_text().splitlines() if line.startswith("| worker | 1")]
    assert len(rows) == 1
    assert "4 -&gt; 20" in rows[0]
    assert "fits -&gt; does not fit once warm" in rows[0]


@pytest.mark.parametrize("name", ["a|b", "a`b", "<b>", "::error::x", "a\x1b[31m"])
def test_no_name_of_a_service_is_markup_or_a_command(repository, lint, name):
    repository.commit({"compose.yaml": compose(worker=4)})
    quoted = json.dumps(name)
    repository.write({"compose.yaml": compose(worker=4).replace("  worker:", f"  {quoted}:")})
    for form in ("text", "markdown", "github"):
        out = lint("--since", "HEAD", "--ignore", "FF", "--format", form, folder=repository.folder).out
        assert "\x1b" not in out
        assert "<b>" not in out
        assert not re.search(r"^::error::x", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("revision", "complaint"),
    [
        ("nope", "--since nope: git knows no such commit"),
        ("HEAD~3", "--since HEAD~3: git knows no such commit"),
        ("HEAD:compose.yaml", "git knows no such commit"),
        ("HEAD..HEAD", "git knows no such commit"),
        ("", "is no revision"),
        ("a\nb", "git knows no such commit"),
    ],
)
def test_a_revision_that_git_does_not_know_is_refused(repository, lint, revision, complaint):
    repository.commit({"compose.yaml": compose(worker=4)})
    outcome = lint("--since", revision, folder=repository.folder)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err


def test_an_option_of_git_is_no_revision(repository, lint):
    repository.commit({"compose.yaml": compose(worker=4)})
    outcome = lint("--since=--output=x", folder=repository.folder)
    assert (outcome.status, outcome.err) == (2, "compose-lint: --since '--output=x' is no revision\n")


@pytest.mark.parametrize("option", ["--fix", "--diff", "--statistics"])
def test_what_shows_no_change_is_refused_beside_it(repository, lint, option):
    repository.commit({"compose.yaml": compose(worker=4)})
    outcome = lint("--since", "HEAD", option, folder=repository.folder)
    assert (outcome.status, outcome.out) == (2, "")
    assert "--since" in outcome.err


def test_a_folder_without_git_has_no_revisions(tmp_path, lint):
    (tmp_path / "compose.yaml").write_text(compose(worker=4))
    outcome = lint("--since", "HEAD", folder=tmp_path)
    assert (outcome.status, outcome.out) == (2, "")
    assert "is in no git repository" in outcome.err


def test_a_repository_without_commits_has_no_revisions(repository, lint):
    repository.write({"compose.yaml": compose(worker=4)})
    assert "git knows no such commit" in lint("--since", "HEAD", folder=repository.folder).err


def test_without_git_the_reason_is_said(repository, lint, monkeypatch):
    repository.commit({"compose.yaml": compose(worker=4)})
    monkeypatch.setenv("PATH", str(repository.folder))
    outcome = lint("--since", "HEAD", folder=repository.folder)
    assert outcome.status == 2
    assert "--since needs git, which cannot be started" in outcome.err


def test_a_shallow_clone_says_how_to_get_more(repository, lint, tmp_path):
    repository.commit({"compose.yaml": compose(worker=4)})
    repository.commit({"compose.yaml": compose(worker=5)})
    repository.git("clone", "--quiet", "--depth=1", repository.folder.as_uri(), str(tmp_path / "clone"))
    outcome = lint("--since", "HEAD~1", folder=tmp_path / "clone")
    assert outcome.status == 2
    assert "this clone is shallow: fetch more of its history" in outcome.err
    assert lint("--since", "HEAD", folder=tmp_path / "clone").status == 0


def test_a_clone_without_old_contents_fetches_none(repository, since, tmp_path):
    old = repository.commit({"compose.yaml": compose(worker=4)})
    repository.commit({"compose.yaml": compose(worker=5)})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--filter=blob:none", repository.folder.as_uri(), str(clone))
    change = since(revision=old, folder=clone)
    assert change["not_loaded"] == ["compose.yaml"]
    missing = subprocess.run(
        ["git", "rev-list", "--objects", "--all", "--missing=print"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert "?" in missing.stdout


def test_a_project_below_the_root_of_the_repository_is_compared_with_itself(repository, since):
    repository.commit({"deploy/compose.yaml": compose(worker=4), "compose.yaml": compose(other=4)})
    repository.write({"deploy/compose.yaml": compose(worker=5)})
    assert kinds(since("--root", ".", folder=repository.folder / "deploy")) == {"worker": "changed"}


def test_a_work_tree_of_another_branch_has_the_same_revisions(repository, since, tmp_path):
    repository.commit({"compose.yaml": compose(worker=4)})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "beside"))
    Repository.write(type("Folder", (), {"folder": tmp_path / "beside"}), {"compose.yaml": compose(worker=5)})
    assert kinds(since(revision="main", folder=tmp_path / "beside")) == {"worker": "changed"}


def test_links_in_a_revision_lead_where_they_lead_on_disk(repository, since):
    repository.commit({"real/compose.yaml": compose(worker=4), "real/.env": "COUNT=3\n", "app/proj.py": APP})
    (repository.folder / "link").symlink_to("real")
    (repository.folder / "again").symlink_to("./link/../link")
    repository.commit({})
    assert kinds(since("again/compose.yaml")) == {"worker": "same"}


def test_a_link_out_of_the_root_is_not_followed_nor_one_in_a_circle(repository, since, tmp_path):
    (tmp_path / "outside.yaml").write_text(compose(worker=4))
    (repository.folder / "compose.yaml").symlink_to("../outside.yaml")
    (repository.folder / "round").symlink_to("round")
    repository.commit({"b/compose.yaml": "include: [../round/compose.yaml]\n" + compose(b=2)})
    (repository.folder / "compose.yaml").unlink()
    repository.write({"compose.yaml": compose(worker=4)})
    change = since()
    assert "compose.yaml" in change["not_loaded"]
    assert kinds(change)["worker"] == "new"


def test_what_a_submodule_holds_is_taken_as_it_is_now(repository, since, tmp_path):
    library = Repository(tmp_path / "library")
    library.commit({"proj.py": APP + "import pandas\n"})
    repository.git("submodule", "--quiet", "add", library.folder.as_uri(), "app")
    mounted = compose(worker=4).replace('".:/srv"', '"./app:/srv"')
    repository.commit({"compose.yaml": mounted})
    change = since()
    assert kinds(change) == {"worker": "same"}
    assert change["as_now"] == ["app/proj.py"]


def test_no_hook_filter_or_monitor_runs_and_nothing_is_written(repository, since, tmp_path):
    touched = tmp_path / "touched"
    repository.write({".gitattributes": "* filter=mine diff=mine\n", ".gitignore": "secret\n"})
    repository.commit({"compose.yaml": compose(worker="${COUNT:-4}")})
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {touched}\ncat\n")
    program.chmod(0o755)
    for key in ("filter.mine.smudge", "filter.mine.clean", "diff.mine.textconv", "core.fsmonitor", "core.pager", "core.sshCommand"):
        repository.git("config", key, str(program))
    repository.git("config", "core.hooksPath", str(tmp_path))
    repository.git("config", "alias.ls-tree", f"!{program}")
    touched.unlink(missing_ok=True)
    repository.write({"secret": "x"})
    before = {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*") if path.is_file()}
    since()
    assert not touched.exists()
    assert before == {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*") if path.is_file()}


def test_what_a_hook_hands_to_git_does_not_reach_ours(repository, since, monkeypatch, tmp_path):
    repository.commit({"compose.yaml": compose(worker=4)})
    other = Repository(tmp_path / "other")
    other.commit({"compose.yaml": compose(other=4)})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nothing"))
    assert kinds(since()) == {"worker": "same"}


def test_a_replaced_object_is_not_taken_for_the_commit(repository, since):
    first = repository.commit({"compose.yaml": compose(worker=4)})
    second = repository.commit({"compose.yaml": compose(worker=8)})
    repository.git("replace", first, second)
    assert services(since(revision=first))["worker"]["before"]["processes"]["known"] == 4


def test_a_folder_that_only_looks_like_a_repository_is_none(tmp_path, lint):
    repository = Repository(tmp_path / "bare")
    repository.commit({"compose.yaml": compose(worker=4)})
    planted = tmp_path / "planted"
    (repository.folder / ".git").rename(planted)
    (planted / "compose.yaml").write_text(compose(worker=4))
    subprocess.run(["git", "config", "core.bare", "true"], cwd=planted, check=True)
    outcome = lint("--since", "HEAD", folder=planted)
    assert outcome.status == 2
    assert "git refuses" in outcome.err or "is in no git repository" in outcome.err


def test_names_of_every_kind_are_read(repository, since):
    repository.commit({"a b/ü\n/compose.yaml": compose(worker=4), "a b/ü\n/proj.py": APP})
    assert kinds(since()) == {"worker": "same"}


def test_a_file_that_is_too_large_is_not_read(repository, since):
    repository.commit({"compose.yaml": compose(worker=4) + "#" * 4 * 1024**2})
    repository.write({"compose.yaml": compose(worker=4)})
    assert since()["not_loaded"] == ["compose.yaml"]


def test_the_library_looks_back_too(repository, monkeypatch):
    from forkfit.api import Unusable, lint

    repository.commit({"compose.yaml": compose(worker=4)})
    monkeypatch.chdir(repository.folder)
    assert [change.is_one for change in lint(since="HEAD").since.changes] == [False]
    with pytest.raises(Unusable, match="git knows no such commit"):
        lint(since="nope")


def test_an_editor_gets_a_line_for_each_service_that_changed(repository, lint):
    repository.commit({"compose.yaml": compose(worker=4, other=2), "proj.py": APP})
    repository.write({"compose.yaml": compose(worker=20, other=2)})
    lines = lint("--since", "HEAD", "--format", "concise", "--ignore", "FF", folder=repository.folder).out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("compose.yaml:2:3: since HEAD: worker: at start ")
    assert "; children 4 -> 20; " in lines[0]
    assert lines[0].endswith("; verdict fits -> does not fit once warm")


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "github"])
def test_a_format_that_cannot_tell_the_change_is_refused(repository, lint, form, tmp_path):
    repository.commit({"compose.yaml": compose(worker=4), "proj.py": APP})
    refused = lint("--since", "HEAD", "--format", form, folder=repository.folder)
    assert (refused.status, refused.out) == (2, "")
    assert f"--since: the format {form} has findings alone, and no place for what has changed" in refused.err
    beside = str(tmp_path / "change.md")
    assert lint("--since", "HEAD", "--format", form, "--output", f"markdown:{beside}", folder=repository.folder).status == 0
    in_github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert lint("--since", "HEAD", "--format", form, folder=repository.folder, environ=in_github).status == 0
    assert "Since HEAD" in (tmp_path / "summary.md").read_text()

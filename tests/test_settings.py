"""Settings as a user meets them: which rules speak, how loudly, of which service and file, and where each comes from."""

from __future__ import annotations

import json

import pytest

PROJ = """\
import gc
from celery import Celery, signals

app = Celery("proj")
signals.worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)
"""
WORKER = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 20
    mem_limit: 160m
  mail:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 2
"""


@pytest.fixture
def project(tmp_path, lint):
    """Return a function that writes files beside a project with two workers, and lints it."""

    def run(files, *arguments):
        for name, content in {"compose.yaml": WORKER, "proj.py": PROJ, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return lint("--root", ".", *arguments, folder=tmp_path)

    return run


@pytest.fixture
def found(project):
    """Return a function that says which rule is found in which service, with its severity."""

    def run(settings, *arguments, files=()):
        outcome = project({"compose-lint.toml": settings, **dict(files)}, "--format", "json", *arguments)
        assert outcome.status < 2, outcome.err
        return {(f["rule"], f["service"]): f["severity"] for f in json.loads(outcome.out)["findings"]}

    return run


TOO_MUCH, UNLIMITED = ("FF101", "worker"), ("FF105", "mail")


@pytest.mark.parametrize(
    ("settings", "arguments", "rules"),
    [
        ("", [], {TOO_MUCH, UNLIMITED}),
        ('select = ["FF101"]', [], {TOO_MUCH}),
        ('select = ["forks-exceed-memory"]', [], {TOO_MUCH}),
        ('select = ["ff1"]', [], {TOO_MUCH, UNLIMITED}),
        ('ignore = ["FF105"]', [], {TOO_MUCH}),
        ('ignore = ["FF1"]', [], set()),
        ('ignore = ["FF1"]\nextend-select = ["FF105"]', [], {UNLIMITED}),
        ('select = ["FF9"]\nextend-select = ["memory-limit-missing"]', [], {UNLIMITED}),
        ('extend-ignore = ["FF105"]\nignore = ["FF101"]', [], set()),
        ('select = ["FF101"]\nignore = ["FF1"]', [], {TOO_MUCH}),
        ('select = ["ALL"]\nignore = ["FF101"]', [], {UNLIMITED}),
        ('ignore = ["FF101"]', ["--select", "FF1"], {TOO_MUCH, UNLIMITED}),
        ('ignore = ["FF101"]', ["--ignore", "FF105"], set()),
        ('select = ["FF101"]', ["--extend-select", "FF105"], {TOO_MUCH, UNLIMITED}),
        ('select = ["FF101"]', ["--ignore", "FF1"], set()),
        ("", ["--select", "FF101,FF105", "--ignore", "FF105"], {TOO_MUCH}),
        ("", ["--select", "FF101", "--select", "FF105"], {TOO_MUCH, UNLIMITED}),
        ('[services.mail]\nignore = ["FF105"]', [], {TOO_MUCH}),
        ('[services.mail]\nignore = ["FF105"]', ["--select", "FF105"], {UNLIMITED}),
        ('ignore = ["FF1"]\n[services.mail]\nextend-select = ["FF105"]', [], {UNLIMITED}),
        ('[per-file."*.yaml"]\nignore = ["FF101"]', [], {UNLIMITED}),
        ('[per-file."deploy/"]\nignore = ["FF101"]', [], {TOO_MUCH, UNLIMITED}),
        ('[services.mail]\nmemory = "1g"', [], {TOO_MUCH}),
        ('[services.worker]\nper_worker = "1m"', [], {UNLIMITED}),
        ('[per-file."compose.yaml"]\nmemory = "1g"', [], {TOO_MUCH}),
        ('[per-file."deploy/**"]\nmemory = "1g"', [], {TOO_MUCH, UNLIMITED}),
    ],
)
def test_settings_choose_the_rules_that_speak(found, settings, arguments, rules):
    assert set(found(settings, *arguments)) == rules


@pytest.mark.parametrize(
    ("settings", "severities"),
    [
        ('[severity]\nFF105 = "error"', {TOO_MUCH: "error", UNLIMITED: "error"}),
        ('[severity]\nFF1 = "warning"\nforks-exceed-memory = "info"', {TOO_MUCH: "info", UNLIMITED: "warning"}),
        ('[services.mail.severity]\nFF105 = "warning"', {TOO_MUCH: "error", UNLIMITED: "warning"}),
        ('[per-file."compose.yaml".severity]\nFF101 = "info"', {TOO_MUCH: "info", UNLIMITED: "info"}),
    ],
)
def test_settings_change_how_loudly_a_rule_speaks(found, settings, severities):
    assert found(settings) == severities


def test_a_severity_that_is_lowered_fails_no_run(project):
    assert project({"compose-lint.toml": '[severity]\nFF101 = "info"\n'}).status == 0
    assert project({"compose-lint.toml": 'fail-on = "never"\n'}).status == 0
    assert project({"compose-lint.toml": 'fail-on = "never"\n'}, "--fail-on", "error").status == 1


def test_a_worker_that_is_not_seen_through_never_fails_a_run(project):
    hidden = "services:\n  celery-worker:\n    image: example.org/app:1\n    command: ./start-worker\n"
    settings = 'fail-on = "info"\n[severity]\nFF902 = "error"\n'
    outcome = project({"compose.yaml": hidden, "compose-lint.toml": settings})
    assert "error[FF902]" in outcome.out
    assert outcome.status == 0


def test_each_project_has_the_settings_nearest_to_it(project):
    files = {"a/compose.yaml": WORKER, "a/proj.py": PROJ, "a/compose-lint.toml": 'select = ["FF105"]\nfail-on = "never"\n'}
    outcome = project({**files, "compose-lint.toml": 'select = ["FF101"]\nfail-on = "never"\n'}, "--format", "json")
    places = {(f["rule"], f["at"]["file"]) for f in json.loads(outcome.out)["findings"]}
    assert places == {("FF101", "compose.yaml"), ("FF105", "a/compose.yaml")}
    assert outcome.status == 0
    assert project({"a/compose-lint.toml": 'select = ["FF101"]\n'}).status == 1


def test_what_settings_exclude_is_not_searched(project):
    files = {
        "old/compose.yaml": WORKER,
        "a/old/compose.yaml": WORKER,
        "a/compose-lint.toml": "",
        "compose-lint.toml": 'exclude = ["old/"]\n',
    }
    outcome = project(files, "--format", "json")
    assert [p["files"] for p in json.loads(outcome.out)["projects"]] == [["compose.yaml"]]


def test_a_figure_from_the_settings_says_where_it_is_written(project):
    settings = "[tool.compose-lint]\ncpus = 2\n\n[tool.compose-lint.services.worker]\nper_worker = '120m'\n"
    assert "pyproject.toml:5:1" in project({"pyproject.toml": settings}).out


def test_a_weight_from_the_settings_counts_for_the_library_and_says_where_it_is_written(project):
    settings = "[weights.torch]\nparent = 300\nchild = '200m'\n\n[weights.'ourlib.core']\nparent = 10.5\nchild = 4\nresident = 30\n"
    proj = PROJ + "import torch\nimport ourlib.core.deep\n"
    outcome = project({"compose-lint.toml": settings, "proj.py": proj}, "--format", "json", "--fail-on", "never")
    parts = {part["what"]: part for part in json.loads(outcome.out)["projects"][0]["containers"][0]["estimate"]["parts"]}
    mib = {what: (part["parent_bytes"] / 2**20, part["child_bytes"] / 2**20, part["confidence"]) for what, part in parts.items()}
    assert mib["torch"] == (300, 200, "stated")
    assert mib["ourlib.core"] == (10.5, 4, "stated")
    assert [step["at"]["line"] for step in parts["torch"]["trail"] if step["role"] == "assumed"] == [2]
    assert "numpy" not in parts


@pytest.mark.parametrize(
    ("settings", "arguments", "complaint"),
    [
        ("", ["--select", "FF999"], "command line: select: no rule 'FF999'"),
        (
            'ignore = ["forks-exced-memory"]',
            [],
            "compose-lint.toml:1: ignore: no rule 'forks-exced-memory'; did you mean 'forks-exceed-memory'?",
        ),
        ('\n[severity]\nFFF101 = "info"', [], "compose-lint.toml:3: severity.FFF101: no rule 'FFF101'; did you mean 'FF101'?"),
        ('[services.w]\nignore = ["X"]', [], "compose-lint.toml:2: services.w.ignore: no rule 'X'"),
        ("cpus = 1\nmemry = 1", [], "compose-lint.toml:2: memry: unknown setting 'memry'; did you mean 'memory'?"),
        ("", ["--select", ","], "no list of words"),
        ("", ["--cpus", "two"], "no whole number"),
        ("", ["--memory", "12q"], "no size"),
        ("", ["--fail-on", "fatal"], "none of error, warning, info, never"),
        ("", ["--isolated", "--config", "x.toml"], "give one of them"),
        ("", ["--quiet", "--verbose"], "give one of them"),
        ("", ["-f", "compose.yaml", "other.yaml"], "give one of them"),
        ("", ["--config", "none.toml"], "none.toml cannot be read: there is no such file"),
        ("[tools]\nffmpeg = 'much'", [], "compose-lint.toml:2: tools.ffmpeg: "),
        ("[tools]\nffmpeg = 0", [], "compose-lint.toml:2: tools.ffmpeg: 0 is no amount of memory"),
        ("[tools]\n'bin/gs' = '9m'", [], "tools.bin/gs: 'bin/gs' is no name of a program"),
        ("[weights.torch]\nparent = 1\nchild = -1", [], "compose-lint.toml:3: weights.torch.child: -1 is no number of MiB"),
        ("[weights.torch]\nparent = 1e9\nchild = 1", [], "compose-lint.toml:2: weights.torch.parent: 1000000000.0 is no number of MiB"),
        ("[weights.torch]\nparent = '12'\nchild = 1", [], "compose-lint.toml:2: weights.torch.parent: '12' is no number of MiB"),
        ("[weights.torch]\nparent = 12", [], "compose-lint.toml:1: weights.torch: says nothing of child"),
        ("[weights.torch]\nparent = 1\nchild = 2", [], "compose-lint.toml:1: weights.torch: child is more than parent"),
        ("[weights.torch]\nparent = 2\nchild = 1\nresident = 1", [], "weights.torch: resident is less than parent"),
        ("[weights.torch]\nparnt = 2\nchild = 1", [], "weights.torch.parnt: unknown setting 'parnt'; did you mean 'parent'?"),
        ("[weights.google.cloud]\nparent = 2\nchild = 1", [], 'weights.google: a name with dots stands in quotes: "google.cloud"'),
        ('[weights."my-lib"]\nparent = 2\nchild = 1', [], "'my-lib' is no import name"),
        ("[weights]\ntorch = 3", [], "compose-lint.toml:2: weights.torch: must be a table"),
        ("[services.w.weights.torch]\nparent = 1", [], "services.w.weights: unknown setting 'weights'"),
        ('plugins = ["forkfit-none"]', [], "no plugin 'forkfit-none' is installed"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(project, settings, arguments, complaint):
    outcome = project({"compose-lint.toml": settings}, *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err
    assert all(line.startswith("compose-lint: ") for line in outcome.err.splitlines())


def test_a_quiet_run_says_nothing_where_nothing_fails(project):
    settings = {"compose-lint.toml": 'select = ["FF105"]\n'}
    assert project(settings, "--quiet").out == ""
    assert "FF105" in project(settings, "--quiet", "--fail-on", "info").out
    assert json.loads(project(settings, "--quiet", "--format", "json").out)["findings"]


def test_settings_in_force_are_shown_with_where_they_come_from(project):
    settings = """\
cpus = 8
ignore = ["FF104"]

[services."a.b"]
per_worker = "120m"

[severity]
FF105 = "warning"

[weights."google.cloud"]
parent = 12
child = "4m"
"""
    outcome = project({"compose-lint.toml": settings}, "--show-settings", "--memory", "2g", "--cpus", "4")
    assert (
        outcome.out
        == """\
# .: compose-lint.toml
select = ["ALL"]                 # default
ignore = ["FF104"]               # compose-lint.toml:2
extend-select = []               # default
extend-ignore = []               # default
fail-on = "warning"              # default
cpus = 4                         # command line
memory = "2g"                    # command line
headroom = 0.8                   # default
working-set = "5m"               # default
memory-model = "measured"        # default
exclude = []                     # default
plugins = []                     # default

[services."a.b"]
per_worker = "120m"              # compose-lint.toml:5

[severity]
FF105 = "warning"                # compose-lint.toml:8

[weights."google.cloud"]
child = "4m"                     # compose-lint.toml:12
parent = 12                      # compose-lint.toml:11
"""
    )


def test_settings_as_shown_are_settings(project):
    shown = project({"compose-lint.toml": 'cpus = 8\n[services.mail]\nignore = ["FF105"]\n'}, "--show-settings").out
    again = project({"compose-lint.toml": shown}, "--format", "json")
    assert {f["rule"] for f in json.loads(again.out)["findings"]} == {"FF101"}

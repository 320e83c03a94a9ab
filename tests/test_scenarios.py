"""One project in several scenarios: a table of what becomes of each service."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

_REPORT = json.loads(files("forkfit.formats").joinpath("report.schema.json").read_text(encoding="utf-8"))
SCHEMA = Draft202012Validator({**_REPORT, "$ref": "#/$defs/scenarios", "required": [], "additionalProperties": True})

BASE = """\
services:
  worker:
    image: x
    command: celery -A proj worker -c ${N:-4}
    mem_limit: 500m
    x-compose-lint: {per_worker: 100m}
  extra:
    image: x
    command: celery -A proj worker -c 2
    profiles: [more]
"""
PROD = "services:\n  worker:\n    mem_limit: 4g\n"
DEV, LIVE = "dev:-f compose.yaml", "live:-f compose.yaml -f prod.yaml --env N=20"


@pytest.fixture
def scenarios(tmp_path, lint):
    (tmp_path / "compose.yaml").write_text(BASE)
    (tmp_path / "prod.yaml").write_text(PROD)

    def run(*given, more=()):
        return lint("--root", ".", *more, *(word for one in given for word in ("--scenario", one)), folder=tmp_path)

    return run


def test_each_service_has_a_verdict_in_each_scenario(scenarios):
    outcome = scenarios(DEV, LIVE, "busy:-f compose.yaml --env N=9")
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["service", "worker"]
    assert outcome.out.splitlines()[0].split() == ["service", "dev", "live", "busy"]
    assert "fits: 4 children in 500 MiB, 5 fit" in outcome.out
    assert "dies at start: 9 children in 500 MiB, 5 fit" in outcome.out
    assert "fits: 20 children in 4096 MiB, 40 fit" in outcome.out
    assert outcome.status == 1


def test_what_fits_everywhere_fails_nothing(scenarios):
    assert scenarios(DEV, LIVE).status == 0


def test_a_service_that_is_not_there_has_a_dash(scenarios):
    lines = scenarios(DEV, "more:-f compose.yaml --profile more").out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("extra")] == [["extra", "-"]]
    assert "no limit: 2 children" in lines[2]


def test_what_the_command_line_says_holds_for_all(scenarios):
    outcome = scenarios(DEV, LIVE, more=["--env", "N=5"])
    assert "fits: 5 children in 500 MiB" in outcome.out
    assert "20 children" in outcome.out


def test_a_table_may_be_markdown(scenarios):
    lines = scenarios(DEV, LIVE, more=["--format", "markdown"]).out.splitlines()
    assert lines[:2] == ["| service | dev | live |", "| --- | --- | --- |"]
    assert lines[2].startswith("| worker | fits: 4 children in 500 MiB, 5 fit |")


@pytest.mark.parametrize(
    ("supposed", "words"),
    [
        ("concurrency=1", "fits: 1 child in 500 MiB, 5 fit"),
        ("pool=threads", "fits: one process with 4 threads in 500 MiB"),
        ("memory=150m", "dies at start: 4 children in 150 MiB, 1 fit"),
    ],
)
def test_children_are_counted_in_words(scenarios, supposed, words):
    outcome = scenarios(f"one:-f compose.yaml --what-if worker.{supposed}")
    assert outcome.out.splitlines()[1].split(maxsplit=1) == ["worker", words]


def test_a_program_reads_the_same(scenarios):
    outcome = scenarios(DEV, LIVE, "more:-f compose.yaml --profile more", "gone:-f gone.yaml", more=["--format", "json"])
    document = json.loads(outcome.out)
    SCHEMA.validate(document)
    dev, live, more, gone = document["scenarios"]
    assert [(one["name"], one["status"]) for one in document["scenarios"]] == [("dev", 0), ("live", 0), ("more", 0), ("gone", 2)]
    assert (dev["projects"], live["projects"]) == ([["compose.yaml"]], [["compose.yaml", "prod.yaml"]])
    (worker,) = dev["services"]
    assert (worker["service"], worker["file"], worker["line"], worker["project"]) == ("worker", "compose.yaml", 2, 0)
    assert (worker["processes"]["known"], worker["safe_concurrency"], worker["fits"], worker["verdict"]) == (4, 5, True, "fits")
    assert live["services"][0]["memory_limit_bytes"]["known"] == 4 * 1024**3
    assert [(s["service"], s["fits"], s["verdict"]) for s in more["services"]][1] == ("extra", None, "has no limit")
    assert len(gone["errors"]) == 1
    assert outcome.status == 2


def test_a_table_goes_to_files_too(scenarios, tmp_path):
    outcome = scenarios(DEV, LIVE, more=["--output", "json:v.json", "--output", "markdown:v.md"])
    assert outcome.out.startswith("service ")
    assert (tmp_path / "v.md").read_text().startswith("| service | dev | live |")
    SCHEMA.validate(json.loads((tmp_path / "v.json").read_text()))


def test_a_file_that_cannot_be_written_is_told(scenarios):
    outcome = scenarios(DEV, more=["--output", "json:nowhere/v.json"])
    assert outcome.status == 2
    assert "nowhere/v.json cannot be written: there is no folder nowhere" in outcome.err
    assert scenarios(DEV, more=["--output", "json:compose.yaml"]).status == 2


def test_in_github_the_table_is_in_the_summary_of_the_step(tmp_path, lint):
    (tmp_path / "compose.yaml").write_text(BASE)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    outcome = lint("--root", ".", "--scenario", DEV, folder=tmp_path, environ=environ)
    assert outcome.out.startswith("service ")
    assert summary.read_text().startswith("before\n### compose-lint\n\n| service | dev |\n| --- | --- |\n| worker | fits")


def test_a_service_that_is_scaled_to_nothing_is_said_to_be(scenarios, tmp_path):
    (tmp_path / "off.yaml").write_text("services:\n  worker:\n    scale: 0\n")
    assert scenarios("off:-f compose.yaml -f off.yaml").out.splitlines()[1].split(maxsplit=1) == ["worker", "scaled to 0"]


@pytest.mark.parametrize(
    ("given", "more", "complaint"),
    [
        (["dev"], [], "'dev' is not NAME:ARGUMENTS"),
        ([":-f compose.yaml"], [], "is not NAME:ARGUMENTS"),
        (["dev:-f compose.yaml", "dev:-f prod.yaml"], [], "--scenario dev is given twice"),
        (["dev:--format json"], [], "may say which files, variables and profiles are meant"),
        (["dev:-f 'compose.yaml"], [], "--scenario dev: No closing quotation"),
        (["dev:--nonsense"], [], "--scenario dev: unrecognized arguments: --nonsense"),
        (["dev:-f ../other.yaml"], [], "is outside the project root"),
        ([DEV], ["--fix"], "--scenario has a form of its own"),
        ([DEV], ["--format", "sarif"], "--scenario prints a table, as json, markdown, text: sarif is for findings"),
        ([DEV], ["--output", "junit:x.xml"], "--scenario prints a table, as json, markdown, text: junit is for findings"),
        ([DEV], ["--baseline", "b.json"], "--scenario has a form of its own"),
    ],
)
def test_what_is_no_scenario_is_a_usage_error(scenarios, given, more, complaint):
    outcome = scenarios(*given, more=more)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err


def test_a_scenario_that_cannot_be_seen_is_told_and_ends_with_2(scenarios):
    outcome = scenarios(DEV, "gone:-f gone.yaml")
    assert outcome.status == 2
    assert "compose-lint: gone: " in outcome.err
    assert "fits: 4 children" in outcome.out

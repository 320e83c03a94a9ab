"""One project in several scenarios: a table of what becomes of each service."""

from __future__ import annotations

import pytest

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
        ([DEV], ["--format", "json"], "--scenario has a form of its own, text or markdown"),
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

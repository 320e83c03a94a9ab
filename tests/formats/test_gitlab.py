from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.report import Report
from forkfit.model.span import Span

CASES = ("incident", "kinds", "hostile", "endless", "sources", "healthy", "stopped")
# What GitLab's documentation asks for, "Code Quality report format".
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\./|\.\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.fixture
def issues(rendered):
    return lambda report, **look: json.loads(rendered(report, "gitlab", **look))


@pytest.mark.parametrize("case", CASES)
def test_the_report_is_what_gitlab_reads(case, reports, issues):
    found = issues(reports[case])
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(found)] == []
    assert all(issue["description"].isprintable() and issue["location"]["path"].isprintable() for issue in found)


@pytest.mark.parametrize("case", CASES)
def test_no_line_is_a_command(case, reports, rendered):
    written = rendered(reports[case], "gitlab")
    assert written.isascii()
    assert "##[" not in written
    assert not any(line.lstrip().startswith("::") for line in written.split("\n"))


def test_a_healthy_project_has_an_empty_list(reports, rendered):
    assert rendered(reports["healthy"], "gitlab") == "[]\n"


def test_an_issue_says_what_where_and_what_to_do(reports, issues):
    assert issues(reports["incident"])[2] == {
        "description": "worker needs about 480 MiB for 20 children at start, before any task, but may use only 256 MiB. "
        "Set --concurrency to 6 or less, or mem_limit to 825m or more. A threads pool would need one process.",
        "check_name": "FF101 forks-exceed-memory",
        "fingerprint": "1:0123456789abcdef",
        "severity": "major",
        "location": {"path": "compose.yaml", "lines": {"begin": 5, "end": 5}},
    }


def test_a_suppressed_finding_is_no_issue(reports, issues):
    assert [issue["check_name"] for issue in issues(reports["kinds"])] == ["FF201 concurrency-unset", "FF903 value-unknown"]


def test_what_ended_the_run_is_an_issue_of_its_own(reports, issues):
    found = issues(reports["stopped"])
    assert [(issue["severity"], issue["fingerprint"]) for issue in found] == [("blocker", "error:1"), ("blocker", "error:2")]
    assert found[0]["description"] == "compose-lint could not finish: no Compose file was found in ."


def test_an_issue_without_a_cure_is_the_sentence_alone(issues):
    signed = Signed("FF101", "x", Severity.ERROR, Finding("too much", Span("compose.yaml", 6, 3, 9, 1)), 0, "1:0")
    (issue,) = issues(Report((), (signed,), ()), root="backend")
    assert issue["description"] == "too much"
    assert issue["location"] == {"path": "backend/compose.yaml", "lines": {"begin": 6, "end": 8}}

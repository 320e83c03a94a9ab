from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from forkfit.builtin import shipped
from forkfit.formats.sarif import MOST_RESULTS
from forkfit.model.finding import Finding, Reason, Severity, Signed
from forkfit.model.report import Report
from forkfit.model.source import source
from forkfit.model.span import Role, Span, Step
from forkfit.plugins import gather

CASES = ("incident", "kinds", "hostile", "endless", "sources", "healthy", "stopped")
SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text(encoding="utf-8"))
AT = Span("compose.yaml", 6, 3, 6, 9)
LINK = re.compile(r"(?<!\\)(?:\\\\)*\[((?:[^\[\]\\]|\\.)*)\]\((\d+)\)")


def finding(message="too much", at=AT, severity=Severity.ERROR, **more):
    return Signed("FF101", "forks-exceed-memory", severity, Finding(message, at, **more), 0, "1:0123456789abcdef")


@pytest.fixture
def run(rendered):
    """Return the only run of a report's log."""
    return lambda report, **look: json.loads(rendered(report, "sarif", **look))["runs"][0]


@pytest.mark.parametrize("case", CASES)
def test_the_log_is_what_the_standard_and_github_ask_for(case, reports, rendered):
    log = json.loads(rendered(reports[case], "sarif"))
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(log)] == []


@pytest.mark.parametrize("case", CASES)
def test_results_point_at_their_rules_and_links_at_their_places(case, reports, run):
    written = run(reports[case])
    for result in written["results"]:
        assert written["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        related = [str(place["id"]) for place in result.get("relatedLocations", ())]
        links = [number for _, number in LINK.findall(result["message"]["text"])]
        assert set(links) <= set(related)
        assert list(dict.fromkeys(links)) == related


@pytest.mark.parametrize("case", ["hostile", "endless"])
def test_a_hostile_name_is_neither_a_link_nor_a_command(case, reports, rendered):
    written = rendered(reports[case], "sarif")
    assert written.isascii()
    assert "##[" not in written
    assert not any(line.lstrip().startswith("::") for line in written.split("\n"))
    for result in json.loads(written)["runs"][0]["results"]:
        texts = [result["message"], *(place["message"] for place in result["relatedLocations"])]
        assert all(line.isprintable() for text in texts for line in text["text"].split("\n"))


def test_no_name_makes_a_link(run):
    named = finding("[click](1) \\[here](2)", because=(Reason("[x](1)", (Step(Role.WRITTEN, AT, "[y](3)"),)),))
    (result,) = run(Report((), (named,), ()))["results"]
    assert LINK.findall(result["message"]["text"]) == [("compose.yaml:6:3", "1")]


def test_a_result_says_where_and_why(run, reports):
    result = run(reports["incident"])["results"][2]
    assert result["message"]["text"].split("\n") == [
        "worker needs about 480 MiB for 20 children at start, before any task, but may use only 256 MiB.",
        "concurrency 20: [.env:4:13](1) written here, [compose.yaml:5:50](2) used here: ${CONCURRENCY}.",
        "limit 256 MiB: [deploy/compose.prod.yaml:3:16](3) written here, [compose.yaml:6:16](4) written here, and replaced: 512m.",
        "torch: [shop/tasks.py:1:1](5) imported here: by way of shop/celery.py.",
        "celery: 43 MiB once + 22 MiB a child (table): assumed: Celery 5.5, which no file names.",
        "43 MiB + 20 x 22 MiB = 483 MiB at start; when every child runs an ordinary task, 660 MiB.",
        "Set --concurrency to 6 or less, or mem_limit to 825m or more.",
        "A threads pool would need one process.",
    ]
    (flow,) = result["codeFlows"][0]["threadFlows"]
    files = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in flow["locations"]]
    assert files == [".env", "compose.yaml", "deploy/compose.prod.yaml", "compose.yaml", "shop/tasks.py", "compose.yaml"]
    assert flow["locations"][-1]["location"]["physicalLocation"] == result["locations"][0]["physicalLocation"]


def test_identity_is_the_findings_own(run, reports):
    before = run(reports["incident"])["results"][2]["partialFingerprints"]
    assert before == {"primaryLocationLineHash": "0123456789abcdef:1", "forkfit/v1": "1:0123456789abcdef"}


def test_a_suppressed_finding_stays_with_its_reason(run, reports):
    results = run(reports["kinds"])["results"]
    assert [r.get("suppressions") for r in results] == [
        None,
        None,
        [{"kind": "inSource", "status": "accepted", "justification": "it moves to another host in May"}],
    ]


def test_what_ended_the_run_is_a_notification(run, reports):
    (invocation,) = run(reports["stopped"])["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    assert [n["level"] for n in invocation["toolExecutionNotifications"]] == ["error", "error"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no Compose file was found in ."


def test_of_too_many_results_the_gravest_stay_and_the_rest_is_counted(run):
    notes = tuple(finding(f"note {n}", severity=Severity.INFO) for n in range(MOST_RESULTS))
    written = run(Report((), (*notes, finding("the error"), finding("another")), ()))
    assert [r["message"]["text"] for r in written["results"][:3]] == ["the error.", "another.", "note 0."]
    assert len(written["results"]) == MOST_RESULTS
    (note,) = written["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 results left out: code scanning shows 5000 of a run."


def test_a_trail_of_thousands_of_places_is_cut(run):
    steps = tuple(Step(Role.WRITTEN, AT.replace(line=n, end_line=n)) for n in range(1, 1200))
    (result,) = run(Report((), (finding(because=(Reason("long", steps),)),), ()))["results"]
    assert len(result["relatedLocations"]) == 100


@pytest.mark.parametrize(
    ("at", "region"),
    [
        ((2, 3, 2, 5), (2, 3, 2, 5)),
        ((2, 3, 3, 2), (2, 3, 2, 7)),
        ((2, 3, 2, 3), (2, 3, 2, 4)),
        ((4, 1, 4, 1), (3, 1, 3, 2)),
        ((1, 1, 1, 1), (1, 1, 1, 2)),
    ],
    ids=["one line", "several lines", "a point", "after the last line", "a file"],
)
def test_a_result_has_one_line_so_that_a_pull_request_shows_it(at, region, run):
    report = Report((), (finding(at=Span("compose.yaml", *at)),), (), (source("compose.yaml", "first\nsecond\nthird\n"),))
    written = run(report)["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (written["startLine"], written["startColumn"], written["endLine"], written["endColumn"]) == region


@pytest.mark.parametrize(
    ("file", "root", "uri"),
    [
        ("compose.yaml", "", "compose.yaml"),
        ("a b/ü#?%.yaml", "", "a%20b/%C3%BC%23%3F%25.yaml"),
        ("c:d/compose.yaml", "", "c%3Ad/compose.yaml"),
        ("a\n/compose.yaml", "", "a%0A/compose.yaml"),
        ("compose.yaml", "backend", "backend/compose.yaml"),
        ("compose.yaml", "../..", "compose.yaml"),
    ],
    ids=["plain", "signs", "colon", "line end", "a checkout in a folder", "run from a folder below"],
)
def test_paths_are_uris_from_the_root_of_the_repository(file, root, uri, run):
    (result,) = run(Report((), (finding(at=AT.replace(file=file)),), ()), root=root)["results"]
    written = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert written == uri
    assert unquote(written).endswith(file)


@pytest.mark.parametrize("rule", gather(shipped()).rules, ids=lambda rule: rule.id)
def test_every_rule_brings_its_manual_page(rule, run):
    found = finding().replace(rule=rule.id, name=rule.name, severity=rule.severity)
    report = Report((), (found,), (), rules=(rule,))
    (described,) = run(report)["tool"]["driver"]["rules"]
    assert described["shortDescription"]["text"].endswith(".")
    assert described["fullDescription"]["text"] != described["shortDescription"]["text"]
    assert described["help"]["text"].count("\n") > 5
    assert described["help"]["markdown"].count("```") % 2 == 0
    assert "## When it cannot tell" in described["help"]["markdown"]


def test_a_rule_without_a_page_is_described_by_its_name(run):
    (described,) = run(Report((), (finding(),), ()))["tool"]["driver"]["rules"]
    assert {described[key]["text"] for key in ("shortDescription", "fullDescription", "help")} == {"forks-exceed-memory"}

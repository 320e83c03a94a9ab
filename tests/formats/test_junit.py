from __future__ import annotations

from xml.etree import ElementTree

import pytest

from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.report import Report
from forkfit.model.span import Span

CASES = ("incident", "kinds", "hostile", "endless", "sources", "healthy", "stopped")
AT = Span("compose.yaml", 6, 3, 6, 9)


def finding(message="too much", severity=Severity.ERROR, service="worker", rule="FF101", **more):
    return Signed(rule, "forks-exceed-memory", severity, Finding(message, AT, service=service), 0, "1:0", **{"fails": True, **more})


@pytest.fixture
def suites(rendered):
    return lambda report, **look: ElementTree.fromstring(rendered(report, "junit", **look))


def outcome(case):
    return [child.tag for child in case]


@pytest.mark.parametrize("case", CASES)
def test_the_report_is_a_document_that_counts_rightly(case, reports, suites):
    root = suites(reports[case])
    assert {child.tag for child in root} == {"testsuite"}
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases) > 0
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(count)) == sum(tag in outcome(one) for one in cases)


@pytest.mark.parametrize("case", ["hostile", "endless"])
def test_a_hostile_name_makes_no_element_and_no_command(case, reports, rendered, suites):
    report = reports[case]
    written = rendered(report, "junit")
    assert written.isascii()
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in written.split("\n"))
    root = suites(report)
    clean = len(report.stacks[0].project.files)
    assert len(list(root.iter("testcase"))) == len(report.findings) + len(report.errors) + clean
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out", "error"}
    for element in root.iter():
        assert all(line.isprintable() for line in (element.text or "").split("\n"))
        assert all(value.isprintable() for value in element.attrib.values())


def test_a_clean_file_has_one_passed_test(reports, suites):
    (case,) = suites(reports["healthy"]).iter("testcase")
    assert (case.get("classname"), outcome(case)) == ("compose.yaml", [])


def test_a_run_that_looked_at_nothing_has_one_passed_test(suites):
    (case,) = suites(Report((), (), ())).iter("testcase")
    assert outcome(case) == []


@pytest.mark.parametrize(
    ("fail_on", "outcomes"),
    [
        (Severity.ERROR, ["failure", "system-out", "system-out"]),
        (Severity.WARNING, ["failure", "failure", "system-out"]),
        (Severity.INFO, ["failure", "failure", "failure"]),
        (None, ["failure", "failure", "system-out"]),
    ],
    ids=["error", "warning", "info", "never"],
)
def test_a_test_fails_where_its_finding_fails_the_run(fail_on, outcomes, suites):
    severities = sorted(Severity, reverse=True)
    findings = tuple(finding(severity=s, rule=f"FF10{4 - s}", fails=fail_on is not None and s >= fail_on) for s in severities)
    root = suites(Report((), findings, (), fail_on=fail_on))
    assert [tag for case in root.iter("testcase") for tag in outcome(case)] == outcomes


def test_findings_of_one_rule_and_service_are_one_test(suites):
    root = suites(Report((), (finding("one"), finding("two"), finding("three", service="other")), ()))
    first, second = root.iter("testcase")
    assert first.get("name") == "FF101 forks-exceed-memory: worker"
    assert "one" in first[0].text
    assert "two" in first[0].text
    assert second.get("name") == "FF101 forks-exceed-memory: other"


def test_a_suppressed_finding_is_a_skipped_test(suites):
    (case,) = suites(Report((), (finding(suppressed="it moves in May"),), ())).iter("testcase")
    assert (case[0].tag, case[0].get("message")) == ("skipped", "it moves in May")


def test_what_ended_the_run_is_an_error(reports, suites):
    cases = list(suites(reports["stopped"]).iter("testcase"))
    assert [outcome(case) for case in cases] == [["error"], ["error"]]
    assert cases[0][0].get("message") == "no Compose file was found in ."


def test_a_failure_holds_the_whole_finding(reports, suites):
    text = next(element.text for element in suites(reports["incident"]).iter("failure") if "FF101" in element.text)
    assert "written here, and replaced: 512m" in text
    assert "help: Set --concurrency to 6 or less" in text

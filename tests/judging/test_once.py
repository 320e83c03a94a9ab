from __future__ import annotations

import pytest

from forkfit.judging.once import told_once
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.span import whole_file


def found(service, cause="torch", rule="FF302", amount="", **more):
    finding = Finding(f"{service} imports torch", whole_file("app.py"), service=service, cause=cause, amount=amount)
    return Signed(rule, "a-rule", Severity.INFO, finding, more.pop("project", 0), "", **more)


def said(*signed):
    return [(one.finding.message, one.finding.also) for one in told_once(signed)]


def test_one_cause_is_told_once_and_names_every_service():
    assert said(found("a"), found("b"), found("c")) == [("a imports torch; the same in b and c", ("b", "c"))]


def test_what_differs_stands_behind_each_name():
    assert said(found("a"), found("b", amount="8 MiB"), found("c", amount="9 MiB"))[0][0].endswith("the same in b (8 MiB) and c (9 MiB)")


@pytest.mark.parametrize(
    "other",
    [
        found("b", cause=""),
        found("b", cause="scipy"),
        found("b", rule="FF303"),
        found("b", project=1),
        found("b", suppressed="known"),
        found("a"),
    ],
    ids=["no cause", "another cause", "another rule", "another project", "suppressed", "the same service"],
)
def test_what_differs_in_more_than_the_service_is_told_apart(other):
    assert [message for message, _ in said(found("a"), other)] == ["a imports torch", f"{other.finding.service} imports torch"]


def test_findings_without_a_cause_stand_alone():
    assert len(said(found("a", cause=""), found("b", cause=""))) == 2

from __future__ import annotations

import re

import pytest

from forkfit.judging.sign import fingerprint, sign
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.span import Span

AT = Span("compose.yaml", 3, 3, 3, 9)
FINDING = Finding("worker needs 480 MiB", AT, service="worker", evidence="AT_START")


def unsigned(finding=FINDING):
    return Signed("FF101", "forks-exceed-memory", Severity.ERROR, finding, 0, "")


def test_a_fingerprint_is_recorded_for_good():
    assert fingerprint("FF101", FINDING) == "1:0e2330b82e242f33"


def test_it_names_its_version():
    assert re.fullmatch(r"1:[0-9a-f]{16}", fingerprint("FF101", FINDING))


@pytest.mark.parametrize(
    "change",
    [
        {"message": "reworded"},
        {"at": Span("compose.yaml", 90, 1, 91, 2)},
        {"help": "another cure"},
        {"severity": Severity.INFO},
    ],
    ids=["message", "line", "help", "severity"],
)
def test_it_survives_what_does_not_make_another_finding(change):
    assert fingerprint("FF101", FINDING.replace(**change)) == fingerprint("FF101", FINDING)


@pytest.mark.parametrize(
    "change",
    [{"service": "other"}, {"evidence": "WARM"}, {"at": AT.replace(file="other.yaml")}, {"service": "workerA", "evidence": "T_START"}],
    ids=["service", "evidence", "file", "characters moved from one to the next"],
)
def test_another_finding_has_another(change):
    assert fingerprint("FF101", FINDING.replace(**change)) != fingerprint("FF101", FINDING)


def test_another_rule_has_another():
    assert fingerprint("FF102", FINDING) != fingerprint("FF101", FINDING)


def test_findings_alike_in_all_of_it_are_numbered():
    first, second, other, third = sign(
        [unsigned(), unsigned(FINDING.replace(message="again")), unsigned(FINDING.replace(evidence="x")), unsigned()]
    )
    assert [first.fingerprint, second.fingerprint, third.fingerprint] == [fingerprint("FF101", FINDING, n) for n in range(3)]
    assert other.fingerprint == fingerprint("FF101", FINDING.replace(evidence="x"))


def test_a_name_that_is_no_text_has_a_fingerprint_too():
    assert fingerprint("FF101", FINDING.replace(service="\ud800"))

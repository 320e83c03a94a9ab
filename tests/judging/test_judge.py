from __future__ import annotations

import sys
from types import ModuleType

import pytest

from forkfit.judging.advice import OCCASIONS
from forkfit.judging.judge import RuleFailed, judge
from forkfit.model.finding import Finding, Reason, Severity
from forkfit.model.project import Project
from forkfit.model.rule import Rule
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Span, Step
from forkfit.model.stack import Stack
from forkfit.model.value import Known, Unknown

SETTINGS = Settings()


def stack(name="shop"):
    return Stack(Project(Known(name), ".", ("compose.yaml",), ()), (), (), (), SETTINGS)


def finding(message="x", line=1, file="compose.yaml", **more):
    return Finding(message, Span(file, line, 1, line, 2), **more)


@pytest.fixture
def rule(monkeypatch):
    """Make a rule whose check is a function of the stack."""

    def make(identity, check, severity=Severity.WARNING, **more):
        module = ModuleType(f"rule_{identity}")
        module.check = check
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return Rule(identity, f"name-of-{identity}", severity, module.__name__, **more)

    return make


def said(signed):
    return [(s.rule, s.finding.at.file, s.finding.at.line, s.finding.message) for s in signed]


def test_the_engine_names_rule_and_severity(rule):
    (signed,) = judge([stack()], [rule("FF1", lambda _: [finding()])])
    assert (signed.rule, signed.name, signed.severity, signed.project, signed.suppressed) == (
        "FF1",
        "name-of-FF1",
        Severity.WARNING,
        0,
        None,
    )
    assert signed.fingerprint.startswith("1:")


def test_a_finding_may_have_its_own_severity(rule):
    (signed,) = judge([stack()], [rule("FF1", lambda _: [finding(severity=Severity.INFO)])])
    assert signed.severity is Severity.INFO


def test_findings_stand_by_place_then_rule_then_message(rule):
    first = rule("FF2", lambda _: [finding("b", 2), finding("a", 2), finding("z", 1), finding("y", 9, ".env")])
    second = rule("FF1", lambda _: [finding("c", 2)])
    assert said(judge([stack()], [first, second])) == [
        ("FF2", ".env", 9, "y"),
        ("FF2", "compose.yaml", 1, "z"),
        ("FF1", "compose.yaml", 2, "c"),
        ("FF2", "compose.yaml", 2, "a"),
        ("FF2", "compose.yaml", 2, "b"),
    ]


def test_the_order_of_rules_does_not_matter(rule):
    rules = [rule("FF1", lambda _: [finding()]), rule("FF2", lambda _: [finding()])]
    assert judge([stack()], rules) == judge([stack()], rules[::-1])


def test_the_same_finding_is_told_once(rule):
    (signed,) = judge([stack("one"), stack("two")], [rule("FF1", lambda _: [finding(), finding()])])
    assert signed.project == 0


def test_a_finding_with_another_trail_is_another(rule):
    def check(stack):
        return [finding(because=(Reason("limit", (Step(Role.WRITTEN, None, stack.project.name.value),)),))]

    one, two = judge([stack("one"), stack("two")], [rule("FF1", check)])
    assert (one.project, two.project) == (0, 1)
    assert one.fingerprint != two.fingerprint


def test_a_broken_rule_is_named_and_the_others_run(rule):
    def breaks(_):
        yield finding("before")
        raise ZeroDivisionError("half way")

    rules = [rule("FF1", breaks), rule("FF2", lambda _: [finding("whole")])]
    with pytest.raises(RuleFailed, match="the rule FF1 name-of-FF1 failed: ZeroDivisionError: half way") as failed:
        judge([stack()], rules)
    assert failed.value.rule is rules[0]
    assert isinstance(failed.value.__cause__, ZeroDivisionError)
    assert failed.value.__cause__.__traceback__ is not None
    assert said(failed.value.found) == [("FF1", "compose.yaml", 1, "before"), ("FF2", "compose.yaml", 1, "whole")]


def test_a_rule_that_cannot_be_imported_is_named():
    with pytest.raises(RuleFailed, match="FF9 gone failed: ModuleNotFoundError"):
        judge([stack()], [Rule("FF9", "gone", Severity.ERROR, "no_such_module_of_rules")])


def test_no_projects_have_no_findings(rule):
    assert judge([], [rule("FF1", lambda _: [finding()])]) == ()


class TestAdvice:
    """Advice is for services that are short of memory, or that nothing bounds."""

    @pytest.fixture
    def heard(self, rule):
        def hear(*containers, occasion=None):
            told = [rule(occasion, lambda _: [finding(service="worker")])] if occasion else []
            advice = rule("FF302", lambda _: [finding("import less", service="worker")], Severity.INFO, advises=True)
            found = judge([stack().replace(containers=containers)], [advice, *told])
            return any(s.rule == "FF302" for s in found)

        return hear

    @pytest.mark.parametrize("occasion", sorted(OCCASIONS))
    def test_it_is_heard_beside_a_finding_about_memory(self, heard, container, occasion):
        assert heard(container(limit=512), occasion=occasion)

    @pytest.mark.parametrize("other", ["FF105", "FF203", "FF402", "FF903"])
    def test_other_findings_are_no_occasion(self, heard, container, other):
        assert not heard(container(limit=512), occasion=other)

    def test_a_service_that_fits_hears_none(self, heard, container):
        assert not heard(container(limit=512))

    def test_a_service_hears_none_for_what_is_found_in_another(self, rule):
        other = rule("FF101", lambda _: [finding(service="other")])
        advice = rule("FF302", lambda _: [finding(service="worker")], advises=True)
        (only,) = judge([stack()], [other, advice])
        assert only.rule == "FF101"

    def test_several_children_without_a_limit_hear_it(self, heard, container):
        assert heard(container(children=2))

    @pytest.mark.parametrize("children", [Known(1), Unknown("by a script")], ids=["one child", "an unknown count"])
    def test_without_a_limit_it_takes_several_children(self, heard, container, children):
        assert not heard(container(children=children))

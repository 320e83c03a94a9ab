from __future__ import annotations

import pytest

from forkfit.api import implement
from forkfit.builtin import gathered, shipped
from forkfit.formats.choose import SHIPPED
from forkfit.model.finding import Severity
from forkfit.model.format import Format
from forkfit.model.rule import Rule
from forkfit.plugins import BadPlugin, gather


class Third:
    """A plugin of somebody else's."""

    def __init__(self, rules=(), formats=()):
        self.rules, self.formats = rules, formats

    @implement
    def forkfit_rules(self):
        return self.rules

    @implement
    def forkfit_formats(self):
        return self.formats


def test_what_ships_comes_through_the_hooks():
    parts = gather(shipped())
    assert [rule.id for rule in parts.rules] == sorted(rule.id for rule in parts.rules)
    assert {"FF101", "FF901"} <= {rule.id for rule in parts.rules}
    assert [launcher.name for launcher in parts.launchers] == ["airflow", "celery"]
    assert [form.name for form in parts.formats] == sorted(SHIPPED)


def test_a_third_party_adds_rules_and_formats_to_those_that_ship():
    parts = gather((*shipped(), Third([Rule("XX1", "other-fault", Severity.INFO, "x")], [Format("mine", "x")])))
    assert "XX1" in {rule.id for rule in parts.rules}
    assert "mine" in {form.name for form in parts.formats}


@pytest.mark.parametrize(
    ("plugin", "complaint"),
    [
        (Third([Rule("FF101", "another-name", Severity.INFO, "x")]), "two plugins bring a rule named 'FF101'"),
        (Third([Rule("XX1", "forks-exceed-memory", Severity.INFO, "x")]), "named 'forks-exceed-memory'"),
        (Third(["FF999"]), "where a Rule belongs"),
    ],
)
def test_a_plugin_that_clashes_is_refused_by_name(plugin, complaint):
    with pytest.raises(BadPlugin, match=complaint):
        gather((*shipped(), plugin))


def test_a_plugin_that_is_not_installed_is_refused():
    with pytest.raises(BadPlugin, match="no plugin 'forkfit-none' is installed"):
        gathered(["forkfit-none"])

"""Every rule has whole little projects that must and must not have it, with the report as the reader sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from forkfit import api
from forkfit.builtin import shipped
from forkfit.judging import judge
from forkfit.plugins import gather

RULES = gather(shipped()).rules
FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "rules"
PROJECTS = sorted(p for p in FOLDER.glob("*/*") if p.is_dir())


def arguments_of(project):
    """Return the options that a fixture is run with: the words of its file `options`."""
    file = project / "options"
    return file.read_text().split() if file.exists() else []


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_project_has_its_report(project, lint, golden):
    outcome = lint("--root", ".", *arguments_of(project), folder=project)
    golden(project / "report.txt", outcome.out + outcome.err)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_fails_has_its_rule_and_passes_has_not(project, lint):
    outcome = lint("--root", ".", "--format", "json", *arguments_of(project), folder=project)
    rule = next(r for r in RULES if r.name == project.parent.name)
    found = {finding["rule"] for finding in json.loads(outcome.out)["findings"]}
    assert (rule.id in found) == project.name.startswith("fails-")


@pytest.mark.parametrize("folder", sorted(p for p in FOLDER.iterdir() if p.is_dir()), ids=lambda p: p.name)
def test_a_rule_that_is_not_asked_would_find_nothing(folder, monkeypatch):
    def reports():
        return [api.lint(project, root=project).findings for project in PROJECTS if project.parent == folder]

    asked_as_needed = reports()
    monkeypatch.setattr(judge, "unmet", lambda _: frozenset())
    assert reports() == asked_as_needed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_projects_that_fail_and_projects_that_pass(rule):
    names = [p.name for p in PROJECTS if p.parent.name == rule.name]
    assert any(n.startswith("fails-") for n in names)
    assert any(n.startswith("passes-") for n in names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_explains_itself(rule):
    headings = re.findall(r"^(.+)\n-+$", rule.page, re.MULTILINE)
    assert headings == ["What it does", "Why it matters", "Example", "When it cannot tell"]
    assert "Use instead::" in rule.page

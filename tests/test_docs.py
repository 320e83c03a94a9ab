"""What is generated or quoted in the documents is what the program says today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_index_and_the_pages_of_rules_are_those_of_the_rule_files():
    done = subprocess.run([sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_shows_the_report_of_the_incident(lint):
    quoted = re.search(r"<!-- report -->\n```\n(.*?)```\n<!-- /report -->", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert quoted is not None
    assert quoted[1] == lint("--fail-on", "never", "fixtures/incident").out


@pytest.mark.parametrize("page", ["README.md", "docs/workers.md"])
def test_a_document_shows_the_budget_of_the_incident_in_which_nothing_is_stated(page, lint):
    quoted = re.search(r"<!-- workers -->\n```\n(.*?)```\n<!-- /workers -->", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert quoted is not None
    assert quoted[1] == lint("workers", "fixtures/incident-unstated").out

"""A walk looks only at statements that may lead somewhere; whatever it looks at beside them changes no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkfit.evaluate.python.reach import Reach

FIXTURES = Path(__file__).parents[3] / "fixtures"
PROJECTS = sorted(p.parent for folder in ("rules", "memory", "models", "celery") for p in (FIXTURES / folder).glob("**/compose.yaml"))
# Every fourth of the little projects that Celery was asked about: most of them differ in one line of the same kind.
WITH_CODE = [p for p in PROJECTS if any(p.glob("**/*.py")) and ("celery" not in p.parts or sum(map(ord, p.name)) % 4 == 0)]


@pytest.mark.parametrize("project", WITH_CODE, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_walk_that_looks_at_everything_finds_the_same(project, lint, monkeypatch):
    found = lint("--root", ".", "--format", "json", folder=project).out
    monkeypatch.setattr(Reach, "leads", lambda *_: True)
    assert lint("--root", ".", "--format", "json", folder=project).out == found

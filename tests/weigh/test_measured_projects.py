"""Whole little projects, read from their files, against the limits at which the kernel killed such workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
RECORDED = json.loads((FIXTURES / "measured" / "thresholds.json").read_text())
SETS = sorted(path.name for path in (FIXTURES / "memory").iterdir() if path.is_dir())
ROWS = [row for row in RECORDED["rows"] if row["set"] in SETS and row["threshold_warm_mib"] and row["pool"] == "prefork"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['set']} {row['n']}")
def test_a_project_needs_at_start_what_its_worker_did(lint, row):
    options = ("--format", "json", "--env", f"N={row['n']}", "--root", FIXTURES / "memory")
    report = json.loads(lint(*options, FIXTURES / "memory" / row["set"]).out)
    estimate = report["projects"][0]["containers"][0]["estimate"]
    at_start = estimate["at_start_bytes"]["known"] / 2**20
    assert at_start == pytest.approx(sum(row["threshold_ready_mib"]) / 2, rel=0.03)
    busy = estimate["busy_bytes"]["known"] / 2**20
    assert busy >= 0.975 * row["threshold_warm_mib"][0]
    assert not estimate["at_least"]

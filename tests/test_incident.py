"""The founding incident, end to end: twenty children, and what the linter says until they fit."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture
def linted(lint, tmp_path):
    """Return a function that lints a copy of a fixture with another count in its .env."""

    def run(name, count=None):
        folder = shutil.copytree(FIXTURES / name, tmp_path / f"{name}-{count}")
        if count is not None:
            (folder / ".env").write_text(f"CONCURRENCY={count}\n")
        return json.loads(lint("--root", ".", "--format", "json", "docker-compose.yml", folder=folder).out)

    return run


@pytest.mark.parametrize(("name", "safe", "line"), [("incident", 17, 10), ("incident-unstated", 5, 8)])
def test_the_incident_is_flagged_with_its_place_its_sum_and_the_count_that_fits(linted, name, safe, line):
    report = linted(name)
    (finding,) = [f for f in report["findings"] if f["rule"] == "FF101"]
    assert (finding["at"]["file"], finding["at"]["line"], finding["service"]) == ("docker-compose.yml", line, "ffmpeg-worker")
    assert finding["because"][0]["at"] == {"file": ".env", "line": 1, "column": 13, "end_line": 1, "end_column": 15}
    assert f"Lower the concurrency to {safe}" in finding["help"]
    (container,) = report["projects"][0]["containers"]
    assert container["estimate"]["safe_concurrency"] == safe


@pytest.mark.parametrize("name", ["incident", "incident-unstated"])
def test_the_count_that_the_help_names_fits(linted, name):
    (finding,) = [f for f in linted(name)["findings"] if f["rule"] == "FF101"]
    named = re.search(r"concurrency to (\d+)", finding["help"])[1]
    assert not {"FF101", "FF102", "FF103"} & {f["rule"] for f in linted(name, named)["findings"]}


def test_the_stated_figure_decides_exactly_as_it_stands(linted):
    (finding,) = [f for f in linted("incident")["findings"] if f["rule"] == "FF101"]
    assert "needs 2400 MiB for 20 children" in finding["message"]
    assert "may use only 2048 MiB" in finding["message"]
    assert finding["confidence"] == "stated"


def test_twenty_bare_children_need_about_480_mib_at_start(linted):
    (container,) = linted("incident-unstated")["projects"][0]["containers"]
    assert container["estimate"]["at_start_bytes"]["known"] / 1024**2 == pytest.approx(487, rel=0.02)  # 484 to 490 measured

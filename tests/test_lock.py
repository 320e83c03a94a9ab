"""The versions with which CI runs: each is one, none names a registry, and all that the project asks for is among them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKED = [Requirement(line) for line in (ROOT / ".ci" / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ASKED = [
    Requirement(line)
    for line in (*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra))
]


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_each_line_is_one_version():
    assert [str(one) for one in LOCKED if not re.fullmatch(r"==[\w.]+", str(one.specifier)) or one.url or one.extras] == []


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("asked", sorted({str(one) for one in ASKED}))
def test_what_is_asked_for_is_locked_within_its_bounds(asked, python):
    wanted = Requirement(asked)
    held = [one for one in LOCKED if one.name == plain(wanted.name) and (not one.marker or one.marker.evaluate({"python_version": python}))]
    assert [wanted.specifier.contains(str(one.specifier).removeprefix("==")) for one in held] == [True]

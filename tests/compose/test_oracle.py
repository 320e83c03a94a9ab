"""Compose projects load as the reference implementation (compose-go 2.13.0) loads them: 620 recorded answers."""

from __future__ import annotations

from pathlib import Path

import pytest

NAMES = tuple(sorted(folder.name for folder in (Path(__file__).parents[2] / "fixtures" / "oracle" / "cases").iterdir()))

# Cases that differ, and why. Each is expected to differ: one that no longer does makes the test fail.
MISSES: dict[str, str] = {}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xfail(reason=MISSES[n], strict=True)) if n in MISSES else n for n in NAMES]
)
def test_a_project_loads_as_the_reference_loads_it(name, oracle):
    assert oracle.decisive(oracle.answer(name)) == oracle.decisive(oracle.expected(name))


def test_few_cases_differ(oracle):
    fails = {name: "error" in oracle.expected(name) for name in NAMES}
    assert len(NAMES) == 620
    assert sum(not fails[name] for name in MISSES) <= 0.01 * sum(not f for f in fails.values())
    assert sum(fails[name] for name in MISSES) <= 0.03 * sum(fails.values())


def test_what_no_verdict_needs_is_equal_too(oracle):
    differing = [name for name in NAMES if "error" not in oracle.expected(name) and oracle.answer(name) != oracle.expected(name)]
    print(f"{446 - len(differing)} of 446 projects are equal in every key")
    assert len(differing) <= 4

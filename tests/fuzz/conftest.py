"""What the fuzzing tests share: how long they look, the harnesses with their words, and the recorded answers of the reference.

``HYPOTHESIS_PROFILE=long python -m pytest tests/fuzz`` looks a hundred times as long, each time elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[2]

settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def module_at(*path):
    """Return a module by its path from the root."""
    found = importlib.util.spec_from_file_location(path[-1], ROOT.joinpath(*path).with_suffix(".py"))
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def profile():
    """Look as long as was asked for."""
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def harnesses():
    """Return the harnesses by their names."""
    return module_at("benchmarks", "harnesses").HARNESSES


@pytest.fixture(scope="session")
def oracle():
    """Return the recorded answers of the reference implementation, and how to ask the same of our own loader."""
    return module_at("tests", "compose", "conftest").Oracle

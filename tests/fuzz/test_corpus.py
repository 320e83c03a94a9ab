"""Every input that fuzzing begins with, or has found something with, keeps the promises of its harness."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "fixtures" / "fuzz"


@pytest.fixture(scope="module")
def harnesses():
    """Return the harnesses by their names."""
    found = importlib.util.spec_from_file_location("harnesses", ROOT / "benchmarks" / "harnesses.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.HARNESSES


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_breaks_no_promise(path, harnesses):
    harnesses[path.parent.name](path.read_bytes())


def test_each_harness_has_a_corpus(harnesses):
    assert {folder.name for folder in CORPUS.iterdir()} == set(harnesses)

"""Every input that fuzzing begins with, or has found something with, keeps the promises of its harness."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[2] / "fixtures" / "fuzz"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_breaks_no_promise(path, harnesses):
    harnesses[path.parent.name](path.read_bytes())


def test_each_harness_has_a_corpus(harnesses):
    assert {folder.name for folder in CORPUS.iterdir()} == set(harnesses)

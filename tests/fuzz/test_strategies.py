"""Texts made of the words of each language, and inputs of the corpus with such words in them, keep every promise of a harness."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "fixtures" / "fuzz"


def words_of():
    """Return the words of each harness, which the fuzzer has too; it is not imported, for it is a script."""
    tree = ast.parse((ROOT / "benchmarks" / "fuzz.py").read_text())
    table = next(node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "WORDS")
    return {name: [word.encode().decode("unicode_escape") for word in text.split()] for name, text in ast.literal_eval(table).items()}


WORDS = words_of()
SEEDS = {name: [path.read_bytes() for path in sorted((CORPUS / name).iterdir())] for name in WORDS}
BETWEEN = st.sampled_from(["", " ", "\n", "\n  ", "\n    - ", ": ", "\t", "\r\n", "\\\n", '"', "'", "#"])


def texts(name):
    """Return texts of words, with what may stand between them."""
    word = st.one_of(st.sampled_from(WORDS[name]), st.text(max_size=4), st.integers(-1, 10**20).map(str))
    return st.lists(st.tuples(word, BETWEEN), max_size=40).map(lambda parts: "".join(map("".join, parts)).encode("utf-8", "surrogatepass"))


def spliced(name):
    """Return inputs of the corpus in which a stretch is another text."""

    def splice(seed, begin, length, text):
        start = int(begin * len(seed))
        return seed[:start] + text + seed[start + length :]

    return st.builds(splice, st.sampled_from(SEEDS[name]), st.floats(0, 1), st.integers(0, 40), texts(name))


@pytest.mark.parametrize("name", WORDS)
def test_no_text_breaks_a_promise(name, harnesses):
    @given(st.one_of(texts(name), spliced(name)))
    def keeps(content):
        harnesses[name](content)

    keeps()

from __future__ import annotations

import pytest

from forkfit.formats.columns import padded, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns"),
    [("worker", 6), ("作業", 4), ("e\u0301", 1), ("ü", 1), ("🚀", 2), ("\uff57", 2), ("", 0)],
    ids=["plain", "ideographs", "combining accent", "composed accent", "emoji", "full width", "nothing"],
)
def test_characters_take_the_columns_of_a_terminal(text, columns):
    assert width(text) == columns


def test_a_wide_text_is_padded_by_columns():
    assert padded("作", 4) == "作  "
    assert padded("long", 2) == "long"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("one", ["one"]),
        ("", [""]),
        ("a-very-long-word b", ["a-very-long-word", "b"]),
        ("作業 作業 b", ["作業", "作業 b"]),
        ("eight  x", ["eight  x"]),
    ],
)
def test_text_breaks_at_blanks(text, lines):
    assert wrapped(text, 8) == lines

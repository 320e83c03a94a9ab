from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis.strategies import characters, integers, sampled_from, text

from forkfit.formats.columns import width
from forkfit.formats.excerpt import excerpt
from forkfit.model.source import source
from forkfit.model.span import Span


def drawn(text, line, column, end_line, end_column, columns=60, path="compose.yaml"):
    return excerpt(source(path, text), Span(path, line, column, end_line, end_column), columns)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("a: b\n", (1, 4, 1, 5), ("a: b", "   ^")),
        ("a: b\r\n", (1, 4, 1, 6), ("a: b", "   ^")),
        ("\ta: b\n", (1, 5, 1, 6), ("    a: b", "       ^")),
        ("a\tb", (1, 2, 1, 3), ("a    b", " ^^^^")),
        ("名: 値\n", (1, 4, 1, 5), ("名: 値", "    ^^")),
        ("e\u0301: b\n", (1, 5, 1, 6), ("e\u0301: b", "   ^")),
        ("\x1b[31m: b\n", (1, 8, 1, 9), ("\\x1b[31m: b", " " * 10 + "^")),
        ("##[error]: b\n", (1, 4, 1, 5), ("##\\x5berror]: b", "      ^")),
        ("a: b\n", (1, 4, 1, 4), ("a: b", "   ^")),
        ("a: b", (1, 5, 1, 5), ("a: b", "    ^")),
        ("a: b", (1, 90, 1, 99), ("a: b", "    ^")),
        ("a: b\n", (2, 1, 2, 1), ("", "^")),
        ("a: |\n  b\n  c\n", (1, 4, 3, 4), ("a: |", "   ^")),
        ("a: b   \n  c\n", (1, 4, 2, 4), ("a: b", "   ^")),
        ("", (1, 1, 1, 2), ("", "^")),
    ],
    ids=[
        "one letter",
        "windows line end",
        "tab before",
        "tab in the stretch",
        "wide letters",
        "combining accent",
        "escape character",
        "old command form",
        "a point",
        "end of file",
        "beyond the line",
        "line after the last",
        "several lines",
        "trailing blanks",
        "empty file",
    ],
)
def test_marks_stand_under_what_they_mark(text, at, expected):
    assert drawn(text, *at) == expected


@pytest.mark.parametrize("at", [(1, 1, 1, 1), (4, 1, 4, 2)], ids=["the file as a whole", "no such line"])
def test_some_places_have_no_excerpt(at):
    assert drawn("a: b\nc\n", *at) is None


@pytest.mark.parametrize("size", [20, 40, 79])
@pytest.mark.parametrize("start", [0, 3, 150, 290, 299])
def test_a_long_line_is_cut_around_the_stretch(size, start):
    line = "".join(chr(0x61 + n % 26) for n in range(300))
    shown, marks = drawn(line, 1, start + 1, 1, start + 2, size)
    assert width(shown) <= size
    assert shown[marks.index("^")] == line[start]
    assert shown.startswith("...") == (start > size)
    assert shown.strip(".") in line


def test_a_stretch_wider_than_the_room_is_marked_to_its_edge():
    shown, marks = drawn("x" * 500, 1, 11, 1, 400, 50)
    assert shown == "..." + "x" * 44 + "..."
    assert marks == "   " + "^" * 44


def test_wide_letters_are_not_cut_in_two():
    shown, _ = drawn("作" * 100, 1, 50, 1, 51, 41)
    assert width(shown) <= 41
    assert set(shown) == {"作", "."}


def test_a_hidden_password_is_marked_as_a_whole():
    assert drawn("x: redis://me:pw@h\n", 1, 12, 1, 14) == ("x: redis://***@h", " " * 11 + "^^^")
    assert drawn("x: redis://me:pw@h\n", 1, 15, 1, 17) == ("x: redis://***@h", " " * 11 + "^^^")


@pytest.mark.parametrize("before", [0, 1000, 1023, 1024, 1025, 3000])
@pytest.mark.parametrize("after", [0, 1024, 3000])
def test_no_part_of_a_password_shows_in_a_very_long_line(before, after):
    line = f"redis://me:{'p' * before}@h here redis://me:{'p' * after}@h"
    start = line.index("here")
    shown, marks = drawn(line, 1, start + 1, 1, start + 5, 3000)
    assert "ppp" not in shown
    assert shown[marks.index("^") :].startswith("here")


def test_no_part_of_a_password_shows_where_the_stretch_itself_is_too_long():
    line = f"redis://me:{'p' * 9000}@h"
    shown, marks = drawn(line, 1, 1, 1, len(line) + 1, 3000)
    assert "p" not in shown
    assert marks == "^"


def test_a_secret_whose_key_is_far_away_is_out_of_sight():
    line = f"SECRET_KEY: {'p' * 900} {'x ' * 60}here"
    start = line.index("here")
    shown, _ = drawn(line, 1, start + 1, 1, start + 5, 3000)
    assert "p" not in shown


def test_a_line_of_four_mebibytes_is_no_trouble():
    line = "word " * 800_000
    shown, marks = drawn(line, 1, 2_000_001, 1, 2_000_005)
    assert shown[marks.index("^") :].startswith("word")


def test_of_a_very_long_variable_nothing_is_shown():
    assert drawn("SECRET=" + "part=x " * 500, 1, 2001, 1, 2005, path=".env") is None


@given(
    text(sampled_from("#[]:@= '\"\t\r-b作\u0301\x1b") | characters(exclude_characters="\n"), max_size=120),
    integers(0, 130),
    integers(0, 130),
    integers(20, 80),
)
@settings(deadline=None)
def test_an_excerpt_fits_its_room_and_nothing_in_it_moves_a_cursor(line, start, length, columns):
    found = drawn(f"x\n{line}\n", 2, start + 1, 2, start + length + 1, columns)
    assert found is not None
    shown, marks = found
    assert width(shown) <= columns
    assert len(marks) <= columns + 1
    assert shown.isprintable()
    assert "##[" not in shown
    assert set(marks) <= {" ", "^"}
    assert "^" in marks

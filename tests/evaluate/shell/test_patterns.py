import pytest

from forkfit.evaluate.shell.expressions import matches_expression
from forkfit.evaluate.shell.patterns import ANYTHING, fits, literal, matches, pattern, prefix, suffix


def plain(text):
    return pattern([(text, False)])


@pytest.mark.parametrize(
    ("wanted", "text", "expected"),
    [
        ("worker", "worker", True),
        ("worker", "worker2", False),
        ("work*", "worker", True),
        ("*", "", True),
        ("?", "", False),
        ("w?rker", "worker", True),
        ("[wb]*", "beat", True),
        ("[!wb]*", "beat", False),
        ("[^wb]*", "flower", True),
        ("[a-c]", "b", True),
        ("[]a]", "]", True),
        ("[[:digit:]]", "7", True),
        ("[a-", "[a-", True),
        ("*.tar.*", "x.tar.gz", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXbY", False),
    ],
)
def test_patterns_fit_as_the_shell_fits_them(wanted, text, expected):
    assert fits(plain(wanted), text) is expected


def test_quoted_characters_of_a_pattern_mean_themselves():
    assert fits(pattern([("a", False), ("*", True)]), "a*")
    assert not fits(pattern([("a", False), ("*", True)]), "ab")


def test_extended_patterns_are_not_read():
    assert plain("@(a|b)") is None


def test_a_pattern_of_plain_characters_fits_one_text_only():
    assert literal(plain("worker")) == "worker"
    assert literal(plain("work*")) is None
    assert plain("**") == ANYTHING


def test_the_shortest_and_the_longest_part_are_cut():
    assert prefix(plain("*/"), "a/b/c", longest=False) == 2
    assert prefix(plain("*/"), "a/b/c", longest=True) == 4
    assert suffix(plain(".*"), "a.b.c", longest=False) == 3
    assert suffix(plain(".*"), "a.b.c", longest=True) == 1
    assert prefix(plain("x"), "abc", longest=True) == 0
    assert suffix(plain("x"), "abc", longest=True) == 3


def test_matches_are_found_from_the_left():
    assert matches(plain("a"), "banana", every=True) == [(1, 2), (3, 4), (5, 6)]
    assert matches(plain("a*"), "banana", every=False) == [(1, 6)]
    assert matches(plain("*a*a*b"), "a" * 5000, every=True) is None


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("^[0-9]+$", "42", True),
        ("^[0-9]+$", "4x", False),
        ("^(yes|true)$", "true", True),
        ("[[:digit:]]", "a1", True),
        (r"\.py$", "x.py", True),
        ("^(a+)+$", "aaaa", None),
        ("a*b*c*", "abc", None),
        ("(a", "a", None),
        ("a" * 200, "a", None),
        ("a", "a" * 2000, None),
    ],
)
def test_only_simple_expressions_are_tried(expression, text, expected):
    assert matches_expression(expression, text) is expected

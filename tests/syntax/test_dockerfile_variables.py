"""Variables in a Dockerfile's words, as BuildKit's shell lexer replaces them (buildkit frontend/dockerfile/shell, dockerfile 1.26)."""

from __future__ import annotations

import pytest

from forkfit.model.span import Role, Span, Step
from forkfit.model.text import written
from forkfit.model.value import Absent, Bounded, Known, Unknown
from forkfit.syntax.dockerfile_variables import substitute

ENVIRONMENT = {"name": "value", "empty": "", "path": "/usr/local/bin/python", "aaa": "aaabbb"}


def lookup(name):
    if name == "open":
        return Unknown("nobody knows")
    if name == "either":
        return Bounded(tuple(Known(written(word, Span("x", 1, 1, 1, 2))) for word in ("one", "two")))
    return Known(written(ENVIRONMENT[name], Span("env", 7, 1, 7, 2))) if name in ENVIRONMENT else Absent("not set")


def text(plain):
    return written(plain, Span("Dockerfile", 3, 5, 3, 5 + len(plain)))


def replaced(plain, **options):
    return substitute(text(plain), lookup, **options).plain


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("plain", "plain"),
        ("$name", "value"),
        ("${name}", "value"),
        ("a${name}b", "avalueb"),
        ("$namex", ""),
        ("\\$name", "$name"),
        ("'$name'", "$name"),
        ('"$name"', "value"),
        ('"a \\"b\\" $name"', 'a "b" value'),
        ('"a\\b"', "a\\b"),
        ("a\\b", "ab"),
        ("a'b c'd", "ab cd"),
        ("${name:-x}", "value"),
        ("${none:-x}", "x"),
        ("${none:-}", ""),
        ("${empty:-x}", "x"),
        ("${empty-x}", ""),
        ("${none-x}", "x"),
        ("${none:-$name}", "value"),
        ("${none:-${other:-deep}}", "deep"),
        ("${none:-'a b'}", "a b"),
        ("${name:+x}", "x"),
        ("${none:+x}", ""),
        ("${empty:+x}", ""),
        ("${empty+x}", "x"),
        ("${name:?said}", "value"),
        ("${path#/usr}", "/local/bin/python"),
        ("${path#*/}", "usr/local/bin/python"),
        ("${path##*/}", "python"),
        ("${path%/*}", "/usr/local/bin"),
        ("${path%%/bin*}", "/usr/local"),
        ("${aaa#a?}", "abbb"),
        ("${path/bin/sbin}", "/usr/local/sbin/python"),
        ("${aaa//a/x}", "xxxbbb"),
        ("$", "$"),
        ("a$ b", "a$ b"),
        ("$(date)", "$(date)"),
        ("$1", ""),
        ("a\\", "a"),
        ('"a\\', "a"),
        ("${path#\\/usr}", "/local/bin/python"),
        ("${path#x}", "/usr/local/bin/python"),
        ("${path%x}", "/usr/local/bin/python"),
        ("${path##*x*}", "/usr/local/bin/python"),
        ('"open', "open"),
    ],
)
def test_a_word_is_replaced_as_the_builder_replaces_it(word, expected):
    found = substitute(text(word), lookup)
    assert (found.plain, found.is_known) == (expected, True)


@pytest.mark.parametrize(
    "word",
    [
        "$open",
        "${open:-x}",
        "${none:?said}",
        "${",
        "${}",
        "${name:x}",
        "${name",
        "${open#x}",
        "$either",
        "${either:-x}",
        "${name/$open/x}",
        "${name/a*/x}",
        "${name//}",
        "${none:-x",
        "${none:-${n}",
    ],
)
def test_what_cannot_be_replaced_is_not_known(word):
    assert not substitute(text(word), lookup).is_known


def test_one_of_several_values_stays_one_of_them():
    value = substitute(text("$either"), lookup).value
    assert [a.value for a in value.alternatives] == ["one", "two"]


def test_a_value_knows_where_it_is_written_and_where_it_is_used():
    (piece,) = substitute(text("$name"), lookup).pieces
    assert piece.trail == (
        Step(Role.WRITTEN, Span("env", 7, 1, 7, 2)),
        Step(Role.USED, Span("Dockerfile", 3, 5, 3, 10), "name is used here"),
    )


def test_a_default_knows_where_it_is_written():
    (piece,) = substitute(text("${none:-four}"), lookup).pieces
    assert [(step.role, step.at.column) for step in piece.trail] == [(Role.WRITTEN, 13), (Role.FALLBACK, 5)]


def test_a_value_that_may_be_missing_has_its_default_as_one_choice():
    def perhaps(_):
        return Bounded((Known(text("4")), Absent("not set")))

    value = substitute(text("${n:-2}"), perhaps).value
    assert [a.value for a in value.alternatives] == ["4", "2"]
    assert substitute(text("$n"), lambda _: Bounded((Absent("a"), Absent("b")))).plain == ""


def test_a_long_value_is_not_cut():
    long = Known(text("a" * 20_000))
    assert not substitute(text("${n#" + "a" * 60 + "*}"), lambda _: long).is_known


def test_another_escape_is_no_backslash():
    assert replaced("`$name \\$name", escape="`") == "$name \\value"


def test_quotes_in_a_here_document_stand_for_themselves():
    assert replaced("'$name' \"$@\"", quotes=False) == "'value' \"\""


@pytest.mark.parametrize(
    "word",
    ["${a:-" * 5_000, "${none:-x}" * 5_000, "${path##" + "*a" * 2_000 + "}", "$" * 100_000, "\\a" * 20_000],
    ids=["nested", "many", "pattern", "dollars", "escapes"],
)
def test_hostile_words_end(word):
    substitute(text(word), lookup)

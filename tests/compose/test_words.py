"""Commands as go-shellwords 1.0.13 splits them for Compose; the results in the tables are its own."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkfit.compose.words import split
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, assumed, join, written
from forkfit.model.trouble import Kind, Refused
from forkfit.model.value import Unknown


def here(text):
    return written(text, Span("c.yaml", 3, 10, 3, 10 + len(text)))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []), ("  ", []), ("a", ["a"]), ("a b", ["a", "b"]), ("  a   b  ", ["a", "b"]), ("a\tb\nc\rd", ["a", "b", "c", "d"]),
        ("a\xa0b\vc", ["a\xa0b\vc"]),
        ('"a b" c', ["a b", "c"]), ("'a b' c", ["a b", "c"]), ("a'b c'd", ["ab cd"]), ("''", [""]), ('a "" b', ["a", "", "b"]),
        ("\"it's\"", ["it's"]), ("'\"'", ['"']),
        ("a\\ b", ["a b"]), ("a\\nb\\tc", ["a\nb\tc"]), ('"a\\nb"', ["a\nb"]), ("'a\\nb'", ["a\\nb"]), ('"\\""', ['"']),
        ("\\a\\\\", ["a\\"]), ("\\'", ["'"]), ("a\\\nb", ["a\nb"]),
        ("$A ${B} $$", ["$A", "${B}", "$$"]), ("* ? ~ {a,b} [c] # !", ["*", "?", "~", "{a,b}", "[c]", "#", "!"]), ("A=b c", ["A=b", "c"]),
        ("sh -c 'a && b'", ["sh", "-c", "a && b"]),
        ("`a b`", ["`a b`"]), ("`a;b`", ["`a;b`"]), ("a`b'c d'`", ["a`bc d`"]), ("`\"a`b\"`", ["`a`b`"]), ("$(a b)", ["$(a b)"]),
        ("x$(a;'b)", ["x$(a;'b)"]), ("\"$\"(a)", ["$(a)"]),
        ("'(' \")\" \\( `(`", ["(", ")", "(", "`(`"]), ('["celery", "worker"]', ["[celery,", "worker]"]), ("[]", ["[]"]),
    ],
)  # fmt: skip
def test_commands_are_split_as_compose_splits_them(command, words):
    made = split(here(command))
    assert ([w.plain for w in made.words], made.cut) == (words, None)


@pytest.mark.parametrize(
    ("command", "words", "column", "rest"),
    [
        ("a && b", ["a"], 12, "&& b"), ("a; b", ["a"], 11, "; b"), ("a|b", ["a"], 11, "|b"), ("a > f", ["a"], 12, "> f"),
        ("a < f", ["a"], 12, "< f"), ("a &", ["a"], 12, "&"),
        ("--q=x=1&y=2 --z", ["--q=x=1"], 17, "&y=2 --z"), ("a\\;b ; c", ["a;b"], 15, "; c"), ("& a", [], 10, "& a"),
        ("a 2>&1", ["a"], 13, ">&1"), ("1a2>f b", [], 13, ">f b"),
        ("a'1'>f", ["a1"], 14, ">f"), ("'1'>f", [], 13, ">f"), ("1<f", ["1"], 11, "<f"), ("a ''; b", ["a", ""], 14, "; b"),
        ("a; (", ["a"], 11, "; ("), ("a; 'b", ["a"], 11, "; 'b"),
    ],
)  # fmt: skip
def test_the_first_operator_outside_quotes_cuts_the_command(command, words, column, rest):
    made = split(here(command))
    assert ([w.plain for w in made.words], str(made.cut), made.rest.plain) == (words, f"c.yaml:3:{column}", rest)


@pytest.mark.parametrize(
    ("command", "column", "message"),
    [
        ("a (b)", 12, "a parenthesis outside quotes"), ("a)", 11, "a closing parenthesis outside quotes"),
        ("$(a(b))", 13, "a parenthesis outside quotes"),
        ("a 'b", 12, "this single quote is not closed"), ('a "b\' c', 12, "this double quote is not closed"),
        ("`a", 10, "this backtick is not closed"),
        ("a $(b", 13, "this $( is not closed"), ("a\\", 11, "a backslash at the end"),
    ],
)  # fmt: skip
def test_a_command_that_compose_cannot_split_is_refused(command, column, message):
    with pytest.raises(Refused, match="cannot split") as raised:
        split(here(command))
    trouble = raised.value.trouble
    assert (trouble.kind, str(trouble.at), message in trouble.message) == (Kind.COMMAND_SYNTAX, f"c.yaml:3:{column}", True)


def test_each_word_knows_where_its_characters_stand():
    value = Text(
        (Piece("8 '9", (Step(Role.WRITTEN, Span(".env", 1, 13, 1, 17)), Step(Role.USED, Span("c.yaml", 3, 20, 3, 30))), exact=True),)
    )
    words = split(join([here("-c "), value, here("x'")])).words
    assert [[(p.text, str(p.trail[0].at)) for p in w.pieces] for w in words] == [
        [("-c", "c.yaml:3:10")],
        [("8", ".env:1:13")],
        [("9", ".env:1:16"), ("x", "c.yaml:3:10")],
    ]


def test_an_escape_stands_where_it_is_written():
    ((word,),) = [split(here("a\\nb")).words]
    assert [(p.text, str(p.trail[0].at), p.exact) for p in word.pieces] == [
        ("a", "c.yaml:3:10", True),
        ("\n", "c.yaml:3:12", False),
        ("b", "c.yaml:3:13", True),
    ]


def test_a_piece_that_is_not_known_belongs_to_one_word():
    unknown = Piece("${N:?set; it}", (), instead=Unknown("N must be set"))
    words = split(join([here("a -c="), Text((unknown,)), here(" b")])).words
    assert [w.plain for w in words] == ["a", "-c=${N:?set; it}", "b"]
    assert words[1].pieces[-1] is unknown


def test_a_variable_without_a_value_leaves_no_word_but_its_trail():
    nothing = Text((Piece("", (Step(Role.USED, Span("c.yaml", 1, 1, 1, 5), "N is not set"),)),))
    words = split(join([here("a "), nothing, here(" -c"), nothing])).words
    assert ([w.plain for w in words], words[1].trail[-1].note) == (["a", "-c"], "N is not set")


def test_a_command_without_a_place_is_split_too():
    assert split(assumed("a; b", "a default")).cut is not None


@pytest.mark.parametrize("command", ["a " * 20_000, "x" * 130_000, "'" * 80_000, "\\a" * 40_000, "`" * 80_000, "$(" + " " * 80_000 + ")"])
def test_long_commands_take_time_by_their_length(command):
    split(here(command))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab1 \t\n'\"\\`()$&|;<>é"), max_size=20))
def test_any_command_is_split_or_refused(command):
    with suppress(Refused):
        made = split(here(command))
        assert all(str(word.at).startswith("c.yaml:3:") for word in made.words if word.plain)
        assert command.endswith(made.rest.plain)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis.strategies import characters, sampled_from, text

from forkfit.formats.escape import cut, github_message, github_property, line, shown

HOSTILE = text(sampled_from("#[]: \n\r\t%,\x1b\u00ad\u034f\u202e\ufeff\U000e0041") | characters())


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain", "plain"),
        ("ümläut 作業", "ümläut 作業"),
        ("a\nb", "a\\nb"),
        ("a\r\nb", "a\\r\\nb"),
        ("a\tb", "a\\tb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("\x85next\u2028line\u2029", "\\x85next\\u2028line\\u2029"),
        ("\u202eexe.txt", "\\u202eexe.txt"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("no\xa0break", "no\\xa0break"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("##[error]x", "##\\x5berror]x"),
        ("####[[", "####\\x5b["),
        ("#\u034f#[error]", "#\\u034f#[error]"),
        ("C:\\path", "C:\\path"),
    ],
    ids=ascii,
)
def test_what_cannot_be_seen_is_spelled_out(written, seen):
    assert shown(written) == seen


@given(HOSTILE)
@settings(deadline=None)
def test_no_text_leaves_its_line_or_commands_a_ci(written):
    seen = shown(written)
    assert seen.isprintable()
    assert "##[" not in seen
    assert seen.encode("utf-8").decode("utf-8") == seen


@pytest.mark.parametrize("written", ["n" * 10_000, "\x1b" * 10_000, "\u202e" * 4_096])
def test_a_text_is_cut_at_4096_characters(written):
    assert len(shown(written)) == 4096
    assert shown(written).endswith("...")


def test_a_text_of_4096_characters_is_whole():
    assert cut("n" * 4096) == "n" * 4096


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("   ::error::x", "   \\x3a:error::x"),
        ("\u2003::error::x", "\u2003\\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        (":error", ":error"),
        (" 6 | ##[error]x", " 6 | ##\\x5berror]x"),
    ],
    ids=ascii,
)
def test_a_line_of_text_is_no_command(written, seen):
    assert line(written) == seen


@pytest.mark.parametrize(
    ("written", "message", "of_property"),
    [
        ("50%", "50%25", "50%25"),
        ("%0A", "%250A", "%250A"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
    ],
    ids=ascii,
)
def test_commands_are_escaped_as_the_runner_reads_them(written, message, of_property):
    assert github_message(written) == message
    assert github_property(written) == of_property

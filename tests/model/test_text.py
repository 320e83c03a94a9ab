from __future__ import annotations

import pytest

from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Slicer, Text, assumed, join, written
from forkfit.model.value import Bounded, ByCpus, Known, Unknown

YAML = Span("c.yaml", 3, 10, 3, 13)
ENV = Span(".env", 1, 3, 1, 6)
USED = Step(Role.USED, Span("c.yaml", 3, 13, 3, 17))


def places(text):
    return [(p.text, str(p.trail[0].at) if p.trail else "", p.exact) for p in text.pieces]


def mixed():
    """Return ``abcdef``: three characters of a Compose file, three of an env file."""
    return written("abc", YAML) + written("def", ENV).because(USED)


def test_a_text_reads_as_its_pieces():
    text = mixed()
    assert (text.plain, str(text), len(text), bool(text), bool(Text()), Text().plain) == ("abcdef", "abcdef", 6, True, False, "")


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (0, 6, [("abc", "c.yaml:3:10", True), ("def", ".env:1:3", True)]),
        (1, 5, [("bc", "c.yaml:3:11", True), ("de", ".env:1:3", True)]),
        (4, 6, [("ef", ".env:1:4", True)]),
        (2, 2, []),
        (3, 4, [("d", ".env:1:3", True)]),
    ],
)
def test_every_slice_has_a_place_of_its_own(start, stop, found):
    assert (places(mixed()[start:stop]), places(Slicer(mixed())(start, stop))) == (found, found)


def test_a_slice_of_what_is_not_exact_stands_where_the_whole_stands():
    text = written("a\tb", YAML, exact=False)
    assert places(text[2:]) == [("b", "c.yaml:3:10", False)]


def test_a_slice_keeps_the_later_steps():
    assert mixed()[4:].trail == (Step(Role.WRITTEN, Span(".env", 1, 4, 1, 6)), USED)


def test_an_empty_piece_is_kept_inside_a_slice():
    text = written("a", YAML) + written("", ENV) + written("b", YAML)
    assert [p.text for p in text[0:2].pieces] == ["a", "", "b"]


def test_a_piece_that_is_not_known_stays_whole():
    unknown = Piece("$(nproc)", (), instead=ByCpus())
    text = join([written("-c ", YAML), Text((unknown,)), written(" x", YAML)])
    assert text[5:7].pieces == (unknown,)
    assert [w.plain for w in text.words()] == ["-c", "$(nproc)", "x"]


def test_blanks_in_a_piece_that_is_not_known_are_none():
    text = written("a ", YAML) + Text((Piece("${X:?set it}", (), instead=Unknown("X must be set")),)) + written("b c", YAML)
    assert [w.plain for w in text.words()] == ["a", "${X:?set it}b", "c"]


def test_words_and_ends():
    text = written("  ab\tc ", Span("c.yaml", 1, 1, 1, 8))
    assert [places(w) for w in text.words()] == [[("ab", "c.yaml:1:3", True)], [("c", "c.yaml:1:6", True)]]
    assert places(text.stripped()) == [("ab\tc", "c.yaml:1:3", True)]
    assert Text().words() == ()


def test_parts_are_slices():
    assert [p.plain for p in mixed().parts([(0, 2), (2, 4)])] == ["ab", "cd"]


def test_a_text_begins_where_its_first_piece_stands():
    assert (str(mixed().at), mixed().at.end_column) == ("c.yaml:3:10", 13)
    assert written("abc", YAML).at == YAML
    assert (written("a", YAML) + written("b", Span("c.yaml", 4, 1, 4, 2))).at == Span("c.yaml", 3, 10, 4, 2)
    assert (assumed("a", "a default").at, Text().at) == (None, None)


def test_steps_are_added_to_every_piece_once():
    step = Step(Role.ALIASED, YAML)
    assert [p.trail[1:] for p in mixed().because(step).because(step).pieces] == [(step,), (USED, step)]


UNKNOWN = Piece("x", (USED,), instead=Unknown("nobody knows"))
EITHER = Piece("y", (), instead=Bounded((Known("1"), Known("2"))))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (written("a", YAML), Known("a", (Step(Role.WRITTEN, YAML),))),
        (Text((UNKNOWN,)), Unknown("nobody knows", (USED,))),
        (Text((EITHER,)), Bounded((Known("1"), Known("2")))),
        (Text((Piece("a"), UNKNOWN)), Unknown("nobody knows", (USED,))),
        (Text((Piece("a"), EITHER)), Unknown("part of 'ay' is decided only when it runs")),
    ],
)
def test_a_text_is_known_when_every_piece_is(text, value):
    assert (text.value, text.is_known) == (value, isinstance(value, Known))

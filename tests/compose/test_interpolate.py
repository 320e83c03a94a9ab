"""Variables as compose-go 2.13 replaces them; the results in the tables are its own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkfit.compose.interpolate import interpolate, names
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, assumed, written
from forkfit.model.trouble import Kind, Refused
from forkfit.model.value import Unknown

VALUES = {"A": "1", "E": "", "W": "two words", "D": "${A}", "É": "no"}


def lookup(name):
    at = Span(".env", 1 + list(VALUES).index(name), 3, 1 + list(VALUES).index(name), 3 + len(VALUES[name])) if name in VALUES else None
    return written(VALUES[name], at) if at else None


def here(text):
    """Return the text as it stands in line 7 of a file, from column 10 on; a piece a line."""
    lines = text.split("\n")
    pieces = [
        Piece(line, (Step(Role.WRITTEN, Span("c.yaml", 7 + n, 10, 7 + n, 10 + len(line))),), exact=True) for n, line in enumerate(lines)
    ]
    broken = [Piece("\n", p.trail) for p in pieces[:-1]]
    return Text(tuple(p for pair in zip(pieces, [*broken, None], strict=True) for p in pair if p))


def filled(text, **options):
    told = []
    return interpolate(here(text), lookup, told.append, **options), told


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("plain", "plain"), ("", ""), ("<$A>", "<1>"), ("<${A}>", "<1>"), ("$A$A", "11"), ("${A}2", "12"), ("$A.x", "1.x"),
        ("${W}", "two words"),
        ("${D}", "${A}"), ("$$A", "$A"), ("$$$A", "$1"), ("$$$$A", "$$A"), ("$${A}", "${A}"), ("$", "$"), ("a$", "a$"), ("$1", "$1"),
        ("$ A", "$ A"), ("$%", "$%"),
        ("$-", "$-"), ("$É", "$É"), ("\\$A", "\\1"), ("$(A)", "$(A)"),
        ("${A:-d}", "1"), ("${E:-d}", "d"), ("${X:-d}", "d"), ("${A-d}", "1"), ("${E-d}", ""), ("${X-d}", "d"), ("${X:-}", ""),
        ("${X-}", ""),
        ("${A:+d}", "d"), ("${E:+d}", ""), ("${X:+d}", ""), ("${A+d}", "d"), ("${E+d}", "d"), ("${X+d}", ""), ("${A:?m}", "1"),
        ("${A?m}", "1"), ("${E?m}", ""),
        ("${X:-${A}}", "1"), ("${X:-$A}", "1"), ("${X:-${Y:-${A}}}", "1"), ("${X:-a${Y:-b}c}", "abc"), ("${A:+${X:-d}}", "d"),
        ("${X:-${E:-}}", ""),
        ("${X:-a} ${Y:-b}", "a b"), ("${X:-a}${A:+b}${E-c}", "ab"), ("${X:-a-b+c?d:e}", "a-b+c?d:e"), ("${X:-a}}", "a}"),
        ("${X:-a} } b", "a } b"),
        ('${X:-{"k": 1}}', '{"k": 1}'), ('${X:-{"k": 1}} ${A:-x}', '{"k": 1} 1'), ("${X:-{}}", "{}"), ("${X:-{}} b", "{} b"),
        ("${X:-'q' \"r\"}", "'q' \"r\""),
        ("${X:-a$$b}", "a$b"), ("${X:-a$}", "a$"), ("${X-:-a}", ":-a"), ("${X:-?a}", "?a"), ("${X:+${Y:?never}}", ""),
        ("${A:-${Y:?never}}", "1"),
        ("${X:-a}\n${X:-b}", "a\nb"), ("$A\n$A", "1\n1"), ("redis://:${A}@${X:-h}:${Y:-6379}/0", "redis://:1@h:6379/0"),
    ],
)  # fmt: skip
def test_variables_are_replaced_as_compose_replaces_them(template, result):
    made, _ = filled(template, strict=True)
    assert made.plain == result


@pytest.mark.parametrize(
    "template",
    [
        "${}", "${A", "${ A }", "${1A}", "${A.B}", "${-x}", "${:-x}", "${A:=x}", "${A=x}", "${A##x}", "${A%x}", "${A:0:2}", "${A/x/y}",
        "${A:}", "${A!}", "${!A}",
        "${X:-${Y}", "${X:-${Y:-b}", "${X:-${}}", "${X:-a} ${Y", "${A:-a} ${", "${X:-a\nb}", "${X:?m ${}}", "${X:-{}} ${Y:-x}", "${É}",
        "$$${",
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused(template):
    with pytest.raises(Refused) as raised:
        filled(template, strict=True)
    trouble = raised.value.trouble
    assert (trouble.kind, trouble.at.file, bool(trouble.cure)) == (Kind.INTERPOLATION, "c.yaml", True)


@pytest.mark.parametrize(
    ("template", "message", "at"),
    [
        ("a${X?}", "X must be set", "7:11"),
        ("${X:?}", "X must be set and not empty", "7:10"),
        ("${E:?no $A}", "E must be set and not empty: no $A", "7:10"),
        ("${Y:-${X?why}}", "X must be set: why", "7:15"),
        ("a\n${X?why}", "X must be set: why", "8:10"),
    ],
)
def test_a_required_variable_without_a_value_is_refused_or_unknown(template, message, at):
    with pytest.raises(Refused) as raised:
        filled(template, strict=True)
    made, told = filled(template)
    assert told == [raised.value.trouble]
    assert (told[0].kind, told[0].message, str(told[0].at)) == (Kind.REQUIRED_VARIABLE, message, f"c.yaml:{at}")
    unknown = next(p for p in made.pieces if p.instead is not None)
    assert (unknown.text, unknown.instead.why) == (
        template[template.index("${X" if "${X" in template else "${E") :].rstrip("}") + "}",
        message,
    )


def test_what_is_no_template_leaves_the_whole_text_unknown():
    made, told = filled("a $A ${B")
    assert [t.kind for t in told] == [Kind.INTERPOLATION]
    assert [(p.text, type(p.instead)) for p in made.pieces] == [("a $A ${B", Unknown)]


@pytest.mark.parametrize("template", ["$X", "${X}", "a$X-${X}", "${Y:-$X}", "${Y:-${X}}${X}"])
def test_an_undefined_variable_is_told_once_and_leaves_nothing(template):
    made, told = filled(template)
    assert [(t.kind, t.message, t.cure) for t in told] == [
        (Kind.UNDEFINED_VARIABLE, "X is not set, so nothing stands in its place", "Set X in .env, or write ${X:-default}.")
    ]
    assert str(told[0].at).endswith(str(10 + min(i for i in (template.find("$X"), template.find("${X")) if i >= 0)))
    assert any(step.note == "X is not set" for step in made.trail)


@pytest.mark.parametrize("template", ["${X:-}", "${X-}", "${X+a}", "${X:+a}", "${E}", "$$X", "${A:-$X}", "${X:+$Y}"])
def test_a_variable_that_may_be_missing_is_not_told(template):
    assert filled(template)[1] == []


def trail(text):
    return [(p.text, [(s.role, str(s.at)) for s in p.trail]) for p in text.pieces]


@pytest.mark.parametrize(
    ("template", "pieces"),
    [
        ("-c ${A}", [("-c ", [(Role.WRITTEN, "c.yaml:7:10")]), ("1", [(Role.WRITTEN, ".env:1:3"), (Role.USED, "c.yaml:7:13")])]),
        ("${X:-12}", [("12", [(Role.FALLBACK, "c.yaml:7:15")])]),
        ("${X:-1${A}2}", [
            ("1", [(Role.FALLBACK, "c.yaml:7:15")]),
            ("1", [(Role.WRITTEN, ".env:1:3"), (Role.USED, "c.yaml:7:16"), (Role.FALLBACK, "c.yaml:7:15")]),
            ("2", [(Role.FALLBACK, "c.yaml:7:20")]),
        ]),
        ("${X:-${Y:-3}}", [("3", [(Role.FALLBACK, "c.yaml:7:20")])]),
        ("${X:-}", [("", [(Role.FALLBACK, "c.yaml:7:10")])]),
        ("${E}", [("", [(Role.WRITTEN, ".env:2:3"), (Role.USED, "c.yaml:7:10")])]),
        ("${A:+b}", [("b", [(Role.WRITTEN, "c.yaml:7:15"), (Role.USED, "c.yaml:7:10")])]),
        ("${X:+b}", [("", [(Role.USED, "c.yaml:7:10")])]),
        ("a$$b", [("a", [(Role.WRITTEN, "c.yaml:7:10")]), ("$", [(Role.WRITTEN, "c.yaml:7:11")]), ("b", [(Role.WRITTEN, "c.yaml:7:13")])]),
    ],
)  # fmt: skip
def test_each_piece_knows_where_it_comes_from(template, pieces):
    assert trail(filled(template)[0]) == pieces


def test_a_slice_of_a_value_still_knows_its_place_in_the_env_file():
    made, _ = filled("x ${W}")
    assert [str(p.trail[0].at) for p in made[6:].pieces] == [".env:3:7"]


def test_a_text_without_dollars_is_handed_back():
    text = here("plain")
    assert interpolate(text, lookup, pytest.fail) is text


def test_a_value_without_a_place_serves():
    assert interpolate(here("${PWD}"), lambda _: assumed("/here", "the folder"), pytest.fail).plain == "/here"


@pytest.mark.parametrize(
    ("template", "found"),
    [("plain", set()), ("$A${B}$$C", {"A", "B"}), ("${A:-${B:?$C}}", {"A", "B", "C"}), ("$1 ${", set())],
)
def test_the_names_in_a_text_are_known_without_values(template, found):
    assert names(here(template)) == found


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("$" * 20_001, id="dollars"),
        pytest.param("$A " * 5_000, id="variables"),
        pytest.param("${X:-a}" * 5_000, id="defaults on one line"),
        pytest.param("${A:-" + "{" * 100_000 + "}" * 100_000 + "}", id="braces"),
        pytest.param("${X:-{" * 20 + "}" * 100_000, id="defaults whose braces do not come out"),
        pytest.param("x" * 160_000, id="text"),
    ],
)
def test_long_texts_take_time_by_their_length(template):
    interpolate(here(template), lookup, lambda _: None)


def test_defaults_in_defaults_are_bounded():
    with pytest.raises(Refused, match="more than 20 levels"):
        filled("${X:-" * 20_000 + "}" * 20_000, strict=True)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("$${}AXE:-+?a \n"), max_size=30))
def test_any_text_is_replaced_or_refused(template):
    made, told = filled(template)
    refused = [t for t in told if t.kind is not Kind.UNDEFINED_VARIABLE]
    if made.is_known:
        assert (refused, filled(template, strict=True)[0]) == ([], made)
    else:
        with pytest.raises(Refused) as raised:
            filled(template, strict=True)
        assert raised.value.trouble == refused[0]

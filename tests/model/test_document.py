"""Where the characters of a leaf stand, whatever YAML has made of them."""

from __future__ import annotations

import pytest

from forkfit.model.document import Mapping, Scalar, Sequence
from forkfit.model.source import source
from forkfit.model.span import Role, Span, Step
from forkfit.syntax.yaml import parse

STEP = Step(Role.ALIASED, Span("c.yaml", 9, 1, 9, 3))


def read(text):
    (document,) = parse(source("c.yaml", text))
    return document


def places(text):
    return [(p.text, f"{p.trail[0].at.line}:{p.trail[0].at.column}", p.exact) for p in read(text).get("a").text.pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("a: b c\n", [("b c", "1:4", True)], id="plain"),
        pytest.param("a: 'b c'\n", [("b c", "1:5", True)], id="in quotes"),
        pytest.param("a: &x !y b\n", [("b", "1:10", True)], id="with an anchor and a tag"),
        pytest.param("a: ''\n", [("", "1:4", False)], id="empty"),
        pytest.param("a: 'it''s'\n", [("it", "1:5", True), ("'", "1:7", False), ("s", "1:9", True)], id="an apostrophe"),
        pytest.param(
            'a: "b\\tc\\x41d"\n',
            [("b", "1:5", True), ("\t", "1:6", False), ("c", "1:8", True), ("A", "1:9", False), ("d", "1:13", True)],
            id="escapes",
        ),
        pytest.param(
            "a: b\n  c\n\n  d\n",
            [("b", "1:4", True), (" ", "1:4", False), ("c", "2:3", True), ("\n", "2:3", False), ("d", "4:3", True)],
            id="plain over lines",
        ),
        pytest.param(
            'a: " b \\\n  c\n  d "\n',
            [(" b ", "1:5", True), ("c", "2:3", True), (" ", "2:3", False), ("d ", "3:3", True)],
            id="quotes over lines",
        ),
        pytest.param(
            "a: | # b\n  b\n\n    c \n",
            [("b", "2:3", True), ("\n\n  ", "2:3", False), ("c", "4:5", True), (" \n", "4:5", False)],
            id="literal",
        ),
        pytest.param(
            "a: >-\n  b\n  c\n\n  d\n",
            [("b", "2:3", True), (" ", "2:3", False), ("c", "3:3", True), ("\n", "3:3", False), ("d", "5:3", True)],
            id="folded",
        ),
        pytest.param("a: |+\r\n  b\r\n\r\n", [("b", "2:3", True), ("\n\n", "2:3", False)], id="literal with CRLF"),
        pytest.param("a: 0x1F\n", [("0x1F", "1:4", True)], id="a number as it is written"),
        pytest.param("a: !!binary aGk=\n", [("hi", "1:13", False)], id="base64"),
        pytest.param("a: !!binary |\n  aG\n  k=\n", [("hi", "1:13", False)], id="base64 over lines"),
        pytest.param('a: "b\\ \n  c"\n', [("b  c", "1:4", False)], id="an escaped blank at the end of a line"),
        pytest.param("a: 'b\x85\n  c'\n", [("b\nc", "1:4", False)], id="a line end that only YAML knows"),
        pytest.param("a: 'b\u2028c'\n", [("b\u2028c", "1:5", True)], id="a line separator"),
    ],
)
def test_a_leaf_knows_where_its_characters_stand(text, pieces):
    assert places(text) == pieces


def test_a_leaf_without_a_source_has_its_own_place():
    at = Span("c.yaml", 1, 1, 1, 2)
    assert Scalar("a", "a", at).text.trail == (Step(Role.WRITTEN, at),)


def test_the_steps_of_a_leaf_are_those_of_its_text():
    leaf = read("a: b\n").get("a").because(STEP)
    assert leaf.text.trail == (Step(Role.WRITTEN, Span("c.yaml", 1, 4, 1, 5)), STEP)


def test_a_mapping_finds_its_keys():
    node = read("a: 1\nb: [2]\n")
    assert isinstance(node, Mapping)
    assert isinstance(node.get("b"), Sequence)
    assert (node.get("c"), node.entry("c"), node.entry("a").name, node.entry("a").value.value) == (None, None, "a", 1)


@pytest.mark.parametrize("text", ["a: b\n", "a: [b]\n", "a: {b: c}\n"])
def test_every_node_takes_steps_once(text):
    assert read(text).get("a").because(STEP).because(STEP).trail == (STEP,)


def test_a_source_knows_its_lines():
    text = source("f", "a\r\nbc\n\nd")
    assert [text.line(n) for n in range(6)] == ["", "a", "bc", "", "d", ""]
    assert (text.span(0, 1), text.span(3, 5), text.span(3, 8)) == (Span("f", 1, 1, 1, 2), Span("f", 2, 1, 2, 3), Span("f", 2, 1, 4, 2))

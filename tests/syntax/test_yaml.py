"""YAML as Compose reads it: go-yaml v4.0.0-rc.6, with the reset processor of compose-go 2.13."""

from __future__ import annotations

import pytest

from forkfit.model.document import Mapping, Scalar, Sequence
from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Role
from forkfit.syntax.yaml import parse


def read(text):
    (document,) = parse(source("compose.yaml", text))
    return document


def plain(node):
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {entry.name: plain(entry.value) for entry in node.entries}


def leaf(text, *route):
    node = read(text)
    for name in route:
        node = node.items[name] if isinstance(name, int) else node.get(name)
    return node


def trail(node):
    return [(step.role, str(step.at)) for step in node.trail]


def place(node):
    return (node.at.line, node.at.column, node.at.end_line, node.at.end_column)


@pytest.mark.parametrize(
    ("text", "route", "at"),
    [
        pytest.param("a: one\n", ("a",), (1, 4, 1, 7), id="a plain word"),
        pytest.param("a: 'one'\n", ("a",), (1, 4, 1, 9), id="quotes are part of the place"),
        pytest.param("a: &x one\n", ("a",), (1, 7, 1, 10), id="an anchor is not"),
        pytest.param("a: !override one\n", ("a",), (1, 14, 1, 17), id="a tag is not"),
        pytest.param("a: &x !t # why\n  one\n", ("a",), (2, 3, 2, 6), id="nor is a comment behind them"),
        pytest.param("ü: 'é' # ö\n", ("ü",), (1, 4, 1, 7), id="columns count characters"),
        pytest.param("a: |\n  one\n  two\nb: x\n", ("a",), (1, 4, 4, 1), id="a literal goes to the next line"),
        pytest.param("a:\n  b: 1\n  c: 2\n\n# end\nd: 3\n", ("a",), (2, 3, 3, 7), id="a block mapping ends with its last value"),
        pytest.param("a:\n- 1\n- 2\n", ("a",), (2, 1, 3, 4), id="a list at the indentation of its key"),
        pytest.param("a: [1,\n  2 ]\n", ("a",), (1, 4, 2, 6), id="a flow list ends with its bracket"),
        pytest.param("a:\nb: 1\n", ("a",), (1, 3, 1, 3), id="nothing stands behind its colon"),
        pytest.param("a:  # note\n  # more\nb: 1\n", ("a",), (1, 3, 1, 3), id="a comment is nothing"),
        pytest.param("- 1\n-\n- 2\n", (1,), (2, 2, 2, 2), id="an empty item stands behind its dash"),
        pytest.param("a: 1\r\nb: two\r\n", ("b",), (2, 4, 2, 7), id="CRLF"),
        pytest.param("a: 'x\u2028y'\nb: two\n", ("b",), (2, 4, 2, 7), id="a line separator is no line of an editor"),
    ],
)
def test_a_node_knows_where_it_stands(text, route, at):
    assert place(leaf(text, *route)) == at


def test_each_document_is_a_node():
    assert [plain(d) for d in parse(source("c.yaml", "a: 1\n---\nb: 2\n...\n# end\n"))] == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_file_without_content_has_no_document(text):
    assert parse(source("c.yaml", text)) == ()


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("[web:80, a?b, :80, http://h/?q=1, ::1]", ["web:80", "a?b", ":80", "http://h/?q=1", "::1"]),
        ("[--bind :8000, ?x]", ["--bind :8000", "?x"]),
        ("{image: nginx:1.25, test: a:b}", {"image": "nginx:1.25", "test": "a:b"}),
        ('{"a":1, b: 2}', {"a": 1, "b": 2}),
        ("[a: b]", [{"a": "b"}]),
        ('[a:"b"]', ['a:"b"']),
    ],
)
def test_a_colon_or_question_mark_inside_a_flow_word_is_text(written, items):
    # libyaml 0.1, which the C parser is, ends the word there
    assert plain(leaf(f"a: {written}\n", "a")) == items


def test_any_character_may_stand_in_a_value():
    assert plain(read("a: ['\ue03a\ue03f', x:\ue03a]\n")) == {"a": ["\ue03a\ue03f", "x:\ue03a"]}


def test_an_alias_repeats_its_anchor_and_every_leaf_says_so():
    aliased = read("x: &n\n  a: [1, 2]\nb: *n\n").get("b")
    step = [(Role.ALIASED, "compose.yaml:3:4")]
    assert (plain(aliased), trail(aliased), trail(aliased.get("a").items[1])) == ({"a": [1, 2]}, step, step)
    assert place(aliased.get("a").items[1]) == (2, 10, 2, 11)


def test_an_anchor_outlives_its_document():
    assert [plain(d) for d in parse(source("c.yaml", "x: &n 1\n---\ny: *n\n"))] == [{"x": 1}, {"y": 1}]


def test_the_nearest_anchor_before_the_alias_counts():
    assert plain(read("a: &n 1\nb: &n 2\nc: *n\n"))["c"] == 2


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        pytest.param("<<: *x\n  a: 9", {"a": 9, "b": 2}, id="a key of the mapping wins"),
        pytest.param("a: 9\n  <<: *x", {"a": 9, "b": 2}, id="wherever it stands"),
        pytest.param("<<: [*y, *x]", {"a": 3, "b": 2}, id="the first of a list wins"),
        pytest.param("<<: *both", {"a": 3, "b": 2}, id="the list may be an alias"),
        pytest.param("<<: {c: 1}", {"c": 1}, id="the mapping may stand there"),
        pytest.param("'<<': 1", {"<<": 1}, id="in quotes it is a key like any other"),
        pytest.param("<<: !reset", {}, id="a merge key that is reset brings nothing"),
        pytest.param("!!merge any: *x", {"a": 1, "b": 2}, id="a tag makes a merge key of any text"),
        pytest.param("k: !!str <<", {"k": "<<"}, id="and another tag makes text of one"),
        pytest.param("k: <<", {}, id="a plain << that is no key is lost with its own"),
        pytest.param("k: [1, <<]", {"k": [1]}, id="and so is an item"),
    ],
)
def test_a_merge_key_brings_what_is_not_there(text, merged):
    assert plain(read(f"x: &x {{a: 1, b: 2}}\ny: &y {{a: 3}}\nz: &both [*y, *x]\ns:\n  {text}\n").get("s")) == merged


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("x: &x {a: [1]}\ns: {<<: *x}\n", [(Role.MERGED, "compose.yaml:2:9")]),
        ("x: &x {a: [1]}\ns: {<<: [*x]}\n", [(Role.MERGED, "compose.yaml:2:10")]),
        ("s: {<<: {a: [1]}}\n", [(Role.MERGED, "compose.yaml:1:5")]),
        ("x: &x {a: [1]}\ny: &y {<<: *x}\ns: {<<: *y}\n", [(Role.MERGED, "compose.yaml:2:12"), (Role.MERGED, "compose.yaml:3:9")]),
    ],
)
def test_what_a_merge_key_brings_says_so(text, steps):
    assert trail(read(text).get("s").get("a").items[0]) == steps


def test_a_reset_that_a_merge_key_brings_hides_nothing():
    entries = read("x: &x {a: !reset , b: 1}\ns:\n  a: 2\n  <<: [*x, {a: 3}]\n").get("s").entries
    assert [(e.name, e.value.tag, e.value.value) for e in entries] == [("a", "", 2), ("b", "", 1)]


def test_a_reset_does_not_hide_what_a_merge_key_brings():
    entries = read("x: &x {a: 1}\ns:\n  <<: *x\n  a: !reset\n").get("s").entries
    assert [(e.name, e.value.tag, e.value.value) for e in entries] == [("a", "!reset", ""), ("a", "", 1)]


@pytest.mark.parametrize(
    ("text", "tag", "value"), [("!reset", "!reset", ""), ("!override 2", "!override", "2"), ("!mine 0x1F", "!mine", "0x1F")]
)
def test_a_tag_of_ones_own_is_kept_and_makes_text(text, tag, value):
    node = leaf(f"a: {text}\n", "a")
    assert (node.tag, node.value) == (tag, value)


def test_a_tagged_list_keeps_its_tag():
    assert leaf("a: !override ['90:90']\n", "a").tag == "!override"


def test_a_key_that_is_no_text_keeps_its_value():
    assert [e.key.value for e in read("1: a\nyes: b\nnull: c\n").entries] == [1, "yes", None]


@pytest.mark.parametrize(
    ("text", "message", "at", "cure"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "the key 'a' stands on line 1 already", "3:1", "Remove one", id="a key twice"),
        pytest.param("x: &x {}\ns:\n  <<: *x\n  <<: *x\n", "the key '<<' stands on line 3 already", "4:3", "one key", id="two merge keys"),
        pytest.param("a: *x\n", "there is no anchor &x", "1:4", "Write &x", id="an alias without anchor"),
        pytest.param("a: *x\nb: &x 1\n", "there is no anchor &x", "1:4", "Write &x", id="an alias before its anchor"),
        pytest.param("a: &x\n  b: *x\n", "the anchor &x contains itself", "2:6", "Write out", id="an alias inside its anchor"),
        pytest.param("s: {<<: 1}\n", "a merge key takes a mapping", "1:5", "<<: *name", id="merging a number"),
        pytest.param("{a: 1}: b\n", "a list or a mapping cannot be a key", "1:1", "a text", id="a mapping as key"),
        pytest.param("%YAML 1.2\n---\na: 1\n", "Compose reads only %YAML 1.1", "1:1", "Remove", id="a newer version"),
        pytest.param("a: !!int x\n", "'x' is no !!int", "1:10", "Remove the tag", id="a tag that does not fit"),
        pytest.param("a:\n\tb: 1\n", "a tab cannot indent", "2:1", "blanks", id="a tab"),
        pytest.param("a: |\n  \tb\n", "a tab cannot indent", "2:3", "blanks", id="a tab that begins a literal"),
        pytest.param("- |\n  \tb\n", "a tab cannot indent", "2:3", "blanks", id="a tab that begins a literal of a list"),
        pytest.param("a: b\n\tc\n", "a tab cannot indent", "2:1", "blanks", id="a tab inside a value"),
        pytest.param("a: | b\n", "text stands behind | or >", "1:6", "next line", id="text behind a bar"),
        pytest.param("a: [}]\n", "no value can begin here", "1:5", "Quote", id="a brace that closes nothing"),
        pytest.param("a: @b\n", "a value cannot begin with @", "1:4", "Quote", id="an at sign"),
        pytest.param("a: b: c\n", "this ': ' stands inside a value", "1:5", "Quote", id="two colons"),
        pytest.param("a: *\n", "needs a name", "1:4", "Quote", id="a lone asterisk"),
        pytest.param("a: [b\nc: d\n", "the list in brackets is not closed", "1:4", "]", id="an open bracket"),
        pytest.param("a: {b\n", "the mapping in braces is not closed", "1:4", "}", id="an open brace"),
        pytest.param("a: 'b\n", "the quote is not closed", "1:4", "quote", id="an open quote"),
        pytest.param("a: 1\nb\nc: 2\n", "has no ': '", "2:1", "colon", id="a line that is no key"),
        pytest.param("a:\n  b: 1\n c: 2\n", "the indentation does not fit", "3:2", "Indent", id="a line between two levels"),
        pytest.param("a: {{ b }}\n", "a template", "1:5", "Render", id="a template"),
        pytest.param("{% if x %}\na: 1\n", "a template", "1:2", "Render", id="a template's statement"),
        pytest.param("a: @IMAGE@\n", "a template", "1:4", "Render", id="a placeholder"),
        pytest.param("a: 1\n__SERVICES__\nc: 2\n", "a template", "2:1", "Render", id="a placeholder for lines"),
        pytest.param("#!for x in y\na: b: c\n#!end\n", "a template", "2:5", "Render", id="directives in comments"),
        pytest.param("a: x\x07\n", "the character U+0007 cannot stand in YAML", "1:5", "Remove", id="a control character"),
        pytest.param("a: \ud800\n", "the character U+D800 cannot stand in YAML", "1:4", "Remove", id="half a character"),
    ],
)
def test_what_compose_cannot_read_is_refused_with_a_place_and_a_cure(text, message, at, cure):
    with pytest.raises(BrokenSource) as raised:
        parse(source("c.yaml", text))
    assert message in str(raised.value)
    assert (str(raised.value.at), cure in raised.value.cure) == (f"c.yaml:{at}", True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[" * 100_000, "nested more than 200 levels", id="brackets"),
        pytest.param("{a: " * 300, "nested more than 200 levels", id="braces"),
        pytest.param("".join(" " * i + "a:\n" for i in range(300)), "nested more than 200 levels", id="indentation"),
        pytest.param(
            "".join(f"x{i}: &x{i} [{', '.join(['*x' + str(i - 1)] * 9) if i else 'lol'}]\n" for i in range(12)),
            "repeat more than 100000",
            id="a bomb",
        ),
        pytest.param(
            "".join(f"x{i}: &x{i} {{y: {'*x' + str(i - 1) if i else 1}}}\n" for i in range(300)),
            "nested more than 200 levels",
            id="a chain",
        ),
        pytest.param("a: [" + "b, " * 400_000 + "]\n", "more than 400000 nodes", id="a long list"),
    ],
)
def test_hostile_files_are_refused_early(text, message):
    with pytest.raises(BrokenSource, match=message):
        parse(source("c.yaml", text))


def test_merging_the_same_over_and_over_is_no_bomb():
    last = "".join(f"x{i}: &x{i}\n  <<: [{', '.join(['*x' + str(i - 1)] * 9) if i else '{a: 1}'}]\n" for i in range(60))
    assert plain(read(last))["x59"] == {"a": 1}

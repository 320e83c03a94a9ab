"""The C parser and the pure parser read the same nodes at the same places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkfit.model.source import BrokenSource, source
from forkfit.syntax import yaml_events
from forkfit.syntax.yaml import parse

pytestmark = pytest.mark.skipif(yaml_events.CParser is None, reason="there is no C parser for this machine")

ORACLE = Path(__file__).parent.parent.parent / "fixtures" / "oracle" / "cases"

ODD = {
    "empty values": "a:\nb: # note\nc:\n  - \n  -\n  # note\n  - x\nd: {e: , f, g: }\nh: [a, ]\n",
    "carriage returns": "a: 1\r\nb:\r\n  - x\r\n  - |\r\n    y\r\n    z\r\n\r\nc: 'x\r\n  y'\r\n",
    "old line ends": "a: 1\rb: 2\r",
    "lines of Unicode": "a: 1\u2028b: 2\x85c: 'x\u2029y'\nd: 3\n",
    "wide characters": "ü: 'é𝄞'\n𝄞: [ß, '漢字', \"\\u00e9\"]\n",
    "a byte order mark": "\ufeffa: 1\nb: 2\n",
    "tabs": "a:\tb\nc: d\t# note\ne: f\tg\nh: [\ti,\tj ]\nk:\t|\n  l\tm\n",
    "plain scalars of several lines": "a: one\n  two\n\n  three\n  # note\nb: [one\n  two, three]\n",
    "folded": "a: >-\n  one\n  two\n\n  three\n    four\n\n  five\n\nb: >+\n  six\n\nc: |2\n    seven\n  eight\n",
    "quotes": "a: \"one\\\n  two\\n\\\"  \n\n  three\"\nb: 'it''s\n  so'\n",
    "signs inside flow words": "a: [b:c, :d, ?e, f?g, 'h':i, \"j\" : k, l: m, ::1, -n, n#o, http://p/?q=r#s]\nb: {c: d:e, f?: g}\n",
    "signs at the start of block words": "a: [b]\nc: --bind :80\nd: :80\ne: ?f\n",
    "signs between quotes": "a: 'b:c' \nd: \"e?f\"\ng: |\n  h:i ?j :k\n",
    "a colon that a brace hides": "a: {:b}\n",
    "a colon where a brace has a value": "a: {b: :c}\n",
    "a dot in an anchor": "a: &b.c 1\nd: *b.c\n",
    "anchors and tags": "a: &b !t\n  c: &d !!str 5\ne: [*b, *d, !reset , ! f]\n? &g h\n: i\n",
    "merge keys": "a: &a {b: 1}\nc: &c [*a]\nd: {<<: *a, <<x: 1}\ne: {<<: *c}\nf:\n  <<: [*a, {g: 2}]\n",
    "documents": "%YAML 1.1\n--- # one\na: 1\n...\n---\nb: 2\n--- |\n  c\n---\n",
    "a list at the column of its key": "a:\n- b\n- c: d\n  e: f\n- - g\n  - h\n",
    "complex keys": "? a\n? b\n: c\n",
    "a private character": "a: [\ue03a, b:c]\n",
    "a block scalar that ends the file": "a: |\n  b",
    "a tab that begins a literal": "a: |\n  \tb\n",
    "a tag with a tab": "a: !!str\tb\n",
    "duplicate keys": "a: 1\nb: 2\na: 3\n",
    "an open bracket": "a: [b\nc: d\n",
    "a second colon": "a: b: c\n",
    "an indentation between two levels": "a:\n  b: 1\n c: 2\n",
    "a percent sign": "a: %b\n",
    "a backslash": 'a: "\\q"\n',
    "an apostrophe escaped by a backslash": 'a: "\\\'"\n',
}


def read(text, pure):
    try:
        return parse(source("compose.yaml", text), pure=pure)
    except BrokenSource as broken:
        return str(broken), broken.at.line


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ODD.items() if name != "a tag with a tab"])
def test_both_parsers_read_odd_files_alike(text):
    assert read(text, pure=True) == read(text, pure=False)


def test_both_parsers_read_the_recorded_inputs_alike():
    for path in sorted(ORACLE.glob("**/*.y*ml")):
        text = path.read_bytes().decode("utf-8-sig", "replace")
        assert read(text, pure=True) == read(text, pure=False), path


WORDS = st.sampled_from([
    "a", "b:c", ":d", "?e", "x?", "'q'", '"r"', "1", "0644", "~", "*n", "&n m", "!t u", "#", "# c", "[a, b:c]", "{k: v:w}",
    "|", ">-", "é", "- g", "k: v", "${A:-b}",
])  # fmt: skip
LINES = st.tuples(st.integers(0, 3), st.sampled_from(["a: ", "b: ", "- ", "", "c:", "? "]), WORDS).map(
    lambda line: "  " * line[0] + line[1] + line[2]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(LINES, max_size=6).map("\n".join))
def test_both_parsers_read_any_lines_alike(text):
    fast, pure = read(text, pure=False), read(text, pure=True)
    # Where both refuse, each may say so at the place that it noticed.
    assert fast == pure or (isinstance(fast[0], str) and isinstance(pure[0], str))

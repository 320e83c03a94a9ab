"""Python is read into the standard library's tree, newer grammars included, and nothing hostile gets through."""

from __future__ import annotations

import ast
import sys

import pytest

from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span
from forkfit.syntax.python import LARGEST_PYTHON, parse, span_of


def read(text):
    return parse(source("app/celery.py", text))


def broken(text):
    with pytest.raises(BrokenSource) as caught:
        read(text)
    return caught.value


NEWER = {
    "a type alias": "type Names[T] = list[T]\n",
    "a generic function": "def first[T: int](items: list[T]) -> T:\n    return items[0]\n",
    "a generic class": "class Box[T = int]:\n    size = 1\n",
    "parameters over lines": "def first[\n    T,\n    U\n](items):\n    return items\n",
    "a nested f-string": "x = f'{a['b']}'\n",
    "a backslash in an f-string": "x = f'{'\\n'.join(a)}'\n",
    "a comment in an f-string": "x = f'''{\na # why\n}'''\n",
    "an f-string over lines": "x = f'{\n  a\n}'\n",
    "an f-string beside a text": "x = 'a' f'{a['b']}'\n",
    "a t-string": "x = t'{a}'\n",
    "except without parentheses": "try:\n    pass\nexcept A, B:\n    pass\n",
    "except* without parentheses": "try:\n    pass\nexcept* A, B:\n    pass\n",
    "unpacking in a comprehension": "x = [*a for a in b]\n",
    "a lazy import": "lazy import numpy\n",
    "a lazy import from": "lazy from numpy import array\n",
}


@pytest.mark.parametrize("text", NEWER.values(), ids=NEWER.keys())
def test_a_newer_grammar_is_read_and_no_line_moves(text):
    tree = read(f"{text}LAST = 4\n")
    last = tree.body[-1]
    assert isinstance(last, ast.Assign)
    assert last.lineno == text.count("\n") + 1
    assert ast.literal_eval(last.value) == 4


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter reads the f-string itself")
def test_a_text_that_only_a_newer_python_reads_has_no_value():
    assert read("x = f'{a['b']}' \n").body[0].value.value is Ellipsis


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("x = 1\ny = = 2\n", 2, 5), ("print 'hello'\n", 1, 1), ("def f(:\n", 1, 7), ("<<<<<<< HEAD\n", 1, 1)],
    ids=["two equal signs", "Python 2", "an open bracket", "a merge conflict"],
)
def test_what_is_no_python_is_told_with_its_place(text, line, column):
    error = broken(text)
    assert "does not parse as Python" in str(error)
    assert (error.at.line, error.at.column) == (line, column)
    assert error.cure


HOSTILE = {
    "brackets": "(" * 5000 + ")" * 5000,
    "minus signs": "-" * 100_000 + "1",
    "a long sum": "1" + "+1" * 200_000,
    "attributes": "x" + ".a" * 50_000,
    "indentation": "\n".join(" " * i + "if 1:" for i in range(150)) + "\n" + " " * 150 + "pass",
    "a null byte": "x = 1\0",
    "a huge number": "x = " + "1" * 5000,
    "newer grammar and brackets": "type X = int\n" + "(" * 250 + ")" * 250,
    "newer grammar and minus signs": "type X = int\nx = " + "-" * 100_000 + "1",
    "newer grammar and a long sum": "type X = int\nx = 1" + "+1" * 100_000,
    "newer grammar and attributes": "type X = int\nx" + ".a" * 100_000,
    "newer grammar and lambdas": "type X = int\n" + "lambda:" * 20_000 + "1",
    "newer grammar and f-strings": "type X = int\nx = " + "f'{" * 20_000 + "1" + "}'" * 20_000,
    "too many characters": "#" * (LARGEST_PYTHON + 1),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_broken_and_nothing_worse(text):
    assert str(broken(text))


def test_columns_count_characters_not_bytes():
    text = "x = 'Größe', worker_concurrency\n"
    node = read(text).body[0].value.elts[1]
    assert span_of(node, source("a.py", text)) == Span("a.py", 1, 14, 1, 32)


def test_a_span_may_go_over_lines():
    text = "x = [\n    1,\n]\n"
    assert span_of(read(text).body[0].value, source("a.py", text)) == Span("a.py", 1, 5, 3, 2)


def test_an_invalid_escape_is_not_our_subject():
    assert ast.literal_eval(read("x = '\\d'\n").body[0].value) == "\\d"

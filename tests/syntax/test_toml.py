from __future__ import annotations

import pytest

from forkfit.model.source import source
from forkfit.syntax.toml import places


def at(text):
    return {".".join(key): (span.line, span.column) for key, span in places(source("a.toml", text)).items()}


def test_a_key_stands_where_it_is_written():
    assert at('a = 1\n\n[b.c] # x\n  d = "2"\n"e f".g = 3\n') == {"a": (1, 1), "b.c": (3, 2), "b.c.d": (4, 3), "b.c.e f.g": (5, 1)}


@pytest.mark.parametrize(
    "value",
    ['"""\nb = 1\n"""', "'''\nb = 1\n'''", "[\n  # b = ']'\n  1,\n]", '{ b = "}" }', '"# b = 1"', '"\\""', '"""a\\"""b = 1\n"""'],
    ids=["text of lines", "literal of lines", "list of lines", "inline table", "a sign in text", "an escape", "an escaped quote"],
)
def test_what_stands_inside_a_value_is_no_key(value):
    assert at(f"a = {value}\nc = 1") == {"a": (1, 1), "c": (2 + value.count("\n"), 1)}


def test_windows_line_ends_and_arrays_of_tables():
    assert at("[[a]]\r\nb = 1\r\n[[a]]\r\nb = 2\r\n") == {"a": (1, 3), "a.b": (4, 1)}

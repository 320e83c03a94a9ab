from __future__ import annotations

import io

import pytest

from forkfit.command_line import parse


@pytest.mark.parametrize("words", [[], ["compose.yaml"], ["a", "b/c.yml"], ["with blank"], ["compose.yaml", "check"], ["./check"], [""]])
def test_paths_alone_mean_the_same_with_and_without_a_parser_of_options(words):
    assert parse(words, io.StringIO()) == parse(["--color", "auto", *words], io.StringIO())


@pytest.mark.parametrize("words", [["check"], ["check", "compose.yaml"]])
def test_the_command_that_goes_without_saying_may_be_said(words):
    assert parse(words, io.StringIO()) == parse(words[1:], io.StringIO())

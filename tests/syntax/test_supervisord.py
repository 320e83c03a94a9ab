from __future__ import annotations

import configparser
import shlex

import pytest

from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span
from forkfit.model.text import Piece, Text, written
from forkfit.model.value import Unknown
from forkfit.syntax.shlex_words import pairs, words
from forkfit.syntax.supervisord import Settings, parse

FILES = {
    "plain": "[supervisord]\nnodaemon=true\n\n[program:a]\ncommand = celery worker\n",
    "inline comments": "[program:a]\ncommand=run ; not this\nuser=root # nor this\ntitle=a;b#c\n",
    "a hash inside a command cuts it": "[program:a]\ncommand=run -q # a\n",
    "lines that go on": "[program:a]\ncommand=celery -A p worker\n    --hostname=a@%%n\n\t-Q b\n\n    -c 2\nautostart=true\n",
    "comments between lines": "[program:a]\ncommand=run\n  ; said\n  more\n# out\n  rest\n",
    "a colon": "[program:a]\nCommand : run a=b\n",
    "an empty value": "[program:a]\nenvironment=\ncommand=run\n",
    "the same twice": "[program:a]\ncommand=one\nuser=x\n[group:g]\nprograms=a\n[program:a]\ncommand=two\n",
    "defaults": "[DEFAULT]\nautostart=false\n[program:a]\ncommand=run\n",
    "an indented section": "  [program:a]\n  command=run\n  user=root\n",
    "carriage returns": "[program:a]\r\ncommand=run\r\n  more\r\nuser=b\r\n",
    "no end of line": "[program:a]\ncommand=run",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_reads_as_configparser_reads_it(text):
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    parser.read_string(text)
    settings = parse(source("supervisord.conf", text))
    expected = {s: dict(parser.items(s)) for s in parser.sections()}
    names = {o.name for s in settings.sections for o in s.options}
    found = {
        s.name: {n: o.value.plain for n in names if (o := settings.get(s.name, n)) is not None}
        for s in settings.sections
        if s.name != "DEFAULT"
    }
    assert found == expected


@pytest.mark.parametrize(
    "text", ["command=run\n", "[program:a]\ncommand\n", "[program:a]\n=run\n"], ids=["no section", "no value", "no name"]
)
def test_a_file_that_supervisord_refuses_is_broken(text):
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    with pytest.raises(configparser.Error):
        parser.read_string(text)
    with pytest.raises(BrokenSource):
        parse(source("supervisord.conf", text))


def test_each_line_of_a_value_has_its_own_place():
    found = parse(source("s.conf", "[program:a]\ncommand = celery worker\n    -c 2 ; two\n")).get("program:a", "command")
    assert found is not None
    assert found.at == Span("s.conf", 2, 1, 2, 8)
    last = words(found.value)[-1]
    assert (last.plain, last.at) == ("2", Span("s.conf", 3, 8, 3, 9))


def test_a_later_file_replaces_options_and_adds_sections():
    first = parse(source("a.conf", "[program:a]\ncommand=one\nuser=x\n"))
    later = parse(source("b.conf", "[program:a]\ncommand=two\n[program:b]\ncommand=three\n"))
    both = first.with_file(later)
    assert [(name, [(o.name, o.value.plain) for o in s.options]) for name, s in both.named("program")] == [
        ("a", [("command", "two"), ("user", "x")]),
        ("b", [("command", "three")]),
    ]


def text(plain: str) -> Text:
    return written(plain, Span("s.conf", 1, 1, 1, 1 + len(plain)))


COMMANDS = [
    "celery -A p worker",
    "bash -c 'celery -A p worker -c 2'",
    'bash -c "echo \\"a\\" && celery \\$X"',
    "a\\ b c'd'\"e\" '' \"\"",
    "run # no comment here",
    "a\n  b\n\tc",
    "",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_cut_as_shlex_cuts_it(command):
    assert [w.plain for w in words(text(command))] == shlex.split(command)


@pytest.mark.parametrize("command", ["a 'b", 'a "b', "a\\"])
def test_a_quote_that_is_not_closed_is_refused(command):
    with pytest.raises(ValueError, match=r"No (?:closing|escaped)"):
        shlex.split(command)
    with pytest.raises(ValueError, match=r"not closed|last backslash"):
        words(text(command))


def test_a_piece_that_is_not_known_stays_in_one_word():
    hole = Text((Piece("%(ENV_X)s 'x", (), instead=Unknown("nothing sets X")),))
    found = words(text("celery -c ") + hole + text(" -B"))
    assert [w.plain for w in found] == ["celery", "-c", "%(ENV_X)s 'x", "-B"]
    assert [w.is_known for w in found] == [True, True, False, True]


def of_supervisor(plain: str) -> dict[str, str]:
    """Read as supervisor 4.3 does (datatypes.dict_of_key_value_pairs)."""
    lexer = shlex.shlex(plain)
    lexer.wordchars += "/.+-():"
    tokens = list(lexer)
    found = {}
    for index in range(0, len(tokens), 4):
        group = tokens[index : index + 3]
        if len(group) != 3 or group[1] != "=":
            raise ValueError(plain)
        found[group[0]] = group[2].strip("'\"")
    return found


PAIRS = ["", 'A="1",B="x, y"', "A=1,B=two/three.four-(5):6", "A='q'\n  ,B=\"r\"", 'A="",B=1', "A=1,", "A=1,A=2", "A=1 # b", "A=a@b,C=d"]


@pytest.mark.parametrize("plain", PAIRS)
def test_pairs_read_as_supervisor_reads_them(plain):
    try:
        expected = of_supervisor(plain)
    except ValueError:
        with pytest.raises(ValueError, match="no list of KEY=value"):
            pairs(text(plain))
    else:
        assert {name: value.plain for name, value in pairs(text(plain))} == expected


def test_settings_without_a_section_have_no_option():
    assert Settings().get("program:a", "command") is None

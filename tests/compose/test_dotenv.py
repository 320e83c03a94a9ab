"""Env files as compose-go 2.13 and docker's raw format read them; the results in the tables are theirs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkfit.compose.dotenv import parse, parse_raw
from forkfit.model.source import source
from forkfit.model.span import Role, Span
from forkfit.model.text import written
from forkfit.model.trouble import Kind, Refused

SHELL = {"A": "shell", "E": ""}


def lookup(name):
    return written(SHELL[name], Span("shell", 1, 1, 1, 1), exact=False) if name in SHELL else None


def read(text, reader=parse, **options):
    told = []
    return reader(source(".env", text), lookup, told.append, **options), told


def values(text, reader=parse):
    found, _ = read(text, reader, strict=True)
    return {a.name: a.value.plain for a in found if a.value is not None}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", {}), ("# c", {}), ("K=v", {"K": "v"}), ("K = v", {"K": "v"}), ("  K=v", {"K": "v"}), ("\fK=v", {"K": "v"}),
        ("K=v \t", {"K": "v"}), ("K=\xa0v", {"K": "v"}),
        ("K:v", {"K": "v"}), ("K:x=y", {"K": "x=y"}), ("K=a=b", {"K": "a=b"}), ("K=", {"K": ""}), ("K=  \nL=1", {"K": "", "L": "1"}),
        ("K=\nv=1", {"K": "", "v": "1"}), ("=v", {"": "v"}),
        ("export K=v", {"K": "v"}), ("export\tK=v", {"K": "v"}), ("exportK=v", {"exportK": "v"}), ("export=v", {"export": "v"}),
        ("export\nK=v", {"K": "v"}),
        ("K=v # c", {"K": "v"}), ("K=v#c", {"K": "v#c"}), ("K=v\t#c", {"K": "v\t#c"}), ("K= # c", {"K": "# c"}), ("K=a #b #c", {"K": "a"}),
        ("# K=v\nL=1", {"L": "1"}),
        ("K='a b'", {"K": "a b"}), ("K='$A'", {"K": "$A"}), ("K='a\\nb'", {"K": "a\\nb"}), ("K='it\\'s'", {"K": "it's"}),
        ("K='a\nb # c'", {"K": "a\nb # c"}), ("K='\"'", {"K": '"'}),
        ('K="a b"', {"K": "a b"}), ('K="$A"', {"K": "shell"}), ('K="a\\nb\\tc"', {"K": "a\nb\tc"}), ('K="\\"q\\""', {"K": '"q"'}),
        ('K="a\\\\b"', {"K": "a\\b"}), ('K="\\q\\c"', {"K": "\\q\\c"}),
        ('K="\\$A"', {"K": "$A"}), ('K="\\\\$A"', {"K": "\\shell"}), ('K="\'$A\'"', {"K": "'shell'"}), ('K="a\nb"', {"K": "a\nb"}),
        ('K="a"\nL=1', {"K": "a", "L": "1"}),
        ('K="\\0101\\x41\\u0041"', {"K": "A\\x41\\u0041"}), ('K="\\0377"', {"K": "ÿ"}), ('K="\\0777"', {"K": "\\777"}),
        ('K="\\0"', {"K": "\\"}), ('K="\\01"', {"K": "\\1"}), ('K="\\089"', {"K": "\\89"}),
        ("K=\"a\"L=1", {"K": "a", "L": "1"}), ("K='tis\nL='twas'", {"K": "tis\nL=", "twas'": None}), ("K=a'b", {"K": "a'b"}),
        ("K=`a`$(b)", {"K": "`a`$(b)"}), ("K=a\\\nL=1", {"K": "a\\", "L": "1"}),
        ("K=$A", {"K": "shell"}), ("K=\\$A", {"K": "\\shell"}), ("K=$$A", {"K": "$A"}), ("L=1\nK=${L}2", {"L": "1", "K": "12"}),
        ("A=1\nK=$A", {"A": "1", "K": "shell"}), ("K=${X:-d}", {"K": "d"}),
        ("K=${E:-d}", {"K": "d"}), ("E=1\nK=${E:-d}", {"E": "1", "K": "d"}), ("K=a$b", {"K": "a"}), ("K=$", {"K": "$"}),
        ("K=1\nK=2", {"K": "2"}), ("K=1\nK=${K}2", {"K": "12"}),
        ("A", {"": "A"}), ("A\n", {"A": "shell"}), ("X\n", {}), ("A\nK=$A", {"A": "shell", "K": "shell"}), ("[s]\nK=v", {"K": "v"}),
        ("1K=v", {"1K": "v"}), ("k.l-m[0]=v", {"k.l-m[0]": "v"}), ("Ké=ü", {"Ké": "ü"}),
        ("K=a\r\nL=b\r\n", {"K": "a", "L": "b"}), ("K='a\r\nb'", {"K": "a\r\nb"}), ("a\tb=v", {"a\tb": "v"}),
        ("K={\"a\": 1}", {"K": '{"a": 1}'}), ("K=a\x85b", {"K": "a\x85b"}), ("K='a' # c\nL=1", {"K": "a", "L": "1"}),
    ],
)  # fmt: skip
def test_env_files_read_as_compose_reads_them(text, result):
    if None in result.values():
        with pytest.raises(Refused):
            values(text)
    else:
        assert values(text) == result


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("K L=v", Kind.ENV_FILE_SYNTAX, "1:1"), ("a\nK L=v", Kind.ENV_FILE_SYNTAX, "2:1"), ("K!=v", Kind.ENV_FILE_SYNTAX, "1:2"),
        ("K#=v", Kind.ENV_FILE_SYNTAX, "1:2"),
        ("K=\"v\nL=1", Kind.ENV_FILE_SYNTAX, "1:3"), ("K='v", Kind.ENV_FILE_SYNTAX, "1:3"), ("K=\"v\\\"", Kind.ENV_FILE_SYNTAX, "1:3"),
        ("K='a''b'", Kind.ENV_FILE_SYNTAX, "1:6"),
        ("export ", Kind.ENV_FILE_SYNTAX, "1:8"), ("-----BEGIN PRIVATE KEY-----\nabc+/=", Kind.ENV_FILE_SYNTAX, "1:1"),
        ("K=${", Kind.INTERPOLATION, "1:3"), ("K=a${X?why}", Kind.REQUIRED_VARIABLE, "1:4"),
    ],
)  # fmt: skip
def test_what_compose_refuses_in_an_env_file_is_refused_with_its_place(text, kind, at):
    with pytest.raises(Refused) as raised:
        read(text, strict=True)
    _, told = read(text)
    assert told[0] == raised.value.trouble
    assert (told[0].kind, str(told[0].at), bool(told[0].cure)) == (kind, f".env:{at}", True)


def test_reading_goes_on_with_the_next_line():
    found, told = read("A B=1\nK=2\nL='x\nM=3\nN=${\n")
    assert [(a.name, a.value.plain) for a in found] == [("K", "2"), ("M", "3"), ("N", "${")]
    assert ([str(t.at) for t in told], found[-1].value.is_known) == ([".env:1:1", ".env:3:3", ".env:5:3"], False)


@pytest.mark.parametrize(
    "text", ["SECRET KEY=hunter2", "hunter2 \n", "K='hunter2", 'K="hunter2', "K=hunter2${", "K=hunter2$X", "hunter2!", "K=hunter2${X?}"]
)
@pytest.mark.parametrize("reader", [parse, parse_raw])
def test_no_message_holds_a_value(text, reader):
    _, told = read(text, reader)
    assert [t for t in told if "hunter2" in t.message + t.cure] == []


def place(piece):
    at = piece.trail[0].at
    return (piece.text, f"{at}-{at.end_column}", piece.exact)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("CONCURRENCY=8", [("8", ".env:1:13-14", True)]),
        ("a=1\n  export K = v w # c", [("v w", ".env:2:14-17", True)]),
        ("K=", [("", ".env:1:3-3", True)]),
        ("K='a\nb'", [("a", ".env:1:4-5", True), ("\n", ".env:1:5-1", False), ("b", ".env:2:1-2", True)]),
        ('K="a\\tb"', [("a", ".env:1:4-5", True), ("\t", ".env:1:5-7", False), ("b", ".env:1:7-8", True)]),
        ('K=""', [("", ".env:1:4-4", False)]),
    ],
)
def test_a_value_knows_where_its_characters_stand(text, pieces):
    assert [place(p) for p in read(text)[0][-1].value.pieces] == pieces


def test_a_value_made_of_another_knows_both_places():
    found, _ = read("L=12\nK=a${L}\n")
    piece = found[-1].value.pieces[-1]
    assert [(s.role, str(s.at)) for s in piece.trail] == [(Role.WRITTEN, ".env:1:3"), (Role.USED, ".env:2:4")]


def test_a_key_alone_takes_the_outer_value_and_says_where():
    found, _ = read("A\nX\n")
    assert [(a.name, a.value and [str(s.at) for s in a.value.trail], str(a.key_at)) for a in found] == [
        ("A", ["shell:1:1", ".env:1:1"], ".env:1:1"),
        ("X", None, ".env:2:1"),
    ]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("K=v", {"K": "v"}), ("K='v' # c", {"K": "'v' # c"}), ("K=$A", {"K": "$A"}), (" K=v  ", {"K": "v  "}), ("# c\n\nK=", {"K": ""}),
        ("K=a=b", {"K": "a=b"}),
        ("A\nX", {"A": "shell"}), ("K= v", {"K": " v"}), ("K=v\r\n", {"K": "v"}), ("a:b=v", {"a:b": "v"}), ("K=1\nK=2", {"K": "2"}),
        ("K=\"a\nL=b\"", {"K": '"a', "L": 'b"'}),
    ],
)  # fmt: skip
def test_the_raw_format_takes_values_as_they_stand(text, result):
    assert values(text, parse_raw) == result


@pytest.mark.parametrize(("text", "at"), [("=v", "1:1"), ("K L=v", "1:1"), ("a=1\nK\t=v", "2:1"), ("K \n", "1:1")])
def test_the_raw_format_refuses_names_with_blanks(text, at):
    with pytest.raises(Refused) as raised:
        read(text, parse_raw, strict=True)
    found, told = read(text + "\nZ=1", parse_raw)
    assert told == [raised.value.trouble]
    assert (told[0].kind, str(told[0].at), found[-1].name) == (Kind.ENV_FILE_SYNTAX, f".env:{at}", "Z")


def test_a_raw_value_knows_where_it_stands():
    assert place(read("  K= v", parse_raw)[0][0].value.pieces[0]) == (" v", ".env:1:5-7", True)


@pytest.mark.parametrize(
    "text",
    [
        "K='" + "a" * 200_000,
        'K="' + "\\a" * 50_000 + '"',
        "K=$" * 20_000,
        "#" * 200_000,
        "K" * 200_000,
        "K=1\n" * 10_000,
        "K='a\n" * 20_000,
        " " * 200_000,
    ],
)
def test_long_files_take_time_by_their_length(text):
    read(text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("AK=:\n '\"\\$#{}-é\t\r0"), max_size=25))
def test_any_file_is_read_or_refused(text):
    found, told = read(text)
    assert all(a.key_at.file == ".env" for a in found)
    if not [t for t in told if t.kind is not Kind.UNDEFINED_VARIABLE]:
        assert read(text, strict=True)[0] == found

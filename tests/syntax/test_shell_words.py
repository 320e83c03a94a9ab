import pytest

from forkfit.syntax.shell_extent import closing_backtick, closing_parenthesis
from forkfit.syntax.shell_nodes import Arithmetic, Literal, Opaque, Parameter, Substitution
from forkfit.syntax.shell_words import read_whole, read_word


def parts(text):
    """The parts of a word in short: text in quotes or not, and what else there is."""
    found = []
    for part in read_word(text, 0, len(text)).parts:
        match part:
            case Literal():
                plain = part.text if part.text is not None else text[part.start : part.end]
                found.append(f"'{plain}'" if part.quoted else plain)
            case Parameter():
                argument = text[part.argument.start : part.argument.end] if part.argument else ""
                second = f"|{text[part.second.start : part.second.end]}" if part.second else ""
                index = f"[{text[part.index.start : part.index.end]}]" if part.index else ""
                mark = ("!" if part.indirect else "") + ('"' if part.quoted else "")
                found.append(f"<{mark}{part.name}{index}{part.operator}{argument}{second}>")
            case Substitution():
                found.append(f"({text[part.inner : part.inner_end] if part.script is None else part.script})")
            case Arithmetic():
                found.append(f"(({text[part.expression.start : part.expression.end]}))")
            case Opaque():
                found.append("?")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", ["plain"]),
        ("/app/start.sh:x", ["/app/start.sh:x"]),
        ("one two", ["one"]),
        ("a;b", ["a"]),
        ("'a b'c", ["'a b'", "c"]),
        (r"a\ b", ["a", "' '", "b"]),
        (r'"a\"b\$c\d"', ["'a'", "'\"b'", "'$c'", r"'\d'"]),
        ('""', ["''"]),
        ("''", ["''"]),
        ("$'a\\tb\\x41'", ["'a\tbA'"]),
        ("$A", ["<A>"]),
        ('"$A"', ['<"A>']),
        ("$1x", ["<1>", "x"]),
        ("$12", ["<1>", "2"]),
        ("${12}", ["<12>"]),
        ("$@", ["<@>"]),
        ("a$", ["a", "$"]),
        ("${A:-4}", ["<A:-4>"]),
        ("${A-}", ["<A->"]),
        ("${A:=x y}", ["<A:=x y>"]),
        ("${A:-${B:-c}}", ["<A:-${B:-c}>"]),
        ("${#A}", ["<Alength>"]),
        ("${#}", ["<#>"]),
        ("${#:-x}", ["<#:-x>"]),
        ("${A##*/}", ["<A##*/>"]),
        ("${A%.*}", ["<A%.*>"]),
        ("${A//a/b}", ["<A//a|b>"]),
        ("${A/#a}", ["<A/#a>"]),
        ("${A^^}", ["<A^^>"]),
        ("${A:1:2}", ["<A:1|2>"]),
        ("${A[1]}", ["<A[1]>"]),
        ('"${A[@]}"', ['<"A[@]>']),
        ("${!A}", ["<!A>"]),
        ("${!A[@]}", ["?"]),
        ("$(echo ')')x", ["(echo ')')", "x"]),
        ("$(case a in a) b;; esac)x", ["(case a in a) b;; esac)", "x"]),
        ("$(a # )\n)x", ["(a # )\n)", "x"]),
        ("$((1 + (2)))", ["((1 + (2)))"]),
        ("$( (a) )", ["( (a) )"]),
        (r"`a \`b\``", ["(a `b`)"]),
        ("$[1+1]", ["?"]),
        ("'never", ["?"]),
        ('"never', ["?"]),
        ("${never", ["?"]),
        ("$(never", ["?"]),
    ],
)
def test_words_consist_of_what_the_shell_makes_of_them(text, expected):
    assert parts(text) == expected


def test_a_default_in_quotes_keeps_single_quotes_and_one_outside_takes_them_off():
    inside = read_word("\"${A:-'x'}\"", 0, 11).parts[0]
    outside = read_word("${A:-'x'}", 0, 9).parts[0]
    assert [(p.start, p.end) for p in inside.argument.parts] == [(6, 9)]
    assert [(p.start, p.end, p.quoted) for p in outside.argument.parts] == [(6, 7, True)]


def test_a_whole_stretch_keeps_its_blanks():
    assert [(p.start, p.end) for p in read_whole("a b|c", 0, 5).parts] == [(0, 5)]
    assert [type(p) for p in read_whole("<(a b)", 0, 6).parts] == [Opaque]


def test_nesting_without_end_is_opaque():
    text = "${a:-" * 2000
    assert [type(p) for p in read_word(text, 0, len(text)).parts] == [Opaque]
    text = '"$(' * 2000
    assert isinstance(read_word(text, 0, len(text)).parts[-1], Opaque)


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("a)", 1),
        ("(a))", 3),
        ("'a)' )", 5),
        ('"a)" )', 5),
        ('"$(b)" )', 7),
        ("${a:-)})", 7),
        (r"\) )", 3),
        ("`)` )", 4),
        ("# )\n)", 4),
        ("a#b)", 3),
        ("case a in (x) b;; y) c;; esac)", 29),
        ("never", -1),
    ],
)
def test_a_parenthesis_closes_where_the_shell_closes_it(text, close):
    assert closing_parenthesis("(" + text, 1, len(text) + 1) == (close + 1 if close != -1 else -1)


def test_a_backtick_behind_a_backslash_closes_nothing():
    assert closing_backtick(r"a\`b`", 0, 5) == 4
    assert closing_backtick(r"a\`b", 0, 4) == -1

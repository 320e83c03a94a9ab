import pytest

from forkfit.syntax.shell import parse
from forkfit.syntax.shell_nodes import Assignment, Both, Command
from forkfit.syntax.shell_plain import LONGEST_PLAIN, declares, read_assignment, read_plain
from forkfit.syntax.shell_words import read_word

PLAIN = [
    "celery -A x worker -c ${N:-4} -n w@%h",
    "cd /app && exec celery worker \"-c$N\" ; X=1 Y=\"a b\"  foo\\ bar",
    "a && b; c && d && e;",
    'export X=1 Y Z="a b" && run $X',
    "X=1",
    "X=a Y=$X cmd --opt=$Y \"quoted $X\" 'single $X' mixed\"q\"'r'$Z",
    "celery -A app worker --autoscale=${MAX:-10},${MIN:-3} --pool ${POOL-prefork}",
    '"$@"',
    'exec "$@"',
    "python manage.py migrate --noinput && celery -A p worker",
    "watchmedo auto-restart -d . -p '*.py' -- celery -A p worker -l info",
    'echo "a;b && c" && celery worker',
    "  leading   blanks   ",
    "X= cmd",
    "X=\"\" Y='' cmd \"\"",
    "readonly A=b C",
    "cmd a=b c=d",
    "cmd $1 ${2} $# $? $@ $* \"$*\" ${#A} ${A#b} ${A%%c*} ${A/b/c} ${A:1:2} ${A^^} ${!A}",
    'cmd \\$notavar \\"x \\\\ end',
    "cmd a\\\n b",
    'cmd "a\\\nb"',
    'cmd "two\nlines" && x',
    "cmd é \"ü\" ñ=1 && celery -n wörker@%h -c $N",
    "cmd [a-z]* ? ~/x ~ --a={1} a=~/x",
    "cmd $ \"$\" $, a$",
    "cmd ${A:-${B:-c}} \"${A:-\"x y\"}\" ${A:-'x y'} ${A:=d} ${A:?e f} ${A:+g h}",
    "[ -n \"$A\" ] && cmd",
    ". ./env.sh && cmd",
    "a\nb && \\\n  c\n\nd",
    "a &&\n  b",
    "\n a \n",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_reading_by_hand_and_by_grammar_agree(text):
    assert read_plain(text).statements == parse(text).statements


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "a &",
        "a & b",
        "a || b",
        "a > log",
        "a < in",
        "a 2>&1",
        "(a)",
        "{ a; }",
        "! a",
        "$(a)",
        'a "$(b)"',
        "`a`",
        "a # comment",
        "# comment\na",
        "if a; then b; fi",
        "for x in y; do z; done",
        "while a; do b; done",
        "case a in b) c;; esac",
        "time a",
        "[[ -n $A ]]",
        "f() { a; }",
        "a=(b c)",
        "a[0]=b",
        "a;;b",
        "&& a",
        "a && ",
        "a; && b",
        "'never closed",
        '"never closed',
        "${never closed",
        "a \\",
        "a <<E\nb\nE",
    ],
)
def test_anything_else_is_left_to_the_grammar(text):
    assert read_plain(text) is None


def test_an_empty_string_has_no_statements():
    assert read_plain("").statements == read_plain("  \n ").statements == ()


def test_a_very_long_string_is_left_to_the_grammar():
    assert read_plain("a " * LONGEST_PLAIN) is None


def test_a_chain_hangs_on_its_left_side():
    (chain,) = read_plain("a && b && c").statements
    assert isinstance(chain, Both)
    assert isinstance(chain.left, Both)
    assert isinstance(chain.right, Command)


def test_an_assignment_is_a_name_with_an_equals_sign():
    text = "A+=b$C"
    found = read_assignment(text, read_word(text, 0, len(text)))
    assert isinstance(found, Assignment)
    assert (found.name, found.appends, [(p.start, p.end) for p in found.value.parts]) == ("A", True, [(3, 4), (4, 6)])
    assert read_assignment("--a=b", read_word("--a=b", 0, 5)) is None


def test_export_takes_assignments_and_env_takes_words():
    assert declares("export")
    assert not declares("env")

"""Scripts that would run, grow or branch without end: each comes to an end here, and says why where it is not followed."""

from random import Random

import pytest

from forkfit.evaluate.shell.frame import LARGEST_SCRIPT, MOST_STATES
from forkfit.evaluate.shell.run import Frame, How, lines_of, run
from forkfit.model.project import Environment
from forkfit.model.source import source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text
from forkfit.model.value import Known

OPEN = Environment((), (Step(Role.WRITTEN, Span("compose.yaml", 7, 9, 7, 18), "prod.env is not there"),))


def follow(text, environment=OPEN, read=None):
    frame = Frame((Text((Piece("start.sh"),)),), environment, Known("/app"))
    if read is not None:
        frame = frame.replace(read=read)
    endings = run(lines_of(source("start.sh", text)), frame)
    assert 1 <= len(endings) <= MOST_STATES
    return endings


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("f() { f; }; f; celery worker", "nested more than"),
        ('f() { X="$X$X y"; f "$@" a; }; f', "nested more than"),
        ("f() { if a; then f; else f; fi; }; f", "steps"),
        (":() { : | : & }; :", "nested more than"),
        ('X=\'eval "$X"\'; eval "$X"', "nested more than"),
        ("if true; then " * 50 + "celery worker; " + "fi; " * 50, "nested more than"),
        ("{ " * 500 + "celery worker; " + "}; " * 500, "nested more than"),
        ("a " * LARGEST_SCRIPT, "characters"),
        ("set -- a b; for i in " + "1 " * 30 + '; do set -- "$@" "$@"; done', "positional arguments"),
        ("i=0; while [ 1 = 1 ]; do i=$((i+1)); celery worker & done", "rounds"),
        ("for a in " + "1 " * 100 + "; do for b in " + "1 " * 100 + "; do :; done; done", "steps"),
        ("if then fi", "not understood"),
        ("'never closed", "not understood"),
        ('celery worker; echo "never closed', "never closed"),
    ],
)
def test_what_is_not_followed_says_so(text, why):
    endings = follow(text)
    assert any(e.how is How.UNKNOWN and why in e.why for e in endings)


def test_a_file_that_reads_itself_is_not_read_for_ever():
    endings = follow(". /app/start.sh", read=lambda path, folder: source("start.sh", ". /app/start.sh\n"))  # noqa: ARG005
    assert [e.how for e in endings] == [How.UNKNOWN]


@pytest.mark.parametrize(
    "text",
    [
        "while true; do :; done",
        "while :; do celery worker; sleep 1; done",
        "until false; do i=$((i+1)); done",
        "for ((;;)); do celery worker; done",
        "i=0; while [ $i -lt 1000000000 ]; do i=$((i+1)); done; celery worker",
        "for i in $(seq 1 100000000); do celery worker; done",
        "X=aaaaaaaa; for i in " + "1 " * 14 + '; do X="$X$X"; done; celery "$X"',
        "A=(a b c d); for i in " + "1 " * 12 + '; do A+=("${A[@]}"); done; celery "${A[@]}"',
        "f() { echo $(f)$(f); }; celery $(f)",
        "x=$((" + "(" * 5000 + "1" + ")" * 5000 + "))",
        "x=$((" + "+".join(["1"] * 5000) + "))",
        "x=$((9**99999999999 * 9**99999999999 << 99999999)); celery $x",
        "a=b; b=a; celery $((a))",
        "X=" + "a" * 600 + "; celery ${X//*a*a*a*a*b/} ${X%%*a*a*b} ${X##*a*a*b}; case $X in *a*a*a*a*a*a*b) :;; esac",
        "X=" + "a" * 900 + "; [[ $X =~ ^(a+)+$ ]] && celery; [[ $X =~ a*a*b ]]; [[ $X =~ (a|a)*b ]]",
        "celery " + "$(x) " * 300,
        "echo " + "$(" * 2000 + ")" * 2000,
        "echo " + '"$(' * 3000,
        "`" * 3000,
        "${a:-" * 3000,
        "|".join(["a"] * 300),
        " || ".join(["a"] * 100) + " ; celery | cat",
        "cat <<E\n" + "$(a) `b` \n" * 500 + "E\ncelery worker",
        "".join(f'if [ "$A{i}" = x ]; then B{i}=1; else B{i}=2; fi\n' for i in range(12)) + "celery worker",
        "".join(f'case "$A{i}" in a) b=1;; b) b=2;; c) b=3;; esac\n' for i in range(12)) + "celery worker",
        "".join(f"if check{i}; then start{i}; fi\n" for i in range(8)),
        "".join(chr(33 + (i * 7919) % 90) for i in range(3000)),
        "".join(chr((i * 7919) % 256) for i in range(3000)),
    ],
)  # fmt: skip
def test_hostile_scripts_come_to_an_end(text):
    follow(text)


def test_what_came_before_the_end_is_kept():
    (ending,) = follow("celery worker &\nf() { f; }\nf")
    assert [s.argv[0].plain for s in ending.started] == ["celery"]
    assert ending.how is How.UNKNOWN


def test_a_value_that_grows_without_end_is_unknown():
    (ending,) = follow("X=aaaaaaaa; for i in " + "1 " * 14 + '; do X="$X$X"; done; celery "$X"')
    assert not ending.started[0].argv[1].is_known


TOKENS = """
if then elif else fi case esac in for while until do done function { } ( ) (( )) [[ ]] [ ] ! && || ; ;; & | > >> < << <<< 2>&1
$X ${X} ${X:-a} ${X:=b} ${X:?c} ${X:+d} ${X#a*} ${X/a/b} ${X:1:2} ${X^^} ${#X} ${!X} ${A[@]} "${A[@]}" "$@" $* $# $? $1 $$
"a" 'c' a b celery worker x=1 X=$Y A=(a b) A+=(c) export local set -e -a -- shift eval exec exit return break continue source .
test -n -z = == -eq =~ $(nproc) $(echo hi) $((1+2)) $((X*2)) `cmd` \\ # ~ * ? [a-z] {a,b} " ' ` $( ${ <(a) true false : echo printf
cd unset readonly declare let read getopts trap wait time command builtin -v f() { f; } é 🤖
""".split()  # noqa: SIM905


@pytest.mark.parametrize("seed", range(150))
def test_any_heap_of_tokens_comes_to_an_end(seed):
    random = Random(seed)
    text = "".join(random.choice(TOKENS) + random.choice((" ", " ", "\n", ";")) for _ in range(random.randint(1, 60)))
    for ending in follow(text):
        assert ending.how is not How.UNKNOWN or ending.why

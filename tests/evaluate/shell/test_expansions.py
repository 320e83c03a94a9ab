import shutil
import subprocess

import pytest

from forkfit.evaluate.shell.run import Frame, lines_of, run
from forkfit.model.project import Environment, Variable
from forkfit.model.source import source
from forkfit.model.span import Span
from forkfit.model.text import written
from forkfit.model.value import Known

PLACE = Span("compose.yaml", 1, 1, 1, 2)
GIVEN = {"A": "apple", "E": "", "N": "4", "L": "a b  c", "P": "/srv/app/run.tar.gz"}
ARGUMENTS = ("sh", "one", "two words", "three")


def say(text):
    """The arguments of each `say` that a script comes to."""
    environment = Environment(tuple(Variable(n, Known(written(v, PLACE))) for n, v in GIVEN.items()))
    arguments = tuple(written(a, PLACE, exact=False) for a in ARGUMENTS)
    (ending,) = run(lines_of(source("start.sh", text)), Frame(arguments, environment, Known("/")))
    assert all(word.is_known for started in ending.started for word in started.argv)
    return [[word.plain for word in started.argv[1:]] for started in ending.started if started.argv[0].plain == "say"]


WORDS = [
    ('say $A "$A" \'$A\' $E "$E" $U "$U" $L "$L"', [["apple", "apple", "$A", "", "", "a", "b", "c", "a b  c"]]),
    ('say ${A:-x} ${E:-x} ${E-x} ${U:-x y} "${U:-x y}" ${U:-${E:-z}}', [["apple", "x", "x", "y", "x y", "z"]]),
    ('say ${A:+set} ${E:+set} ${E+set} ${U+set} "${U:+x}" ${A:+"a b"}', [["set", "set", "", "a b"]]),
    ("say ${X:=hello} $X", [["hello", "hello"]]),
    ("say ${#A} ${#E} ${#U} $# ${#@}", [["5", "0", "0", "3", "3"]]),
    (
        "say ${P#*/} ${P##*/} ${P%.*} ${P%%.*} ${P%/*}",
        [["srv/app/run.tar.gz", "run.tar.gz", "/srv/app/run.tar", "/srv/app/run", "/srv/app"]],
    ),
    ("say ${A/p/P} ${A//p/P} ${A/#a/B} ${A/%e/E} ${A//[ap]/-}", [["aPple", "aPPle", "Bpple", "applE", "---le"]]),
    ("say ${A^} ${A^^} ${A,,} ${P:1:3} ${P: -2} ${P:1:-12}", [["Apple", "APPLE", "apple", "srv", "gz", "srv/ap"]]),
    (
        'say "$@"; say $@; say "$*"; say "pre$@post"',
        [["one", "two words", "three"], ["one", "two", "words", "three"], ["one two words three"], ["preone", "two words", "threepost"]],
    ),
    ('say $1 "$2" ${3} ${4:-none} ${10:-ten}', [["one", "two words", "three", "none", "ten"]]),
    ('shift; say "$@"; shift 2; say "$@"; shift 5; say "$#"', [["two words", "three"], [], ["0"]]),
    ('set -- a "b c"; say "$@" "$#"; set --; say "$@" "$#"', [["a", "b c", "2"], ["0"]]),
    ('say "${@:2}" "${@:1:1}" "${@: -1}"', [["two words", "three", "one", "three"]]),
    ("X=1 Y=2; say $X$Y ${X}_$Y; X+=5; say $X", [["12", "1_2"], ["15"]]),
    ('R=(a "b c" d); say "${R[@]}" ${R[1]} "${#R[@]}" "$R" "${R[*]}" "${R[-1]}"', [["a", "b c", "d", "b", "c", "3", "a", "a b c d", "d"]]),
    ('R=(); R+=(x); R+=("y z"); say "${R[@]}"; R[0]=q; say "${R[@]}" "${R[@]:1}"', [["x", "y z"], ["q", "y z", "y z"]]),
    ('R=(); say "${R[@]}" end', [["end"]]),
    ('V=A; say ${!V} "${!V:-x}"', [["apple", "apple"]]),
    ('say ~no-such-user a~ "~" [a] *.none a{b', [["~no-such-user", "a~", "~", "[a]", "*.none", "a{b"]]),
    ("HOME=/root; say ~ ~/x", [["/root", "/root/x"]]),
    ('IFS=,; S=a,b,,c; say $S; say "$*"', [["a", "b", "", "c"], ["one,two words,three"]]),
    ("say a\\ b 'it'\\''s' \"a\\$b\" \"a\\\\b\" $'tab\\tx'", [["a b", "it's", "a$b", "a\\b", "tab\tx"]]),
    ("say ${U:-'single q'} \"${U:-'single'}\" ${U:-a\\ b}", [["single q", "'single'", "a b"]]),
    ("C='say a b'; $C c; eval \"$C 'd e'\"", [["a", "b", "c"], ["a", "b", "d e"]]),
    ("printf -v V '%s-%s' a b; say $V", [["a-b"]]),
    ('say "$(echo hi there)" $(echo hi there) `echo back` "$(printf "%s\\n" x)"', [["hi there", "hi", "there", "back", "x"]]),
    (
        "say $((N * 2 + 1)) $((N/3)) $((-7/2)) $((-7%3)) $((2**10)) $((N>3?10:20)) $((!N)) $(((N+1)*2)) $((0x10 + 010))",
        [["9", "1", "-3", "-1", "1024", "10", "0", "10", "24"]],
    ),
    ("i=0; ((i++)); ((i+=5)); let i=i*2; say $i $((i++)) $i $((--i))", [["12", "12", "13", "12"]]),
    ("say $((undefined + 1)) $((N, 2)) $((1 << 4 | 1)) $((5 & 4)) $((16#ff))", [["1", "2", "17", "4", "255"]]),
    ("cd /usr; say $PWD; cd bin/../lib; say $PWD; cd - >/dev/null; say $PWD", [["/usr"], ["/usr/lib"], ["/usr"]]),
    ('read X Y <<< "p q r"; say "$X" "$Y"; echo a b | while read x y; do say "$x" "$y"; done', [["p", "q r"], ["a", "b"]]),
    (
        "IFS=: read -r X Y Z <<< a:30:w:1; say $X $Y $Z; IFS=, read -ra R <<< 'a,b c,,d'; say \"${R[@]}\" ${#R[@]}",
        [["a", "30", "w:1"], ["a", "b c", "", "d", "4"]],
    ),
    (
        "IFS=: read X Y <<< ' a : b:'; say \"$X|$Y\"; IFS=' :' read X Y Z <<< ' a : b:'; say \"$X|$Y|$Z\"; read <<< ' a '; say \"$REPLY\"",
        [[" a | b"], ["a|b|"], [" a "]],
    ),
    ('while getopts c:v o; do case $o in c) C=$OPTARG;; esac; done; say "$C" $OPTIND', [["", "1"]]),
    (
        "set -- -c 4 -v rest; while getopts c:v o; do case $o in c) C=$OPTARG;; esac; done; shift $((OPTIND-1)); say $C $1",
        [["4", "rest"]],
    ),
    ("set -- -vq high; while getopts c:q:v o; do case $o in q) Q=$OPTARG;; v) V=1;; esac; done; say $Q $V $OPTIND", [["high", "1", "3"]]),
]


STATEMENTS = [
    ('for x in a "c d"; do say "$x"; done; for x; do say "$x"; done', [["a"], ["c d"], ["one"], ["two words"], ["three"]]),
    ("i=0; while [ $i -lt 3 ]; do say $i; i=$((i+1)); done", [["0"], ["1"], ["2"]]),
    ("i=2; until [ $i -eq 0 ]; do say $i; ((i--)); done", [["2"], ["1"]]),
    ("for ((i=0; i<2; i++)); do say $i; done", [["0"], ["1"]]),
    ("for x in 1 2 3 4; do [ $x = 2 ] && continue; [ $x = 4 ] && break; say $x; done", [["1"], ["3"]]),
    ("for x in 1 2; do for y in a b; do [ $y = b ] && continue 2; say $x$y; done; done", [["1a"], ["2a"]]),
    ("for x in 1 2; do for y in a b; do break 2; done; done; say end", [["end"]]),
    ("while true; do say once; break; done", [["once"]]),
    ("case $1 in one|two) say first;; *) say other;; esac", [["first"]]),
    ('case $A in "a*") say literal;; [!b-z]pp?e) say pattern;; esac', [["pattern"]]),
    ("case x in x) say 1;& y) say 2;; z) say 3;; esac; case x in x) say 4;;& *) say 5;; esac", [["1"], ["2"], ["4"], ["5"]]),
    ("if false; then say a; elif [ $N -gt 3 ]; then say b; else say c; fi", [["b"]]),
    (
        '[ "$A" = apple -a ! -z "$N" ] && say and; [ a = b -o -n x ] && say or; [ ! $N -gt 9 ] && say not; [ ] || say empty',
        [["and"], ["or"], ["not"], ["empty"]],
    ),
    (
        '[[ $A == a* && ( $N -eq 4 || $N == x ) ]] && say glob; [[ $A == "a*" ]] || say quoted; [[ $A =~ ^a.*(x|e)$ ]] && say regex',
        [["glob"], ["quoted"], ["regex"]],
    ),
    (
        "[[ -z $U ]] && say z; [[ $A ]] && say word; [[ $A != b* ]] && say differs; [[ $A < b ]] && say less",
        [["z"], ["word"], ["differs"], ["less"]],
    ),
    ("true && say t; false && say f; true || say tf; false || say ff; ! false && say n", [["t"], ["ff"], ["n"]]),
    ('f() { local x=$1; shift; say "$x" "$@"; return 3; }; f a b || say $?; say ${x:-gone}', [["a", "b"], ["3"], ["gone"]]),
    ("f() { y=in; }; y=out; f; say $y; (y=sub); say $y; { y=group; }; say $y", [["in"], ["in"], ["group"]]),
    ("x=1; f() { local x=2; g; }; g() { say $x; }; f; say $x", [["2"], ["1"]]),
    ('X=$(f() { echo in $1; }; f y); say "$X"', [["in y"]]),
    ("set -e; say before; false; say after", [["before"]]),
    ("set -e; false || say ok; if false; then :; fi; false && true; say here", [["ok"], ["here"]]),
    ("set -e; f() { false; say inside; true; }; f || say no; f", [["inside"]]),
    ("say a; exit 0; say b", [["a"]]),
    ("(say sub; exit 3); say $?", [["sub"], ["3"]]),
    ("test $A = apple || { say no; exit 1; }; say yes", [["yes"]]),
    ("time say x; say y & wait; { say z; } 2>/dev/null", [["x"], ["y"], ["z"]]),
    ('say "$(if [ $N = 4 ]; then echo four; fi)"', [["four"]]),
    ("while [ $# -gt 0 ]; do case $1 in two*) say found;; esac; shift; done; say $#", [["found"], ["0"]]),
    ("export X=5; unset X A; say ${X-unset} ${A-unset}", [["unset", "unset"]]),
    ("declare -x D=1; readonly R=3; typeset T=4; say $D$R$T", [["134"]]),
    ("say ${A:?} ; say ${U:?must be set}; say never", [["apple"]]),
]


PROGRAMS = [
    (
        'say "$(echo $A | tr a-z A-Z)" "$(basename $P .gz)" "$(dirname $P)" "$(echo a:b | cut -d: -f2)"',
        [["APPLE", "run.tar", "/srv/app", "b"]],
    ),
    ("say $(seq 1 3) $(expr 2 + 3) $(echo '7 / 2' | bc)", [["1", "2", "3", "5", "3"]]),
]


@pytest.mark.parametrize(("text", "expected"), WORDS + PROGRAMS)
def test_words_expand_as_in_bash(text, expected):
    assert say(text) == expected


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements_run_as_in_bash(text, expected):
    assert say(text) == expected


@pytest.fixture(scope="module")
def bash():
    program = shutil.which("bash")
    if program is None:
        pytest.skip("there is no bash here to compare with")
    version = subprocess.run([program, "-c", "echo $BASH_VERSINFO"], capture_output=True, text=True, check=True).stdout
    if int(version) < 5:
        pytest.skip(f"bash {version.strip()} expands some words differently")
    return program


@pytest.mark.parametrize(("text", "expected"), WORDS + STATEMENTS)
def test_bash_itself_says_so(bash, text, expected):
    """Bash runs with an empty search path, so that nothing but its own commands is run."""
    stub = 'say() { printf \'%s\\0\' "$#" "$@"; }\n'
    done = subprocess.run(
        [bash, "--norc", "-c", stub + text, *ARGUMENTS], capture_output=True, text=True, check=False, cwd="/", env={**GIVEN, "PATH": ""}
    )
    words = done.stdout.split("\0")[:-1]
    found = []
    while words:
        count = int(words.pop(0))
        found.append(words[:count])
        del words[:count]
    assert found == expected

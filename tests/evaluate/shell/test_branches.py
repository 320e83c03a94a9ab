import pytest

from forkfit.evaluate.shell.run import Frame, How, lines_of, run
from forkfit.model.project import Environment, Variable
from forkfit.model.source import source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import written
from forkfit.model.value import Bounded, ByCpus, Known, Unknown

MISSING = Step(Role.WRITTEN, Span("compose.yaml", 7, 9, 7, 18), "prod.env is not there")
OPEN = Environment((), (MISSING,))


def follow(text, environment=OPEN, *, sees=None):
    frame = Frame((written("start.sh", Span("compose.yaml", 3, 5, 3, 13)),), environment, Known("/app"))
    if sees is not None:
        frame = frame.replace(sees=sees)
    return run(lines_of(source("start.sh", text)), frame)


def shown(word):
    """A word in short; what stands instead of one that is not known in angle brackets."""
    value = word.value
    match value:
        case Known():
            return value.value
        case ByCpus():
            return f"<{value.expression}>"
        case Bounded():
            return "<" + "|".join(s.value if isinstance(s, Known) else "?" for s in value.alternatives) + ">"
        case _:
            return "<?>"


def runs(text, environment=OPEN, **frame):
    return [[" ".join(shown(w) for w in s.argv) for s in e.started] for e in follow(text, environment, **frame) if e.how is not How.FAILS]


def notes(trail):
    return [(str(step.at), step.note) for step in trail]


def test_a_default_stands_where_a_missing_file_might_say_otherwise():
    (ending,) = follow("exec celery worker -c ${N:-4}")
    word = ending.started[0].argv[3]
    assert word.value.value == "4"
    assert [(step.role, step.at) for step in word.trail] == [
        (Role.WRITTEN, Span("start.sh", 1, 28, 1, 29)),
        (Role.FALLBACK, Span("start.sh", 1, 23, 1, 30)),
        (Role.ASSUMED, MISSING.at),
    ]


def test_a_variable_that_only_a_missing_file_sets_is_unknown():
    (ending,) = follow("exec celery worker -c $N")
    assert isinstance(ending.started[0].argv[3].value, Unknown)
    assert MISSING in ending.started[0].argv[3].trail


def test_a_branch_that_a_missing_file_decides_is_followed_both_ways():
    endings = follow('if [ "${MODE:-web}" = worker ]; then\n  exec celery worker\nfi\nexec gunicorn')
    assert [[s.argv[0].plain for s in e.started] for e in endings] == [["celery"], ["gunicorn"]]
    assert notes(endings[0].started[0].conditions) == [("start.sh:1:4", 'only where `[ "${MODE:-web}" = worker ]` holds')]
    assert notes(endings[1].conditions) == [("start.sh:1:4", 'not where `[ "${MODE:-web}" = worker ]` holds')]
    assert all(step.role is Role.SUPPOSED for e in endings for step in e.conditions)


def test_what_a_branch_supposes_holds_in_it():
    assert runs('if [ "$R" = a ]; then x $R; else x other; fi\nif [ "$R" = a ]; then y; fi') == [["x a", "y"], ["x other"]]
    assert runs('if [ -z "$R" ]; then R=d; fi\nexec celery -c "$R"') == [["celery -c d"], ["celery -c <?>"]]
    assert runs('case "$R" in a|b) x $R;; *) y;; esac') == [["x a"], ["x b"], ["y"]]
    assert runs('if [ -n "$R" ]; then x ${R:-4}; else x ${R:-4}; fi') == [["x <?>"], ["x 4"]]


def test_the_same_question_has_the_same_answer():
    assert runs("if [ -f /a ]; then x; fi\nif [ -f /a ]; then y; fi") == [["x", "y"], []]
    assert runs("if command -v uv; then x; fi\nif ! command -v uv; then y; fi") == [["x"], ["y"]]


def test_a_command_may_answer_differently_each_time():
    found = runs("if check; then x; fi\nif check; then y; fi")
    assert found == [["check", "x", "check", "y"], ["check", "x", "check"], ["check", "check", "y"], ["check", "check"]]


def test_branches_that_come_to_the_same_are_one_run():
    assert runs('if [ "$A" = x ]; then echo a; sleep 1; else :; fi\nexec celery worker') == [["sleep 1", "celery worker"]]
    (ending,) = follow('if [ "$A" = x ]; then N=1; else N=1; fi\nexec celery worker -c $N')
    assert ending.conditions == ending.started[0].conditions == ()


def test_a_test_of_a_file_asks_the_repository():
    def sees(path, _, test):
        return (test == "f") if path == "/app/here" else None

    assert runs("[ -f /app/here ] && x; [ -d /app/here ] && y; true", sees=sees) == [["x"]]
    assert runs("[ -f /app/elsewhere ] && x; true", sees=sees) == [["x"], []]


def test_a_value_of_several_is_narrowed_by_what_is_asked():
    text = 'X=$(if other >/dev/null; then echo 2; else echo 8; fi)\nif [ "$X" -gt 4 ]; then say big $X; else say small $X; fi'
    found = [r[-1] for r in runs(text)]
    assert found == ["say big 8", "say small 2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("celery -c $(nproc)", "celery -c <n>"),
        ('celery -c "$(nproc --all)"', "celery -c <n>"),
        ("celery -c $(nproc --ignore=1)", "celery -c <max(1, n - 1)>"),
        ("celery -c $(getconf _NPROCESSORS_ONLN)", "celery -c <n>"),
        ("celery -c $(grep -c ^processor /proc/cpuinfo)", "celery -c <n>"),
        ("celery -c $(grep processor /proc/cpuinfo | wc -l)", "celery -c <n>"),
        ("celery -c $(cat /proc/cpuinfo | grep processor | wc -l)", "celery -c <n>"),
        ("celery -c $(python -c 'import os; print(os.cpu_count())')", "celery -c <n>"),
        ("celery -c $(python3 -c 'import multiprocessing; print(multiprocessing.cpu_count())')", "celery -c <n>"),
        ("celery -c ${N:-$(nproc)}", "celery -c <n>"),
        ("celery -c $(($(nproc)/2))", "celery -c <n // 2>"),
        ("C=$(nproc); celery -c $((C * 2 + 1))", "celery -c <n * 2 + 1>"),
        ("C=$(nproc); celery -c $(( (C + 1) / 2 ))", "celery -c <(n + 1) // 2>"),
        ("C=$(nproc); celery -c $((C > 4 ? 4 : C))", "celery -c <4 if n > 4 else n>"),
        ("C=$(nproc); D=$((C / 2)); celery -c $((D < 1 ? 1 : D))", "celery -c <1 if n // 2 < 1 else n // 2>"),
        ("celery -c $(expr $(nproc) / 2)", "celery -c <n // 2>"),
        ('celery -c $(echo "$(nproc) / 2" | bc)', "celery -c <n // 2>"),
        ("OMP_NUM_THREADS=3; celery -c $(nproc)", "celery -c 3"),
        ("let C=$(nproc)-1; celery -c $C", "celery -c <n - 1>"),
        ("celery -c $(awk '{print $1 * 2}' /proc/cpuinfo)", "celery -c <?>"),
        ("celery -c $(python -c 'print(len(range(9)))')", "celery -c <?>"),
        ("celery -c $(cat /sys/fs/cgroup/cpu.max)", "celery -c <?>"),
    ],
)
def test_counts_of_cpus_are_expressions(text, expected):
    ((found,),) = runs(text, Environment())
    assert found == expected
    word = follow(text, Environment())[0].started[0].argv[2].value
    if isinstance(word, ByCpus):
        assert isinstance(word.at(8), int)


def test_a_count_of_cpus_with_a_ceiling_is_one_of_two():
    text = "C=$(nproc)\nif [ $C -gt 4 ]; then C=4; fi\nexec celery worker -c $C"
    assert runs(text, Environment()) == [["celery worker -c 4"], ["celery worker -c <n>"]]


def test_a_value_that_differs_by_branch_inside_a_substitution_is_one_of_several():
    text = 'count() { if check >/dev/null; then echo 2; else echo 4; fi; }\ncelery worker -c "$(count)"'
    assert runs(text, Environment()) == [["celery worker -c <2|4>"]]


def test_an_option_that_may_be_there_is_one_of_two():
    assert runs('celery worker "${N:+--concurrency=$N}"') == [["celery worker <|?>"]]


def test_what_a_program_prints_is_unknown_with_a_reason():
    (ending,) = follow("celery worker -c $(python limits.py)", Environment())
    word = ending.started[0].argv[3]
    assert "python" in word.value.why
    assert word.plain == "$(python limits.py)"
    assert str(word.at) == "start.sh:1:18"


def test_many_branches_on_variables_come_to_an_end():
    text = "".join(f'if [ "$A{i}" = x ]; then B{i}=1; else B{i}=2; fi\n' for i in range(12))
    assert runs(text + "exec celery worker") == [["celery worker"]]


def test_a_variable_with_many_values_is_one_of_them():
    text = 'case "$A" in ' + "".join(f"{i}) N={i};; " for i in range(80)) + "esac\nexec celery worker -c $N"
    (found,) = runs(text)[:1]
    assert found[0].startswith("celery worker -c ")
    assert len(follow(text)) <= 64


def test_more_ways_than_are_followed_say_so():
    text = "".join(f'if [ "$A{i}" = x ]; then start{i}; fi\n' for i in range(8))
    endings = follow(text)
    assert len(endings) == 64
    assert [e.why for e in endings if e.how is How.UNKNOWN] == ["the script has more than 64 ways to run"]


def test_only_commands_that_matter_tell_runs_apart():
    text = "".join(f'if [ "$A{i}" = x ]; then python manage.py step{i}; fi\n' for i in range(8)) + "exec celery worker"
    frame = Frame((), OPEN, Known("/app"), matters=lambda argv: argv[0].plain == "celery")
    (ending,) = run(lines_of(source("start.sh", text)), frame)
    assert ending.started[-1].argv[0].plain == "celery"
    assert ending.started[-1].conditions == ()


def test_a_variable_of_several_values_is_one_of_them():
    environment = Environment((Variable("N", Bounded((Known(written("2", MISSING.at)), Known(written("6", MISSING.at))))),))
    assert runs("celery -c $N; if [ $N -gt 4 ]; then x $N; else y $N; fi", environment) == [
        ["celery -c <2|6>", "x 6"],
        ["celery -c <2|6>", "y 2"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[ "$A" != x ] && say "$A"; true', [["say <?>"], []]),
        ('[ ! "$A" = x ] || say "$A"; true', [[], ["say x"]]),
        ('[ x = "$A" ] && say "$A"; true', [["say x"], []]),
        ('[ "$A" = "" ] && say "[$A]"; true', [["say []"], []]),
        ('[ "$A" -eq 3 ] && say "$A"; true', [["say 3"], []]),
        ('[ "$A" = x -a "$B" = y ] && say $A $B; true', [["say x y"], []]),
        ('[ "$A" = x -o "$B" = y ] || say none; true', [[], ["say none"]]),
        ("[[ $A == x && $B == y ]] && say $A $B; true", [["say x y"], []]),
        ('[[ $A == x* ]] && say "$A"; true', [["say <?>"], []]),
        ("[[ $A =~ ^x ]] && say; true", [["say"], []]),
        ('[ "pre-$A" = other ] && say never; true', [[]]),
        ('[ "$A-post" = other ] && say never; true', [[]]),
        ('[ "x$A" = xb ] && say; true', [["say"], []]),
        ('[ "x$A" != x ] && say filled; true', [["say filled"], []]),
        ('[ -n "x$A" ] && say always; true', [["say always"]]),
        ('[ -z "${A:-}" ] && say "[$A]"; true', [["say []"], []]),
        ('[ -z "${A:-d}" ] && say never; true', [[]]),
        ('[ -z "${A:+set}" ] && say "[$A]"; true', [["say <?>"], []]),
        ("[ -v A ] && say; true", [["say"], []]),
        ('B=1; [ -v B ] && say; [ -v "$A" ] || true', [["say"]]),
        ('[ "$(nproc)" = auto ] && say never; true', [[]]),
        ('[ "$(nproc)" -gt 2 ] && say many; true', [["say many"], []]),
        ("[ -t 0 ] && say; true", [["say"], []]),
        ("[ a -nt b ] && say; true", [["say"], []]),
        ('[ "$A" -gt "$B" ] && say; true', [["say"], []]),
        ('[ "(" ] && say word; true', [["say word"]]),
        ("test && say never; [ -n ] && say word; true", [["say word"]]),
        ('case "$A" in "") say empty "[$A]";; *) say "$A";; esac', [["say empty []"], ["say <?>"]]),
        ('case "$A" in x*) say "$A";; @(a|b)) say two;; esac', [["say <?>"], ["say two"], []]),
        ('case "$A$B" in x) say;; esac', [["say"], []]),
        ('case x in "$A") say "$A";; esac', [["say <?>"], []]),
    ],
)
def test_what_an_unknown_test_says_of_variables(text, expected):
    assert runs(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "${A#x}" ${A/x/y} ${A^^} ${A:1} ${#A}', ["say <?> <?> <?> <?> <?>"]),
        ('say ${A[0]} ${A[@]} "${!A}" ${A:=d} $A', ["say <?> <?> <?> d d"]),
        ('say "${A:?must}" ${A?must}', ["say <?> <?>"]),
        ('X="a $(date)"; say $X "${X:-d}" "${X%% *}"', ["say a <?> <?> <?>"]),
        ("say $(cmd) ${X:-$(cmd)} $$ $! $- $RANDOM $HOSTNAME", ["say <?> <?> <?> <?> <?> <?> <?>"]),
        ("cmd; say $?", ["cmd", "say <?>"]),
        ('X=$(cmd); [ -n "${X:-d}" ] && say "${X:-d}"', ["say <?|d>"]),
        ("say $((A + 1)) $((1 / 0)) $((B++)) $((1 +)) $((2 ** A))", ["say <?> <?> <?> <?> <?>"]),
        ("say $(($(nproc) / 0)) $(($(nproc) & 1)) $((-$(nproc))) $(( $(nproc) ** 2 ))", ["say <n // 0> <?> <-n> <?>"]),
        ("C=$(nproc); say $((C > 2)) $(( (C > 2) + 1 ))", ["say <n > 2> <(1 if n > 2 else 0) + 1>"]),
        ("C=$(nproc); say $((C ? 1 : 2)) $((C += 1)) $C", ["say <1 if n != 0 else 2> <n + 1> <n + 1>"]),
        ("read X; say $X; mapfile L; say done", ["say <?>", "say done"]),
        ("for x in $(cmd); do say $x; done", ["say <?>"]),
        ("A[k]=v; say ${A[k]}; B=(a b); B[5]=c; say ${B[0]}", ["say <?>", "say <?>"]),
        ("say $(printf '%5d' 3) $(printf \"$A\") $(printf '%s,%%' a)", ["say <?> <?> a,%"]),
        ("cd $A; say $(pwd); cd -; cd; popd; say $PWD", ["say <?>", "say <?>"]),
        ("say <(cmd) `cmd` $[1]", ["say <?> <?> <?>"]),
        ('getopts "$A" o; say $o $OPTARG', ["say <?> <?>"]),
        ('set -- "$A"; while getopts a:b o; do case $o in a) X=$OPTARG;; esac; done; say', ["say"]),
        ("shift $A; say", []),
        ("say $(grep x /nowhere) $(wc -l < x) $(cat /proc/cpuinfo | wc -c)", ["say <?> <?> <?>"]),
        ("say $(echo 1.5 | bc) $(seq 1 0 5) $(seq 1 9999999)", ["say <?> <?> <?>"]),
        ("say $(expr $A + 1) $(dirname) $(basename) $(getconf PAGE_SIZE) $(nproc --ignore=x)", ["say <?> <?> <?> <?> <?>"]),
        ("say $(echo a b | xargs) $(echo 'x y' | tr ' ' ,) $(echo a-b | tr -d -) $(echo aB | tr A-Z a-z)", ["say a b x,y ab ab"]),
        ('L=\'a\nb=1\nc\'; say $(printf "$L" | head -n1) $(printf "$L" | wc -l) $(printf "$L" | grep -v =)', ["say a 2 a c"]),
        ("say $(echo a:b | cut -d : -f 3) $(echo ab | cut -d : -f 2) $(echo a:b | cut -c 1)", ["say ab <?>"]),
    ],
)
def test_what_cannot_be_known_is_not_guessed(text, expected):
    assert runs(text)[0] == expected


def test_a_loop_over_what_is_not_known_may_run_or_not():
    assert runs("cat file | while read X; do say $X; done") == [["cat file"], ["cat file", "say <?>"]]


@pytest.mark.parametrize("asked", ["$(which celery || echo celery)", "$(command -v celery)", "$(which celery)"])
def test_a_program_whose_place_a_script_asks_for_is_taken_to_be_there(asked):
    endings = follow(f"BIN={asked}\nexec $BIN -A shop worker", Environment())
    (worker,) = [started for ending in endings for started in ending.started if started.argv[0].plain == "celery"]
    assert "the image is taken to have celery" in [step.note for step in worker.argv[0].trail]


def test_whether_the_image_has_a_program_stays_open_where_nothing_takes_its_place():
    assert runs("if which uv; then x; else y; fi", Environment()) == [["which uv", "x"], ["which uv", "y"]]

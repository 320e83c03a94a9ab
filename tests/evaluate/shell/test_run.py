import subprocess
import sys
from pathlib import Path

import pytest

from forkfit.evaluate.shell.run import Ending, Frame, How, lines_of, run
from forkfit.model.project import Environment, Variable
from forkfit.model.source import source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, written
from forkfit.model.value import Absent, ByCpus, Known, Unknown

FILES = {
    "/app/env.sh": "export POOL=solo\nCONCURRENCY=7\n",
    "/app/.env": "# comment\nWORKERS=5\nNAME=x\n",
    "/app/lib.sh": 'start_worker() { exec celery worker -c "$1"; }\n',
}


def env_line(number, name, value):
    return Variable(name, Known(written(value, Span(".env", number, len(name) + 2, number, len(name) + 2 + len(value)))))


def follow(text, *arguments, environment=(), working_dir="/app"):
    """Run a script with arguments that stand in a Compose file, in a folder whose files can be read."""

    def read(path, folder):
        full = path if path.startswith("/") else f"{folder.value}/{path.removeprefix('./')}"
        return source(full[1:], FILES[full]) if full in FILES else None

    def sees(path, _, test):
        return True if path in FILES and test in "ef" else None

    given = tuple(written(a, Span("compose.yaml", 3, 5, 3, 5 + len(a))) for a in ("start.sh", *arguments))
    variables = environment if isinstance(environment, Environment) else Environment(tuple(environment))
    return run(lines_of(source("start.sh", text)), Frame(given, variables, Known(working_dir), read, sees))


def commands(ending: Ending):
    return [" ".join(word.plain for word in started.argv) for started in ending.started]


def only(text, *arguments, **frame):
    (ending,) = follow(text, *arguments, **frame)
    return ending


def test_a_plain_command_is_started_with_its_words():
    ending = only('celery -A app worker -c "${CONCURRENCY:-4}"')
    assert commands(ending) == ["celery -A app worker -c 4"]
    assert ending.how is How.EXITS


def test_exec_puts_the_command_in_place_of_the_shell():
    ending = only("set -e\nexec celery worker\nnever")
    assert commands(ending) == ["celery worker"]
    assert ending.how is How.REPLACED
    assert ending.started[0].replaces


def test_exec_with_redirections_only_goes_on():
    assert commands(only("exec > /var/log/x 2>&1\nexec -a name celery worker")) == ["celery worker"]


def test_arguments_of_the_script_are_passed_on():
    ending = only('exec "$@"', "celery", "-A", "my app", "worker")
    assert [word.plain for word in ending.started[0].argv] == ["celery", "-A", "my app", "worker"]


def test_words_know_where_they_stand_and_where_they_are_used():
    text = "#!/bin/sh\n\nexec celery worker -c ${CONCURRENCY} --pool=${POOL:-solo}\n"
    ending = only(text, environment=[env_line(3, "CONCURRENCY", "20")])
    argv = ending.started[0].argv
    assert [str(word.at) for word in argv] == ["start.sh:3:6", "start.sh:3:13", "start.sh:3:20", ".env:3:13", "start.sh:3:38"]
    assert argv[3].trail == (
        Step(Role.WRITTEN, Span(".env", 3, 13, 3, 15)),
        Step(Role.USED, Span("start.sh", 3, 23, 3, 37)),
    )
    assert argv[4].pieces[1].trail == (
        Step(Role.WRITTEN, Span("start.sh", 3, 53, 3, 57)),
        Step(Role.FALLBACK, Span("start.sh", 3, 45, 3, 58)),
    )


def test_words_keep_their_way_through_variables():
    ending = only('N=$CONCURRENCY\nARGS="worker -c $N"\ncelery $ARGS', environment=[env_line(1, "CONCURRENCY", "20")])
    assert [word.plain for word in ending.started[0].argv] == ["celery", "worker", "-c", "20"]
    assert [str(step.at) for step in ending.started[0].argv[3].trail] == [".env:1:13", "start.sh:1:3", "start.sh:2:17", "start.sh:3:8"]


def test_what_a_script_string_does_not_know_is_not_read_as_code():
    unknown = Piece("$(evil; x)", (Step(Role.WRITTEN, Span("compose.yaml", 4, 9, 4, 12)),), instead=Unknown("it is not known"))
    (ending,) = run(Text((Piece("celery worker -c "), unknown, Piece(" -E"))), Frame())
    assert [word.plain for word in ending.started[0].argv] == ["celery", "worker", "-c", "$(evil; x)", "-E"]
    assert isinstance(ending.started[0].argv[3].value, Unknown)


def test_a_number_of_cpus_in_a_script_string_stays_one():
    piece = Piece("$N", (), instead=ByCpus("n"))
    (ending,) = run(Text((Piece("celery worker -c $(("), piece, Piece(" / 2)) | tee log"))), Frame())
    assert ending.started[0].argv[3].value.expression == "n // 2"


def test_commands_in_the_background_do_not_hold_the_script_up():
    ending = only("celery worker -Q a &\n(sleep 1; celery worker -Q b) &\ncelery beat\nwait")
    assert [(" ".join(w.plain for w in s.argv), s.background) for s in ending.started] == [
        ("celery worker -Q a", True),
        ("sleep 1", True),
        ("celery worker -Q b", True),
        ("celery beat", False),
    ]


def test_every_stage_of_a_pipeline_is_started():
    assert commands(only("celery worker 2>&1 | tee -a log | cat")) == ["celery worker", "tee -a log", "cat"]


def value(started, name):
    found = started.environment.get(name)
    return found.value.plain if isinstance(found, Known) else type(found).__name__


def test_commands_see_what_is_exported():
    ending = only(
        "A=1\nexport B=2 C\nC=3\nD=4 celery worker\nset -a\nE=5\nunset G\ncelery beat",
        environment=[env_line(1, "F", "0"), env_line(2, "G", "0")],
    )
    first, second = ending.started
    assert [value(first, n) for n in "ABCDEFG"] == ["Absent", "2", "3", "4", "Absent", "0", "0"]
    assert [value(second, n) for n in "ABCDEFG"] == ["Absent", "2", "3", "Absent", "5", "0", "Absent"]


def test_an_assignment_to_what_the_environment_gives_is_seen():
    ending = only("POOL=solo\ncelery worker", environment=[env_line(1, "POOL", "prefork")])
    assert value(ending.started[0], "POOL") == "solo"


def test_a_count_of_cpus_reaches_the_environment():
    ending = only("export CELERY_WORKER_CONCURRENCY=$(nproc)\ncelery worker")
    assert ending.started[0].environment.get("CELERY_WORKER_CONCURRENCY").expression == "n"


def test_a_command_starts_where_the_script_has_gone():
    ending = only("cd src && celery worker; cd /srv; celery beat; (cd x; celery flower); cd $NOWHERE; celery status", environment=[])
    assert [s.working_dir.value if isinstance(s.working_dir, Known) else "?" for s in ending.started] == ["/app/src", "/srv", "/srv/x", "?"]


def test_a_sourced_file_sets_variables_and_functions():
    ending = only('. ./env.sh\nsource lib.sh\nstart_worker "$CONCURRENCY"')
    assert commands(ending) == ["celery worker -c 7"]
    assert value(ending.started[0], "POOL") == "solo"
    assert ending.started[0].argv[3].pieces[0].trail[0] == Step(Role.WRITTEN, Span("app/env.sh", 2, 13, 2, 14))
    assert [str(step.at) for step in ending.started[0].trail] == ["start.sh:3:1", "app/lib.sh:1:18"]


def test_a_sourced_file_that_is_not_there_may_set_what_nothing_else_sets():
    ending = only('. /etc/worker.conf\ncelery worker -c "${N:-2}" -P $POOL', environment=[])
    assert commands(ending) == ["celery worker -c 2 -P $POOL"]
    assert [step.role for step in ending.started[0].argv[3].trail] == [Role.WRITTEN, Role.FALLBACK, Role.ASSUMED]
    assert isinstance(ending.started[0].argv[5].value, Unknown)


def test_activating_a_virtual_environment_sets_nothing_that_matters():
    ending = only(". /venv/bin/activate\ncelery worker $OPTIONS")
    assert commands(ending) == ["celery worker"]


def test_variables_read_from_a_file_of_the_repository_are_known():
    ending = only("export $(grep -v '^#' .env | xargs)\ncelery worker -c $WORKERS")
    assert commands(ending)[-1] == "celery worker -c 5"
    assert only("set -a; . ./.env; set +a; celery worker -c $WORKERS | cat").started[0].environment.get("NAME").value.plain == "x"


def test_options_are_gathered_in_an_array():
    text = 'ARGS=(-A app)\nif [ -n "$N" ]; then ARGS+=(-c "$N"); fi\nARGS+=("$@")\nexec celery "${ARGS[@]}"'
    assert commands(only(text, "worker", environment=[env_line(1, "N", "3")])) == ["celery -A app -c 3 worker"]


def test_a_role_word_chooses_the_branch():
    text = 'case "${1:-web}" in\n  web) exec gunicorn ;;\n  worker) shift; exec celery worker "$@" ;;\n  *) exec "$@" ;;\nesac'
    assert commands(only(text)) == ["gunicorn"]
    assert commands(only(text, "worker", "-c", "4")) == ["celery worker -c 4"]
    assert commands(only(text, "bash")) == ["bash"]


def test_a_waiting_loop_does_not_make_what_follows_doubtful():
    for loop in ("until nc -z db 5432; do sleep 1; done", "while ! pg_isready; do echo waiting; sleep 1; done"):
        ending = only(f"{loop}\nexec celery worker")
        assert commands(ending)[-1] == "celery worker"
        assert ending.started[-1].conditions == ()


def test_a_waiting_loop_with_a_counter_ends_too():
    text = "n=0\nuntil nc -z db 1; do\n n=$((n+1))\n if [ $n -gt 60 ]; then exit 1; fi\n sleep 1\ndone\nexec celery worker"
    endings = follow(text)
    assert {e.how for e in endings} == {How.REPLACED, How.FAILS}


def test_a_loop_without_end_starts_its_commands():
    ending = only("while true; do celery worker; sleep 5; done\nnever")
    assert ending.how is How.FOREVER
    assert commands(ending) == ["celery worker", "sleep 5"]


def test_a_loop_that_starts_a_worker_again_starts_it_once():
    for text in (
        "while true; do celery worker -n w$i; i=$((i+1)); sleep 5; done",
        "n=0; while [ $n -lt 20 ]; do n=$((n+1)); celery worker; done",
        "until celery worker; do echo again; sleep 1; done",
    ):
        assert {tuple(c.split()[0] for c in commands(e) if "celery" in c) for e in follow(text)} == {("celery",)}


def test_a_loop_that_puts_workers_into_the_background_starts_them_all():
    ending = only("i=0; while [ $i -lt 3 ]; do celery worker -n w$i & i=$((i+1)); done; wait")
    assert commands(ending) == ["celery worker -n w0", "celery worker -n w1", "celery worker -n w2"]
    ending = only("for q in a b; do celery worker -Q $q & done; wait")
    assert commands(ending) == ["celery worker -Q a", "celery worker -Q b"]


def test_commands_that_are_meant_to_succeed_are_taken_to_succeed():
    assert commands(only("migrate && collect && exec celery worker")) == ["migrate", "collect", "celery worker"]
    endings = follow("migrate || exit 1\nexec celery worker")
    assert [(e.how, commands(e)) for e in endings] == [
        (How.REPLACED, ["migrate", "celery worker"]),
        (How.FAILS, ["migrate"]),
    ]
    assert endings[0].conditions == ()
    assert endings[1].status == 1


def test_a_command_that_may_fail_harmlessly_makes_no_branch():
    assert commands(only("migrate || true\nmkdir -p /x || echo exists\nexec celery worker"))[-1] == "celery worker"


def test_a_script_that_must_fail_says_so():
    ending = only('if [ -z "$SECRET" ]; then echo "no secret" >&2; exit 2; fi\ncelery worker')
    assert (ending.how, ending.status, commands(ending)) == (How.FAILS, 2, [])


def test_functions_get_their_own_arguments():
    text = 'run_worker() { exec celery -A "$1" worker "${@:2}"; }\nrun_worker app -c 4'
    assert commands(only(text)) == ["celery -A app worker -c 4"]


def test_eval_and_command_strings_of_known_text_are_followed():
    assert commands(only("C='celery worker'\neval \"exec $C -c 2\"")) == ["celery worker -c 2"]
    ending = only('eval "$(ssh-agent)"\ncelery worker')
    assert [s.argv[0].plain for s in ending.started] == ["eval", "celery"]


def test_a_here_document_is_skipped():
    assert commands(only("cat > /etc/x <<EOF\ncelery worker -c 99 $(evil)\nEOF\nexec celery worker")) == ["cat", "celery worker"]


def test_a_trap_starts_nothing():
    assert commands(only("trap 'celery control shutdown' TERM INT\ncelery worker &\nwait $!")) == ["celery worker"]


def test_carriage_returns_do_not_reach_the_words():
    assert commands(only("X=4\r\nexec celery worker -c $X\r\n")) == ["celery worker -c 4"]


def test_builtins_behind_command_and_builtin_are_builtins():
    assert commands(only("command cd src; builtin export A=1; command -v a; builtin -v b; command -p celery worker; command")) == [
        "celery worker"
    ]


def test_an_empty_script_ends_well():
    assert only("").how is How.EXITS
    assert only("# nothing\n").started == ()


def test_what_cannot_be_read_ends_a_run_with_the_reason():
    ending = only("celery worker &\nselect x in a; do b; done\ncelery beat")
    assert ending.how is How.UNKNOWN
    assert "select x in a" in ending.why
    assert commands(ending) == ["celery worker"]


def test_following_a_script_is_the_same_every_time():
    text = 'case "$A" in x) r=1;; y) r=2;; esac\nif check; then s=1; fi\ncelery worker $r $s'
    unset = Environment((), (Step(Role.WRITTEN, Span("compose.yaml", 9, 5, 9, 9)),))
    assert follow(text, environment=unset) == follow(text, environment=unset)


@pytest.mark.parametrize("name", ["tree_sitter", "forkfit.evaluate.shell.loops", "forkfit.evaluate.shell.conditions", "hashlib"])
def test_a_plain_command_string_loads_no_grammar(name):
    program = (
        "import sys\n"
        "from forkfit.evaluate.shell.run import Frame, run\n"
        "from forkfit.model.text import Piece, Text\n"
        "run(Text((Piece('cd /app && exec celery worker -c ${N:-4}'),)), Frame())\n"
        f"print({name!r} in sys.modules)\n"
    )
    linter = Path(__file__).parents[3] / "linter"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(linter)})
    assert done.stdout == "False\n"


def test_absent_variables_of_the_environment_are_empty():
    declared = Environment((Variable("X", Absent("X is not set")),))
    assert commands(only("celery worker -c${X} ${X:-4}", environment=declared)) == ["celery worker -c 4"]

"""What the command line gives, cell by cell, as real workers of Celery 3.1 to 5.7 did it."""

from __future__ import annotations

import pytest

from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, written
from forkfit.model.value import Unknown, Unread

AT = Span("compose.yaml", 9, 7, 9, 11)
ALL = ("5.7", "5.6", "5.5", "5.4", "5.3", "5.2", "5.1", "5.0", "4.4")
FIVE = ALL[:-1]


def cells(rows):
    """Spread rows of (name, command, {releases: outcome}) over their releases."""
    return [
        pytest.param(command, release, expected, id=f"{name} on {release}")
        for name, command, by_release in rows
        for releases, expected in by_release.items()
        for release in (releases if isinstance(releases, tuple) else releases.split())
    ]


@pytest.mark.parametrize(
    ("command", "release", "expected"),
    cells(
        [
            ("a short option with a blank", "celery -A proj worker -c 3", {ALL: 3}),
            ("a short option without one", "celery -A proj worker -c3", {ALL: 3}),
            ("a long option with a sign", "celery -A proj worker --concurrency=3", {ALL: 3}),
            ("a long option with a blank", "celery -A proj worker --concurrency 3", {ALL: 3}),
            ("a short option with a sign", "celery -A proj worker -c=3", {FIVE: "stops", "4.4": 3}),
            ("an abbreviation", "celery -A proj worker --conc 3", {FIVE: "stops", "4.4": 3}),
            ("a flag given twice", "celery -A proj worker -c 7 -c 3", {ALL: 3}),
            ("zero", "celery -A proj worker -c 0", {ALL: "cpus"}),
            ("nothing", "celery -A proj worker -c ''", {"5.7": "cpus", ALL[1:]: "stops"}),
            ("minus one", "celery -A proj worker -c -1", {"5.7 5.6 5.5 5.4 5.3": "stops", "5.2 5.1 5.0 4.4": 0}),
            ("a fraction", "celery -A proj worker -c 2.5", {ALL: "stops"}),
            ("a word", "celery -A proj worker -c abc", {ALL: "stops"}),
            ("a variable in single quotes", "celery -A proj worker -c '$X'", {ALL: "stops"}),
            ("auto", "celery -A proj worker -c auto", {"5.7": "cpus", ALL[1:]: "stops"}),
            ("AUTO", "celery -A proj worker -c AUTO", {"5.7": "cpus", ALL[1:]: "stops"}),
            ("an option without its value", "celery -A proj worker -c", {ALL: "stops"}),
            ("3.1, apart", "celery -A proj worker -c 3", {"3.1": 3}),
            ("3.1, joined", "celery -A proj worker -c3", {"3.1": 3}),
            ("3.1, with a sign", "celery -A proj worker -c=3", {"3.1": "stops"}),
            ("nothing at all", "celery -A proj worker", {ALL: "cpus", "3.1": "cpus"}),
        ]
    ),
)
def test_concurrency_on_the_command_line(outcome, command, release, expected):
    assert outcome(command, release) == expected


@pytest.mark.parametrize(
    ("command", "release", "expected"),
    cells(
        [
            ("maximum and minimum", "celery -A proj worker --autoscale=6,3", {ALL: (3, 6), "3.1": (3, 6)}),
            ("minimum and maximum", "celery -A proj worker --autoscale=3,6", {FIVE: (3, 6), "4.4 3.1": (6, 3)}),
            ("the maximum alone", "celery -A proj worker --autoscale=6", {ALL: (0, 6), "3.1": (0, 6)}),
            ("a concurrency beside it", "celery -A proj worker --autoscale=6,3 -c 4", {ALL: (3, 6)}),
            ("a blank after the comma", "celery -A proj worker --autoscale='6, 3'", {ALL: (3, 6)}),
            ("two words", "celery -A proj worker --autoscale 6 3", {ALL: "stops"}),
            ("three numbers", "celery -A proj worker --autoscale=6,3,1", {ALL: "stops"}),
            ("nothing", "celery -A proj worker --autoscale=", {ALL: "stops"}),
            ("with solo", "celery -A proj worker --autoscale=6,3 -P solo", {ALL: (1, 1)}),
            ("with threads", "celery -A proj worker --autoscale=6,3 -P threads", {ALL: (1, 1)}),
            ("with gevent", "celery -A proj worker --autoscale=6,3 -P gevent", {ALL: (1, 1)}),
            ("zero", "celery -A proj worker --autoscale=0", {ALL: (0, 0)}),
            ("zero twice", "celery -A proj worker --autoscale=0,0", {ALL: (0, 0)}),
        ]
    ),
)
def test_autoscaling_replaces_the_count(one, say, stops, command, release, expected):
    worker = one(command, release)
    assert ("stops" if stops(worker) else (say(worker.processes_at_start), say(worker.processes))) == expected


@pytest.mark.parametrize(
    ("command", "release", "expected"),
    cells(
        [
            ("none", "celery -A proj worker -c 3", {ALL: ("prefork", 3, 3)}),
            ("prefork", "celery -A proj worker -c 3 -P prefork", {ALL: ("prefork", 3, 3)}),
            ("processes", "celery -A proj worker -c 3 -P processes", {ALL: ("prefork", 3, 3)}),
            ("solo", "celery -A proj worker -c 3 -P solo", {ALL: ("solo", 1, 1)}),
            ("solo in a cluster", "celery -A proj worker -c3 -Psolo", {ALL: ("solo", 1, 1)}),
            ("threads", "celery -A proj worker -c 3 --pool=threads", {ALL: ("threads", 3, 1)}),
            ("gevent", "celery -A proj worker -c 500 --pool gevent", {ALL: ("gevent", 500, 1)}),
            ("eventlet", "celery -A proj worker -c 500 --pool eventlet", {ALL: ("eventlet", 500, 1)}),
            ("gevent without a count", "celery -A proj worker --pool gevent", {ALL: ("gevent", "cpus", 1)}),
            ("a wrong name", "celery -A proj worker -c 3 -P thread", {ALL: "stops"}),
            ("a name in capitals", "celery -A proj worker -c 3 -P SOLO", {ALL: "stops"}),
            ("an empty name", "celery -A proj worker -c 3 -P ''", {ALL: "stops"}),
            ("custom without a class", "celery -A proj worker -c 3 -P custom", {"5.2 5.1 5.0 4.4": "stops"}),
            ("a class path", "celery -A proj worker -c 3 -P my.pool:Pool", {"5.7 5.4 5.1": "stops", "4.4": ("unknown", 3, "unknown")}),
            ("Celery's own class path", "celery -A p worker -c 3 -P celery.concurrency.solo:TaskPool", {"4.4": ("solo", 1, 1)}),
        ]
    ),
)
def test_the_pool_comes_first(one, say, stops, command, release, expected):
    worker = one(command, release)
    assert ("stops" if stops(worker) else (say(worker.pool), say(worker.concurrency), say(worker.processes))) == expected


@pytest.mark.parametrize(
    ("command", "release", "expected"),
    cells(
        [
            ("-A before", "celery -A proj worker -c 3", {ALL: ("proj", 3)}),
            ("-A joined", "celery -Aproj worker -c 3", {ALL: ("proj", 3)}),
            ("--app", "celery --app proj worker -c 3", {ALL: ("proj", 3)}),
            ("--app=", "celery --app=proj worker -c 3", {ALL: ("proj", 3)}),
            ("-A=", "celery -A=proj worker -c 3", {FIVE: "stops", "4.4": ("proj", 3)}),
            ("-A after", "celery worker -A proj -c 3", {FIVE: "stops", "4.4 3.1": ("proj", 3)}),
            ("the last -A", "celery -A other -A proj worker -c 3", {ALL: ("proj", 3)}),
            ("a worker option before", "celery -c 3 -A proj worker", {FIVE: "stops", "4.4": ("proj", 3)}),
            ("--workdir before", "celery -A proj --workdir=/d worker -c 3", {ALL: ("proj", 3)}),
            ("--workdir after", "celery -A proj worker --workdir=/d -c 3", {FIVE: "stops", "4.4": ("proj", 3)}),
            ("python -m celery", "python -m celery -A proj worker -c 3", {ALL: ("proj", 3)}),
            ("python -u -m celery", "python3.11 -u -W ignore -m celery -A proj worker -c 3", {ALL: ("proj", 3)}),
            ("python -m celery.bin.celery", "python -m celery.bin.celery -A proj worker -c 3", {FIVE: "stops", "4.4": ("proj", 3)}),
            ("celeryd", "celeryd -A proj -c 3", {"3.1": ("proj", 3)}),
            ("a whole path", "/usr/local/bin/celery -A proj worker -c 3", {ALL: ("proj", 3)}),
            ("an attribute", "celery -A proj:app worker -c 3", {ALL: ("proj:app", 3)}),
            ("no -A", "celery worker -c 3", {ALL: ("absent", 3)}),
            ("a dropped spelling", "celery -A proj worker -c 3 --maxtasksperchild=9", {FIVE: "stops", "4.4 3.1": ("proj", 3)}),
            ("another one", "celery -A proj worker -c 3 --maxmemperchild=900", {FIVE: "stops", "4.4": ("proj", 3)}),
            ("--autoreload", "celery -A proj worker -c 3 --autoreload", {FIVE: "stops", "4.4": "stops", "3.1": ("proj", 3)}),
            ("--no-execv", "celery -A proj worker -c 3 --no-execv", {FIVE: "stops", "4.4 3.1": ("proj", 3)}),
            ("--skip-checks", "celery --skip-checks -A proj worker -c 3", {"5.7 5.3": ("proj", 3), "5.2 4.4": "stops"}),
            ("--disable-prefetch", "celery -A proj worker -c 3 --disable-prefetch", {"5.7 5.6": ("proj", 3), "5.5 4.4": "stops"}),
            ("clusters", "celery -A proj worker -EB -c 3", {ALL: ("proj", 3)}),
            ("a cluster with a value", "celery -A proj worker -BEc3", {ALL: ("proj", 3)}),
            ("joined values", "celery -A proj worker -Blinfo -c3", {ALL: ("proj", 3)}),
            ("more joined values", "celery -A proj worker -lINFO -Qa,b -Psolo -Ofair", {ALL: ("proj", 1)}),
            ("-O fair", "celery -A proj worker -O fair -c 3", {ALL: ("proj", 3)}),
            ("an option of the application", "celery -A proj worker --lane fast -c 3 --strict", {ALL: ("proj", 3)}),
        ]
    ),
)
def test_shapes_of_the_command_line(one, say, stops, command, release, expected):
    worker = one(command, release)
    assert ("stops" if stops(worker) else (say(worker.app), say(worker.concurrency))) == expected


@pytest.mark.parametrize(
    ("command", "release", "expected"),
    cells(
        [
            ("without dashes", "celery -A proj worker worker.concurrency=6", {"5.7 5.6 5.2": 6, "5.1 5.0": "cpus", "4.4": "stops"}),
            ("with dashes", "celery -A proj worker -- worker.concurrency=6", {"5.7 5.6 5.2": 6, "5.1 5.0": "cpus", "4.4": 6}),
            ("with -c", "celery -A proj worker -c 3 -- worker.concurrency=6", {ALL: 3}),
            ("3.1", "celery -A proj worker -- celeryd.concurrency=4", {"3.1": 4}),
            ("another word", "celery -A proj worker foo", {ALL: "stops"}),
            ("an empty word", "celery -A proj worker ''", {ALL: "stops"}),
            ("a pool", "celery -A proj worker -c 3 -- worker.pool=solo", {FIVE: 3, "4.4": 1}),
        ]
    ),
)
def test_settings_after_the_options(outcome, command, release, expected):
    assert outcome(command, release) == expected


@pytest.mark.parametrize(
    ("command", "release", "kibibytes"),
    cells(
        [
            ("an option", "celery -A proj worker --max-memory-per-child=200000", {ALL: 200000, "3.1": "absent"}),
            ("4.x's spelling", "celery -A proj worker --maxmemperchild=200000", {"4.4": 200000}),
            ("none", "celery -A proj worker", {ALL: "absent"}),
            ("zero", "celery -A proj worker --max-memory-per-child=0", {ALL: "absent"}),
            ("a unit", "celery -A proj worker --max-memory-per-child=200MB", {ALL: "unknown"}),
            ("after the options", "celery -A proj worker -- worker.max_memory_per_child=12000", {ALL: 12000}),
            ("both", "celery -A proj worker --max-memory-per-child=7000 -- worker.max_memory_per_child=12000", {ALL: 7000}),
        ]
    ),
)
def test_the_memory_of_a_child_is_kibibytes(one, say, command, release, kibibytes):
    found = one(command, release).max_memory_per_child
    assert (found.value.bytes // 1024 if hasattr(found, "value") else say(found)) == kibibytes


@pytest.mark.parametrize(
    ("command", "celery", "release"),
    [
        pytest.param("celery worker -A proj", None, "4.4", id="an app after the sub-command is no Celery 5"),
        pytest.param("celery -A proj worker -c=3", "", "4.4", id="nor is -c=3, where any version may be installed"),
        pytest.param("celery -A proj worker --maxtasksperchild=3", ">=4.2", "4.4", id="nor a spelling that 5 dropped"),
        pytest.param("celeryd -A proj", None, "3.1", id="celeryd is a program of 3.1"),
        pytest.param("celery worker -A proj", ">=5.0", "5.7.0", id="what the project asks for is stronger"),
        pytest.param("celery -A proj worker", None, "5.7", id="without a hint the newest is assumed"),
        pytest.param("celery -A proj worker", ">=5.2,<5.4", "5.3.6", id="or the newest that a specifier allows"),
        pytest.param("celery -A proj worker", "~=5.2.1", "5.2.7", id="a compatible release"),
    ],
)
def test_the_form_of_the_command_line_hints_at_the_release(one, command, celery, release):
    files = {} if celery is None else {"requirements.txt": f"celery{celery}\n"}
    assert one(command, None, files=files).celery_version.value.startswith(release)


def test_a_value_keeps_its_way_from_the_env_file():
    from forkfit.launchers.celery.line import after_program, read
    from forkfit.model.span import Role, Span, Step
    from forkfit.model.text import Piece, Text, written

    at = Span("compose.yaml", 7, 15, 7, 29)
    twenty = Piece("20", (Step(Role.WRITTEN, Span(".env", 1, 13, 1, 15)), Step(Role.USED, Span("compose.yaml", 7, 39, 7, 53))), exact=True)
    word = Text((Piece("--concurrency=", (Step(Role.WRITTEN, at),), exact=True), twenty))
    line = read(after_program((written("celery", at), written("worker", at), word)))
    assert line.last("concurrency").value == Text((twenty,))


def test_of_files_that_disagree_the_one_that_knows_the_options_counts(one, stops):
    files = {"pyproject.toml": "[tool.poetry.dependencies]\ncelery = '3.1.25'\n", "requirements.txt": "celery==4.4.7\n"}
    worker = one("celery -A proj worker --max-tasks-per-child=1", None, files=files)
    assert (worker.celery_version.value, stops(worker)) == ("4.4.7", False)


@pytest.mark.parametrize(
    ("instead", "pool", "children"),
    [
        (Unread("ARGS is set nowhere that can be read"), "prefork", 3),
        (Unknown("ARGS is decided outside"), {"prefork", "unknown"}, {3, "unknown"}),
    ],
    ids=["only a file that is not there", "anyone"],
)
def test_a_word_that_only_a_missing_file_sets_holds_no_option(one, say, instead, pool, children):
    hidden = Text((Piece("$ARGS", (Step(Role.USED, AT, ".env cannot be read"),), instead=instead),))
    worker = one((*(written(word, AT) for word in ["celery", "-A", "proj", "worker", "-c", "3"]), hidden))
    assert (say(worker.pool), say(worker.concurrency)) == (pool, children)


def test_what_is_taken_as_empty_says_so(one):
    hidden = Text((Piece("$ARGS", (Step(Role.USED, AT, ".env cannot be read"),), instead=Unread("ARGS is set nowhere")),))
    notes = [step.note for step in one((*(written(word, AT) for word in ["celery", "-A", "proj", "worker"]), hidden)).concurrency.trail]
    assert "$ARGS is taken as empty, since nothing that could be read sets it" in notes

"""What the application's configuration gives, cell by cell, as real workers of Celery 3.1 to 5.7 did it."""

from __future__ import annotations

from textwrap import dedent

import pytest

ALL = ("5.7", "5.6", "5.5", "5.4", "5.3", "5.2", "5.1", "5.0", "4.4")
OLDER = ALL[1:]
MAIN = ("5.7", "5.6", "5.2", "4.4")
COMMAND = "celery -A proj worker"
APP = "from celery import Celery\napp = Celery('proj')\n"
CONSTRUCTED = "from celery import Celery\napp = Celery('proj', "
PAIRS = "CELERYD_POOL = 'prefork'\nworker_pool = 'prefork'\nBROKER_URL = 'm'\nbroker_url = 'm'\n"
FACTORY = """
from celery import Celery
def make():
    made = Celery('proj')
    made.conf.update(worker_concurrency=3)
    return made
app = make()
"""


def cells(rows):
    return [
        pytest.param({name: dedent(text) for name, text in files.items()}, release, expected, id=f"{title} on {release}")
        for title, files, by_release in rows
        for releases, expected in by_release.items()
        for release in (releases if isinstance(releases, tuple) else releases.split())
    ]


def loaded(settings, namespace=""):
    """Return an application that reads a module of these settings."""
    keyword = f", namespace={namespace!r}" if namespace else ""
    return {"proj.py": APP + f"app.config_from_object('settings'{keyword})\n", "settings.py": settings}


@pytest.mark.parametrize(
    ("files", "release", "expected"),
    cells(
        [
            ("the new name", loaded("worker_concurrency = 3"), {MAIN: 3, "3.1": "cpus"}),
            ("the old name", loaded("CELERYD_CONCURRENCY = 3"), {MAIN: 3, "3.1": 3}),
            ("WORKER_CONCURRENCY", loaded("WORKER_CONCURRENCY = 3"), {MAIN: "cpus"}),
            ("CELERY_WORKER_CONCURRENCY", loaded("CELERY_WORKER_CONCURRENCY = 3"), {MAIN: "cpus"}),
            ("CELERY_CONCURRENCY", loaded("CELERY_CONCURRENCY = 3"), {MAIN: "cpus"}),
            ("namespace, its own name", loaded("CELERY_WORKER_CONCURRENCY = 3", "CELERY"), {MAIN: 3}),
            ("namespace, the bare name", loaded("worker_concurrency = 3", "CELERY"), {MAIN: 3}),
            ("namespace, both", loaded("worker_concurrency = 3\nCELERY_WORKER_CONCURRENCY = 4", "CELERY"), {MAIN: 4}),
            ("namespace, the old name", loaded("CELERYD_CONCURRENCY = 3", "CELERY"), {"5.7": 3, "5.6 5.2 4.4": "cpus"}),
            ("namespace, CELERY_CELERYD", loaded("CELERY_CELERYD_CONCURRENCY = 3", "CELERY"), {MAIN: "cpus"}),
            ("namespace, CELERYD_WORKER", loaded("CELERYD_WORKER_CONCURRENCY = 3", "CELERY"), {MAIN: "cpus"}),
            ("namespace, WORKER_CONCURRENCY", loaded("WORKER_CONCURRENCY = 3", "CELERY"), {MAIN: "cpus"}),
            ("namespace, CELERY_CONCURRENCY", loaded("CELERY_CONCURRENCY = 3", "CELERY"), {MAIN: "cpus"}),
            ("namespace, mixed case", loaded("Celery_Worker_Concurrency = 3", "CELERY"), {MAIN: "cpus"}),
            ("a namespace in lower case", loaded("CELERY_WORKER_CONCURRENCY = 3", "celery"), {MAIN: "cpus"}),
            ("both names", loaded("worker_concurrency = 3\nCELERYD_CONCURRENCY = 4"), {MAIN: 3}),
            (
                "both names, the old style in majority",
                loaded("worker_concurrency = 3\nCELERYD_CONCURRENCY = 4\n" + PAIRS),
                {MAIN: 3},
            ),
            ("one old name among new ones", loaded("CELERYD_CONCURRENCY = 3\nbroker_url = 'm'\ntask_acks_late = True"), {MAIN: "stops"}),
            ("one new name among old ones", loaded("worker_concurrency = 3\nBROKER_URL = 'm'\nCELERY_ACKS_LATE = 1"), {MAIN: "stops"}),
            ("worker_autoscale", loaded("worker_autoscale = '6,3'\nworker_concurrency = 4"), {MAIN: 4}),
        ]
    ),
)
def test_spellings_of_a_key(outcome, files, release, expected):
    assert outcome(COMMAND, release, files=files) == expected


SETTINGS = "worker_concurrency = 3\n"


@pytest.mark.parametrize(
    ("files", "release", "expected"),
    cells(
        [
            ("a module by name", {"proj.py": APP + "app.config_from_object('conf')", "conf.py": SETTINGS}, {MAIN: 3}),
            (
                "an object with a colon",
                {"proj.py": APP + "app.config_from_object('conf:Obj')", "conf.py": "class Obj:\n    " + SETTINGS},
                {MAIN: 3},
            ),
            (
                "an object with a dot",
                {"proj.py": APP + "app.config_from_object('conf.Obj')", "conf.py": "class Obj:\n    " + SETTINGS},
                {MAIN: 3},
            ),
            ("a module object", {"proj.py": "import conf\n" + APP + "app.config_from_object(conf)", "conf.py": SETTINGS}, {MAIN: 3}),
            (
                "a class",
                {"proj.py": "from conf import Obj\n" + APP + "app.config_from_object(Obj)", "conf.py": "class Obj:\n    " + SETTINGS},
                {MAIN: 3},
            ),
            (
                "an instance",
                {"proj.py": "from conf import Obj\n" + APP + "app.config_from_object(Obj())", "conf.py": "class Obj:\n    " + SETTINGS},
                {MAIN: 3},
            ),
            (
                "an inherited class",
                {
                    "proj.py": "from conf import Obj\n" + APP + "app.config_from_object(Obj)",
                    "conf.py": "class Base:\n    worker_concurrency = 3\nclass Obj(Base):\n    pass\n",
                },
                {MAIN: 3},
            ),
            ("a dictionary", {"proj.py": APP + "app.config_from_object({'worker_concurrency': 3})"}, {MAIN: 3}),
            ("a dictionary by name", {"proj.py": "CONF = dict(worker_concurrency=3)\n" + APP + "app.config_from_object(CONF)"}, {MAIN: 3}),
            (
                "the last call",
                {
                    "proj.py": APP + "app.config_from_object('other')\napp.config_from_object('conf')",
                    "conf.py": SETTINGS,
                    "other.py": "worker_concurrency = 4",
                },
                {MAIN: 3},
            ),
            (
                "the last call, which sets nothing",
                {
                    "proj.py": APP + "app.config_from_object('other')\napp.config_from_object('conf')",
                    "conf.py": "",
                    "other.py": "worker_concurrency = 4",
                },
                {MAIN: "cpus"},
            ),
            (
                "config_source, a module",
                {"proj.py": CONSTRUCTED + "config_source='conf')", "conf.py": SETTINGS},
                {MAIN: 3},
            ),
            (
                "config_source, a dictionary",
                {"proj.py": CONSTRUCTED + "config_source={'worker_concurrency': 3})"},
                {MAIN: 3},
            ),
            (
                "config_source with a namespace",
                {"proj.py": CONSTRUCTED + "config_source={'CEL_WORKER_CONCURRENCY': 3}, namespace='CEL')"},
                {MAIN: 3},
            ),
            ("a module that is not here", {"proj.py": APP + "app.config_from_object('elsewhere', silent=True)"}, {"5.7": "cpus"}),
            ("assignment", {"proj.py": APP + "app.conf.worker_concurrency = 3"}, {MAIN: 3}),
            ("an item", {"proj.py": APP + "app.conf['worker_concurrency'] = 3"}, {MAIN: 3}),
            ("update by keyword", {"proj.py": APP + "app.conf.update(worker_concurrency=3)"}, {MAIN: 3}),
            ("update by dictionary", {"proj.py": APP + "app.conf.update({'worker_concurrency': 3})"}, {MAIN: 3}),
            ("the old name assigned", {"proj.py": APP + "app.conf.CELERYD_CONCURRENCY = 3"}, {MAIN: 3}),
            ("setattr", {"proj.py": APP + "setattr(app.conf, 'worker_concurrency', 3)"}, {MAIN: 3}),
            (
                "by way of a name",
                {"proj.py": APP + "conf = app.conf\nconf.update(task_acks_late=True)\nconf.update(worker_concurrency=3)"},
                {MAIN: 3},
            ),
            (
                "assignment before the source",
                {"proj.py": APP + "app.conf.worker_concurrency = 5\napp.config_from_object('conf')", "conf.py": SETTINGS},
                {MAIN: 5},
            ),
            (
                "assignment after the source",
                {"proj.py": APP + "app.config_from_object('conf')\napp.conf.worker_concurrency = 5", "conf.py": SETTINGS},
                {MAIN: 5},
            ),
            ("the last assignment", {"proj.py": APP + "app.conf.worker_concurrency = 4\napp.conf.worker_concurrency = 5"}, {MAIN: 5}),
            (
                "assignment against a namespace",
                {
                    "proj.py": APP + "app.config_from_object('conf', namespace='CELERY')\napp.conf.worker_concurrency = 5",
                    "conf.py": "CELERY_WORKER_CONCURRENCY = 3",
                },
                {"5.7": 5, OLDER: 3},
            ),
            (
                "update with the name of the namespace",
                {
                    "proj.py": APP + "app.config_from_object('conf', namespace='CELERY')\napp.conf.update(CELERY_WORKER_CONCURRENCY=5)",
                    "conf.py": "CELERY_WORKER_CONCURRENCY = 3",
                },
                {ALL: 5},
            ),
            ("that name without a namespace", {"proj.py": APP + "app.conf.update(CELERY_WORKER_CONCURRENCY=5)"}, {MAIN: "cpus"}),
            (
                "setdefault",
                {"proj.py": APP + "app.conf.setdefault('worker_concurrency', 5)\napp.config_from_object('conf')", "conf.py": SETTINGS},
                {MAIN: 5},
            ),
            (
                "add_defaults",
                {"proj.py": APP + "app.add_defaults({'worker_concurrency': 5})\napp.config_from_object('conf')", "conf.py": SETTINGS},
                {MAIN: 5},
            ),
            ("add_defaults by function", {"proj.py": APP + "app.add_defaults(lambda: {'worker_concurrency': 5})"}, {MAIN: 5}),
            (
                "a keyword of the constructor",
                {"proj.py": CONSTRUCTED + "worker_concurrency=3)"},
                {ALL[:7]: 3, "5.0 4.4": "cpus"},
            ),
            (
                "changes of the constructor",
                {"proj.py": CONSTRUCTED + "changes={'worker_concurrency': 3})"},
                {ALL: 3},
            ),
            ("celeryconfig beside -A", {"proj.py": APP, "celeryconfig.py": SETTINGS}, {MAIN: "cpus"}),
            (
                "a function that makes it",
                {"proj.py": FACTORY},
                {MAIN: 3},
            ),
            (
                "a function that is handed it",
                {"proj.py": APP + "def setup(it, n):\n    it.conf.worker_concurrency = n\nsetup(app, 3)"},
                {MAIN: 3},
            ),
            (
                "another module",
                {"proj.py": "from core import app\napp.conf.worker_concurrency = 5", "core.py": APP + "app.conf.worker_concurrency = 4"},
                {MAIN: 5},
            ),
        ]
    ),
)
def test_ways_of_loading(outcome, files, release, expected):
    assert outcome(COMMAND, release, files=files) == expected


@pytest.mark.parametrize(
    ("command", "variables", "files", "release", "expected"),
    [
        pytest.param(*row, release, expected, id=f"{title} on {release}")
        for title, row, by_release in [
            ("no -A, celeryconfig", ("celery worker", {}, {"celeryconfig.py": SETTINGS}), {MAIN: 3}),
            ("no -A, a module by name", ("celery worker", {"CELERY_CONFIG_MODULE": "conf"}, {"conf.py": SETTINGS}), {MAIN: 3}),
            ("an app without a source", (COMMAND, {"CELERY_CONFIG_MODULE": "conf"}, {"proj.py": APP, "conf.py": SETTINGS}), {MAIN: 3}),
            ("CONFIG_MODULE", (COMMAND, {"CONFIG_MODULE": "conf"}, {"proj.py": APP, "conf.py": SETTINGS}), {MAIN[:3]: 3, ("4.4",): "cpus"}),
            ("CELERY_CONFIG", (COMMAND, {"CELERY_CONFIG": "conf"}, {"proj.py": APP, "conf.py": SETTINGS}), {MAIN[:3]: 3, ("4.4",): "cpus"}),
            ("--config", ("celery -A proj --config=conf worker", {}, {"proj.py": APP, "conf.py": SETTINGS}), {MAIN: 3}),
            (
                "an app with a source",
                (
                    COMMAND,
                    {"CELERY_CONFIG_MODULE": "conf"},
                    {"proj.py": APP + "app.config_from_object({'worker_concurrency': 4})", "conf.py": SETTINGS},
                ),
                {MAIN: 4},
            ),
            (
                "config_from_envvar",
                (COMMAND, {"WHERE": "conf"}, {"proj.py": APP + "app.config_from_envvar('WHERE')", "conf.py": SETTINGS}),
                {MAIN: 3},
            ),
        ]
        for releases, expected in by_release.items()
        for release in releases
    ],
)
def test_a_module_that_is_named_outside(outcome, command, variables, files, release, expected):
    assert outcome(command, release, variables, files) == expected


@pytest.mark.parametrize(
    ("files", "release", "expected"),
    cells(
        [
            (f"{value}", loaded(f"worker_concurrency = {value}"), by_release)
            for value, by_release in {
                "None": {ALL: "cpus"},
                "0": {ALL: "cpus"},
                "''": {ALL[:8]: "cpus", "4.4": "stops"},
                "'4'": {"5.7 4.4": 4, ALL[1:8]: "stops"},
                "'abc'": {"5.7": "cpus", OLDER: "stops"},
                "'auto'": {"5.7": "cpus", OLDER: "stops"},
                "-3": {ALL[:5]: "stops", "5.2 5.1 5.0 4.4": 0},
                "3.5": {ALL: "stops"},
                "True": {ALL[:5]: "stops", "5.2 5.1 5.0 4.4": 1},
            }.items()
        ]
    ),
)
def test_values_of_any_type(outcome, files, release, expected):
    assert outcome(COMMAND, release, files=files) == expected


@pytest.mark.parametrize(
    ("command", "variables", "release", "expected"),
    [
        pytest.param(command, variables, release, expected, id=f"{title} on {release}")
        for title, command, variables, by_release in [
            ("-c 0 falls to the configuration in 5.x", COMMAND + " -c 0", {}, {ALL[:8]: 4, ("4.4",): "cpus"}),
            ("-c beats it", COMMAND + " -c 3", {}, {ALL: 3}),
            ("the environment beats it in 5.x", COMMAND, {"CELERY_WORKER_CONCURRENCY": "5"}, {ALL[:8]: 5, ("4.4",): 4}),
            ("zero in the environment does not", COMMAND, {"CELERY_WORKER_CONCURRENCY": "0"}, {ALL: 4}),
            ("-c 0 goes past the environment", COMMAND + " -c 0", {"CELERY_WORKER_CONCURRENCY": "5"}, {ALL[:8]: 4}),
            ("a trailing setting beats it in 4.4 only", COMMAND + " -- worker.concurrency=6", {}, {ALL[:8]: 4, ("4.4",): 6}),
            ("autoscaling beats it", COMMAND + " --autoscale=6,3", {}, {ALL: 6}),
            ("-c with 3.1", COMMAND + " -c 0", {}, {("3.1",): "cpus"}),
        ]
        for releases, expected in by_release.items()
        for release in releases
    ],
)
def test_which_place_wins(outcome, command, variables, release, expected):
    files = {"proj.py": APP + "app.config_from_object({'worker_concurrency': 4, 'CELERYD_CONCURRENCY': 4})"}
    assert outcome(command, release, variables, files) == expected


@pytest.mark.parametrize(
    "overriding",
    [{"command": COMMAND + " -c 3"}, {"variables": {"CELERY_WORKER_CONCURRENCY": "3"}}, {"command": COMMAND + " --autoscale=3,1"}],
)
def test_a_text_does_no_harm_where_something_stronger_decides(outcome, overriding):
    assert outcome(**({"command": COMMAND, "celery": "5.6", "files": loaded("worker_concurrency = '4'")} | overriding)) == 3


@pytest.mark.parametrize(
    ("setting", "option", "release", "expected"),
    [
        pytest.param(setting, option, release, expected, id=f"{setting} {option or 'without -P'} on {release}")
        for setting, option, by_release in [
            ("solo", "", {"5.7 5.6 5.5 5.4 5.3 5.2 5.1": "solo", "5.0": "prefork", "4.4 3.1": "solo"}),
            ("solo", "-P prefork", {"5.7 5.6 5.5 5.4 5.3 5.2 5.1": "solo", "5.0 4.4 3.1": "prefork"}),
            ("solo", "-P processes", {" ".join(ALL): "prefork"}),
            ("threads", "-P solo", {"5.7 5.6 5.2 4.4": "solo"}),
            ("celery.concurrency.thread:TaskPool", "", {"5.7 5.1 4.4": "threads", "5.0": "prefork"}),
            ("my.pool:Pool", "", {"5.7 5.1 4.4": "unknown"}),
            ("nonsense", "", {"5.7 5.1 4.4": "unknown"}),
            ("", "", {"5.7": "prefork", "4.4": "unknown"}),
        ]
        for releases, expected in by_release.items()
        for release in releases.split()
    ],
)
def test_which_place_picks_the_pool(one, say, setting, option, release, expected):
    files = loaded(f"worker_pool = {setting!r}\nCELERYD_POOL = {setting!r}")
    assert say(one(f"{COMMAND} -c 3 {option}", release, files=files).pool) == expected


def test_an_assignment_that_only_some_runs_reach_is_one_of_two(one, say):
    files = {"proj.py": APP + "import socket\nif socket.gethostname() == 'big':\n    app.conf.worker_concurrency = 16\n"}
    assert set(map(say, one(COMMAND, files=files).concurrency.alternatives)) == {16, "cpus"}


def test_both_branches_that_assign_leave_no_default(one, say):
    files = {
        "proj.py": APP
        + "import socket\nif socket.gethostname():\n    app.conf.worker_concurrency = 16\nelse:\n    app.conf.worker_concurrency = 4\n"
    }
    assert set(map(say, one(COMMAND, files=files).concurrency.alternatives)) == {16, 4}


def test_code_that_is_not_in_the_repository_is_taken_as_default_and_said_so(one, say):
    worker = one(COMMAND, files={"README.md": ""})
    assert (say(worker.concurrency), say(worker.pool)) == ("cpus", "prefork")
    assert any("not in the project" in step.note for step in worker.concurrency.trail)
    assert any("not in the project" in step.note for step in worker.pool.trail)


def test_what_loses_is_in_the_trail_and_among_the_candidates(one):
    worker = one(COMMAND + " -c 3", "5.7", {"CELERY_WORKER_CONCURRENCY": "5"}, loaded("worker_concurrency = 4"))
    assert [(c.source, c.value.value) for c in worker.candidates] == [
        ("--concurrency", 3),
        ("CELERY_WORKER_CONCURRENCY", 5),
        ("worker_concurrency", 4),
    ]
    assert [(s.role.value, s.at.file, s.at.line) for s in worker.concurrency.trail] == [
        ("written", "compose.yaml", 5),
        ("replaced", "compose.yaml", 9),
        ("replaced", "settings.py", 1),
    ]


def test_memory_of_a_child_is_read_from_the_configuration(one):
    files = loaded("worker_max_memory_per_child = 200 * 1000")
    assert one(COMMAND, files=files).max_memory_per_child.value.bytes == 200_000 * 1024
    assert one(COMMAND + " --max-memory-per-child=0", files=files).max_memory_per_child.why == "0 is no limit"


@pytest.mark.parametrize(
    ("release", "command", "settings", "expected"),
    [
        ("5.7", COMMAND, "worker_pool_start_method = 'spawn'", "spawn"),
        ("5.6", COMMAND, "worker_pool_start_method = 'spawn'", "fork"),
        ("5.7", COMMAND + " --pool-start-method=spawn", "", "spawn"),
        ("5.7", COMMAND, "", "fork"),
    ],
)
def test_the_start_method_is_a_setting_of_5_7(one, say, release, command, settings, expected):
    assert say(one(command, release, files=loaded(settings)).start_method) == expected


def test_an_application_that_a_library_makes_is_configured_by_the_project_or_not_at_all(outcome):
    code = "from flask import Flask\nfrom flask_celeryext import FlaskCeleryExt\nweb = Flask('web')\n"
    made = code + "celery = FlaskCeleryExt(web).celery\n"
    assert outcome("celery -A proj.celery worker", files={"proj.py": made}) == "cpus"
    assert outcome("celery -A proj.celery worker", files={"proj.py": made + "web.config['WORKER_CONCURRENCY'] = 4\n"}) == "unknown"

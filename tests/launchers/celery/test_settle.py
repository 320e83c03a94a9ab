"""What a worker imports, what handlers and late modules change, and what nothing reads."""

from __future__ import annotations

import pytest

from forkfit.model.project import Environment
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Known
from forkfit.model.worker import Effect

COMMAND = "celery -A proj worker"
APP = "from celery import Celery\napp = Celery('proj')\n"
NUMPY = "import numpy"
OLD_NAMES = {"proj.py": APP + "app.config_from_object('conf')", "conf.py": "CELERY_IMPORTS = ('jobs',)"}
DISCOVERED = {"jobs/__init__.py": "", "jobs/tasks.py": NUMPY}
BOTH = {"proj.py": APP + "app.conf.update(include=['jobs'], worker_concurrency=4)"}


def libraries(worker):
    return {i.library for i in worker.code.imports}


@pytest.mark.parametrize(
    ("command", "files"),
    [
        pytest.param(COMMAND, {"proj.py": APP + NUMPY}, id="by the application"),
        pytest.param(COMMAND, {"proj.py": APP + "app.conf.imports = ['jobs']", "jobs.py": NUMPY}, id="by imports"),
        pytest.param(COMMAND, {"proj.py": APP + "app.conf.update(include=('jobs',))", "jobs.py": NUMPY}, id="by include"),
        pytest.param(
            COMMAND,
            {"proj.py": "from celery import Celery as C\napp = C(include=['jobs'])", "jobs.py": NUMPY},
            id="by the constructor",
        ),
        pytest.param(COMMAND + " -I jobs,more", {"proj.py": APP, "jobs.py": "", "more.py": NUMPY}, id="by -I"),
        pytest.param(
            COMMAND,
            DISCOVERED | {"proj.py": APP + "app.autodiscover_tasks(['jobs'])"},
            id="by discovery",
        ),
        pytest.param(
            COMMAND,
            OLD_NAMES | {"jobs.py": NUMPY},
            id="by the old name",
        ),
        pytest.param(COMMAND, {"proj.py": APP + "app.conf.imports = 'jobs'", "jobs.py": NUMPY}, id="by one name"),
        pytest.param("celery worker", {"celeryconfig.py": "imports = ['jobs']", "jobs.py": NUMPY}, id="by celeryconfig"),
    ],
)
def test_a_worker_imports_what_its_configuration_names(one, command, files):
    assert "numpy" in libraries(one(command, files=files))


DJANGO = {
    "proj/__init__.py": "from .celery import app",
    "proj/celery.py": """
import os
from celery import Celery
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")
app = Celery("proj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
    "proj/settings.py": "from .base import *\nCELERY_WORKER_CONCURRENCY = int(os.environ.get('WORKERS', 6))\n",
    "proj/base.py": "import os\nINSTALLED_APPS = ['shop']\nCELERY_WORKER_MAX_MEMORY_PER_CHILD = 1000\n",
    "shop/__init__.py": "",
    "shop/tasks.py": "import pandas",
}


def test_django_settings_with_a_namespace(one, say):
    worker = one(COMMAND, files=DJANGO)
    assert (say(worker.concurrency), worker.max_memory_per_child.value.bytes, "pandas" in libraries(worker)) == (6, 1_024_000, True)
    assert say(one(COMMAND, "5.7", {"WORKERS": "3"}, DJANGO).concurrency) == 3


def test_a_dotenv_file_that_the_settings_load_is_a_source(one, say):
    files = DJANGO | {
        "proj/settings.py": "from dotenv import load_dotenv\nload_dotenv()\nfrom .base import *\nCELERY_WORKER_CONCURRENCY = 4\n",
        ".env": "CELERY_WORKER_CONCURRENCY=6\n",
    }
    assert say(one(COMMAND, "5.7", files=files).concurrency) == 6
    assert say(one(COMMAND, "4.4", files=files).concurrency) == 4


def test_the_environment_that_the_application_sets_is_a_source(one, say):
    files = {"proj.py": "import os\nos.environ['CELERY_WORKER_CONCURRENCY'] = '6'\n" + APP + "app.conf.worker_concurrency = 4\n"}
    assert [say(one(COMMAND, release, files=files).concurrency) for release in ("5.7", "5.2", "4.4")] == [6, 6, 4]


LATE = {"proj.py": APP + "app.conf.include = ['jobs']\n", "jobs.py": "from proj import app\napp.conf.worker_concurrency = 5\n"}


@pytest.mark.parametrize(
    ("files", "command", "release", "expected"),
    [
        pytest.param(LATE, COMMAND, "5.7", 5, id="a module that is included fills in"),
        pytest.param(LATE, COMMAND, "5.2", 5, id="also on 5.2"),
        pytest.param(LATE, COMMAND, "5.0", "cpus", id="not on 5.0"),
        pytest.param(LATE, COMMAND, "4.4", "cpus", id="not on 4.4"),
        pytest.param(LATE, COMMAND + " -c 3", "5.7", 3, id="and gives way to the command line"),
        pytest.param(LATE | BOTH, COMMAND, "5.7", 4, id="and to what is set"),
    ],
)
def test_a_late_assignment_fills_in(outcome, files, command, release, expected):
    assert outcome(command, release, files=files) == expected


HANDLER = "from celery.signals import {signal}\n@{signal}.connect\ndef handle(sender=None, conf=None, instance=None, **kw):\n    {line}\n"


@pytest.mark.parametrize(
    ("signal", "line", "command", "release", "expected"),
    [
        ("worker_init", "sender.concurrency = 7", COMMAND + " -c 3", "5.7", 7),
        ("worker_init", "sender.concurrency = 7", COMMAND + " -c 3", "4.4", 7),
        ("celeryd_init", "conf.worker_concurrency = 7", COMMAND, "5.7", 7),
        ("celeryd_init", "conf.worker_concurrency = 7", COMMAND + " -c 3", "5.7", 3),
        ("celeryd_init", "conf.worker_concurrency = 7", COMMAND, "5.1", "cpus"),
        ("celeryd_init", "conf.worker_concurrency = 7", COMMAND, "4.4", "cpus"),
        ("celeryd_after_setup", "conf.worker_concurrency = 7", COMMAND, "5.7", "cpus"),
    ],
)
def test_handlers_of_signals(outcome, signal, line, command, release, expected):
    assert outcome(command, release, files={"proj.py": APP + HANDLER.format(signal=signal, line=line)}) == expected


def test_a_handler_under_a_condition_is_one_of_two(one, say):
    files = {"proj.py": APP + HANDLER.format(signal="worker_init", line="if sender.hostname:\n        sender.concurrency = 7")}
    assert set(map(say, one(COMMAND + " -c 3", files=files).concurrency.alternatives)) == {3, 7}


def test_a_configuration_that_is_not_followed_cannot_set_what_no_module_names(one, say):
    source = "import secret_store\n" + APP + "app.conf.update(secret_store.load())\n"
    worker = one(COMMAND, files={"proj.py": source})
    assert say(worker.concurrency) == "cpus"
    assert any(step.role is Role.ASSUMED and "no module of the project names it" in step.note for step in worker.concurrency.trail)
    named = one(COMMAND, files={"proj.py": source + "# worker_concurrency comes from there\n"})
    assert say(named.concurrency) == "unknown"


def test_an_application_of_a_library_has_celerys_defaults_and_says_so(one, say):
    worker = one(COMMAND + ":app", files={"proj.py": "from company_tasks import app\n"})
    assert say(worker.concurrency) == "cpus"
    assert any("company_tasks.app is not in the repository" in step.note for step in worker.concurrency.trail)
    assert (
        say(one(COMMAND + ":app", files={"proj.py": "from company_tasks import app\napp.conf.worker_concurrency = 3\n"}).concurrency) == 3
    )


@pytest.mark.parametrize(
    ("namespace", "key", "release", "instead"),
    [
        ("", "CELERY_CONCURRENCY", "5.7", "worker_concurrency"),
        ("", "WORKER_CONCURRENCY", "5.7", "worker_concurrency"),
        ("", "CELERY_WORKER_CONCURRENCY", "5.7", "worker_concurrency"),
        ("CELERY", "CELERYD_CONCURRENCY", "5.6", "CELERY_WORKER_CONCURRENCY"),
        ("CELERY", "CELERY_CELERYD_CONCURRENCY", "5.7", "CELERY_WORKER_CONCURRENCY"),
        ("CELERY", "CELERYD_WORKER_CONCURRENCY", "5.7", "CELERY_WORKER_CONCURRENCY"),
        ("CELERY", "CELERY_CONCURRENCY", "5.7", "CELERY_WORKER_CONCURRENCY"),
        ("CELERY", "CELERY_WORKER_AUTOSCALE", "5.7", "--autoscale"),
        ("", "worker_autoscale", "5.7", "--autoscale"),
        ("", "CELERYD_AUTOSCALE", "4.4", "--autoscale"),
        ("", "worker_concurrency", "3.1", "CELERYD_CONCURRENCY"),
    ],
)
def test_settings_that_nothing_reads_are_remarked(one, namespace, key, release, instead):
    files = {"proj.py": APP + f"app.config_from_object('conf', namespace={namespace!r})\n", "conf.py": f"{key} = 3\n"}
    (remark,) = one(COMMAND, release, files=files).remarks
    assert (remark.effect, remark.setting, remark.instead, remark.at.file, remark.at.line) == (Effect.NOTHING, key, instead, "conf.py", 1)


@pytest.mark.parametrize(
    ("namespace", "key", "release"),
    [
        ("", "worker_concurrency", "5.7"),
        ("", "CELERYD_CONCURRENCY", "5.7"),
        ("CELERY", "CELERYD_CONCURRENCY", "5.7"),
        ("CELERY", "CELERY_WORKER_CONCURRENCY", "4.4"),
        ("", "CELERYD_CONCURRENCY", "3.1"),
        ("", "worker_autoscaler", "5.7"),
        ("CELERY", "CELERY_BROKER_URL", "5.7"),
    ],
)
def test_settings_that_are_read_are_not_remarked(one, namespace, key, release):
    files = {"proj.py": APP + f"app.config_from_object('conf', namespace={namespace!r})\n", "conf.py": f"{key} = 3\n"}
    assert one(COMMAND, release, files=files).remarks == ()


def test_a_name_that_the_project_reads_itself_is_not_remarked(one):
    files = {"proj.py": "import os\n" + APP + "app.conf.worker_concurrency = int(os.environ.get('CELERYD_CONCURRENCY', 2))\n"}
    worker = one(COMMAND, "5.7", {"CELERYD_CONCURRENCY": "3"}, files)
    assert (worker.concurrency.value, worker.remarks) == (3, ())
    copied = {
        "proj.py": APP + "import conf\napp.config_from_object('conf')\napp.conf.worker_concurrency = conf.CELERY_CONCURRENCY\n",
        "conf.py": "CELERY_CONCURRENCY = 3\n",
    }
    assert one(COMMAND, files=copied).remarks == ()


@pytest.mark.parametrize(
    ("command", "setting"),
    [
        ("celery -A proj worker -P solo --autoscale=6,3", "autoscale"),
        ("celery -A proj worker -P solo -c 3", "concurrency"),
        ("celery -A proj worker -P threads --max-memory-per-child=9000", "max-memory-per-child"),
        ("celery -A proj worker -P threads --max-tasks-per-child=9", "max-tasks-per-child"),
        ("celery -A proj worker -P gevent --max-memory-per-child=9000", "max-memory-per-child"),
    ],
)
def test_settings_that_the_pool_ignores_are_remarked(one, command, setting):
    assert [(r.effect, r.setting) for r in one(command).remarks] == [(Effect.IGNORED_BY_POOL, setting)]


def test_settings_that_the_pool_reads_are_not_remarked(one):
    assert one("celery -A proj worker -c 3 --max-memory-per-child=9000 --max-tasks-per-child=9").remarks == ()
    assert one("celery -A proj worker -P gevent -c 500").remarks == ()


def test_beat_does_not_go_with_greenlets(one, stops):
    assert stops(one("celery -A proj worker -P gevent -B"))
    assert not stops(one("celery -A proj worker -P threads -B"))


@pytest.mark.parametrize(
    ("cpus", "expected"),
    [
        pytest.param(Known(2), "min(n, 2)", id="a quota"),
        pytest.param(Absent("no quota"), "cpus", id="no quota"),
    ],
)
def test_auto_is_bounded_by_the_quota(one, say, cpus, expected):
    assert say(one("celery -A proj worker -c auto", cpus=cpus).concurrency) == expected


def test_a_working_folder_that_is_entered_is_where_the_application_lies(one, say):
    files = {"inner/proj.py": APP + "app.conf.worker_concurrency = 3\n"}
    assert say(one("celery --workdir=/app/inner -A proj worker", files=files).concurrency) == 3
    assert say(one("celery --workdir=inner -A proj worker", files=files).concurrency) == 3


def test_words_that_are_not_known_may_hold_any_option(one, say):
    from forkfit.model.text import Piece, Text, assumed
    from forkfit.model.value import Unknown

    hidden = Text((Piece("$OPTIONS", (), False, Unknown("OPTIONS is set outside")),))
    words = [assumed(w, "a test") for w in ("celery", "-A", "proj", "worker", "-c", "3")]
    assert set(map(say, one((*words, hidden)).concurrency.alternatives)) == {3, "unknown"}
    settled_after = [assumed(w, "a test") for w in ("-P", "prefork", "--autoscale=6,3")]
    assert say(one((*words, hidden, *settled_after)).processes) == 6


def test_hostile_sources_are_bounded(one, say):
    files = {
        "proj.py": APP + "import a\n" + "if x:\n    app.conf.worker_concurrency = 1\n" * 300,
        "a.py": "from b import *\nimport a",
        "b.py": "from a import *\n",
    }
    assert say(one(COMMAND, files=files).pool) == "prefork"
    assert say(one(COMMAND, files={"proj.py": "app = (((" * 5000}).concurrency) == "unknown"


@pytest.mark.parametrize(
    ("test", "concurrency"),
    [
        ("'worker' in sys.argv", 3),
        ("any(word == 'worker' for word in sys.argv[1:])", 3),
        ("'beat' in sys.argv", 8),
        ("sys.argv[0].endswith('celery') and 'worker' in ' '.join(sys.argv)", 3),
    ],
)
def test_code_sees_the_words_that_the_worker_was_started_with(outcome, test, concurrency):
    code = f"import sys\n{APP}n = 8\nif {test}:\n    n = 3\napp.conf.worker_concurrency = n\n"
    assert outcome(COMMAND, files={"proj.py": code}) == concurrency


def test_an_application_that_a_library_is_given_is_taken_back(one, say):
    files = {"proj.py": APP + "app.conf.worker_concurrency = 3\nfrom health import setup\napp = setup(app)\n"}
    worker = one("celery -A proj worker", files=files)
    assert (say(worker.pool), say(worker.concurrency)) == ("prefork", 3)


UNREAD = Environment((), (Step(Role.USED, Span("compose.yaml", 7, 9, 7, 13), ".env cannot be read"),))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if N > 0:\n    app.conf.worker_max_tasks_per_child = N\n", False),
        ("if not N:\n    pass\nelse:\n    app.conf.worker_max_tasks_per_child = N\n", False),
        ("if N > 0:\n    app.conf.worker_max_tasks_per_child = 0\n", True),
        ("app.conf.worker_max_tasks_per_child = N\n", True),
    ],
)
def test_a_way_that_only_an_unread_file_opens_has_not_the_defaults_that_close_it(one, code, expected):
    files = {"proj.py": APP + "import os\nN = int(os.environ.get('TASKS', '0'))\n" + code}
    worker = one("celery -A proj worker", files=files, variables=UNREAD)
    assert any(remark.effect is Effect.STOPS for remark in worker.remarks) is expected


HELPER = """\
import os

def whole(name, default):
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise RuntimeError(name) from error

app.conf.worker_concurrency = whole("N", 6)
"""


def test_a_default_that_a_helper_returns_at_once_is_kept_where_a_file_is_unread(one, say):
    worker = one("celery -A proj worker", files={"proj.py": APP + HELPER}, variables=UNREAD)
    assert say(worker.concurrency) == 6


def test_a_helper_reads_the_variable_where_it_is_set(one, say):
    worker = one("celery -A proj worker", files={"proj.py": APP + HELPER}, variables={"N": "4"})
    assert say(worker.concurrency) == 4


@pytest.mark.parametrize(("variables", "expected"), [(UNREAD, 6), ({"N": "4"}, 4)])
def test_a_helper_that_asks_for_the_name_first_keeps_its_default_too(one, say, variables, expected):
    helper = (
        "import os\ndef whole(name, default):\n    if name not in os.environ:\n        return default\n    return int(os.environ[name])\n"
    )
    files = {"proj.py": APP + helper + "app.conf.worker_concurrency = whole('N', 6)\n"}
    assert say(one("celery -A proj worker", files=files, variables=variables).concurrency) == expected


@pytest.mark.parametrize(
    ("name", "program"), [("mail@%h", "mail"), ("mail", "mail"), ("%h", "celery"), ("%n@%h", "celery"), ("", "celery")]
)
def test_a_worker_is_called_by_its_node_and_not_by_the_host(one, name, program):
    assert one(["celery", "-A", "proj", "worker", f"--hostname={name}"], files={"proj.py": APP}).program == program

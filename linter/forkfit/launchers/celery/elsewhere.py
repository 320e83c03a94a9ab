"""A worker whose application stands nowhere in the repository: what the words and the variables say, and Celery's defaults."""

from __future__ import annotations

from typing import Any

from forkfit.evaluate.python.installed import stated, version_of
from forkfit.files import below
from forkfit.launchers.celery import forms
from forkfit.launchers.celery.found import Found, app_named, version_in, view_of, worker_of
from forkfit.launchers.celery.line import CommandLine
from forkfit.launchers.celery.precedence import first_place
from forkfit.launchers.celery.worker import Surroundings
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Known, Value
from forkfit.model.worker import Code, Gap, Worker

# Variables by which a process comes to a configuration of its own, wherever its application stands.
_LEADS = ("DJANGO_SETTINGS_MODULE", "CELERY_CONFIG_MODULE", "CELERY_CONFIG", "CONFIG_MODULE")


class Defaults(Record):
    """A configuration that nobody can see: every setting is taken as not set."""

    why: str

    def get(self, name: str) -> Value[Any]:
        """Return that the setting is not set, as far as can be seen."""
        return Absent(f"{name} is not set", (Step(Role.ASSUMED, None, f"{self.why}, so Celery's default is taken"),))


def settle_elsewhere(process: Process, line: CommandLine, files: Files, tell: Tell) -> Worker | None:
    """Return the worker where no folder of the repository can hold its application; None where one may.

    Most images bring their application along. Telling so by the names in a few folders spares reading any Python.
    """
    view = process.view
    given = line.last("app")
    if view.paths or given is None or any(not isinstance(view.environment.get(name), Absent) for name in _LEADS):
        return None
    nearby = view.nearby[0] if view.nearby else "."
    hinted = forms.hints(process.argv, line)
    said = stated(files, nearby, tell)
    version = version_in(said, line, hinted)
    view = view_of(view, line, version)
    app = app_named(line, view.environment, version)
    if not isinstance(app, Known):
        return None
    top = app.value.partition(":")[0].partition(".")[0]
    if not top.isidentifier() or any(_holds(folder, top, files) for folder in view.nearby):
        return None
    why = f"{app.value} is not in the project"
    around = Surroundings(view.environment, Defaults(why), version, version_of(said, "python"), process.cpus, supposed=process.supposed)
    code = Code(gaps=(Gap(why, first_place(app.trail)),))
    # Nothing is said of variables that Celery does not read: the application may.
    return worker_of(process, line, "", Found(line, app, around, code, (), files))


def _holds(folder: str, top: str, files: Files) -> bool:
    return any(files.is_file(below(place, f"{top}.py")) or files.is_folder(below(place, top)) for place in (folder, below(folder, "src")))

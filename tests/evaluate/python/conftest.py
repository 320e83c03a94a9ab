"""What tests of Python reading share: projects as dictionaries, and values put in plain words."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.expression import begin, resolve_attribute
from forkfit.evaluate.python.modules import Module, modules_of
from forkfit.evaluate.python.objects import Items, Made, Outside, Raises, Table
from forkfit.files import InMemory
from forkfit.model.container import Mapped, View
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import written
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown

MISSING_FILE = (Step(Role.ASSUMED, Span("compose.yaml", 9, 5, 9, 9), ".env.prod is missing"),)

NO_CPUSET = Absent("no cpuset")


class Written:
    """A project that stands in a dictionary, as a container sees it."""

    def __init__(self, files, environ, *, paths, working_dir, nearby, open_files, app, cpuset):
        variables = tuple(Variable(n, Known(written(v, Span("compose.yaml", 5, 9, 5, 12)))) for n, v in environ.items())
        self.told = []
        self.environment = Environment(variables, MISSING_FILE if open_files else ())
        where = Known(working_dir) if working_dir else Absent("no working_dir")
        view = View(tuple(Mapped(source, target) for target, source in paths.items()), where, self.environment, nearby, cpuset=cpuset)
        contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
        self.modules = modules_of(view, InMemory(contents), self.told.append, app)
        self.run = begin(self.modules, self.environment)

    def value(self, name, module="settings"):
        found = self.modules.find(module)
        assert isinstance(found, Module), found
        return resolve_attribute(found, name, self.run)


@pytest.fixture
def project():
    """Make a project of files; its environment, path map and working directory as given."""

    def make(files, environ=None, *, paths=None, working_dir="", nearby=(".",), open_files=False, app="", cpuset=NO_CPUSET):
        given = {"working_dir": working_dir, "nearby": nearby, "open_files": open_files, "app": app, "cpuset": cpuset}
        return Written(files, environ or {}, paths=paths or {}, **given)

    return make


@pytest.fixture
def plain():
    """Put a value in plain words: what is known as Python has it, the rest as a short text."""
    return _plain


def _plain(value):
    match value:
        case Known(value=Items(kind=kind, items=items, rest=rest)):
            inner = [_plain(i) for i in items] + (["..."] if rest is not None else [])
            return {"list": list, "tuple": tuple, "set": set}[kind](inner)
        case Known(value=Table(entries=entries, rest=rest)):
            return {name: _plain(held) for name, held in entries} | ({"...": "..."} if rest is not None else {})
        case Known(value=Outside(name=name)):
            return f"<{name}>"
        case Known(value=Made(of=name)):
            return f"<{name}>"
        case Known(value=thing):
            return thing
        case ByCpus(expression=expression):
            return f"cpus: {expression}"
        case Raises(error=error):
            return f"raises {error}"
        case Unknown():
            return "unknown"
        case Absent():
            return "absent"
        case Bounded(alternatives=singles):
            return {"one of": [_plain(s) for s in singles]}

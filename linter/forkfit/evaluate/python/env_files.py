"""Which dotenv files a program reads, and what they set."""

from __future__ import annotations

import ast
from collections.abc import Callable
from posixpath import dirname, join

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Items, Table, Thing
from forkfit.evaluate.python.paths import text_of_path
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.files import inside, tidy
from forkfit.model.project import Variable
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Value, alternatives


def read_file(path: str, run: Run) -> tuple[Variable, ...]:
    """Return what a dotenv file of the repository sets, read once."""
    found = run.env_files.get(path)
    if found is None:
        from forkfit.evaluate.python.dotenv_file import variables

        run.asks("*")  # a line of the file may take up any variable
        found = run.env_files[path] = variables(path, run.modules.files, run.environment, run.modules.tell)
    return found


def of_files(value: Value[Thing], call: Call) -> tuple[Variable, ...]:
    """Return what the files of an argument set: one path or several, the later over the earlier."""
    return from_value(value, call.scope.module, call.scope.run)


def from_value(value: Value[Thing], module: Module, run: Run) -> tuple[Variable, ...]:
    """Return what the files that a value names set: one path or several, the later over the earlier."""
    found: tuple[Variable, ...] = ()
    for single in alternatives(value):
        if not isinstance(single, Known):
            continue
        parts = single.value.items if isinstance(single.value, Items) else (single,)
        for part in parts:
            text = text_of_path(part.value) if isinstance(part, Known) else None
            path = None if text is None else run.modules.file(text, module)
            if path is not None:
                found = (*read_file(path, run), *found)
    return found


def above(module: Module, run: Run, name: str = ".env") -> str | None:
    """Return the nearest file of a name in the folder of a module or above, as ``find_dotenv`` looks for it."""
    folder = dirname(module.path)
    while inside(tidy(folder)):
        path = tidy(join(folder, name))
        if run.modules.files.is_file(path):
            return path
        if tidy(folder) == ".":
            return None
        folder = dirname(folder)
    return None


def _beside_caller(call: Call) -> tuple[Variable, ...]:
    """Return what the ``.env`` sets that is found from the caller upwards."""
    path = above(call.scope.module, call.scope.run)
    return () if path is None else read_file(path, call.scope.run)


def _find(call: Call) -> Value[Thing]:
    """Follow ``find_dotenv(filename='.env')``, which gives an empty text where there is no such file."""
    name = call.arguments.get(0, "filename")
    wanted = name.value if isinstance(name, Known) and isinstance(name.value, str) else ".env"
    return Known(above(call.scope.module, call.scope.run, wanted) or "")


def _values(call: Call) -> Value[Thing]:
    """Follow ``dotenv_values(path)``, which gives a dictionary of texts."""
    path = call.arguments.get(0, "dotenv_path")
    found = _beside_caller(call) if is_absent(path) else of_files(path, call)
    return Known(Table(tuple((v.name, v.value.value.value) for v in found if isinstance(v.value, Known))))


def values_of(name: str, variables: tuple[Variable, ...], otherwise: Value[Thing], node: ast.AST, scope: Scope) -> Value[Thing]:
    """Return the value of a variable among those of a file."""
    for held in variables:
        if held.name == name and isinstance(held.value, Known):
            return held.value.value.value.because(Step(Role.USED, scope.span(node)))
    return otherwise


def is_absent(value: Value[Thing]) -> bool:
    """Tell whether an argument is not given, or given as None."""
    return isinstance(value, Absent) or (isinstance(value, Known) and value.value is None)


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    "dotenv.find_dotenv": _find,
    "dotenv.main.find_dotenv": _find,
    "dotenv.dotenv_values": _values,
    "dotenv.main.dotenv_values": _values,
}

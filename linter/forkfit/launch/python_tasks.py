"""Functions that a program of Python runs by a name: tasks of ``invoke``, commands of Django's ``manage.py``."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.functions import decorator_name
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Items, ModuleObject, Outside, Thing
from forkfit.evaluate.python.scope import Run
from forkfit.files import below
from forkfit.model.container import View
from forkfit.model.project import Words
from forkfit.model.value import Known, Unknown, Value

MOST_FOLDERS = 200

# What invoke gives a task as its first argument.
CONTEXT: Value[Thing] = Known(Outside("invoke.Context"))

Named = tuple[tuple[str, Value[Thing]], ...]


def task_named(words: Words, module: Module, run: Run) -> tuple[Function, Named] | None:
    """Return the task that the words ask for, and the arguments that they give it; None where the module has none of that name."""
    asked = next((index for index, word in enumerate(words[1:], 1) if not word.plain.startswith("-")), None)
    if asked is None:
        return None
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and words[asked].plain.replace("-", "_") in _names(node):
            return Function(module.name, node, run.module_scope(module)), _options(words[asked + 1 :], node)
    return None


def management_command(name: str, words: Words, run: Run, view: View) -> tuple[Function, Arguments] | None:
    """Return what ``manage.py NAME`` calls in the project's applications, and with what; None where none has such a command.

    That is the method `run_from_argv` where the command has its own, which gets all words; otherwise `handle`.
    """
    for root in [path for place in run.modules.roots for path in (view.find(place.path) if place.in_container else (place.path,))]:
        folders = [(root, "")]
        looked = 0
        while folders and looked < MOST_FOLDERS:
            folder, dotted = folders.pop(0)
            looked += 1
            if dotted and run.modules.files.is_file(below(folder, f"management/commands/{name}.py")):
                return _called(f"{dotted}management.commands.{name}", words, run)
            if dotted.count(".") < 2:
                inner = (n for n in run.modules.files.names(folder) if n.isidentifier())
                folders += [(below(folder, n), f"{dotted}{n}.") for n in inner]
    return None


def _called(module: str, words: Words, run: Run) -> tuple[Function, Arguments] | None:
    found = run.modules.find(module)
    if not isinstance(found, Module):
        return None
    command = run.attribute(ModuleObject(found.name), "Command", run)
    if not isinstance(command, Known) or not isinstance(command.value, Class):
        return None
    made = Instance(command.value, Arguments(), found.at)
    given = Known(Items("list", tuple(word.value for word in words)))
    options = Unknown("the options of the command are not followed")
    for method, arguments in (("run_from_argv", Arguments((given,))), ("handle", Arguments((), (), options))):
        function = run.attribute(made, method, run)
        if isinstance(function, Known) and isinstance(function.value, Function):
            return function.value, arguments
    return None


def _names(node: ast.FunctionDef) -> set[str]:
    """Return the names of a task: its own, and those of its decorator; none for a function that is no task."""
    found: set[str] = set()
    for decorator in node.decorator_list:
        if decorator_name(decorator).rpartition(".")[2] != "task":
            continue
        found.add(node.name)
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            texts = [n.value for n in ast.walk(keyword.value) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            if keyword.arg in ("name", "aliases"):
                found.update(text.replace("-", "_") for text in texts)
    return found


def _options(words: Words, node: ast.FunctionDef) -> Named:
    """Return the options of a task by the names of its parameters, up to the next task."""
    given: dict[str, Value[Thing]] = {}
    flags = {a.arg for a, d in zip(reversed(node.args.args), reversed(node.args.defaults), strict=False) if _is_flag(d)}
    index = 0
    while index < len(words) and words[index].plain.startswith("--"):
        name, equals, _ = words[index].plain[2:].partition("=")
        parameter = name.replace("-", "_")
        if equals:
            given[parameter] = words[index][len(name) + 3 :].value
        elif parameter in flags or index + 1 >= len(words):
            given[parameter] = Known(True)
        else:
            index += 1
            given[parameter] = words[index].value
        index += 1
    return tuple(given.items())


def _is_flag(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant) and isinstance(default.value, bool)

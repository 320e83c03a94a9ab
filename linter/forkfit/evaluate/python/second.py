"""Another Python that a task starts: the module or the script that it runs, and what that imports."""

from __future__ import annotations

import re

from forkfit.evaluate.python.expression import begin
from forkfit.evaluate.python.modules import Missing, Module, Modules
from forkfit.evaluate.python.scope import Run
from forkfit.evaluate.python.traverse import Traversal
from forkfit.model.tool import Tool
from forkfit.model.worker import Import, When

_PYTHON = re.compile(r"python(?:3(?:\.\d+)?)?")
_WITH_VALUE = frozenset(("-W", "-X"))


def with_imports(tool: Tool, run: Run) -> Tool:
    """Return a program with what it imports, where it is a Python whose module or script is known."""
    if not _PYTHON.fullmatch(tool.words[0]):
        return tool
    option, name = _target(tool.words[1:])
    if not name:
        return tool
    if option == "-m":
        tool = tool.replace(words=("python", "-m", name, *tool.words[tool.words.index(name) + 1 :]))
    found = _module(option, name, tool, run.modules)
    if found is None:
        package = name.partition(".")[0]
        return tool.replace(imports=(Import(package, tool.at),)) if option == "-m" else tool
    again = begin(run.modules, run.environment)
    again.main = found.name
    going = Traversal(again)
    going.run_as_main(found)
    imports = tuple(one for one in going.seen.imports.values() if one.when is When.PARENT)
    return tool.replace(imports=imports, modules=len(going.modules))


def _target(words: tuple[str, ...]) -> tuple[str, str]:
    """Return how a Python is told what to run, and what: ``-m`` and a module, or a script; nothing for ``-c`` and what is not known."""
    index = 0
    while index < len(words):
        word = words[index]
        if word == "-m":
            name = words[index + 1] if index + 1 < len(words) else ""
            return "-m", name if all(part.isidentifier() for part in name.split(".")) else ""
        if word == "-c" or not word.startswith("-"):
            return "", "" if word == "-c" else word
        index += 2 if word in _WITH_VALUE else 1
    return "", ""


def _module(option: str, name: str, tool: Tool, modules: Modules) -> Module | None:
    if option != "-m":
        path = modules.file(name, modules.at(tool.at.file))
        return modules.at(path) if path is not None else None
    found = modules.find(f"{name}.__main__")
    if isinstance(found, Missing):
        found = modules.find(name)
    return None if isinstance(found, Missing) else found

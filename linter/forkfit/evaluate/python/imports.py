"""What an import statement binds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python.bindings import STAR
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.objects import Items, ModuleObject, Outside, Raises, Thing
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value

AttributeOf = Callable[[Module, str, Run], Value[Thing]]


def imported(name: str, statement: ast.Import | ast.ImportFrom, scope: Scope, attribute: AttributeOf) -> Value[Thing]:
    """Return what a name stands for after an import that binds it."""
    step = Step(Role.IMPORTED, scope.span(statement))
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname == name:
                return _module(alias.name, scope).because(step)
            if alias.asname is None and alias.name.partition(".")[0] == name:
                return _module(name, scope).because(step)
        return Absent(f"{name} is not imported")
    modules = scope.run.modules
    source = modules.relative(scope.module, statement.level, statement.module or "")
    wanted = name
    for alias in statement.names:
        if alias.name != STAR and (alias.asname or alias.name) == name:
            wanted = alias.name
    found = modules.find(source) if source else Missing(source, Lack.LOST, "a relative import that leads above the top package")
    if isinstance(found, Missing):
        return _outside(f"{source}.{wanted}", found).because(step)
    value = attribute(found, wanted, scope.run)
    if isinstance(value, Absent):
        if not found.path:  # a folder that is no package of its own: the name belongs to a library that is called the same
            return Known(Outside(f"{source}.{wanted}"), (step,))
        return Raises(f"{source} has no {wanted}", (step,), "ImportError")
    return value.because(step)


def star_names(statement: ast.ImportFrom, module: Module, run: Run, names_of: Callable[[Module, Run], tuple[str, ...]]) -> tuple[str, ...]:
    """Return what ``from module import *`` binds, empty where the module is not the project's."""
    found = run.modules.find(run.modules.relative(module, statement.level, statement.module or ""))
    if isinstance(found, Missing):
        return ()
    names = names_of(found, run)
    if "__all__" in names:
        listed = run.module_scope(found).evaluate(ast.Name("__all__", ast.Load()))
        if isinstance(listed, Known) and isinstance(listed.value, Items):
            return tuple(i.value for i in listed.value.items if isinstance(i, Known) and isinstance(i.value, str))
    return tuple(n for n in names if not n.startswith("_"))


def _module(name: str, scope: Scope) -> Value[Thing]:
    found = scope.run.modules.find(name)
    if isinstance(found, Missing):
        return _outside(name, found)
    return Known(ModuleObject(found.name))


def _outside(name: str, missing: Missing) -> Value[Thing]:
    if missing.lack is Lack.LOST:
        return Raises(missing.why, (), "ImportError")
    return Known(Outside(name)) if name else Unknown("nothing is imported")

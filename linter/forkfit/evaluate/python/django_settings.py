"""One setting of Django: of a module, or of the class in it that django-configurations names."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.classes import lineage
from forkfit.evaluate.python.env_files import from_value
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.functions import called
from forkfit.evaluate.python.instances import attribute_of_instance
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.names import attribute_of_module
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Thing
from forkfit.evaluate.python.scope import Run
from forkfit.model.span import Role, Step
from forkfit.model.value import Known, Unknown, Value, alternatives, either

CLASS = "DJANGO_CONFIGURATION"
_SETTING_UP = frozenset(("setup", "pre_setup", "post_setup"))


def django_setting(module: Module, name: str, run: Run) -> Value[Thing]:
    """Return a setting of a settings module; Absent where there is none."""
    run.asks(CLASS)
    chosen = text_of(CLASS, run.environment)
    if not isinstance(chosen, Known):
        return attribute_of_module(module, name, run)
    return either(
        _of_class(single.value, name, run) if isinstance(single, Known) and isinstance(single.value, Class) else single
        for single in alternatives(attribute_of_module(module, chosen.value, run))
    )


def _of_class(cls: Class, name: str, run: Run) -> Value[Thing]:
    """Return a setting of a configuration class: methods are called, properties asked, values read when it is set up."""
    made = Instance(cls, Arguments(), cls.scope.span(cls.node))
    if name != "DOTENV":
        file = attribute_of_instance(made, "DOTENV", run)
        if isinstance(file, Known) and file.value:
            run.set_variables(from_value(file, cls.scope.module, run), override=False)
    changed = _changed_by_setup(cls, name, run)
    if changed is not None:
        at = Step(Role.WRITTEN, cls.scope.span(changed))
        return Unknown(f"{name} is set when {cls.node.name} is set up", (at,))
    value = attribute_of_instance(made, name, run)
    if isinstance(value, Known) and isinstance(value.value, Function):
        function: Function = value.value
        return called(function, Arguments(), run, function.scope)
    return value


def _changed_by_setup(cls: Class, name: str, run: Run) -> ast.AST | None:
    """Return where ``pre_setup`` and its like set an attribute of the class, None where they do not."""
    for one in lineage(cls, run).classes:
        for method in one.node.body:
            if isinstance(method, ast.FunctionDef) and method.name in _SETTING_UP:
                for statement in method.body:
                    for inner in (statement, *inside(statement)):
                        if _sets(inner, name):
                            return inner
    return None


def _sets(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            return any(isinstance(t, ast.Attribute) and t.attr == name for t in targets)
        case ast.AugAssign(target=ast.Attribute(attr=attr)):
            return attr == name
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[_, key, _])):
            return not isinstance(key, ast.Constant) or key.value == name
        case _:
            return False

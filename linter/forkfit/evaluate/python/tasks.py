"""Which functions run in the children of a pool, and which before the fork, by their decorators."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forkfit.evaluate.python.classes import class_scope
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Thing
from forkfit.evaluate.python.scope import Frame, FrameKind, Run, Scope
from forkfit.model.record import Record
from forkfit.model.value import Known, Unknown, Value
from forkfit.model.worker import When

_TASKS = frozenset(("task", "shared_task", "periodic_task", "task_prerun", "task_postrun"))
_CHILD_SIGNALS = frozenset(
    ("worker_process_init", "task_prerun", "task_postrun", "task_success", "task_failure", "worker_process_shutdown")
)
_PARENT_SIGNALS = frozenset(("celeryd_init", "celeryd_after_setup", "worker_init", "worker_ready", "worker_before_create_process"))
_TASK_BASES = frozenset(("Task", "BaseTask"))


class Body(Record):
    """A function that Celery calls, and where."""

    function: Function
    when: When


def entries(module: Module, run: Run) -> Iterator[Body]:
    """Yield the functions of a module that Celery calls: tasks, methods of task classes, handlers of signals."""
    scope = run.module_scope(module)
    for statement in _definitions(module.tree.body):
        if isinstance(statement, ast.ClassDef):
            if any(_last(base) in _TASK_BASES or _last(base).endswith("Task") for base in statement.bases):
                cls = Class(module.name, statement, scope)
                for inner in statement.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield Body(method(cls, inner, run), When.CHILD)
            continue
        when = _when(statement)
        if when is not None:
            yield Body(Function(module.name, statement, scope), when)


def functions(module: Module, run: Run) -> Iterator[Function]:
    """Yield every function and method of a module, those in functions left out."""
    scope = run.module_scope(module)
    for statement in _definitions(module.tree.body):
        if isinstance(statement, ast.ClassDef):
            cls = Class(module.name, statement, scope)
            for inner in statement.body:
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield method(cls, inner, run)
        else:
            yield Function(module.name, statement, scope)


def method(cls: Class, node: ast.FunctionDef | ast.AsyncFunctionDef, run: Run) -> Function:
    """Return a method, called on an object of its class of which nothing more is known."""
    unknown = Unknown("how this object is made is not followed")
    receiver: Thing = Instance(cls, Arguments(rest=unknown), cls.scope.span(cls.node))
    if any(_last(d) == "classmethod" for d in node.decorator_list):
        receiver = cls
    return Function(cls.module, node, class_scope(cls, run), receiver)


def inside_of(function: Function, run: Run) -> Scope:
    """Return the end of a function's body; of its parameters only the object it is called on is known."""
    spec = function.node.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    names += [a.arg for a in (spec.vararg, spec.kwarg) if a is not None]
    values: dict[str, Value[Thing]] = {name: Unknown(f"{name} is decided by whoever calls this") for name in names}
    if function.receiver is not None and names and not any(_last(d) == "staticmethod" for d in function.node.decorator_list):
        values[names[0]] = Known(function.receiver)
    frame = Frame(FrameKind.FUNCTION, function.node.body, values)
    outer = function.scope.replace(before=None)
    return Scope(run, outer.module, frame, outer)


def _definitions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    from forkfit.evaluate.python.bindings import inside

    for statement in body:
        for inner in (statement, *inside(statement)):
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield inner


def _when(statement: ast.FunctionDef | ast.AsyncFunctionDef) -> When | None:
    for decorator in statement.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        match node:
            case ast.Attribute(value=signal, attr="connect"):
                name = _last(signal)
                if name in _CHILD_SIGNALS:
                    return When.CHILD
                if name in _PARENT_SIGNALS:
                    return When.PARENT
            case _ if _last(node) in _TASKS or _last(node).endswith("_task"):
                return When.CHILD
    return None


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner):
            return _last(inner)
        case _:
            return ""

"""Which functions run in the children of a pool, and which before the fork, by their decorators."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from forkfit.evaluate.python.classes import class_scope
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Thing
from forkfit.evaluate.python.scope import Frame, FrameKind, Run, Scope
from forkfit.evaluate.python.task_options import bases_in, is_base_of_tasks, of_class, of_function
from forkfit.model.bodies import Task
from forkfit.model.record import Record
from forkfit.model.value import Known, Unknown, Value, either
from forkfit.model.worker import When

_TASKS = frozenset(("task", "shared_task", "periodic_task", "task_prerun", "task_postrun"))
_TASK_BASES = frozenset(("Task", "BaseTask"))


class Stage(Enum):
    """When Celery calls a function, seen from the fork."""

    BEFORE = "before the fork"
    READY = "in the parent, once its children are there"
    BIRTH = "in each child, before any task"
    TASK = "in a child, with a task"

    @property
    def when(self) -> When:
        """Whose memory it is."""
        return When.PARENT if self in (Stage.BEFORE, Stage.READY) else When.CHILD


class Body(Record):
    """A function that Celery calls, and when; with the task that it is, where that is a task of its own."""

    function: Function
    stage: Stage
    task: Task | None = None


# The application sends the last two itself, when its configuration is read and when it is complete: the parent does both.
_BEFORE_WORDS = """
    celeryd_init celeryd_after_setup worker_init worker_before_create_process on_after_configure on_after_finalize
"""
_SIGNALS = {
    **dict.fromkeys(_BEFORE_WORDS.split(), Stage.BEFORE),
    "worker_ready": Stage.READY,
    "worker_process_init": Stage.BIRTH,
    **dict.fromkeys(("task_prerun", "task_postrun", "task_success", "task_failure", "worker_process_shutdown"), Stage.TASK),
}


def entries(module: Module, run: Run) -> Iterator[Body]:
    """Yield the functions of a module that Celery calls: tasks, methods of task classes, handlers of signals."""
    scope = run.module_scope(module)
    for statement in _definitions(module.tree):
        if isinstance(statement, ast.ClassDef):
            if any(_last(base) in _TASK_BASES or _last(base).endswith("Task") for base in statement.bases):
                cls = Class(module.name, statement, scope)
                task = None if is_base_of_tasks(statement.name, run.modules.texts()) else of_class(cls, module, run)
                for inner in statement.body:
                    if isinstance(inner, ast.FunctionDef):
                        # Celery makes one object of a task's class when the application is complete: before the fork.
                        made = inner.name in ("__init__", "__new__") and _is_base(statement.name, run)
                        yield Body(method(cls, inner, run), Stage.BEFORE if made else Stage.TASK, task)
            continue
        stage = _stage(statement)
        if stage is not None:
            task = of_function(statement, module, scope) if stage is Stage.TASK else None
            yield Body(Function(module.name, statement, scope), stage, task)
    yield from _connected(module, scope)


def _is_base(name: str, run: Run) -> bool:
    """Tell whether a task is made with a class: as its ``base=``, as the application's ``Task``, or by registering it."""
    return any(name in bases_in(text) or name in _registered_in(text) for text in run.modules.texts())


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def _registered_in(text: str) -> frozenset[str]:
    return frozenset(name for found in re.findall(r"register_task\((?=\s*([\w.]*))", text) for name in found.split("."))


def _connected(module: Module, scope: Scope) -> Iterator[Body]:
    """Yield the handlers that ``signal.connect(handler)`` names."""
    if ".connect(" not in module.source.text:
        return
    for statement in _statements(module.tree.body):
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=signal, attr="connect"), args=[handler, *_])):
                stage = _SIGNALS.get(_last(signal))
                if stage is None:
                    continue
                if isinstance(handler, ast.Lambda):
                    yield Body(Function(module.name, _defined(handler), scope), stage)
                    continue
                found = scope.evaluate(handler)
                if isinstance(found, Known) and isinstance(found.value, Function):
                    yield Body(found.value, stage)


def _defined(handler: ast.Lambda) -> ast.FunctionDef:
    """Return a lambda as the function that it is."""
    body = ast.copy_location(ast.Expr(handler.body), handler)
    return ast.copy_location(ast.FunctionDef("<lambda>", handler.args, [body], []), handler)


def functions(module: Module, run: Run) -> Iterator[Function]:
    """Yield every function and method of a module, those in functions left out."""
    scope = run.module_scope(module)
    for statement in _definitions(module.tree):
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
    """Return the end of a function's body; its parameters are open, but for the object it is called on, and may be their defaults."""
    spec = function.node.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    names += [a.arg for a in (spec.vararg, spec.kwarg) if a is not None]
    values: dict[str, Value[Thing]] = {name: Unknown(f"{name} is decided by whoever calls this") for name in names}
    positional = [*spec.posonlyargs, *spec.args]
    defaults = [*zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True)]
    defaults += [(a, d) for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None]
    for parameter, default in defaults:
        values[parameter.arg] = either((function.scope.evaluate(default), values[parameter.arg]))
    if function.receiver is not None and names and not any(_last(d) == "staticmethod" for d in function.node.decorator_list):
        values[names[0]] = Known(function.receiver)
    frame = Frame(FrameKind.FUNCTION, function.node.body, values)
    outer = function.scope.replace(before=None)
    return Scope(run, outer.module, frame, outer)


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def _definitions(tree: ast.Module) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, ...]:
    return tuple(inner for inner in _statements(tree.body) if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)))


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    from forkfit.evaluate.python.bindings import inside

    for statement in body:
        yield statement
        yield from inside(statement)


def _stage(statement: ast.FunctionDef | ast.AsyncFunctionDef) -> Stage | None:
    for decorator in statement.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        match node:
            case ast.Attribute(value=signal, attr="connect"):
                if (stage := _SIGNALS.get(_last(signal))) is not None:
                    return stage
            case _ if _last(node) in _TASKS or _last(node).endswith("_task"):
                return Stage.TASK
    return None


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner):
            return _last(inner)
        case _:
            return ""

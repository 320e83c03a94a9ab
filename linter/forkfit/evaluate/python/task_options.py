"""What a task says of itself: the name by which it is sent, and the options that decide to which queue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from forkfit.evaluate.python.classes import class_scope, lineage
from forkfit.evaluate.python.functions import decorator_name
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.names import UNBOUND, local
from forkfit.evaluate.python.objects import Class, Function, Made, Thing
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.model.bodies import Task
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

# Celery's own decorators; what others of a project do with a task is theirs.
DECORATORS = frozenset(("task", "shared_task", "periodic_task"))
# What a task, or a call that sends it, says of where it goes.
OPTIONS = ("queue", "exchange", "routing_key")
_MAKES_QUEUE = re.compile(r"kombu\.(?:entity\.)?Queue")
_MADE_WITH = r"\b(?:base|Task|task_cls)\s*=(?=\s*([\w.]*))"
_INHERITS = r"(?m)^[ \t]*class[ \t]+\w+\(([^)]*)"
_DECIDES_WHERE = re.compile(r"queue|routing_key|exchange")


def of_function(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, scope: Scope) -> Task | None:
    """Return the task that Celery's decorator makes of a function; None where it is another that does."""
    here = scope.at(node)
    for index, decorator in enumerate(node.decorator_list):
        if decorator_name(decorator) not in DECORATORS:
            continue
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        made_by = here.evaluate(callee)
        if isinstance(made_by, Known) and isinstance(made_by.value, Function):
            return None
        if isinstance(made_by, Unknown) and isinstance(callee, ast.Name):
            return None
        inner = node.decorator_list[index + 1 :]
        automatic: Value[str] = Known(f"{module.name}.{node.name}")
        if not all(_keeps_the_name(d, here) for d in inner):
            automatic = Unknown(f"a decorator of {node.name} may change its name")
        return _decorated(decorator, node, automatic, here)
    return None


def _decorated(decorator: ast.expr, node: ast.FunctionDef | ast.AsyncFunctionDef, automatic: Value[str], scope: Scope) -> Task:
    at = scope.span(node)
    if not isinstance(decorator, ast.Call):
        return Task(automatic, node.name, at)
    arguments = scope.arguments_of(decorator)
    more = Unknown(f"options of {node.name} are not known") if arguments.rest is not None else None
    base = arguments.get(None, "base")
    found = {}
    for option in OPTIONS:
        value = _text(arguments.get(None, option))
        if isinstance(value, Absent) and not isinstance(base, Absent):
            value = either(_of_base(single, option, scope.run) for single in alternatives(base))
        found[option] = value
    if not isinstance(arguments.get(None, "options"), Absent):  # of periodic_task, which hands them to apply_async
        found["queue"] = Unknown(f"the options with which {node.name} is sent are not followed")
    name = _text(arguments.get(None, "name"))
    return Task(more or (automatic if isinstance(name, Absent) else name), node.name, at, _given(found, more))


def of_class(cls: Class, module: Module, run: Run) -> Task:
    """Return the task that a class makes."""
    found = {option: _of_class(cls, option, run) for option in OPTIONS}
    name = _attribute(cls, "name", run)
    automatic = Known(f"{module.name}.{cls.node.name}")
    return Task(automatic if isinstance(name, Absent) else name, cls.node.name, cls.scope.span(cls.node), _given(found, None))


def is_base_of_tasks(name: str, texts: Iterable[str]) -> bool:
    """Tell whether tasks are made with a class: as their ``base=``, as the application's ``Task``, or as the base of another class."""
    return any(name in bases_in(text) or name in _inherited_in(text) for text in texts)


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def bases_in(text: str) -> frozenset[str]:
    """Return the names with which a text makes tasks, by ``base=`` or as the application's ``Task``."""
    return frozenset(name for found in re.findall(_MADE_WITH, text) for name in found.split("."))


@lru_cache(maxsize=8192)
def _inherited_in(text: str) -> frozenset[str]:
    """Return the names that the classes of a text inherit from."""
    return frozenset(name for found in re.findall(_INHERITS, text) for name in re.findall(r"\w+", found))


def _given(found: dict[str, Value[str]], more: Unknown | None) -> tuple[tuple[str, Value[str]], ...]:
    return tuple((name, more or value) for name, value in found.items() if more or not isinstance(value, Absent))


def _keeps_the_name(decorator: ast.expr, scope: Scope) -> bool:
    """Tell whether a decorator leaves a function its name; those of libraries do, by ``functools.wraps``."""
    found = scope.evaluate(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return not (isinstance(found, Known) and isinstance(found.value, Function)) or "wraps" in found.value.scope.module.source.text


def _of_base(base: Value[Thing], option: str, run: Run) -> Value[str]:
    if isinstance(base, Known) and isinstance(base.value, Class):
        return _of_class(base.value, option, run)
    return Unknown("the class of this task is not known", base.trail) if isinstance(base, Unknown) else Absent("its class is a library's")


def _of_class(cls: Class, option: str, run: Run) -> Value[str]:
    """Return an option that a class sets, or that its way to send a task may choose."""
    for step in lineage(cls, run).classes:
        for inner in step.node.body:
            sends = isinstance(inner, ast.FunctionDef) and inner.name in ("apply_async", "_get_exec_options")
            if sends and _DECIDES_WHERE.search(ast.unparse(inner)):
                return Unknown(f"{step.node.name} decides where its tasks are sent")
    return _attribute(cls, option, run)


def _attribute(cls: Class, name: str, run: Run) -> Value[str]:
    line = lineage(cls, run)
    for step in line.classes:
        value = local(name, class_scope(step, run))
        if not (isinstance(value, Absent) and value.why == UNBOUND):
            return _text(value)
    return Unknown(f"a base of {cls.node.name} is not known") if line.unknown else Absent(f"the class has no {name}")


def _text(value: Value[Thing]) -> Value[str]:
    """Return a text, the name of a queue that is made here for the queue; Absent for None."""
    return either(_single(single) for single in alternatives(value))


def queue_name(made: Made) -> Value[str]:
    """Return the name of a queue that kombu makes."""
    if not _MAKES_QUEUE.fullmatch(made.of):
        return Unknown("what makes this queue is not followed")
    return _text(made.arguments.get(0, "name"))


def _single(value: Value[Thing]) -> Value[str]:
    match value:
        case Known(value=str()):
            return value
        case Known(value=None, trail=trail):
            return Absent("None is given", trail)
        case Known(value=Made() as made, trail=trail):
            return queue_name(made).because(*trail)
        case Known(trail=trail):
            return Unknown("this is no text", trail)
        case _:
            return value

"""Handlers of Celery's signals that set a concurrency: one beats everything, the other fills in where nothing is set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.expression import Run, Scope
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Function, Table
from forkfit.evaluate.python.tasks import inside_of
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Value, either


def overriding(modules: tuple[Module, ...], run: Run) -> Value[Any]:
    """Return what `worker_init` handlers assign to ``sender.concurrency``, which beats every other place; Absent where none does."""
    return _assigned("worker_init", "concurrency", modules, run)


def late(modules: tuple[Module, ...], run: Run) -> Table:
    """Return what `celeryd_init` handlers assign to ``conf``, which counts where nothing else is set (5.2 and later)."""
    names = ("worker_concurrency", "worker_pool", "worker_max_memory_per_child")
    found = tuple((name, _assigned("celeryd_init", name, modules, run)) for name in names)
    return Table(tuple((name, value) for name, value in found if not isinstance(value, Absent)))


def _assigned(signal: str, attribute: str, modules: tuple[Module, ...], run: Run) -> Value[Any]:
    """Return what handlers of a signal assign to an attribute of one of their parameters, either it or nothing under a condition."""
    found: Value[Any] = Absent(f"no {signal} handler sets {attribute}")
    for module in modules:
        if signal not in module.source.text or attribute not in module.source.text:
            continue
        for handler in _handlers(module, signal):
            scope = inside_of(Function(module.name, handler, run.module_scope(module)), run)
            for statement, always in _statements(handler):
                if not _assigns(statement, attribute):
                    continue
                value = _value(statement, scope)
                step = Step(Role.USED, module.span(handler), f"this {signal} handler sets it")
                found = value.because(step) if always else either((value.because(step), found))
    return found


def _handlers(module: Module, signal: str) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module that are connected to a signal, by decorator or by call."""
    connected = {
        node.args[0].id
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _is_connect(node.func, signal) and node.args and isinstance(node.args[0], ast.Name)
    }
    for statement in module.tree.body:
        if isinstance(statement, ast.FunctionDef):
            decorators = (d.func if isinstance(d, ast.Call) else d for d in statement.decorator_list)
            if statement.name in connected or any(_is_connect(d, signal) for d in decorators):
                yield statement


def _is_connect(node: ast.expr, signal: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="connect"):
            return name == signal
        case _:
            return False


def _statements(handler: ast.FunctionDef) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield the statements of a handler, and whether each runs always."""
    for statement in handler.body:
        yield statement, True
        for inner in inside(statement):
            yield inner, False


def _assigns(statement: ast.stmt, attribute: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(), attr=name)]):
            return name == attribute
        case _:
            return False


def _value(statement: ast.stmt, scope: Scope) -> Value[Any]:
    assert isinstance(statement, ast.Assign)
    return scope.at(statement).evaluate(statement.value)

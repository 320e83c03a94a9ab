"""Commands of a program that click makes: from the words on its command line to the function that they call."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Function
from forkfit.evaluate.python.scope import Run
from forkfit.model.project import Words

MOST_WORDS = 4  # group, group, command

_KINDS = ("command", "group")


def click_command(module: Module, name: str, words: Words, run: Run) -> Function | None:
    """Return the function behind ``program GROUP COMMAND``, None where the program is not click's or has no such command.

    A group finds its commands by decorators of its own name. One with a class of the project may load them by name: the
    module of that name beside it, and the first command that it makes.
    """
    if not any(_is_made_by_click(node) and isinstance(node, ast.FunctionDef) and node.name == name for node in module.tree.body):
        return None
    found: Function | None = None
    group = name
    asked = [word.plain for word in words[1:] if word.is_known and not word.plain.startswith("-")]
    for word in asked[:MOST_WORDS]:
        node = _registered(module, group, word)
        if node is None:
            beside = run.modules.find(f"{module.name.rpartition('.')[0]}.{word.replace('-', '_')}")
            node = next((n for n in beside.tree.body if _is_made_by_click(n)), None) if isinstance(beside, Module) else None
            if node is None or not isinstance(beside, Module):
                break
            module = beside
        assert isinstance(node, ast.FunctionDef)
        group = node.name
        found = Function(module.name, node, run.module_scope(module))
    return found


def _registered(module: Module, group: str, word: str) -> ast.stmt | None:
    """Return the function that a group of this name holds as a command of this name."""
    for node in module.tree.body:
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            owner, _, kind = _dotted(decorator).rpartition(".")
            if owner == group and kind in _KINDS and isinstance(node, ast.FunctionDef) and word in _names(decorator, node):
                return node
    return None


def _names(decorator: ast.expr, node: ast.FunctionDef) -> tuple[str, ...]:
    """Return the name that a decorator gives, or that click makes of the function's."""
    given = [*decorator.args[:1], *(k.value for k in decorator.keywords if k.arg == "name")] if isinstance(decorator, ast.Call) else []
    texts = tuple(n.value for n in given if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return texts or (node.name.replace("_", "-"), node.name)


def _is_made_by_click(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(_dotted(d).rpartition(".")[2] in _KINDS for d in node.decorator_list)


def _dotted(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)

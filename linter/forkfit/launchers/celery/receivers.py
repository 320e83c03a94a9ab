"""Which task a piece of code means, and which texts it may be, read without running the module that it stands in."""

from __future__ import annotations

import ast
import re

Names = frozenset[str] | None  # None where it may be anything

MOST_STEPS = 8  # variables that stand for each other
# What makes a signature of a task, or hands it back.
_OF_TASK_WORDS = "s si signature subtask set clone on_error link apply_async delay map starmap chunks"
_OF_TASK = frozenset(_OF_TASK_WORDS.split())
_OF_SEVERAL = frozenset(("chain", "group", "chord"))
_BY_NAME = frozenset(("signature", "subtask", "Signature"))
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")


def receivers(node: ast.expr, tree: ast.Module, home: ast.AST, texts: tuple[str, ...], steps: int = MOST_STEPS) -> Names:
    """Return the names of the tasks that an expression may be: ``task``, ``task.s(1)``, ``chain(a.s(), b.s())``."""
    match node:
        case ast.Name(id=name):
            return _of_variable(name, tree, home, texts, steps)
        case ast.Attribute(value=inner, attr=attr):
            return _of_attribute(inner, attr, tree, home)
        case ast.Subscript(value=ast.Attribute(attr="tasks"), slice=ast.Constant(value=str() as name)):
            return frozenset((name,))  # of an application's registry
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _OF_TASK and not _is_application(inner):
            return receivers(inner, tree, home, texts, steps)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            if name in _BY_NAME and arguments:
                return names_in(arguments[0], home, texts)
            return _of_all(arguments, tree, home, texts, steps) if name in _OF_SEVERAL else None
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return _of_all([left, right], tree, home, texts, steps)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return _of_all(elements, tree, home, texts, steps)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return receivers(element, tree, home, texts, steps)
        case _:
            return None


def _of_all(nodes: list[ast.expr], tree: ast.Module, home: ast.AST, texts: tuple[str, ...], steps: int) -> Names:
    return _together([receivers(node, tree, home, texts, steps) for node in nodes])


def _together(found: list[Names]) -> Names:
    known = [names for names in found if names is not None]
    return frozenset().union(*known) if known and len(known) == len(found) else None


def _of_variable(name: str, tree: ast.Module, home: ast.AST, texts: tuple[str, ...], steps: int) -> Names:
    """Return what a variable stands for: what is assigned to it here, else the function or the import of that name."""
    if name == "self" and isinstance(home, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return frozenset((home.name,)) if home in tree.body else None
    if steps and not isinstance(home, ast.Module):
        values = _assigned(name, home)
        if values is None:
            return None
        if values:
            return _together([receivers(value, tree, home, texts, steps - 1) for value in values])
    return _global(name, tree)


def _of_attribute(inner: ast.expr, attr: str, tree: ast.Module, home: ast.AST) -> Names:
    """Return what an attribute of a module is: its name; of any other object it may be anything."""
    root = inner
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name) or (not isinstance(home, ast.Module) and _assigned(root.id, home) != []):
        return None
    imported = _global(root.id, tree)
    return None if imported is None else frozenset((attr,))


def _is_application(node: ast.expr) -> bool:
    """Tell whether ``app.signature("name")`` is meant and not a task's own method."""
    return isinstance(node, ast.Name) and node.id in ("app", "celery", "celery_app", "current_app")


def _global(name: str, tree: ast.Module) -> Names:
    """Return the name under which a function, a class or an import of a module is known elsewhere; None for other variables."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
                for alias in aliases:
                    if (alias.asname or alias.name.partition(".")[0]) == name:
                        return frozenset((alias.name.rpartition(".")[2],))
            case ast.FunctionDef(name=defined) | ast.AsyncFunctionDef(name=defined) | ast.ClassDef(name=defined) if defined == name:
                return frozenset((name,))
    return None


def names_in(node: ast.expr | None, home: ast.AST, texts: tuple[str, ...], steps: int = MOST_STEPS) -> Names:
    """Return the texts that an expression may be: literals, one of two, variables that hold them, constants of any module."""
    match node:
        case ast.Constant(value=str() as text):
            return frozenset((text,))
        case ast.IfExp(body=one, orelse=other):
            return _together([names_in(one, home, texts, steps), names_in(other, home, texts, steps)])
        case ast.BoolOp(values=values):
            return _together([names_in(value, home, texts, steps) for value in values])
        case ast.Attribute(value=inner, attr="value"):
            return names_in(inner, home, texts, steps)
        case ast.Name(id=name) | ast.Attribute(attr=name) if _CONSTANT.fullmatch(name):
            return _constant(name, texts)
        case ast.Name(id=name) if steps and not isinstance(home, ast.Module):
            bound = _assigned(name, home)
            return _together([names_in(value, home, texts, steps - 1) for value in bound]) if bound else None
        case _:
            return None


def _assigned(name: str, home: ast.AST) -> list[ast.expr] | None:
    """Return what a function assigns to a variable; None where it is a parameter or bound in another way."""
    assert isinstance(home, (ast.FunctionDef, ast.AsyncFunctionDef))
    spec = home.args
    if name in [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg) if a is not None]:
        return None
    found: list[ast.expr] = []
    bound = 0
    for node in ast.walk(home):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                found.append(value)
            case ast.Name(id=target, ctx=ast.Store()) if target == name:
                bound += 1
    return found if bound == len(found) else None


def _constant(name: str, texts: tuple[str, ...]) -> Names:
    """Return the texts that the repository assigns to a constant of that name; None where it assigns anything else, or nothing."""
    written = re.compile(rf"^[ \t]*{name}[ \t]*(?::[^=\n]*)?=[ \t]*(?!=)(.*)$", re.MULTILINE)
    values = [found[1] for text in texts if name in text for found in written.finditer(text)]
    read = [re.fullmatch(r"([\"'])([^\"']*)\1,?[ \t]*(?:#.*)?", value.strip()) for value in values]
    return frozenset(found[2] for found in read if found) if read and all(read) else None

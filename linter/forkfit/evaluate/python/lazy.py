"""What stands in functions that nobody was seen to call: imports and models that may come later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.classes import class_scope
from forkfit.evaluate.python.model_loaders import ANYTHING, LOADED_BY
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.objects import Class, Function, outside_name
from forkfit.evaluate.python.scope import Scope
from forkfit.evaluate.python.tasks import Stage, functions, inside_of
from forkfit.evaluate.python.traverse import Traversal
from forkfit.model.bodies import OUTSIDE
from forkfit.model.value import Known, alternatives
from forkfit.model.worker import Import, When

_INDENTED_IMPORT = re.compile(r"^[ \t]+(?:import|from)[ \t]", re.MULTILINE)


def lazy_imports(going: Traversal) -> tuple[Import, ...]:
    """Return the libraries that functions import which were not gone through, each once."""
    found: dict[str, Import] = {}
    for module, function in _left(going, _INDENTED_IMPORT):
        for statement in _statements(function):
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            for name in _names(statement, module, going):
                missing = going.run.modules.find(name)
                if isinstance(missing, Missing) and missing.lack is Lack.FOREIGN and (name, When.PARENT) not in going.seen.imports:
                    chain = going.chains.get(module.name)
                    places = chain.places() if chain else ()
                    found.setdefault(name, Import(name, module.span(statement), places, When.CHILD, optional=True))
    return tuple(found.values())


def other_resources(going: Traversal, lazy: tuple[Import, ...]) -> None:
    """Take down the models and clients that functions make which were not gone through: after the fork, if at all.

    `lazy` are the libraries that only such functions import.
    """
    going.seen.stage, going.seen.supposing, going.seen.graph.here = Stage.TASK, True, OUTSIDE
    makers = _makers({name.partition(".")[0] for name in (*(name for name, _ in going.seen.imports), *(i.library for i in lazy))}, going)
    if not makers:
        return
    resources = frozenset(name for names in makers.values() for name in names)
    mentioned = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, makers)))})\b")
    for module in tuple(going.modules.values()):
        if _stands_in(mentioned, module.source.text):
            for inner, scope in _inside(module.tree, going.run.module_scope(module), going):
                for node in ast.walk(inner):
                    if isinstance(node, ast.Call) and _last(node.func) in resources:
                        _take_down(node, scope, going)
    for _, function in _left(going, mentioned):
        scope = inside_of(function, going.run)
        for statement in _statements(function):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and _last(node.func) in resources:
                    _take_down(node, scope.at(statement), going)


def _take_down(node: ast.Call, scope: Scope, going: Traversal) -> None:
    for callee in alternatives(scope.evaluate(node.func)):
        going.seen.resource(outside_name(callee.value) if isinstance(callee, Known) else "", node, scope, When.CHILD)


def _inside(tree: ast.AST, scope: Scope, going: Traversal) -> Iterator[tuple[ast.AST, Scope]]:
    """Yield the functions inside others, and the lambdas, that were not gone through, of bodies that were."""
    pending: list[tuple[ast.AST, Scope, bool]] = [(tree, scope, False)]
    while pending:
        node, here, nested = pending.pop()
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    within = inside_of(Function(here.module.name, child, here), going.run)
                    if id(child) in going.bodies:
                        pending.append((child, within, True))
                    elif nested:
                        yield child, within
                case ast.Lambda():
                    if id(child) not in going.bodies:
                        yield child, here
                case ast.ClassDef():
                    pending.append((child, class_scope(Class(here.module.name, child, here), going.run), nested))
                case _:
                    pending.append((child, here, nested))


def _makers(libraries: set[str], going: Traversal) -> dict[str, frozenset[str]]:
    """Return which of these libraries make what costs memory by itself, and the last names of what makes it."""
    makers = {name: LOADED_BY[name] for name in libraries & LOADED_BY.keys() - ANYTHING}
    if "boto3" in libraries:
        makers["boto3"] = frozenset(("client", "resource"))
    for loader in going.run.modules.loaders:
        package, _, last = loader.rpartition(".")
        if package in libraries:
            makers[package] = makers.get(package, frozenset()) | {last}
    return makers


@lru_cache(maxsize=32768)  # the services of a project run the same modules
def _stands_in(marked: re.Pattern[str], text: str) -> bool:
    """Tell whether something stands anywhere in a text."""
    return marked.search(text) is not None


def _left(going: Traversal, marked: re.Pattern[str]) -> Iterator[tuple[Module, Function]]:
    """Yield the functions that were not gone through, of modules in whose text something stands."""
    for module in tuple(going.modules.values()):
        if _stands_in(marked, module.source.text):
            for function in functions(module, going.run):
                if id(function.node) not in going.bodies:
                    yield module, function


def _statements(function: Function) -> Iterator[ast.stmt]:
    for statement in function.node.body:
        yield statement
        yield from inside(statement)


def _names(statement: ast.Import | ast.ImportFrom, module: Module, going: Traversal) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return [going.run.modules.relative(module, statement.level, statement.module or "")]


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

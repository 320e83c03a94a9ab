"""What stands in functions that nobody was seen to call: imports and models that may come later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.model_loaders import ANYTHING, LOADERS
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.objects import Function, outside_name
from forkfit.evaluate.python.tasks import Stage, functions, inside_of
from forkfit.evaluate.python.traverse import Traversal
from forkfit.model.bodies import OUTSIDE
from forkfit.model.value import Known, alternatives
from forkfit.model.worker import Import, When

_INDENTED_IMPORT = re.compile(r"^[ \t]+(?:import|from)[ \t]", re.MULTILINE)
_RESOURCES = frozenset((*LOADERS, "client", "resource"))
_PACKAGES = re.compile(r"\b(?:boto3|" + "|".join(sorted({p for packages in LOADERS.values() for p in packages} - ANYTHING)) + r")\b")


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


def other_resources(going: Traversal) -> None:
    """Take down the models and clients that functions make which were not gone through: after the fork, if at all."""
    going.seen.stage, going.seen.supposing, going.seen.graph.here = Stage.TASK, True, OUTSIDE
    resources, packages = _RESOURCES, _PACKAGES
    if further := going.run.modules.loaders:
        resources |= {name.rpartition(".")[2] for name in further}
        packages = re.compile("|".join((packages.pattern, *(rf"\b{re.escape(name.partition('.')[0])}\b" for name in sorted(further)))))
    for _, function in _left(going, packages):
        scope = inside_of(function, going.run)
        for statement in _statements(function):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and _last(node.func) in resources:
                    here = scope.at(statement)
                    for callee in alternatives(here.evaluate(node.func)):
                        going.seen.resource(outside_name(callee.value) if isinstance(callee, Known) else "", node, here, When.CHILD)


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

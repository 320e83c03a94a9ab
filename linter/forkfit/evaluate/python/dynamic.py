"""Which modules a call imports by name: ``import_module``, ``__import__``, and ``include`` of a URLconf."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.effects import texts
from forkfit.evaluate.python.modules import Missing, Module
from forkfit.evaluate.python.scope import Scope
from forkfit.model.record import Record
from forkfit.model.value import Known

MOST_MATCHES = 500
_IMPORTERS = frozenset(("importlib.import_module", "builtins.__import__", "django.utils.module_loading.import_module"))
_URLS = frozenset(("django.urls.include", "django.conf.urls.include", "django.urls.conf.include"))
NAMES = frozenset(name.rpartition(".")[2] for name in _IMPORTERS | _URLS)


class Named(Record):
    """The modules that a call names. Where they are `likely`, it names one by one those that fit a pattern."""

    names: tuple[str, ...]
    likely: bool = False


def named_modules(function: str, node: ast.Call, scope: Scope) -> Named | None:
    """Return the modules that a call of an outside function imports; no names where they are not known, None for other calls."""
    if function in _URLS:
        # include() takes the path of a module, a module, or a list of patterns; the first two may come with a namespace.
        names = [name for name, _ in texts(scope.arguments_of(node).get(0, "arg"))][:1]
        return Named(tuple(names)) if names else None
    if function not in _IMPORTERS or not node.args:
        return None
    wanted = texts(scope.arguments_of(node).get(0, "name"))
    if wanted:
        package = scope.arguments_of(node).get(1, "package")
        parent = package.value if isinstance(package, Known) and isinstance(package.value, str) else ""
        return Named(tuple(_absolute(name, parent) for name, _ in wanted))
    return Named(_fitting(node.args[0], scope), likely=True)


def _absolute(name: str, package: str) -> str:
    """Return the name that ``import_module('.tasks', package)`` means."""
    level = len(name) - len(name.lstrip("."))
    if level == 0:
        return name
    parents = package.split(".")
    return ".".join([*parents[: len(parents) - level + 1], name[level:]])


def _fitting(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the modules of the project that ``f"package.{name}.parser"`` may name: plug-ins of a folder."""
    match node:
        case ast.JoinedStr(values=parts):
            pieces = [p.value if isinstance(p, ast.FormattedValue) else p for p in parts]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            pieces = [left, right]
        case _:
            return ()
    known = [scope.evaluate(p) for p in pieces]
    plain = [v.value if isinstance(v, Known) and isinstance(v.value, str) else None for v in known]
    if plain.count(None) != 1:
        return ()
    hole = plain.index(None)
    before, after = "".join(p or "" for p in plain[:hole]), "".join(p or "" for p in plain[hole + 1 :])
    package = scope.run.modules.find(before.rstrip("."))
    if not before.endswith(".") or isinstance(package, Missing):
        return ()
    names = (f"{before}{part}{after}" for part in scope.run.modules.parts(package))
    return tuple(name for name in names if isinstance(scope.run.modules.find(name), Module))[:MOST_MATCHES]

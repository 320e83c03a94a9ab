"""What a name means in a Python file: whether its module gives it a meaning, and who looks it up there."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Collection, Iterator

from forkfit.mend.edit import Refused
from forkfit.model.source import BrokenSource, Source
from forkfit.syntax.python import parse


def tree_of(source: Source) -> ast.Module:
    """Return the tree of a file; raise Refused where it cannot be read."""
    try:
        return parse(source)
    except BrokenSource as broken:
        raise Refused(f"{source.path}: {broken}") from broken


def scopes_of(source: Source) -> symtable.SymbolTable:
    """Return the scopes of a file, that of the module outermost; raise Refused where Python itself does not read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(source.text, source.path, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"{source.path} needs a newer Python than runs here to be changed") from error


def imported(source: Source) -> frozenset[tuple[str, str]]:
    """Return what the statements of a module import, by its dotted name, and the name that each is then known by."""
    found: set[tuple[str, str]] = set()
    for statement in tree_of(source).body:
        if isinstance(statement, ast.Import):
            found |= {(one.name, one.asname or one.name) for one in statement.names}
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            found |= {(f"{statement.module}.{one.name}", one.asname or one.name) for one in statement.names}
    return frozenset(found)


def is_bound(name: str, top: symtable.SymbolTable, *, by_import: bool = True) -> bool:
    """Tell whether a name has a meaning in the module: by its statements, or by a function that declares it global.

    An import gives it one only where that is asked for.
    """
    own = _symbol(name, top)
    if own is not None and (own.is_assigned() or own.is_namespace() or (by_import and own.is_imported())):
        return True
    inner = (_symbol(name, scope) for scope in _within(top))
    return any(one is not None and one.is_declared_global() and (one.is_assigned() or one.is_imported()) for one in inner)


def readers(name: str, top: symtable.SymbolTable, holders: Collection[int]) -> Iterator[int]:
    """Yield the lines of scopes that look a name up in the module, but for functions that begin on the lines of `holders`."""
    own = _symbol(name, top)
    if own is not None and own.is_referenced():
        yield 1
    for scope in top.get_children():
        yield from _readers(name, scope, holders)


def _readers(name: str, scope: symtable.SymbolTable, holders: Collection[int]) -> Iterator[int]:
    if scope.get_type() == "function" and scope.get_lineno() in holders:
        return
    found = _symbol(name, scope)
    if found is not None and found.is_global():
        yield scope.get_lineno()
    for inner in scope.get_children():
        yield from _readers(name, inner, holders)


def _within(top: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for scope in top.get_children():
        yield scope
        yield from _within(scope)


def _symbol(name: str, scope: symtable.SymbolTable) -> symtable.Symbol | None:
    try:
        return scope.lookup(name)
    except KeyError:
        return None

"""Whether an import in a function would mean the same at the top of its module: why not, by what stands around it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from forkfit.model.source import Source

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef

# A comment that only tells linters not to mind the place of the import, and one that goes where the import goes.
_OF_PLACE = re.compile(
    r"#\s*+(?:noqa(?::\s*+(?:(?:PLC0415|C0415|E402|WPS433)[\s,]*+)++)?+"
    r"|pylint:\s*+disable=(?:(?:import-outside-toplevel|C0415|wrong-import-position|C0413)[\s,]*+)++)\s*+",
    re.IGNORECASE,
)
_OF_IMPORT = re.compile(r"#\s*+(?:type:\s*+ignore|pyright:\s*+ignore)[^#]*+")
# What prepares an import that follows it: variables of the environment, the folders that are looked in.
_PREPARES = re.compile(r"\b(?:environ|putenv|setenv|load_dotenv|read_env|sys\.path|sys\.modules|site\.addsitedir|set_start_method)\b")
_LOGS = re.compile(r"(?:.*\.)?_*(?:log|logger|logging)\.\w+|print", re.IGNORECASE)
# What catches an import that fails.
_MISSING = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def why_kept(statement: Import, function: Function, tree: ast.Module, source: Source) -> str:
    """Say why an import stays in its function; nothing where it may go."""
    here = f"{source.path}:{statement.lineno}"
    if function not in [inner for outer in tree.body for inner in (outer.body if isinstance(outer, ast.ClassDef) else [outer])]:
        return f"{here} is in a function within another"
    if statement not in function.body:
        return f"{here} imports it only on some ways through {function.name}"
    if number := _fallback(function, tree):
        return f"{source.path}:{number} goes on where {function.name} fails, as it does without the library"
    if not [one for one in function.body if one is not statement and not _is_text(one)]:
        return f"{here} is all that {function.name} does"
    return _neighbours(statement, function, here) or _comments(statement, source, here) or _before(statement, function, source)


def prepared(tree: ast.Module, source: Source) -> str:
    """Say which statement of a module prepares what is imported after it; nothing where none does."""
    lines = (node.lineno for one in tree.body for node in _outside_functions(one) if _prepares(node))
    return next((f"{source.path}:{line} prepares what is imported after it" for line in lines), "")


def goes_along(line: str) -> bool:
    """Tell whether the comment of an import is about the import, wherever that stands."""
    return _OF_IMPORT.fullmatch(_comment(line)) is not None


def _neighbours(statement: Import, function: Function, here: str) -> str:
    index = function.body.index(statement)
    near = (*function.body[max(0, index - 1) : index], *function.body[index + 1 : index + 2])
    lines = {function.lineno, *(line for one in near for line in (one.lineno, one.end_lineno))}
    return f"{here} shares its line" if lines & {statement.lineno, statement.end_lineno} else ""


def _comments(statement: Import, source: Source, here: str) -> str:
    """Say that a comment tells of the import, which it would not where that goes; one for linters does not count."""
    for number in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
        comment = _comment(source.line(number))
        if comment and not _OF_PLACE.fullmatch(comment) and not _OF_IMPORT.fullmatch(comment):
            return f"a comment on {here} tells of it"
    return f"a comment above {here} tells of it" if source.line(statement.lineno - 1).lstrip().startswith("#") else ""


def _before(statement: Import, function: Function, source: Source) -> str:
    """Say which statement of the function may decide what the import after it comes to."""
    nodes: Iterable[ast.AST] = (n for one in function.body[: function.body.index(statement)] for n in ast.walk(one))
    for node in nodes:
        if _prepares(node):
            return f"{source.path}:{getattr(node, 'lineno', 1)} prepares what is imported after it"
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await)) and not _logs(node.value):
            return f"{source.path}:{node.lineno} runs before the import, and may prepare it"
    return ""


def _fallback(function: Function, tree: ast.Module) -> int:
    """Return the line of a ``try`` that calls a function and catches what a missing library raises; 0 where none does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            calls = (inner.func for statement in node.body for inner in ast.walk(statement) if isinstance(inner, ast.Call))
            if any((f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else "") == function.name for f in calls):
                return node.lineno
    return 0


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind).rpartition(".")[2] in _MISSING for kind in kinds)


def _outside_functions(statement: ast.stmt | ast.ExceptHandler) -> Iterator[ast.stmt | ast.ExceptHandler]:
    """Yield a statement of a module and what it runs, without the bodies of functions."""
    yield statement
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, (ast.stmt, ast.ExceptHandler)):
                yield from _outside_functions(child)


def _prepares(node: ast.AST) -> bool:
    """Tell whether a statement gives a variable of the environment a value, or does anything about imports by a call."""
    match node:
        case ast.Assign(targets=targets):
            acts = any(isinstance(target, (ast.Subscript, ast.Attribute)) for target in targets)
        case ast.Expr(value=value):
            acts = isinstance(value, ast.Call)
        case _:
            acts = isinstance(node, ast.AugAssign)
    return acts and _PREPARES.search(ast.unparse(node)) is not None


def _logs(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _LOGS.fullmatch(ast.unparse(node.func)) is not None


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _comment(line: str) -> str:
    """Return the comment of a line with an import, which has no strings."""
    return line[line.index("#") :].strip() if "#" in line else ""

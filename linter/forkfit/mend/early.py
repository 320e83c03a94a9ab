"""FF305: move the import of a library from the tasks that need it to the top of their module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from forkfit.mend.change import Change
from forkfit.mend.edit import Refused
from forkfit.mend.find import container_of
from forkfit.mend.rewritten import edits_to
from forkfit.mend.scopes import is_bound, readers, scopes_of, tree_of
from forkfit.mend.written import Sources
from forkfit.model.finding import Signed
from forkfit.model.source import Source
from forkfit.model.span import Span
from forkfit.model.stack import Stack
from forkfit.weigh.savings import late_imports

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef

# A comment that only tells linters not to mind the place of the import, and one that goes where the import goes.
_OF_PLACE = re.compile(
    r"#\s*(?:noqa(?::\s*(?:(?:PLC0415|C0415|E402|WPS433)[\s,]*)+)?"
    r"|pylint:\s*disable=(?:(?:import-outside-toplevel|C0415|wrong-import-position|C0413)[\s,]*)+)\s*",
    re.IGNORECASE,
)
_OF_IMPORT = re.compile(r"#\s*(?:type:\s*ignore|pyright:\s*ignore)[^#]*")
# What prepares an import that follows it: variables of the environment, the folders that are looked in.
_PREPARES = re.compile(r"\b(?:environ|putenv|setenv|load_dotenv|read_env|sys\.path|sys\.modules|site\.addsitedir|set_start_method)\b")
_LOGS = re.compile(r"(?:.*\.)?_*(?:log|logger|logging)\.\w+|print", re.IGNORECASE)


def moved_up(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Move the import that costs the children of a worker most, and those like it in the functions beside."""
    what, at = _place(signed, stack)
    source = sources.get(at.file)
    if source is None:
        raise Refused(f"{at.file} was not read")
    tree = tree_of(source)
    statement, function = _found(at, tree)
    if function is None:
        raise Refused(f"{at} is no line of a function: a task imports the whole module {at.file}, and modules may need each other")
    _refuse_other_statements(statement, at, what)
    _refuse_preparing(tree.body, source, None)
    alike = dict(_alike(statement, tree, source))
    if why := alike[statement]:
        raise Refused(why)
    moved = {one.lineno: holder for one in alike if not alike[one] and (holder := _holder(one, tree)) is not None}
    _refuse_names(statement, source, {holder.lineno for holder in moved.values()})
    from forkfit.syntax.python_edits import with_import_above  # libcst is loaded where Python is changed

    comment = _comment(source.line(statement.end_lineno or statement.lineno))
    after = with_import_above(source.text, statement.lineno, moved, comments=_OF_IMPORT.fullmatch(comment) is not None)
    if after is None:
        raise Refused(f"{source.path} cannot be changed without touching the rest of it")
    return Change(
        signed,
        edits_to(source, after),
        f"the import of {what} goes to the top of the module",
        f"whatever imports {at.file} holds {what} from then on, a web server too",
        "it changes what other programs import",
    )


def _place(signed: Signed, stack: Stack) -> tuple[str, Span]:
    """Return the library that a finding names, and where it is imported."""
    container = container_of(stack, signed.finding.service)
    for index, worker in enumerate(container.workers):
        named = [part for part in late_imports(container, index) if part.trail]
        if named and f"{named[0].what} {worker.program}".strip() == signed.finding.evidence and named[0].trail[0].at is not None:
            return named[0].what, named[0].trail[0].at
    raise Refused("where it is imported is not known")


def _found(at: Span, tree: ast.Module) -> tuple[Import, Function | None]:
    """Return the import at a place, and the function in whose body it stands."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno == at.line:
            return node, _holder(node, tree)
    raise Refused(f"no import stands at {at}")


def _holder(statement: Import, tree: ast.Module) -> Function | None:
    """Return the function in which an import stands, the innermost."""
    found = None
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(inner is statement for inner in ast.walk(node)):
            found = node
    return found


def _alike(statement: Import, tree: ast.Module, source: Source) -> Iterator[tuple[Import, str]]:
    """Yield the imports in functions that say the same, and why one stays, empty where it may go."""
    top = [f for s in tree.body for f in (s.body if isinstance(s, ast.ClassDef) else [s])]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and ast.dump(node) == ast.dump(statement):
            holder = _holder(node, tree)
            if holder is not None:
                yield (
                    node,
                    _why_kept(node, holder, source) if holder in top else f"{source.path}:{node.lineno} is in a function within another",
                )


def _why_kept(statement: Import, function: Function, source: Source) -> str:
    """Say why an import stays in its function; nothing where it may go."""
    here = f"{source.path}:{statement.lineno}"
    if statement not in function.body:
        return f"{here} imports it only on some ways through {function.name}"
    index = function.body.index(statement)
    others = [one for one in function.body if one is not statement and not _is_text(one)]
    if not others:
        return f"{here} is all that {function.name} does"
    near = (*function.body[max(0, index - 1) : index], *function.body[index + 1 : index + 2])
    if any(one.lineno == statement.lineno or one.end_lineno == statement.lineno for one in near) or function.lineno == statement.lineno:
        return f"{here} shares its line"
    for number in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
        comment = _comment(source.line(number))
        if comment and not _OF_PLACE.fullmatch(comment) and not _OF_IMPORT.fullmatch(comment):
            return f"a comment on {here} tells of it"
    if source.line(statement.lineno - 1).lstrip().startswith("#"):
        return f"a comment above {here} tells of it"
    try:
        _refuse_preparing(function.body[:index], source, function)
    except Refused as why:
        return str(why)
    return ""


def _refuse_other_statements(statement: Import, at: Span, what: str) -> None:
    if isinstance(statement, ast.Import) and len(statement.names) > 1:
        raise Refused(f"{at} imports more than {what}")
    if isinstance(statement, ast.ImportFrom) and statement.level:
        raise Refused(f"{at} imports a module of the project, and modules may need each other")


def _refuse_preparing(statements: list[ast.stmt], source: Source, function: Function | None) -> None:
    """Raise Refused where a statement before an import may decide what it comes to."""
    for statement in statements:
        for node in ast.walk(statement) if function is not None else _outside_functions(statement):
            if not isinstance(node, ast.stmt):
                continue
            text = ast.get_source_segment(source.text, node) or ""
            if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)) and _PREPARES.search(text) and _changes(node):
                raise Refused(f"{source.path}:{node.lineno} prepares what is imported after it")
            if (
                function is not None
                and isinstance(node, ast.Expr)
                and isinstance(node.value, (ast.Call, ast.Await))
                and not _logs(node.value)
            ):
                raise Refused(f"{source.path}:{node.lineno} runs before the import, and may prepare it")


def _outside_functions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement of a module and what it runs, without the bodies of functions."""
    yield statement
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, (ast.stmt, ast.ExceptHandler)):
                yield from _outside_functions(child)  # type: ignore[arg-type]


def _changes(node: ast.AST) -> bool:
    """Tell whether a statement gives a variable of the environment a value, or does anything by a call."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, (ast.Subscript, ast.Attribute)) for target in node.targets)
    return isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))


def _logs(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _LOGS.fullmatch(ast.unparse(node.func)) is not None


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _comment(line: str) -> str:
    """Return the comment of a line with an import, which has no strings."""
    return line[line.index("#") :].strip() if "#" in line else ""


def _refuse_names(statement: Import, source: Source, holders: set[int]) -> None:
    """Raise Refused where the module, or a function of it, means something else by a name that the import gives."""
    top = scopes_of(source)
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        if is_bound(name, top):
            raise Refused(f"{source.path} has another {name} at its top")
        if line := next(readers(name, top, holders), 0):
            raise Refused(f"{source.path}:{line} reads another {name}")

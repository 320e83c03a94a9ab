"""FF305: move the import of a library from the tasks that need it to the top of their module."""

from __future__ import annotations

import ast
from posixpath import dirname

from forkfit.builtin import gathered
from forkfit.evaluate.python.installed import stated
from forkfit.files import InMemory
from forkfit.mend.change import Change
from forkfit.mend.edit import Refused
from forkfit.mend.find import container_of
from forkfit.mend.movable import Function, Import, goes_along, prepared, why_kept
from forkfit.mend.rewritten import edits_to
from forkfit.mend.scopes import is_bound, readers, scopes_of, tree_of
from forkfit.mend.written import Sources
from forkfit.model.finding import Signed
from forkfit.model.source import Source
from forkfit.model.span import Span
from forkfit.model.stack import Stack
from forkfit.syntax.requirements import normalised
from forkfit.weigh.savings import late_imports
from forkfit.weigh.table import Table

MOST_ALIKE = 100  # imports of one module that say the same; more of them stay, where they cost nothing any more


def moved_up(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Move the import that costs the children of a worker most, and those like it in the functions beside."""
    what, at = _place(signed, stack)
    source = sources.get(at.file)
    if source is None:
        raise Refused(f"{at.file} was not read")
    tree = tree_of(source)
    holders = _holders(tree)
    statement = next((one for one in holders if one.lineno == at.line), None)
    if statement is None:
        raise Refused(f"{at} is no line of a function: a task imports the whole module {at.file}, and modules may need each other")
    if isinstance(statement, ast.Import) and len(statement.names) > 1:
        raise Refused(f"{at} imports more than {what}")
    if isinstance(statement, ast.ImportFrom) and statement.level:
        raise Refused(f"{at} imports a module of the project, and modules may need each other")
    if why := prepared(tree, source) or why_kept(statement, holders[statement], tree, source):
        raise Refused(why)
    _refuse_where_missing(what, at, stack, sources)
    same = [one for one in holders if ast.dump(one) == ast.dump(statement)][:MOST_ALIKE]
    alike = [one for one in same if not why_kept(one, holders[one], tree, source)]
    _refuse_names(statement, source, {holders[one].lineno for one in alike})
    from forkfit.syntax.python_edits import with_import_above  # libcst is loaded where Python is changed

    along = goes_along(source.line(statement.end_lineno or statement.lineno))
    after = with_import_above(source.text, statement.lineno, tuple(one.lineno for one in alike), comments=along)
    if after is None:
        raise Refused(f"{source.path} cannot be changed without touching the rest of it")
    return Change(
        signed,
        edits_to(source, after),
        f"{ast.unparse(statement)} at the top of the module",
        f"whatever imports {at.file} holds {what} from then on, a web server too",
        "it changes what other programs import",
        uncured=f": a task imports {at.file} itself, so that its top comes after the fork too",
    )


def _place(signed: Signed, stack: Stack) -> tuple[str, Span]:
    """Return the library that a finding names, and where it is imported."""
    container = container_of(stack, signed.finding.service)
    for index, worker in enumerate(container.workers):
        named = [part for part in late_imports(container, index) if part.trail]
        if named and f"{named[0].what} {worker.program}".strip() == signed.finding.evidence and named[0].trail[0].at is not None:
            return named[0].what, named[0].trail[0].at
    raise Refused("where it is imported is not known")


def _holders(tree: ast.Module) -> dict[Import, Function]:
    """Return the imports in functions, each with the innermost that it stands in."""
    found: dict[Import, Function] = {}
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found |= {inner: node for inner in ast.walk(node) if isinstance(inner, (ast.Import, ast.ImportFrom))}
    return found


def _refuse_where_missing(what: str, at: Span, stack: Stack, sources: Sources) -> None:
    """Raise Refused where programs may run without a library: what lists Celery does not list it."""
    weight = Table(gathered(stack.settings.plugins).shelves, stack.settings.weights).get(what)
    names = {normalised(name) for name in (weight.distributions if weight is not None else (what.partition(".")[0],))}
    files = InMemory({path: source.text.encode() for path, source in sources.items()})
    for folder in stated(files, dirname(at.file)):
        with_celery, with_it = ({r.at.file for r in folder.requirements if r.name in wanted} for wanted in ({"celery"}, names))
        if with_celery and not with_celery & with_it:
            raise Refused(f"{min(with_celery)} lists celery and not {what}: without it a program could not import {at.file}")
        if with_celery:
            return


def _refuse_names(statement: Import, source: Source, holders: set[int]) -> None:
    """Raise Refused where the module, or a function of it, means something else by a name that the import gives."""
    top = scopes_of(source)
    for alias in statement.names:
        name = alias.asname or alias.name.partition(".")[0]
        if is_bound(name, top):
            raise Refused(f"{source.path} has another {name} at its top")
        if line := next(readers(name, top, holders), 0):
            raise Refused(f"{source.path}:{line} reads another {name}")

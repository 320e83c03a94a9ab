"""Changes of Python that libcst makes: what they do not touch stays as it is written, comments and line ends included.

Each takes a text without its byte order mark, as a window on a file gives it, and returns the text changed, or None where
libcst cannot read it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

import libcst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from forkfit.syntax.python_imports import Statements, is_import, with_import
from forkfit.syntax.shallow import on_a_large_stack, refused

_BLANK = libcst.EmptyLine(indent=False)
MOST_LINES = 10_000  # lines are compared with each other; no module that people write has so many
_FAR = 2  # blank lines around a function of a module


@lru_cache(maxsize=32)  # a change is proposed again after each other one
def with_function(text: str, code: str, line: int, imports: tuple[str, ...]) -> str | None:
    """Return a module with a function below the statement on a line and the plain statements that follow it, and its imports."""

    def change(module: libcst.Module, places: Any) -> libcst.Module:
        body: Statements = list(module.body)
        index = next(i for i, one in enumerate(body) if places[one].start.line <= line <= places[one].end.line)
        after = index + 1
        if not _defines(body[index]):
            while after < len(body) and not _defines(body[after]):
                after += 1
        config = module.config_for_parsing
        function = libcst.parse_statement(code, config).with_changes(leading_lines=[_BLANK] * _FAR)
        if after < len(body):
            body[after] = _far(body[after])
        elif any(line.comment is not None for line in module.footer):
            module = module.with_changes(footer=_with_blanks(module.footer))
        body.insert(after, function)
        for one in imports:
            before = len(body)
            body = with_import(body, _line(one, config), index, after)
            index, after = index + len(body) - before, after + len(body) - before
        return module.with_changes(body=body)

    return _changed(text, change)


@lru_cache(maxsize=32)
def with_import_above(text: str, line: int, alike: tuple[int, ...], *, comments: bool) -> str | None:
    """Return a module with the import on a line of a function moved to its top, and without those on the lines `alike`.

    Its own comment goes along only where `comments` says so.
    """

    def change(module: libcst.Module, places: Any) -> libcst.Module:
        remover = _Remover(places, {line, *alike})
        without = module.visit(remover)
        body: Statements = list(without.body)
        before = next((i for i, one in enumerate(body) if _defines(one)), len(body))
        statement = remover.gone[line].with_changes(leading_lines=[])
        if not comments:
            statement = statement.with_changes(trailing_whitespace=libcst.TrailingWhitespace())
        return without.with_changes(body=with_import(body, statement, before, before))

    return _changed(text, change)


class _Remover(libcst.CSTTransformer):
    """Takes imports out of function bodies, by the lines on which they begin."""

    def __init__(self, places: Any, lines: Collection[int]) -> None:
        super().__init__()
        self.places = places
        self.lines = lines
        self.gone: dict[int, Any] = {}

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: libcst.IndentedBlock, updated_node: libcst.IndentedBlock
    ) -> libcst.IndentedBlock:
        gone = {i: line for i, one in enumerate(original_node.body) if is_import(one) and (line := self._begins(one)) in self.lines}
        if not gone:
            return updated_node
        self.gone |= {line: updated_node.body[i] for i, line in gone.items()}
        kept = [one for i, one in enumerate(updated_node.body) if i not in gone]
        if 0 in gone:  # the blank lines below the first statement are not to open the body
            first: Any = kept[0]
            blank = next((n for n, line in enumerate(first.leading_lines) if line.comment is not None), len(first.leading_lines))
            kept[0] = first.with_changes(leading_lines=first.leading_lines[blank:])
        return updated_node.with_changes(body=kept)

    def _begins(self, node: libcst.CSTNode) -> int:
        place: CodeRange = self.places[node]
        return place.start.line


def _changed(text: str, change: Callable[[libcst.Module, Any], libcst.Module]) -> str | None:
    """Return a text after a change of its tree; `change` gets the place of each node too."""

    def work() -> str | None:
        try:
            wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
            changed = change(wrapper.module, wrapper.resolve(PositionProvider))
            return changed.code if wrapper.module.code == text else None
        except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, UnicodeError, ValueError, StopIteration, KeyError):
            return None

    return None if refused(text) or text.count("\n") > MOST_LINES else on_a_large_stack(work)


def _line(statement: str, config: libcst.PartialParserConfig) -> libcst.SimpleStatementLine:
    parsed = libcst.parse_statement(f"{statement}\n", config)
    assert isinstance(parsed, libcst.SimpleStatementLine)
    return parsed


def _defines(statement: Any) -> bool:
    """Tell whether a statement is a definition, or what a module does when it is run by itself."""
    if isinstance(statement, libcst.If):
        test = statement.test
        return isinstance(test, libcst.Comparison) and isinstance(test.left, libcst.Name) and test.left.value == "__name__"
    return isinstance(statement, (libcst.FunctionDef, libcst.ClassDef))


def _far(statement: Any) -> Any:
    """Return a statement with the blank lines above it that a function asks for."""
    return statement.with_changes(leading_lines=_with_blanks(statement.leading_lines))


def _with_blanks(lines: Iterable[libcst.EmptyLine]) -> list[libcst.EmptyLine]:
    """Return lines of which the first are blank, as many as a function asks for."""
    found = list(lines)
    blank = next((n for n, line in enumerate(found) if line.comment is not None), len(found))
    return [_BLANK] * max(0, _FAR - blank) + found

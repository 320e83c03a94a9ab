"""Python: text in, the standard library's syntax tree out."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span, whole_file

LARGEST_PYTHON = 2 * 1024**2  # characters; the largest module of 43 real projects has 0.4 MiB
# A tree takes up to 3 KB for each of these, so that 2 MiB of the densest code would be a tree of some GB.
_SIGNS = "\n;,.([{+-*/="
MOST_SIGNS = 150_000  # the most of 41,910 real files is 42,324


def parse(source: Source) -> ast.Module:
    """Return the tree of a file; raise BrokenSource where it is no Python that can be read.

    What is newer than the grammar of the running interpreter is read by libcst and lowered, see ``newer_python``.
    """
    if len(source.text) > LARGEST_PYTHON:
        raise BrokenSource(f"this file has {len(source.text)} characters; more than {LARGEST_PYTHON} are not read", whole_file(source.path))
    if (signs := sum(map(source.text.count, _SIGNS))) > MOST_SIGNS:
        raise BrokenSource(f"this file has {signs} lines and signs; more than {MOST_SIGNS} are not read", whole_file(source.path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in the user's strings are not our subject
        return _read(source)


def span_of(node: ast.AST, source: Source) -> Span:
    """Return the place of a node in characters; ``ast`` counts columns in UTF-8 bytes."""
    line = getattr(node, "lineno", 1)
    end_line = getattr(node, "end_lineno", None) or line
    column = _column(source, line, getattr(node, "col_offset", 0))
    end_column = _column(source, end_line, getattr(node, "end_col_offset", None) or 0)
    return Span(source.path, line, column, end_line, max(end_column, column) if line == end_line else end_column)


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def _read(source: Source) -> ast.Module:
    try:
        return ast.parse(source.text)
    except SyntaxError as error:
        from forkfit.syntax.newer_python import lowered

        older = lowered(source.text)
        try:
            return ast.parse(source.text if older is None else older)
        except (SyntaxError, RecursionError, MemoryError, ValueError) as left:
            refused = left if isinstance(left, SyntaxError) else error
        if older is None:
            raise BrokenSource(
                f"this file does not parse as Python: {error.msg}", _place(error, source), "Correct the syntax; values in it are not known."
            ) from error
        raise BrokenSource(
            "this file needs a newer Python grammar than can be read here; values in it are not known",
            _place(refused, source),
            "Run the linter under the Python version that the project uses.",
        ) from error
    except (RecursionError, MemoryError) as error:
        raise BrokenSource("this file nests too deeply to be read", whole_file(source.path)) from error
    except ValueError as error:
        raise BrokenSource(f"this file does not parse as Python: {error}", whole_file(source.path)) from error


def _column(source: Source, line: int, offset: int) -> int:
    if source.text.isascii() or (text := source.line(line)).isascii():
        return offset + 1
    return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1


def _place(error: SyntaxError, source: Source) -> Span:
    """Return where the parser stopped: a SyntaxError counts characters, from 1."""
    if not error.lineno:
        return whole_file(source.path)
    line = min(error.lineno, len(source.starts))
    column = min(max(error.offset or 1, 1), len(source.line(line)) + 1)
    return Span(source.path, line, column, line, column)

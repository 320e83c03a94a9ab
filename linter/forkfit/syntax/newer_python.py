"""Python of a newer grammar than the running interpreter's: read by libcst, and lowered in place.

What is lowered, each without moving a line:

=====================================  ==========================================================
written                                read as
=====================================  ==========================================================
``type X[T] = Y``                      ``X = Y``
``def f[T](…)``, ``class A[T]``        the same without ``[T]``
``except A, B:``                       ``except (A, B):``
f-strings that only 3.12 can read      ``...``, whose value is not known
t-strings                              ``...``
``[*x for x in y]``                    ``...``
``lazy import a``                      ``import a``, as if it were not lazy
=====================================  ==========================================================

Everything else that the interpreter refuses stays as it is, and is then no readable Python.
"""

from __future__ import annotations

import ast
import re

import libcst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from forkfit.syntax.shallow import on_a_large_stack, refused

_NEWLINES = re.compile(r"\r\n?|\n")


def lowered(text: str) -> str | None:
    """Return the text in a grammar that Python 3.11 reads, its lines unmoved; None where libcst refuses it too."""
    return None if refused(text) else on_a_large_stack(lambda: _lower(text))


def _lower(text: str) -> str | None:
    try:
        wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
        finder = _Finder(wrapper.resolve(PositionProvider), text)
        wrapper.module.visit(finder)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, UnicodeError, ValueError):
        return None
    for start, end, instead in sorted(finder.edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


class _Finder(libcst.CSTVisitor):
    """Collects (start, end, replacement) for what is too new; edits never overlap."""

    def __init__(self, places: object, text: str) -> None:
        super().__init__()
        self.places = places
        self.text = text
        self.starts = [0, *(m.end() for m in _NEWLINES.finditer(text))]
        self.edits: list[tuple[int, int, str]] = []

    def _range(self, node: libcst.CSTNode) -> tuple[int, int]:
        place: CodeRange = self.places[node]  # type: ignore[index]
        return (self.starts[place.start.line - 1] + place.start.column, self.starts[place.end.line - 1] + place.end.column)

    def visit_TypeAlias(self, node: libcst.TypeAlias) -> bool:  # noqa: N802
        start, _ = self._range(node)
        _, end = self._range(node.type_parameters or node.name)
        name = node.name.value
        self.edits.append((start, end, name + _blank(self.text[start + len(name) : end])))
        return False

    def visit_TypeParameters(self, node: libcst.TypeParameters) -> bool:  # noqa: N802
        start, end = self._range(node)
        self.edits.append((start, end, _blank(self.text[start:end])))
        return False

    def visit_ExceptHandler(self, node: libcst.ExceptHandler) -> None:  # noqa: N802
        self._parenthesize(node.type)

    def visit_ExceptStarHandler(self, node: libcst.ExceptStarHandler) -> None:  # noqa: N802
        self._parenthesize(node.type)

    def _parenthesize(self, node: libcst.BaseExpression | None) -> None:
        if isinstance(node, libcst.Tuple) and not node.lpar:
            start, end = self._range(node)
            self.edits += [(start, start, "("), (end, end, ")")]

    def visit_LazyImport(self, node: libcst.CSTNode) -> bool:  # noqa: N802
        return self._eager(node, "import")

    def visit_LazyImportFrom(self, node: libcst.CSTNode) -> bool:  # noqa: N802
        return self._eager(node, "from")

    def _eager(self, node: libcst.CSTNode, word: str) -> bool:
        start, _ = self._range(node)
        end = self.text.index(word, start) + len(word)
        self.edits.append((start, end, word + " " * (end - start - len(word))))
        return False

    def visit_ListComp(self, node: libcst.ListComp) -> bool:  # noqa: N802
        return self._comprehension(node, node.elt)

    def visit_SetComp(self, node: libcst.SetComp) -> bool:  # noqa: N802
        return self._comprehension(node, node.elt)

    def visit_GeneratorExp(self, node: libcst.GeneratorExp) -> bool:  # noqa: N802
        return self._comprehension(node, node.elt)

    def _comprehension(self, node: libcst.BaseExpression, element: libcst.CSTNode) -> bool:
        if not isinstance(element, libcst.StarredElement):
            return True
        self._unknown(*self._range(node))
        return False

    def visit_ConcatenatedString(self, node: libcst.ConcatenatedString) -> bool:  # noqa: N802
        return self._string(node)

    def visit_FormattedString(self, node: libcst.FormattedString) -> bool:  # noqa: N802
        return self._string(node)

    def visit_TemplatedString(self, node: libcst.TemplatedString) -> bool:  # noqa: N802
        return self._string(node)

    def _string(self, node: libcst.BaseExpression) -> bool:
        start, end = self._range(node)
        written = self.text[start:end]
        try:
            ast.parse(f"({written}\n)", mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._unknown(start, end)
        return False

    def _unknown(self, start: int, end: int) -> None:
        written = self.text[start:end]
        breaks = "".join(_NEWLINES.findall(written))
        self.edits.append((start, end, f"(...{breaks})" if breaks else "..." + " " * (len(written) - 3)))


def _blank(written: str) -> str:
    """Return blanks of the same length; its lines are joined by backslashes, since no bracket is open any more."""
    return "\\\n".join(" " * len(line) for line in _NEWLINES.split(written))

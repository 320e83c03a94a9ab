"""Where an import is put among those of a Python file: with its kind, in the order in which they already stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from enum import Enum
from typing import Any

import libcst

Statements = list[Any]  # what libcst has in the body of a module
# What tells linters not to mind that an import stands below other code.
_OF_PLACE = re.compile(r"#\s*(?:noqa(?:\s*$|:\s*E402\b)|pylint:\s*disable=wrong-import-position)", re.IGNORECASE)
_BLANK = libcst.EmptyLine(indent=False)


class Kind(Enum):
    """What tells apart the blocks in which imports stand, in their order."""

    STANDARD = "of the standard library"
    OTHER = "of anything else"
    RELATIVE = "of a neighbour"


def with_import(body: Sequence[Any], added: libcst.SimpleStatementLine, before: int, used: int) -> Statements:
    """Return the statements of a module with one more import, above the statement with one index.

    Another import may have it already, or take it up, as long as it stands above the statement that uses it.
    """
    if any(_says(one, added.body[0]) for statement in body[:used] if is_import(statement) for one in statement.body):
        return list(body)
    joined = _joined(body, added, used)
    if joined is not None:
        return joined
    block = _block(body, added, before)
    if block:
        return _within(list(body), added, block)
    imports = [i for i in range(before) if is_import(body[i]) and not _is_future(body[i])]
    if not imports:
        return _below_the_head(list(body), added, before)
    if _kind(added) is Kind.STANDARD:
        return _before_block(list(body), added, imports[0])
    ahead = [i for i in imports if _kind(body[i]) is not Kind.RELATIVE]
    if not ahead:
        return _before_block(list(body), added, imports[0])
    return _put(list(body), ahead[-1] + 1, [added.with_changes(leading_lines=[_BLANK])])


def is_import(statement: Any) -> bool:
    """Tell whether a statement is an import and nothing else."""
    return isinstance(statement, libcst.SimpleStatementLine) and all(
        isinstance(small, (libcst.Import, libcst.ImportFrom)) for small in statement.body
    )


def dotted(node: Any) -> str:
    """Return a dotted name."""
    return f"{dotted(node.value)}.{node.attr.value}" if isinstance(node, libcst.Attribute) else node.value if node is not None else ""


def _says(old: Any, new: Any) -> bool:
    """Tell whether an import gives each name that another gives, and the same meaning."""
    if type(old) is not type(new) or isinstance(old.names, libcst.ImportStar) or isinstance(new.names, libcst.ImportStar):
        return False
    if isinstance(old, libcst.ImportFrom) and (len(old.relative), dotted(old.module)) != (len(new.relative), dotted(new.module)):
        return False
    return {_named(one) for one in new.names} <= {_named(one) for one in old.names}


def _named(one: libcst.ImportAlias) -> tuple[str, str]:
    return dotted(one.name), one.evaluated_alias or ""


def _joined(body: Sequence[Any], added: libcst.SimpleStatementLine, before: int) -> Statements | None:
    """Return the statements with the name put into ``from module import ...`` of the same module; None where there is none."""
    new = added.body[0]
    if not isinstance(new, libcst.ImportFrom) or isinstance(new.names, libcst.ImportStar):
        return None
    for index, statement in enumerate(body[:before]):
        if not is_import(statement) or len(statement.body) != 1:
            continue
        old = statement.body[0]
        same = isinstance(old, libcst.ImportFrom) and len(old.relative) == len(new.relative) and dotted(old.module) == dotted(new.module)
        if same and not isinstance(old.names, libcst.ImportStar):
            names = list(old.names)
            for name in new.names:
                names = _with_name(old.with_changes(names=names), name)
            return _put(list(body[:index]) + list(body[index + 1 :]), index, [statement.with_changes(body=[old.with_changes(names=names)])])
    return None


def _with_name(old: libcst.ImportFrom, new: libcst.ImportAlias) -> list[libcst.ImportAlias]:
    """Return the names of an import with one more, parted from its neighbours as they are."""
    names = list(old.names) if not isinstance(old.names, libcst.ImportStar) else []
    written = [dotted(one.name).lower() for one in names]
    index = next((i for i, name in enumerate(written) if name > dotted(new.name).lower()), len(names))
    gap: Any = libcst.Comma(whitespace_after=libcst.SimpleWhitespace(" "))
    if len(names) > 1:
        gap = names[0].comma
    elif old.lpar is not None and isinstance(old.lpar.whitespace_after, libcst.ParenthesizedWhitespace):
        gap = libcst.Comma(whitespace_after=old.lpar.whitespace_after)
    if index < len(names):
        return [*names[:index], new.with_changes(comma=gap), *names[index:]]
    return [*names[:-1], names[-1].with_changes(comma=gap), new.with_changes(comma=names[-1].comma)]


def _block(body: Sequence[Any], added: libcst.SimpleStatementLine, before: int) -> list[int]:
    """Return the indexes of the imports among which one belongs: those of its package, else the first block with its kind."""
    kind, package = _kind(added), _module(added).partition(".")[0]
    alike = [i for i in range(before) if is_import(body[i]) and not _is_future(body[i]) and _kind(body[i]) is kind]
    of_package = [i for i in alike if _module(body[i]).partition(".")[0] == package]
    if of_package:
        return of_package
    return [i for i in alike if all(_follows(body, j) for j in range(alike[0] + 1, i + 1))]


def _within(body: Statements, added: libcst.SimpleStatementLine, block: list[int]) -> Statements:
    """Return the statements with an import in a block, in the block's own order, at its end where that has none.

    What linters are told of the place of the imports around it, they are told of it too.
    """
    told = body[block[-1]].trailing_whitespace
    if added.trailing_whitespace.comment is None and told.comment is not None and _OF_PLACE.match(told.comment.value):
        added = added.with_changes(trailing_whitespace=told)
    for order in (_plain_first, _by_module):
        keys = [order(body[i]) for i in block]
        if keys == sorted(keys):
            behind = [i for i, key in zip(block, keys, strict=True) if key > order(added)]
            if behind:
                return _before(body, added, behind[0], is_first=behind[0] == block[0])
            break
    return _put(body, block[-1] + 1, [added])


def _before(body: Statements, added: libcst.SimpleStatementLine, index: int, is_first: bool) -> Statements:
    """Return the statements with one before another; what stands over the first of a block is said of the block."""
    if not is_first:
        return _put(body, index, [added])
    above = body[index]
    body[index] = above.with_changes(leading_lines=[])
    return _put(body, index, [added.with_changes(leading_lines=above.leading_lines)])


def _before_block(body: Statements, added: libcst.SimpleStatementLine, index: int) -> Statements:
    """Return the statements with a block of its own before another block."""
    below = body[index]
    lines = list(below.leading_lines)
    blank = next((n for n, line in enumerate(lines) if line.comment is not None), len(lines))
    body[index] = below.with_changes(leading_lines=[_BLANK, *lines[blank:]])
    return _put(body, index, [added.with_changes(leading_lines=lines[:blank])])


def _below_the_head(body: Statements, added: libcst.SimpleStatementLine, before: int) -> Statements:
    """Return the statements with the first import of a module: below its docstring and ``from __future__``."""
    index = 0
    if body[:1] and before and _is_docstring(body[0]):
        index = 1
    while index < before and is_import(body[index]) and _is_future(body[index]):
        index += 1
    if index == 0 and body:
        return _before_block(body, added, 0)
    return _put(body, index, [added.with_changes(leading_lines=[_BLANK] if index else [])])


def _put(body: Statements, index: int, statements: Statements) -> Statements:
    return [*body[:index], *statements, *body[index:]]


def _follows(body: Sequence[Any], index: int) -> bool:
    """Tell whether a statement is an import right below another one, without a blank line between."""
    return is_import(body[index]) and is_import(body[index - 1]) and all(line.comment is not None for line in body[index].leading_lines)


def _is_docstring(statement: Any) -> bool:
    if not isinstance(statement, libcst.SimpleStatementLine) or not isinstance(statement.body[0], libcst.Expr):
        return False
    return isinstance(statement.body[0].value, (libcst.SimpleString, libcst.ConcatenatedString))


def _is_future(statement: Any) -> bool:
    return _module(statement) == "__future__"


def _kind(statement: Any) -> Kind:
    first = statement.body[0]
    if isinstance(first, libcst.ImportFrom) and first.relative:
        return Kind.RELATIVE
    return Kind.STANDARD if _module(statement).partition(".")[0] in sys.stdlib_module_names else Kind.OTHER


def _module(statement: Any) -> str:
    first = statement.body[0]
    return dotted(first.module) if isinstance(first, libcst.ImportFrom) else dotted(first.names[0].name)


def _plain_first(statement: Any) -> tuple[bool, str]:
    return isinstance(statement.body[0], libcst.ImportFrom), _module(statement).lower()


def _by_module(statement: Any) -> tuple[bool, str]:
    return False, _module(statement).lower()

"""Comments of a YAML file that speak to us, with the keys that they stand at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forkfit.model.document import Mapping, Node, Scalar, Sequence, Style
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span
from forkfit.syntax.yaml import parse

if TYPE_CHECKING:
    from forkfit.syntax.comments import Comment

Keys = tuple[str, ...]


def comments_of(source: Source, called: list[tuple[int, int]]) -> Iterator[Comment]:
    """Yield the comments among the places where our name is called: those outside every scalar."""
    from forkfit.syntax.comments import Comment

    try:
        documents = parse(source)
    except BrokenSource:
        return
    scalars: list[Span] = []
    entries: list[tuple[int, int, Keys]] = []
    for node in documents:
        _walk(node, (), scalars, entries)
    for start, end in called:
        at = source.span(start, end)
        if (start and source.text[start - 1] not in " \t\r\n") or any(_holds(scalar, at) for scalar in scalars):
            continue
        alone = not source.line(at.line)[: at.column - 1].strip()
        line = at.line
        while alone and source.line(line).lstrip().startswith("#"):
            line += 1
        here = [(last, keys) for first, last, keys in entries if first == line]
        around = [keys for first, last, keys in entries if first <= line <= last]
        yield Comment(
            at,
            source.text[start:end],
            first=line,
            last=max((last for last, _ in here), default=line),
            keys=min((keys for _, keys in here), key=len, default=()),
            within=max(around, key=len, default=()),
        )


def _walk(node: Node, keys: Keys, scalars: list[Span], entries: list[tuple[int, int, Keys]]) -> None:
    """Collect the places of scalars, and of entries by their lines; what an alias or a merge key brings stands elsewhere."""
    if isinstance(node, Scalar):
        headed = node.style in (Style.LITERAL, Style.FOLDED)  # behind the sign that begins it a comment may stand
        scalars.append(node.at.replace(line=node.at.line + 1, column=1) if headed else node.at)
    for item in node.items if isinstance(node, Sequence) else ():
        if _holds(node.at, item.at):
            _walk(item, keys, scalars, entries)
    for entry in node.entries if isinstance(node, Mapping) else ():
        if not _holds(node.at, entry.key.at):
            continue
        own = (*keys, entry.name)
        scalars.append(entry.key.at)
        if _holds(node.at, entry.value.at):
            entries.append((entry.key.at.line, max(entry.key.at.line, _last(entry.value.at)), own))
            _walk(entry.value, own, scalars, entries)
        else:
            entries.append((entry.key.at.line, entry.key.at.line, own))


def _last(at: Span) -> int:
    """Return the last line on which something stands; a block scalar ends before the line that comes after it."""
    return at.end_line - 1 if at.end_column == 1 and at.end_line > at.line else at.end_line


def _holds(outer: Span, inner: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return begins and (inner.line, inner.column) < (outer.end_line, outer.end_column)

"""Comments of a YAML file that speak to us, with the keys that they stand at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TypeVar

from forkfit.model.document import Mapping, Node, Scalar, Sequence, Style
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span
from forkfit.syntax.comment import Below, Comment
from forkfit.syntax.yaml import parse

Keys = tuple[str, ...]
T = TypeVar("T")


def comments_of(source: Source, called: list[tuple[int, int]]) -> Iterator[Comment]:
    """Yield the comments among the places where our name is called: those outside every scalar."""
    try:
        documents = parse(source)
    except BrokenSource:
        return
    scalars: list[Span] = []
    entries: list[tuple[int, int, Keys]] = []
    for node in documents:
        _walk(node, (), scalars, entries)
    places = {place: source.span(*place) for place in called}
    near = _by_line(((scalar.line, scalar.end_line, scalar) for scalar in scalars), {at.line for at in places.values()})
    outside = [
        (at, source.text[start:end])
        for (start, end), at in places.items()
        if not (start and source.text[start - 1] not in " \t\r\n") and not any(_holds(scalar, at) for scalar in near.get(at.line, ()))
    ]
    below = Below(source)
    lines = [below.spoken_of(at) for at, _ in outside]
    around = _by_line(((first, last, (first, last, keys)) for first, last, keys in entries), set(lines))
    for (at, text), line in zip(outside, lines, strict=True):
        here = [(last, keys) for first, last, keys in around.get(line, ()) if first == line]
        yield Comment(
            at,
            text,
            first=line,
            last=max((last for last, _ in here), default=line),
            keys=min((keys for _, keys in here), key=len, default=()),
            within=max((keys for _, _, keys in around.get(line, ())), key=len, default=()),
        )


def _by_line(stretches: Iterable[tuple[int, int, T]], lines: set[int]) -> dict[int, list[T]]:
    """Return for each of the lines what stretches over it, given as its first and last line and itself."""
    ordered = sorted(lines)
    found: dict[int, list[T]] = {}
    for first, last, held in stretches:
        for line in ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]:
            found.setdefault(line, []).append(held)
    return found


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

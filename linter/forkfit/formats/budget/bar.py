"""A bar of characters: what each kind of memory takes, and where the limit is."""

from __future__ import annotations

from itertools import pairwise

from forkfit.model.budget import Bar, Kind
from forkfit.model.memory import Memory
from forkfit.model.record import Record


class Glyphs(Record):
    """The characters of a bar: one for each kind, for what is free, and for the limit."""

    kinds: dict[Kind, str]
    free: str
    limit: str


BLOCKS = Glyphs({Kind.PARENT: "█", Kind.CHILDREN: "▓", Kind.MODELS: "▒", Kind.TASKS: "░", Kind.TOOLS: "▚"}, "·", "│")
ASCII = Glyphs({Kind.PARENT: "#", Kind.CHILDREN: "=", Kind.MODELS: "%", Kind.TASKS: "-", Kind.TOOLS: "+"}, ".", "|")


def drawn(bar: Bar, limit: Memory | None, scale: Memory, columns: int, glyphs: Glyphs) -> list[tuple[str, bool]]:
    """Return the characters of a bar, `scale` being its whole width; each says whether it is above the limit."""
    edges, reached = [0], 0
    for portion in bar.portions:
        reached += portion.amount.bytes
        edges.append(_column(reached, scale, columns))
    cells = [glyphs.free] * columns
    for portion, (start, end) in zip(bar.portions, pairwise(edges), strict=True):
        cells[start:end] = glyphs.kinds[portion.kind] * (end - start)
    if limit is None:
        return [(cell, False) for cell in cells[: edges[-1]]]
    # A need above the limit, by however little, reaches beyond the line, and one below it stays before it.
    line = min(_column(limit.bytes, scale, columns), columns - 1)
    if limit < bar.total:
        line = min(line, edges[-1] - 2) if edges[-1] > 1 else 0
    else:
        line = max(line, edges[-1])
    shown = [(cell, False) for cell in cells[:line]] + [(glyphs.limit, False)]
    return shown + [(cell, True) for cell in cells[line + 1 : edges[-1]]]


def _column(amount: int, scale: Memory, columns: int) -> int:
    return 0 if not scale.bytes else round(amount * columns / scale.bytes)

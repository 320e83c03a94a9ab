"""A table, as text or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from forkfit.formats.columns import padded, width
from forkfit.formats.escape import markdown, shown

Rows = Sequence[Sequence[str]]
_GAP = 2


def write_text(table: Rows, out: TextIO) -> None:
    """Write a line for each row, its columns aligned; the first row names them."""
    rows = [[shown(cell) for cell in row] for row in table]
    columns = [max(map(width, column)) + _GAP for column in zip(*rows, strict=True)]
    out.writelines("".join(padded(cell, wide) for cell, wide in zip(row, columns, strict=True)).rstrip() + "\n" for row in rows)


def write_markdown(table: Rows, out: TextIO) -> None:
    """Write the same for Markdown."""
    head, *rows = ([markdown(shown(cell)) for cell in row] for row in table)
    out.writelines(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))

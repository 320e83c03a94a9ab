"""Columns of a terminal: how many a text takes, and text laid out in so many."""

from __future__ import annotations


def widths(text: str) -> list[int]:
    """Return the columns that each character takes: two for a wide one, none for one that joins its neighbour."""
    if text.isascii():
        return [1] * len(text)
    from unicodedata import category, east_asian_width

    return [0 if category(c) in ("Mn", "Me") else 2 if east_asian_width(c) in "WF" else 1 for c in text]


def width(text: str) -> int:
    """Return the columns that a text takes."""
    return len(text) if text.isascii() else sum(widths(text))


def padded(text: str, columns: int) -> str:
    """Return text with blanks up to so many columns."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """Break text at blanks into lines of so many columns; a longer word has a line of its own."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        wide = width(word)
        if line and used + 1 + wide > columns:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + 1 + wide) if line else (word, wide)
    return [*lines, line]

"""Divide a line into the fields that ``read`` puts into its variables."""

from __future__ import annotations

from forkfit.model.text import Text


def fields_of(line: Text, separators: str, most: int | None = None) -> tuple[Text, ...]:
    """Return the fields of a line, at most so many: the last one then has all that is left.

    A blank among the separators counts together with its neighbours, any other one by itself, as POSIX has it.
    """
    plain = line.plain
    blanks = "".join(letter for letter in separators if letter.isspace())
    found: list[Text] = []
    position = _past(plain, 0, blanks)
    while position < len(plain):
        end, after = _field(plain, position, separators, blanks)
        if most is not None and len(found) == most - 1 and after < len(plain):
            end = after = len(plain.rstrip(blanks) if blanks else plain)
        found.append(line[position:end])
        if most is not None and len(found) == most:
            break
        position = after
    return tuple(found)


def _field(plain: str, start: int, separators: str, blanks: str) -> tuple[int, int]:
    """Return where a field ends, and where the next one starts."""
    end = start
    while end < len(plain) and plain[end] not in separators:
        end += 1
    after = _past(plain, end, blanks)
    if after < len(plain) and plain[after] in separators:
        after = _past(plain, after + 1, blanks)
    return end, after


def _past(plain: str, position: int, letters: str) -> int:
    while position < len(plain) and plain[position] in letters:
        position += 1
    return position

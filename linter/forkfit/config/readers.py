"""Kinds of settings: how one is read, and how a JSON schema says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.weight import LARGEST_WEIGHT

NEVER = "never"


class Kind(Record):
    """A kind of setting: its reader, which raises ValueError, and its JSON schema."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def threshold(written: Any) -> Severity | None:
    """Read a threshold; None is `never`."""
    return None if written == NEVER else _level(written, "error, warning, info, never")


def severity(written: Any) -> Severity:
    """Read a severity."""
    return _level(written, "error, warning, info")


def _level(written: Any, words: str) -> Severity:
    for level in Severity:
        if level.word == written:
            return level
    raise ValueError(f"{written!r} is none of {words}")


def count(written: Any) -> int:
    """Read a whole number of at least 1."""
    if not isinstance(written, int) or isinstance(written, bool) or written < 1:
        raise ValueError(f"{written!r} is no whole number of at least 1")
    return written


def count_in_words(written: str) -> int:
    """Read a whole number of at least 1 as the command line has it."""
    return count(int(written) if written.isascii() and written.isdigit() else written)


def size(written: Any) -> Memory:
    """Read a size such as 512m or 2g as Compose reads it; a bare number is bytes."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        raise ValueError(f'{written!r} is no amount of memory, such as "512m"')
    amount = Memory.parse(str(written))
    if amount.bytes <= 0:
        raise ValueError(f"{written!r} is no amount of memory")
    return amount


def mebibytes(written: Any) -> float:
    """Read MiB: a number, or a size with its unit such as 12m."""
    if isinstance(written, str) and written.strip()[-1:].isalpha():
        written = Memory.parse(written).in_mib
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= LARGEST_WEIGHT:
        raise ValueError(f"{written!r} is no number of MiB between 0 and {LARGEST_WEIGHT:.0f}")
    return float(written)


def share(written: Any) -> float:
    """Read a share between 0 and 1."""
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 < written <= 1:
        raise ValueError(f"{written!r} is no share between 0 and 1")
    return float(written)


def is_handbook(written: Any) -> bool:
    """Read the memory model: whether the handbook formula decides everywhere."""
    if written not in ("measured", "handbook"):
        raise ValueError(f"{written!r} is none of measured, handbook")
    return bool(written == "handbook")


def words(written: Any) -> tuple[str, ...]:
    """Read a list of words."""
    if not isinstance(written, list) or not all(isinstance(word, str) and word for word in written):
        raise ValueError(f"{written!r} is no list of words")
    return tuple(written)


def words_by_comma(written: str) -> tuple[str, ...]:
    """Read a list of words as the command line has it."""
    return words([word.strip() for word in written.split(",")])


_SIZE = {"type": ["string", "integer"], "pattern": "[0-9]", "exclusiveMinimum": 0}
LEVEL = Kind(severity, {"enum": ["error", "warning", "info"]})
THRESHOLD = Kind(threshold, {"enum": ["error", "warning", "info", NEVER]})
COUNT = Kind(count, {"type": "integer", "minimum": 1})
SIZE = Kind(size, _SIZE)
MEBIBYTES = Kind(mebibytes, {"type": ["number", "string"], "minimum": 0, "maximum": LARGEST_WEIGHT, "pattern": "[0-9] *[A-Za-z]+$"})
SHARE = Kind(share, {"type": "number", "exclusiveMinimum": 0, "maximum": 1})
MODEL = Kind(is_handbook, {"enum": ["measured", "handbook"]})
WORDS = Kind(words, {"type": "array", "items": {"type": "string", "minLength": 1}})

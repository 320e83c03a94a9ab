"""The fields of a table that weighs something; each raises ValueError with the key for a value of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_in(table: Mapping[str, Any], key: str) -> str:
    """Return a text, empty where there is none."""
    written = table.get(key, "")
    if not isinstance(written, str):
        raise ValueError(f"{key} is {written!r}, not a text")
    return written


def names_in(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of names, empty where there is none."""
    written = table.get(key, [])
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        raise ValueError(f"{key} is {written!r}, not a list of names")
    return tuple(written)

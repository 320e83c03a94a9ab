"""Patterns of paths as .gitignore has them. The only module that knows pathspec; imported when needed."""

from __future__ import annotations

from collections.abc import Iterable

from pathspec import GitIgnoreSpec

__all__ = ["GitIgnoreSpec", "says"]


def says(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return what these patterns say of paths, the last that fits deciding."""
    return GitIgnoreSpec.from_lines(lines)

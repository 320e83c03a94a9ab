"""Where a finding stands, as readers see it."""

from __future__ import annotations

from posixpath import normpath

from forkfit.formats.escape import shown
from forkfit.model.format import Look
from forkfit.model.span import Span


def path(at: Span, look: Look) -> str:
    """Return the path of a span as seen from the reader's folder, without a leading ``./``."""
    return shown(normpath(f"{look.root}/{at.file}") if look.root else at.file)


def place(at: Span, look: Look) -> str:
    """Return path, line and column."""
    return f"{path(at, look)}:{at.line}:{at.column}"

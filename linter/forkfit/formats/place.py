"""Where a finding stands, as readers see it."""

from __future__ import annotations

from posixpath import normpath

from forkfit.formats.escape import shown
from forkfit.model.format import Look
from forkfit.model.source import Source
from forkfit.model.span import Span


def path(at: Span, look: Look) -> str:
    """Return the path of a span as seen from the reader's folder, without a leading ``./``."""
    return shown(_from_folder(at, look))


def place(at: Span, look: Look) -> str:
    """Return path, line and column."""
    return f"{path(at, look)}:{at.line}:{at.column}"


def repository_path(at: Span, look: Look) -> str:
    """Return the path for a service that knows the repository, not spelled out: it never climbs out of the project root."""
    seen = _from_folder(at, look)
    return at.file if seen.startswith(("../", "/")) else seen


def last_line(source: Source) -> int:
    """Return the number of a file's last line with an end or a character."""
    return max(1, len(source.starts) - (source.starts[-1] == len(source.text)))


def _from_folder(at: Span, look: Look) -> str:
    return normpath(f"{look.root}/{at.file}") if look.root else at.file

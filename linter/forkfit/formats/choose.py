"""Which format a run is written in: the one asked for, otherwise text, with annotations beside it in GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from forkfit.formats.colour import wants_colour
from forkfit.model.format import Format, Look
from forkfit.model.report import Report

Write = Callable[[Report, TextIO], None]
_NARROW, _WIDE = 60, 120


class NoSuchFormat(Exception):
    """A format that nobody brings."""


def choose(wanted: str | None, colour: str, formats: Sequence[Format], environment: Mapping[str, str], out: TextIO, root: str) -> Write:
    """Return what writes the report; `root` is the project root as seen from the reader's folder. Raise NoSuchFormat."""
    look = Look(wants_colour(colour, environment, out.isatty()), _width(environment, out), root)
    if wanted is None and environment.get("GITHUB_ACTIONS") == "true":
        from forkfit.formats.github import write_beside_text

        return lambda report, stream: write_beside_text(report, stream, look)
    name = wanted or "text"
    for form in formats:
        if form.name == name:
            return lambda report, stream, form=form: form.write(report, stream, look)  # type: ignore[misc]
    raise NoSuchFormat(f"no format {name!r}; there are {', '.join(f.name for f in formats)}")


def _width(environment: Mapping[str, str], out: TextIO) -> int:
    """Return the columns to fill: those of the terminal within reason, 100 where there is none."""
    if environment.get("COLUMNS", "").isdigit():
        return max(_NARROW, min(int(environment["COLUMNS"]), _WIDE))
    try:
        return max(_NARROW, min(os.get_terminal_size(out.fileno()).columns, _WIDE))
    except (OSError, ValueError, AttributeError):
        return 100

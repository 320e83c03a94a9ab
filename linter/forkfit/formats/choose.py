"""Which format a run is written in: the one asked for, otherwise text, with annotations beside it in GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from forkfit.formats.colour import wants_colour
from forkfit.model.format import Format, Look
from forkfit.model.report import Report, Unusable

SHIPPED = ("concise", "github", "gitlab", "json", "junit", "markdown", "sarif", "text")  # each a module of this package
DEFAULT = "text"

# The formats whose form is another program's, and has no place for what changed since a revision.
OF_FINDINGS = ("github", "gitlab", "junit", "sarif")

Write = Callable[[Report, TextIO, Look], None]
_NARROW, _WIDE, _NO_TERMINAL = 40, 120, 100


class NoSuchFormat(Unusable):
    """A format that nobody brings."""


class UnseenChange(Unusable):
    """A change that is asked for, and that no format of the run tells."""


def choose(wanted: str | None, formats: Sequence[Format], environment: Mapping[str, str]) -> Write:
    """Return what writes the report to standard output; raise NoSuchFormat."""
    if wanted is None and environment.get("GITHUB_ACTIONS") == "true":
        from forkfit.formats.github import write_beside_text

        return write_beside_text
    return named(wanted or DEFAULT, formats).write


def named(name: str, formats: Sequence[Format]) -> Format:
    """Return the format of that name; raise NoSuchFormat."""
    for form in formats:
        if form.name == name:
            return form
    raise NoSuchFormat(f"no format {name!r}; there are {', '.join(f.name for f in formats)}")


def refuse_unseen_change(wanted: str | None, outputs: Sequence[str]) -> None:
    """Raise UnseenChange where nothing that a run writes would say what has changed since a revision."""
    if wanted in OF_FINDINGS and all(name in OF_FINDINGS for name in outputs):
        others = ", ".join(name for name in SHIPPED if name not in OF_FINDINGS)
        raise UnseenChange(
            f"--since: the format {wanted} has findings alone, and no place for what has changed. It is told as {others} and in the"
            " step summary of GitHub; --output markdown:FILE writes it beside"
        )


def look_on(out: TextIO, colour: str, environment: Mapping[str, str], root: str) -> Look:
    """Return how a report looks on a stream; `root` is the project root as seen from the reader's folder."""
    on_terminal = out.isatty()
    return Look(wants_colour(colour, environment, on_terminal), _width(environment, out), root, wraps=on_terminal)


def _width(environment: Mapping[str, str], out: TextIO) -> int:
    """Return the columns to fill: those of the terminal within reason, 100 where there is none."""
    if environment.get("COLUMNS", "").isdigit():
        return max(_NARROW, min(int(environment["COLUMNS"]), _WIDE))
    try:
        return max(_NARROW, min(os.get_terminal_size(out.fileno()).columns, _WIDE))
    except (OSError, ValueError, AttributeError):
        return _NO_TERMINAL

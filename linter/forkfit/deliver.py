"""Where a report goes beside standard output: files, and the summary of a step of a GitHub job."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from io import SEEK_END, StringIO
from typing import TYPE_CHECKING, TextIO

from forkfit.model.format import Look
from forkfit.model.report import PluginFailed, Report
from forkfit.model.source import Source
from forkfit.save import append, identities, save, size

if TYPE_CHECKING:
    from forkfit.model.scenario import Scenario  # few runs compare scenarios

_STEP_SUMMARY = 1024 * 1024  # bytes; a longer one is dropped by GitHub


Write = Callable[[TextIO], None]


def deliver(outputs: Iterable[tuple[Write, str]], sources: Iterable[Source], root: str) -> tuple[str, ...]:
    """Write files; return a sentence for each that cannot be written. `root` is the project root on the disk."""
    read = identities(os.path.join(root, source.path) for source in sources)
    return tuple(failed for write, path in outputs if (failed := _failed(write, path, read)))


def _failed(write: Write, path: str, read: frozenset[tuple[int, int]]) -> str:
    """Write one file; say why it cannot be written, or nothing."""
    if identities((path,)) & read:
        return f"{path} is not written: it is one of the files that were read"
    written = StringIO()
    try:
        write(written)
        save(path, written.getvalue().encode("utf-8", "backslashreplace"))
    except PluginFailed as error:
        return f"{path} is not written: {error}"
    except (OSError, ValueError) as error:
        return f"{path} cannot be written: {_reason(path, error)}"
    return ""


def _reason(path: str, error: OSError | ValueError) -> str:
    folder = os.path.dirname(path)
    if isinstance(error, FileNotFoundError) and folder and not os.path.isdir(folder):
        return f"there is no folder {folder}"
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def summarise(report: Report, look: Look, path: str, err: TextIO) -> None:
    """Add the report to the summary of the GitHub step that runs us; what comes of it never changes the exit status."""
    from forkfit.formats.markdown import MOST_BYTES, fitting

    _append(lambda: fitting(report, look, MOST_BYTES - size(path)) + "\n", path, err)


def summarise_scenarios(scenarios: Sequence[Scenario], path: str, err: TextIO) -> None:
    """Add a table of verdicts to that summary."""
    from forkfit.formats.scenarios import FORMS

    written = StringIO("### compose-lint\n\n")
    written.seek(0, SEEK_END)
    FORMS["markdown"](scenarios, written)
    _append(lambda: written.getvalue() + "\n", path, err)


def _append(content: Callable[[], str], path: str, err: TextIO) -> None:
    try:
        append(path, content().encode("utf-8", "backslashreplace"), _STEP_SUMMARY)
    except (OSError, ValueError) as error:
        print(f"compose-lint: the step summary is not written: {_reason(path, error)}", file=err)

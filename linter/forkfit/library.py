"""A run for who calls it from Python: its settings come as tables, and nothing is printed."""

from __future__ import annotations

from collections.abc import Mapping
from logging import getLogger
from time import strftime
from typing import Any

from forkfit.arguments import Arguments, Usage, supposing
from forkfit.config.find import from_table
from forkfit.config.suppositions import supposition
from forkfit.files import LARGEST_FILE
from forkfit.lint import linted, prepared
from forkfit.model.report import Report
from forkfit.model.settings import Layer

_TABLES = ("services", "per_file")


def judged(
    arguments: Arguments,
    contents: Mapping[str, str | bytes],
    settings: Mapping[str, object] | None,
    options: Mapping[str, object],
    what_if: tuple[str, ...],
    today: str,
) -> Report:
    """Make the run that is asked for; see forkfit.api.lint."""
    if arguments.paths and arguments.files:
        raise Usage(f"files are one project, and {arguments.paths[0]} is another: give one of them")
    if settings is not None and arguments.config is not None:
        raise Usage("settings stand in place of every settings file, and config names one: give one of them")
    arguments = arguments.replace(settings=_over_settings(options, what_if))
    given = None if settings is None else from_table(_plain(settings), "settings")
    run = prepared(arguments, {}, {path: _content(path, text) for path, text in contents.items()}, given)
    report = linted(run, today or strftime("%Y-%m-%d"), _log)
    if arguments.since is not None:
        from forkfit.compare.since import with_change

        report = with_change(report, run, arguments.since)
    if arguments.baseline is None:
        return report
    from forkfit.baselines import read, with_baseline

    return with_baseline(report, read(arguments.baseline))


def _over_settings(options: Mapping[str, object], what_if: tuple[str, ...]) -> Layer:
    """Return the layer that wins over all settings, as the command line's does."""
    layer = from_table(_plain(options), "options")
    for table in _TABLES:
        if table in layer.given:
            raise Usage(f"options hold for all services and files; what holds for some, in the table {table}, goes into settings")
    try:
        return supposing(layer, tuple(map(supposition, what_if)))
    except ValueError as error:
        raise Usage(f"what_if: {error}") from error


def _plain(table: Any) -> Any:
    """Return a table as TOML would give it: lists where Python may have tuples."""
    if isinstance(table, Mapping):
        return {key: _plain(value) for key, value in table.items()}
    return [_plain(value) for value in table] if isinstance(table, (list, tuple)) else table


def _content(path: str, text: str | bytes) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    if len(content) > LARGEST_FILE:
        raise Usage(f"the content of {path} has more than the {LARGEST_FILE} bytes that are read of a file")
    return content


def _log(bug: Exception) -> None:
    """Keep the traceback of a bug of ours; the report has its sentence."""
    getLogger("forkfit").error("a rule failed", exc_info=bug)

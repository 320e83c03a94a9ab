"""Read what `compose-lint measure` wrote, as strictly as what anybody may have written into that file since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from forkfit.files import below, inside
from forkfit.model.document import Mapping as Keys
from forkfit.model.document import Sequence
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span, whole_file
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.weight import LARGEST_WEIGHT, Weight
from forkfit.syntax.yaml import parse
from forkfit.weigh.load import Load
from forkfit.weigh.measured import NAME, VERSION, Application, Measured, dependencies
from forkfit.weigh.table import read_weight

# MiB at the least. No Python process that runs Celery has less than this for a parent or a child, whatever was shared.
_COLUMNS = {
    "parent": 1.0,
    "child_at_start": 0.0,
    "last_child_at_start": 0.0,
    "child_warm": 0.1,
    "child_resident": 1.0,
    "kernel_per_process": 0.0,
}
_CURE = "Run compose-lint measure again."

T = TypeVar("T")
Route = tuple[str | int, ...]


class _Wrong(ValueError):
    """What the file holds at a place is no measurement."""

    def __init__(self, route: Route, why: object) -> None:
        super().__init__(f"{_named(route)}: {why}" if route else str(why))
        self.route = route


def read(files: Files, tell: Tell) -> Measured:
    """Return what was measured; a file that cannot be used is told, with the place."""
    content = b""
    try:
        content = files.read_bytes(NAME)
        return _measured(json.loads(content), files)
    except BrokenSource as broken:
        tell(Trouble(Kind.UNREADABLE, str(broken), broken.at, broken.cure))
    except _Wrong as wrong:
        tell(Trouble(Kind.UNREADABLE, f"{NAME} is no measurement: {wrong}", _place(content, wrong.route), _CURE))
    except json.JSONDecodeError as error:
        at = Span(NAME, error.lineno, error.colno, error.lineno, error.colno)
        tell(Trouble(Kind.UNREADABLE, f"{NAME} is no measurement: it is no JSON", at, _CURE))
    except (ValueError, RecursionError):
        tell(Trouble(Kind.UNREADABLE, f"{NAME} is no measurement: it is no JSON", whole_file(NAME), _CURE))
    return Measured()


def _measured(table: Any, files: Files) -> Measured:
    if not isinstance(table, Mapping) or isinstance(table.get("version"), bool) or table.get("version") != VERSION:
        raise _Wrong(("version",) if isinstance(table, Mapping) and "version" in table else (), f"its version is not {VERSION}")
    return Measured(
        _each(table, "applications", lambda entry, route: _application(entry, route, files)),
        _each(table, "weights", _weight),
    )


def _application(entry: Mapping[str, Any], route: Route, files: Files) -> Application:
    figures = entry.get("mib")
    if not isinstance(figures, Mapping):
        raise _Wrong(route, "it has no figures")
    parent, idle, last, warm, resident, kernel = (
        _mebibytes(figures, column, least, (*route, "mib", column)) for column, least in _COLUMNS.items()
    )
    folder = below(".", _text(entry, "folder", route))
    if not inside(folder):
        raise _Wrong((*route, "folder"), "it is outside the project")
    changed = dependencies(files, folder) != _text(entry, "dependencies", route)
    return Application(
        app=_text(entry, "app", route),
        service=_text(entry, "service", route),
        module=_text(entry, "module", route),
        folder=folder,
        load=Load(main=parent, child=warm, idle=idle, resident=resident),
        last=last,
        kernel=kernel,
        measured_on=_day(entry, route),
        python=_text(entry, "python", route),
        runs_tasks=bool(entry.get("tasks")),
        stale="the dependency files have changed since" if changed else "",
    )


def _weight(entry: Mapping[str, Any], route: Route) -> Weight:
    try:
        return read_weight(entry, _text(entry, "library", route))
    except (ValueError, TypeError) as error:
        raise error if isinstance(error, _Wrong) else _Wrong(route, error) from error


def _each(table: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], Route], T]) -> tuple[T, ...]:
    listed = table.get(key, [])
    if not isinstance(listed, list):
        raise _Wrong((key,), "it is no list")
    for index, entry in enumerate(listed):
        if not isinstance(entry, Mapping):
            raise _Wrong((key, index), "it is no table")
    return tuple(read(entry, (key, index)) for index, entry in enumerate(listed))


def _mebibytes(figures: Mapping[str, Any], column: str, least: float, route: Route) -> float:
    figure = figures.get(column)
    if isinstance(figure, bool) or not isinstance(figure, int | float) or not least <= figure <= LARGEST_WEIGHT:
        raise _Wrong(route, f"it is no number of MiB between {least:g} and {LARGEST_WEIGHT:.0f}")
    return float(figure)


def _text(entry: Mapping[str, Any], key: str, route: Route) -> str:
    written = entry.get(key, "")
    if not isinstance(written, str):
        raise _Wrong((*route, key), "it is no text")
    return written


def _day(entry: Mapping[str, Any], route: Route) -> str:
    written = _text(entry, "measured_on", route)
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise _Wrong((*route, "measured_on"), "it is no day") from error


def _named(route: Route) -> str:
    """Return the way to a place as one reads it: applications[0].mib.parent."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in route).lstrip(".")


def _place(content: bytes, route: Route) -> Span:
    """Return the place of the last part of a route that is there; JSON is read as the YAML that it is."""
    try:
        (node,) = parse(source(NAME, content.decode()))
    except (BrokenSource, ValueError, RecursionError):
        return whole_file(NAME)
    at = whole_file(NAME)
    for step in route:
        if isinstance(node, Keys) and (entry := node.entry(str(step))) is not None:
            at, node = entry.key.at, entry.value
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            at = node.at
        else:
            break
    return at

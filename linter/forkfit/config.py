"""Layers of settings folded into one: defaults, then the project's file, then the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from posixpath import dirname
from typing import Any

from forkfit.files import below, inside
from forkfit.model.files import Files
from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.settings import Settings, Stated
from forkfit.model.source import BrokenSource

TABLE = "compose-lint"
NEVER = "never"


class BadSettings(Exception):
    """Settings that cannot be used: an unknown key, a wrong type, or a file that is no TOML."""


class Layer(Record):
    """One layer of settings; what it leaves out is not in `given`."""

    given: Mapping[str, Any]

    def over(self, below: Layer) -> Layer:
        """Return both layers as one, this one winning key by key; services are joined."""
        services = {**below.given.get("services", {}), **self.given.get("services", {})}
        return Layer({**below.given, **self.given, **({"services": services} if services else {})})


def fold(*layers: Layer) -> Settings:
    """Return the settings in force, the last layer winning."""
    folded = reduce(lambda under, layer: layer.over(under), layers, Layer({}))
    return Settings(**folded.given)


def from_project(files: Files, folder: str) -> tuple[Layer, str]:
    """Return the layer of the nearest settings file at or above a folder, and its path ("" where there is none)."""
    while True:
        for name, read in (("compose-lint.toml", lambda table: table), ("pyproject.toml", lambda table: table.get("tool", {}).get(TABLE))):
            path = below(folder, name)
            table = _table(files, path, read)
            if table is not None:
                return from_table(table, path), path
        if folder in (".", ""):
            return Layer({}), ""
        folder = dirname(folder) or "."
        if not inside(folder):
            return Layer({}), ""


def _table(files: Files, path: str, read: Callable[[dict[str, Any]], Any]) -> Any:
    """Return the settings table of a file, None where it has none; TOML is parsed only where our name occurs."""
    if not files.is_file(path):
        return None
    try:
        content = files.read_bytes(path)
    except BrokenSource as broken:
        raise BadSettings(str(broken)) from broken
    if path.endswith("pyproject.toml") and TABLE.encode() not in content:
        return None
    import tomllib

    try:
        return read(tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} cannot be read as TOML: {error}") from error


def from_table(table: Any, path: str) -> Layer:
    """Check a table of settings key by key; raise BadSettings with the place, the cure and the nearest known key."""
    if not isinstance(table, dict):
        raise BadSettings(f"{path}: the settings must be a table")
    given: dict[str, Any] = {}
    for key, written in table.items():
        setting = _known(key, _SETTINGS, path)
        given[setting[0]] = _read(setting[1], written, f"{path}: {key}")
    return Layer(given)


def _known(key: str, known: Mapping[str, tuple[str, Callable[[Any], Any]]], path: str) -> tuple[str, Callable[[Any], Any]]:
    if key in known:
        return known[key]
    from difflib import get_close_matches

    near = get_close_matches(key, known, n=1)
    raise BadSettings(f"{path}: unknown setting {key!r}" + (f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"))


def _read(reader: Callable[[Any], Any], written: Any, where: str) -> Any:
    try:
        return reader(written)
    except (ValueError, TypeError) as error:
        raise BadSettings(f"{where}: {error}") from error


def severity(written: Any) -> Severity | None:
    """Read a threshold; None is `never`."""
    if written == NEVER:
        return None
    for level in Severity:
        if level.word == written:
            return level
    raise ValueError(f"{written!r} is none of error, warning, info, never")


def count(written: Any) -> int:
    """Read a whole number of at least 1."""
    number = int(written) if isinstance(written, str) else written
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{written!r} is no whole number of at least 1")
    return number


def size(written: Any) -> Memory:
    """Read a size such as 512m or 2g as Compose reads it; a bare number is bytes."""
    amount = Memory.parse(str(written))
    if amount.bytes <= 0:
        raise ValueError(f"{written!r} is no amount of memory")
    return amount


def _share(written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 < written <= 1:
        raise ValueError(f"{written!r} is no share between 0 and 1")
    return float(written)


def _is_handbook(written: Any) -> bool:
    if written not in ("measured", "handbook"):
        raise ValueError(f"{written!r} is none of measured, handbook")
    return bool(written == "handbook")


def _names(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        raise ValueError(f"{written!r} is no list of names")
    return tuple(written)


def _services(written: Any) -> dict[str, Stated]:
    if not isinstance(written, dict):
        raise ValueError("must be a table of services")
    stated: dict[str, Stated] = {}
    for name, table in written.items():
        if not isinstance(table, dict):
            raise ValueError(f"{name}: must be a table")
        figures = {}
        for key, figure in table.items():
            field, reader = _known(key, _STATED, f"services.{name}")
            figures[field] = reader(figure)
        stated[name] = Stated(**figures)
    return stated


_STATED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "per_worker": ("per_worker", size),
    "parent": ("parent", size),
}

_SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "fail-on": ("fail_on", severity),
    "cpus": ("cpus", count),
    "memory": ("memory", size),
    "headroom": ("headroom", _share),
    "working-set": ("working_set", size),
    "memory-model": ("handbook_decides", _is_handbook),
    "plugins": ("plugins", _names),
    "services": ("services", _services),
}

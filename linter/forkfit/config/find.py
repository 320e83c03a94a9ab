"""Find the settings of a project: the nearest file at or above it, up to the root, or the one that is named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from posixpath import basename, dirname
from typing import Any

from forkfit.config.patterns import anchored
from forkfit.config.refusal import BadSettings, Fault
from forkfit.files import Disk, below, inside
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.settings import Key, Layer, Settings
from forkfit.model.source import BrokenSource, source
from forkfit.model.span import Span

NAME, PYPROJECT = "compose-lint.toml", "pyproject.toml"
TABLE = ("tool", "compose-lint")


class Found(Record):
    """The settings of a folder: what is in force, and the file that it comes from, "" where it comes from none."""

    settings: Settings
    file: str


class Shelf:
    """The settings of every folder of a run. The command line wins over all of them; each file is read once."""

    def __init__(self, files: Files, command_line: Layer, *, named: str | None = None, given: Layer | None = None) -> None:
        """Look in the files; or take, in their place, what is given or what the file of the disk says that is named."""
        self._files = files
        self._command_line = command_line
        self._everywhere = (given, "") if given is not None else _only(named) if named is not None else None
        self._found: dict[str, Found] = {}

    def of(self, folder: str) -> Found:
        """Return the settings of a project in a folder; raise BadSettings."""
        if folder not in self._found:
            self._found[folder] = self._look(folder)
        return self._found[folder]

    def _look(self, folder: str) -> Found:
        layer, path = self._everywhere or _in_folder(self._files, folder)
        if layer is not None:
            return Found(fold(layer, self._command_line), path)
        above = dirname(folder) or "."
        return self.of(above) if folder not in (".", "") and inside(above) else Found(fold(Layer({}), self._command_line), "")


def fold(project_file: Layer, command_line: Layer) -> Settings:
    """Return the settings in force, the command line winning."""
    return Settings(stated=command_line).under(project_file, command_line)


def _in_folder(files: Files, folder: str) -> tuple[Layer | None, str]:
    """Return the layer of the settings file in a folder, and its path; None where there is none."""
    for name in (NAME, PYPROJECT):
        path = below(folder, name)
        layer = _layer(files, path, path)
        if layer is not None:
            return layer, path
    return None, ""


def _only(path: str) -> tuple[Layer, str]:
    """Return the layer of a file that the user names, wherever it is."""
    folder, name = os.path.split(os.path.abspath(path))
    window = Disk(os.path.realpath(folder))
    if not window.is_file(name):
        raise BadSettings(f"{path} cannot be read: there is no such file")
    layer = _layer(window, name, path.replace(os.sep, "/"))
    if layer is None:
        raise BadSettings(f"{path} has no table [{'.'.join(TABLE)}]")
    return layer, path


def _layer(files: Files, path: str, shown: str) -> Layer | None:
    """Return the layer of a file, None where it has none; TOML is parsed only where our name occurs."""
    if not files.is_file(path):
        return None
    try:
        content = files.read_bytes(path)
    except BrokenSource as broken:
        raise BadSettings(str(broken)) from broken
    prefix = TABLE if basename(path) == PYPROJECT else ()
    if prefix and TABLE[-1].encode() not in content:
        return None
    from forkfit.syntax.toml import loads, places

    try:
        text = content.decode("utf-8-sig")
        table: Any = loads(text)
    except ValueError as error:
        raise BadSettings(f"{shown} cannot be read as TOML: {error}") from error
    for name in prefix:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if prefix and table == {}:
        return None
    at = {key[len(prefix) :]: span for key, span in places(source(shown, text)).items() if key[: len(prefix)] == prefix}
    return anchored(from_table(table, shown, at), dirname(path))


def from_table(table: Any, path: str, at: Mapping[Key, Span] | None = None) -> Layer:
    """Read a table of settings; raise BadSettings with every fault, its place, and the nearest known key."""
    from forkfit.config.table import layer_of  # most projects have no settings

    places = at or {}
    try:
        return layer_of(table, places)
    except Fault as first:
        from forkfit.config.faults import faults

        told = {fault.key: str(fault) for fault in (*faults(table), first)}
        raise BadSettings("\n".join(f"{_place(key, path, places)}: {why}" for key, why in told.items())) from first


def _place(key: Key, path: str, at: Mapping[Key, Span]) -> str:
    span = at.get(key)
    return ": ".join(part for part in (f"{path}:{span.line}" if span else path, ".".join(key)) if part)

"""An output format: a name and the module that writes it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TextIO

from forkfit.model.record import Record
from forkfit.model.report import Report


class Look(Record):
    """How a report is to look. `width` is that of the terminal, in columns.

    `root` is put before every path where readers count paths from a folder above the project root (the workspace of a
    CI job): the project root as seen from there, empty where it is the same folder. The JSON contract ignores it.
    `verbose` adds what most readers skip: suppressed findings, long trails, services not seen through.
    `wraps` says that a finding's first line is laid out for a terminal too; elsewhere it stays whole, for `grep`.
    """

    colour: bool = False
    width: int = 100
    root: str = ""
    verbose: bool = False
    wraps: bool = False


class Format(Record):
    """A format, not yet imported: `module` has ``write(report, out, look)``."""

    name: str
    module: str

    def write(self, report: Report, out: TextIO, look: Look) -> None:
        """Write a report."""
        write: Callable[[Report, TextIO, Look], None] = import_module(self.module).write
        write(report, out, look)

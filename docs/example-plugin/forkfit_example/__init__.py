"""What this plugin brings: each hook takes no arguments, is called once at the start, and returns an iterable.

Parts are named by their modules, so this module imports none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from forkfit.api import Format, Launcher, Rule, Severity, implement


@implement
def forkfit_rules() -> Iterable[Rule]:
    """Return rules: an id and a name that no other has, the severity, and the module with ``check`` and the manual page."""
    return (Rule("EX101", "too-many-children", Severity.WARNING, "forkfit_example.too_many_children"),)


@implement
def forkfit_launchers() -> Iterable[Launcher]:
    """Return launchers: a name, the programs they ask to see, and the module with ``claims`` and ``settle``."""
    return (Launcher("crew", ("crew",), "forkfit_example.crew"),)


@implement
def forkfit_weights() -> Iterable[str]:
    """Return folders, as absolute paths, with one TOML a library, and one a library that loads models below ``models``."""
    return (str(Path(__file__).parent / "weights"),)


@implement
def forkfit_formats() -> Iterable[Format]:
    """Return formats: a name for ``--format``, and the module with ``write``."""
    return (Format("csv", "forkfit_example.csv_rows"),)

"""The launchers, weights and formats that ship, as a plugin like any other."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module

from forkfit.formats.choose import SHIPPED
from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.model.source import BrokenSource
from forkfit.plugins import BadPlugin, Implementation, Parts, gather

# The second source root of this distribution. It is a plugin like anyone's, so the engine knows no more than its name.
RULES = "forkfit_rules"
_WEIGHTS = os.path.join(os.path.dirname(__file__), "weights")


def shipped() -> tuple[object, ...]:
    """Return the plugins that come with the linter."""
    return (Builtin(), import_module(RULES))


def gathered(named: Iterable[str] = ()) -> Parts:
    """Return everything that ships, and what the plugins bring that are named; raise BadPlugin."""
    names = tuple(named)
    parts = gather(shipped(), _registered(names) if names else ())
    brought = [shelf for shelf in parts.shelves if shelf != _WEIGHTS]
    return parts.replace(loaders=_loaders(brought)) if brought else parts


def _registered(names: tuple[str, ...]) -> tuple[Implementation, ...]:
    from forkfit.hooks import registered  # most runs have no plugin but those that ship

    return registered(names)


def _loaders(shelves: Iterable[str]) -> frozenset[str]:
    from forkfit.weigh.models.table import loaders_on

    try:
        return frozenset(loader for shelf in shelves for loader in loaders_on(shelf))
    except BrokenSource as broken:
        raise BadPlugin(f"a plugin brings weights that cannot be used: {broken}") from broken


class Builtin:
    """What comes with the linter; the rules come from their own distribution root, through the same hook."""

    def forkfit_launchers(self) -> Iterable[Launcher]:
        """Return the launchers that ship."""
        return (
            Launcher("airflow", ("airflow",), "forkfit.launchers.airflow"),
            Launcher("celery", ("celery", "celeryd", "celeryd-multi"), "forkfit.launchers.celery.launcher", ("beat", "flower")),
        )

    def forkfit_weights(self) -> Iterable[str]:
        """Return the folder of measured weights."""
        return (_WEIGHTS,)

    def forkfit_formats(self) -> Iterable[Format]:
        """Return the formats that ship."""
        return tuple(Format(name, f"forkfit.formats.{name}") for name in SHIPPED)

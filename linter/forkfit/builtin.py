"""The launchers, weights and formats that ship, as a plugin like any other."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module

from forkfit.formats.choose import SHIPPED
from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.plugins import Parts, gather, implement

# The second source root of this distribution. It is a plugin like anyone's, so the engine knows no more than its name.
RULES = "forkfit_rules"


def shipped() -> tuple[object, ...]:
    """Return the plugins that come with the linter."""
    return (Builtin(), import_module(RULES))


def gathered(named: Iterable[str] = ()) -> Parts:
    """Return everything that ships, and what the plugins bring that are named."""
    return gather(shipped(), named)


class Builtin:
    """What comes with the linter; the rules come from their own distribution root, through the same hook."""

    @implement
    def forkfit_launchers(self) -> Iterable[Launcher]:
        """Return the launchers that ship."""
        return (Launcher("celery", ("celery", "celeryd", "celeryd-multi"), "forkfit.launchers.celery.launcher", ("beat", "flower")),)

    @implement
    def forkfit_weights(self) -> Iterable[str]:
        """Return the folder of measured weights."""
        return (os.path.join(os.path.dirname(__file__), "weights"),)

    @implement
    def forkfit_formats(self) -> Iterable[Format]:
        """Return the formats that ship."""
        return tuple(Format(name, f"forkfit.formats.{name}") for name in SHIPPED)

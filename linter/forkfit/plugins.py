"""What plugins bring, gathered into data: rules, launchers, weights and formats, each by a hook of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from forkfit.model.format import Format
from forkfit.model.launcher import Launcher
from forkfit.model.record import Record
from forkfit.model.report import Unusable
from forkfit.model.rule import Rule

MOST_PARTS = 10_000  # of one hook, so that one without end is none either
Part = TypeVar("Part")
# The hooks and what each returns; `forkfit.hooks` says more of them, and is loaded where settings name a plugin.
HOOKS: dict[str, type] = {"forkfit_rules": Rule, "forkfit_launchers": Launcher, "forkfit_weights": str, "forkfit_formats": Format}
_FUNCTIONS: dict[type, tuple[str, ...]] = {Rule: ("check",), Launcher: ("claims", "settle"), Format: ("write",)}  # of their modules


class BadPlugin(Unusable):
    """A plugin that cannot be used: unknown, broken, or in conflict with another."""


class Implementation(Record):
    """A hook of one plugin: what it is called, and whether it ships with the linter."""

    plugin: str
    hook: str
    function: Callable[[], Iterable[Any]]
    ours: bool = False


class Parts(Record):
    """Everything that plugins brought, sorted and free of duplicates. From here on there are no plugins, only data.

    `loaders` are the callables that load models by the shelves of plugins, by package and last name.
    """

    rules: tuple[Rule, ...]
    launchers: tuple[Launcher, ...]
    shelves: tuple[str, ...]
    formats: tuple[Format, ...]
    loaders: frozenset[str] = frozenset()


def gather(shipped: Iterable[object], named: Iterable[Implementation] = ()) -> Parts:
    """Return what the plugins that ship bring, and those that settings name, the last one first; raise BadPlugin."""
    ours = (_implementations(getattr(plugin, "__name__", type(plugin).__name__), plugin) for plugin in shipped)
    all_of_them = tuple(reversed([*(one for of_one in ours for one in of_one), *named]))
    rules, launchers, shelves, formats = (tuple(_brought(hook, kind, all_of_them)) for hook, kind in HOOKS.items())
    return Parts(
        rules=_sorted(rules, lambda rule: (rule.id, rule.name)),
        launchers=_sorted(launchers, lambda launcher: (launcher.name,)),
        shelves=tuple(dict.fromkeys(shelf for _, shelf in shelves)),
        formats=_sorted(formats, lambda form: (form.name,)),
    )


def _implementations(name: str, plugin: object) -> Iterator[Implementation]:
    """Yield the hooks that a plugin of our own has: what ships needs no manager to be found."""
    return (Implementation(name, hook, getattr(plugin, hook), ours=True) for hook in HOOKS if hasattr(plugin, hook))


def _brought(hook: str, kind: type[Any], implementations: Iterable[Implementation]) -> Iterator[tuple[str, Any]]:
    """Yield what each plugin returns from a hook, with the plugin's name; raise BadPlugin."""
    for one in implementations:
        if one.hook != hook:
            continue
        try:
            parts = tuple(islice(one.function(), MOST_PARTS))
        except (Exception, SystemExit) as error:
            raise BadPlugin(f"the plugin {one.plugin!r} fails in {hook}: {type(error).__name__}: {error}") from error
        for part in parts:
            if not isinstance(part, kind):
                raise BadPlugin(f"the plugin {one.plugin!r} returns {part!r} from {hook} where a {kind.__name__} belongs")
            yield one.plugin, part if one.ours else _foreign(one.plugin, part)


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

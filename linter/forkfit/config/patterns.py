"""Patterns of paths in settings: as in .gitignore, seen from the folder of the file that they are written in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from forkfit.model.settings import Layer, Settings

if TYPE_CHECKING:
    from forkfit.syntax.gitignore import GitIgnoreSpec


_OF_RULES = ("choices", "severities")


def anchored(layer: Layer, folder: str) -> Layer:
    """Return a layer of a folder's file with its patterns as seen from the root."""
    if folder in ("", ".") or not {"exclude", "per_file"} & set(layer.given):
        return layer
    given = dict(layer.given)
    if "exclude" in given:
        given["exclude"] = tuple(_below(folder, pattern) for pattern in given["exclude"])
    if "per_file" in given:
        given["per_file"] = tuple((_below(folder, pattern), inner) for pattern, inner in given["per_file"])
    return layer.replace(given=given)


def _below(folder: str, pattern: str) -> str:
    """Return a pattern for one folder alone; without a slash inside it fits at any depth below."""
    again = "!" if pattern.startswith("!") else ""
    plain = pattern.removeprefix("!")
    deep = "" if "/" in plain.rstrip("/") else "**/"
    return f"{again}/{folder}/{deep}{plain.lstrip('/')}"


def figures_for(settings: Settings, paths: Iterable[str]) -> Settings:
    """Return the settings of a project that is loaded from these files: `per-file` changes its figures."""
    layers = [_only(layer, rules=False) for layer in _fitting(settings, paths)]
    return settings.under(*layers, settings.stated) if layers else settings


def rules_for(settings: Settings, service: str, paths: Iterable[str]) -> Settings:
    """Return the settings that choose the rules for a finding about a service, which stands in these files."""
    layers = [_only(layer, rules=True) for layer in _fitting(settings, paths)]
    own = settings.services.get(service)
    return settings.under(*layers, *([own] if own else []), settings.stated) if layers or own else settings


def _fitting(settings: Settings, paths: Iterable[str]) -> list[Layer]:
    listed = tuple(paths)
    return [layer for pattern, layer in settings.per_file if any(_spec(pattern).match_file(path) for path in listed)]


def _only(layer: Layer, *, rules: bool) -> Layer:
    """Return what a layer says of rules, or what else it says."""
    return Layer({name: value for name, value in layer.given.items() if (name in _OF_RULES) is rules}, layer.written)


@cache
def _spec(pattern: str) -> GitIgnoreSpec:
    from forkfit.syntax.gitignore import says  # only settings that have patterns pay for it

    return says([pattern])

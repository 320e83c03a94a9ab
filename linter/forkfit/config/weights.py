"""Weights of libraries that a user states: each a table under the import name, whole or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forkfit.config.keys import OF_WEIGHT, REQUIRED_OF_WEIGHT
from forkfit.model.weight import Weight

STATED = "stated in the settings"


def weight_of(name: str, table: Mapping[str, Any], read: Callable[[str, Any], Any], refuse: Callable[[str], Exception]) -> Weight:
    """Return the weight that a table gives an import name; `read` reads one of its keys, `refuse` makes what is raised."""
    if not all(word.isidentifier() for word in name.split(".")):
        raise refuse(f"{name!r} is no import name, such as google.cloud.storage")
    inner = next((key for key, value in table.items() if isinstance(value, Mapping) and key not in OF_WEIGHT), None)
    if inner is not None:
        raise refuse(f'a name with dots stands in quotes: "{name}.{inner}"')
    figures: dict[str, float] = {key: read(key, value) for key, value in table.items()}
    lacking = [key for key in REQUIRED_OF_WEIGHT if key not in figures]
    if lacking:
        raise refuse(f"says nothing of {' and '.join(lacking)}")
    parent, child = figures["parent"], figures["child"]
    resident = figures.get("resident", parent)
    if child > parent:
        raise refuse("child is more than parent: a child's own pages are copies of pages that its parent holds")
    if resident < parent:
        raise refuse("resident is less than parent, which is a part of it")
    return Weight(
        library=name,
        version="",
        python="",
        measured_on="",
        method=STATED,
        main=parent,
        child=child,
        child_idle=child,
        closure_main=parent,
        closure_child=child,
        closure_child_idle=child,
        resident=resident,
        closure_resident=resident,
    )

"""What a text of JSON holds."""

from __future__ import annotations

from typing import Any

from forkfit.evaluate.python.objects import Items, Raises, Table, Thing
from forkfit.model.value import Known, Value


def read_json(text: str) -> Value[Thing]:
    """Return what ``json.loads`` makes of a text; the program stops where it is none."""
    import json

    try:
        return Known(_thing(json.loads(text)))
    except (ValueError, RecursionError):
        return Raises("this text is no JSON", (), "ValueError")


def _thing(loaded: Any) -> Thing:
    match loaded:
        case list():
            return Items("list", tuple(Known(_thing(item)) for item in loaded))
        case dict():
            return Table(tuple((name, Known(_thing(item))) for name, item in loaded.items()))
        case _:
            return loaded

"""Everything that is wrong with a table of settings, told at once: the JSON schema that ships finds it, the readers say why."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from forkfit.config.refusal import Fault
from forkfit.config.table import layer_of
from forkfit.files import shipped
from forkfit.model.settings import Key

SCHEMA = "schema.json"


def schema() -> Any:
    """Return the JSON schema of a settings table, as it ships."""
    return json.loads(shipped(os.path.dirname(__file__), SCHEMA) or b"{}")


def faults(table: Any) -> Iterator[Fault]:
    """Yield the faults that the schema finds; what only a reader refuses is not among them."""
    from forkfit.syntax.json_schema import validator  # 80 ms, which only settings that are wrong cost

    for key in dict.fromkeys(key for error in validator(schema()).iter_errors(table) for key in _keys(error)):
        value = table
        for name in key:
            value = value[name]
        for name in reversed(key):
            value = {name: value}
        try:
            layer_of(value, {})
        except Fault as fault:
            yield fault


def _keys(error: Any) -> Iterator[Key]:
    """Yield the full keys that an error of the schema is about; an item of a list is about the list."""
    key = tuple(part for part in error.absolute_path if isinstance(part, str))
    if error.validator == "additionalProperties":
        yield from ((*key, name) for name in error.instance if name not in error.schema.get("properties", {}))
    else:
        yield key

"""From a table of settings to a layer, key by key; the first thing that is wrong stops it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forkfit.config.keys import OF_PROJECT, OF_WEIGHT, PER_FILE, SEVERITY, TABLES, TOOLS, WEIGHTS, Setting, Table
from forkfit.config.readers import severity, size
from forkfit.config.refusal import Fault
from forkfit.model.memory import Memory
from forkfit.model.settings import Choice, Key, Layer, Written
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Known
from forkfit.model.weight import Weight

_CHOSEN = frozenset(("select", "extend", "ignore"))


def layer_of(table: object, at: Mapping[Key, Span]) -> Layer:
    """Return the layer that a table of settings makes; `at` has the places of its keys. Raise Fault."""
    return _layer(table, OF_PROJECT, TABLES, (), at)


def _layer(table: object, known: Mapping[str, Setting], tables: Mapping[str, Table], prefix: Key, at: Mapping[Key, Span]) -> Layer:
    """Return the layer of one table; what it says is written under its own keys, the prefix is where it stands."""
    read: dict[str, Any] = {}
    written: dict[Key, Written] = {}
    for key, value in _table(table, prefix).items():
        full = (*prefix, key)
        if key == SEVERITY:
            read["severities"] = {word: _read(severity, level, (*full, word)) for word, level in _table(value, full).items()}
            written.update({(key, word): Written(level, at.get((*full, word)) or at.get(full)) for word, level in value.items()})
        elif key in tables:
            inner = {name: _layer(one, tables[key].settings, {}, (*full, name), at) for name, one in _table(value, full).items()}
            read[key.replace("-", "_")] = tuple(inner.items()) if key == PER_FILE else inner
            written.update({(key, name, *k): w for name, layer in inner.items() for k, w in layer.written.items()})
        elif key == WEIGHTS and tables:
            read[WEIGHTS] = tuple(_weight(name, one, (*full, name), at) for name, one in _table(value, full).items())
            written.update({(*full, name, k): Written(v, at.get((*full, name, k))) for name, one in value.items() for k, v in one.items()})
        elif key == TOOLS and tables:
            read[TOOLS] = {name: _tool(name, one, (*full, name), at) for name, one in _table(value, full).items()}
            written.update({(*full, name): Written(one, at.get((*full, name))) for name, one in value.items()})
        elif key in known:
            setting = known[key]
            answer = _read(setting.kind.read, value, full)
            read[setting.field] = (*read.get(setting.field, ()), *answer) if setting.field in _CHOSEN else answer
            written[(key,)] = Written(value, at.get(full))
        else:
            raise Fault(full, _unknown(key, (*known, SEVERITY, *tables, *([WEIGHTS, TOOLS] if tables else []))))
    return Layer(with_choice(read), written)


def _weight(name: str, table: object, key: Key, at: Mapping[Key, Span]) -> Weight:
    """Return the weight that a user states for an import name, with the place of its figures."""
    from forkfit.config.weights import STATED, weight_of  # few settings have any

    def read(figure: str, value: object) -> Any:
        if figure not in OF_WEIGHT:
            raise Fault((*key, figure), _unknown(figure, tuple(OF_WEIGHT)))
        return _read(OF_WEIGHT[figure].kind.read, value, (*key, figure))

    weight = weight_of(name, _table(table, key), read, lambda why: Fault(key, why))
    return weight.replace(stated=(Step(Role.ASSUMED, at.get((*key, "parent"), at.get(key)), STATED),))


def _tool(name: str, written: object, key: Key, at: Mapping[Key, Span]) -> Known[Memory]:
    """Return what a program needs that a user states, with the place of the figure."""
    if not name or "/" in name:
        raise Fault(key, f"{name!r} is no name of a program, such as ffmpeg")
    return Known(_read(size, written, key), (Step(Role.ASSUMED, at.get(key), "stated in the settings"),))


def with_choice(read: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was read with the words that choose rules put together, where there are any."""
    chosen = {name: value for name, value in read.items() if name in _CHOSEN}
    rest = {name: value for name, value in read.items() if name not in _CHOSEN}
    return {**rest, "choices": (Choice(**chosen),)} if chosen else rest


def _table(table: object, key: Key) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise Fault(key, "must be a table")
    return table


def _read(reader: Any, value: object, key: Key) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise Fault(key, str(error)) from error


def _unknown(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, known, n=1)
    return f"unknown setting {key!r}" + (f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}")

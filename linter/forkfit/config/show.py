"""The settings in force, as TOML, each with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from forkfit.config.find import Found
from forkfit.config.keys import OF_PROJECT, SEVERITY, TABLES, TOOLS, WEIGHTS
from forkfit.model.settings import Key, Written


def shown(found: Found, folder: str) -> Iterator[str]:
    """Yield the lines of the settings of a folder: what is written, and the defaults of all that is not."""
    yield f"# {folder}: {found.file or 'no settings file'}"
    written = found.settings.written
    for key, setting in OF_PROJECT.items():
        one = written.get((key,))
        if one is not None:
            yield _line(key, _toml(one.value), _origin(one))
        elif setting.default:
            yield _line(key, setting.default, "default")
    yield from _tables(written)


def _tables(written: Mapping[Key, Written]) -> Iterator[str]:
    """Yield the tables whose keys the user names, each key on its line."""
    header: Key = ()
    for key, one in sorted(written.items(), key=lambda item: item[0]):
        if key[0] in (SEVERITY, *TABLES, WEIGHTS, TOOLS):
            if key[:-1] != header:
                header = key[:-1]
                yield f"\n[{'.'.join(_name(part) for part in header)}]"
            yield _line(_name(key[-1]), _toml(one.value), _origin(one))


def _line(key: str, value: str, origin: str) -> str:
    return f"{f'{key} = {value}':<32} # {origin}"


def _origin(one: Written) -> str:
    return f"{one.at.file}:{one.at.line}" if one.at is not None else "command line"


def _toml(value: object) -> str:
    """Return a value as TOML has it, which for words, numbers and lists of them is as JSON has it."""
    return json.dumps(value, ensure_ascii=False)


def _name(part: str) -> str:
    return part if part.replace("-", "").replace("_", "").isalnum() and part.isascii() else json.dumps(part, ensure_ascii=False)

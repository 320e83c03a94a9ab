"""What the Compose specification's JSON schema refuses; imported when needed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from forkfit.compose.nodes import plain
from forkfit.files import shipped
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.record import Record
from forkfit.syntax.json_schema import ValidationError, validator

FOLDER = os.path.join(os.path.dirname(__file__), "specification")
MOST_FAULTS = 50  # told of one model
MISPLACED = "Put it under services:, where Compose 2 looks for a service."


class Fault(Record):
    """A value that the schema refuses, or an unknown key of it; the way to the value, why, and what cures it."""

    route: tuple[str | int, ...]
    why: str
    cure: str
    key: str = ""


def faults(model: Mapping) -> tuple[Fault, ...]:
    """Return what the schema refuses in a model, in the order of the document."""
    unprintable = tuple(_unprintable(model, ()))
    if unprintable:
        return unprintable
    found: list[Fault] = []
    for error in _validator().iter_errors(plain(model)):
        found.extend(_faults(_most_specific(error)))
        if len(found) > MOST_FAULTS:
            break
    return tuple(dict.fromkeys(found))


@cache
def _validator() -> Any:
    content = shipped(FOLDER, "compose-spec.json")
    if content is None:
        raise FileNotFoundError("compose-spec.json is missing from this installation")
    return validator(json.loads(content))


def _most_specific(error: ValidationError) -> ValidationError:
    """Return the error deepest in the document among those that together made this one."""
    if not error.context:
        return error
    deepest: ValidationError = max((_most_specific(e) for e in error.context), key=_depth)
    return deepest


def _depth(error: ValidationError) -> int:
    return len(error.absolute_path) + int(error.validator == "additionalProperties")


def _faults(error: ValidationError) -> Iterator[Fault]:
    route = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            patterns = error.schema.get("patternProperties", {}) if isinstance(error.schema, dict) else {}
            for key in error.instance:
                if key not in known and not _matches(key, patterns):
                    cure = MISPLACED if not route and _is_service(error.instance[key]) else _resembling(key, known)
                    yield Fault(route, f"does not take the key {key!r}", cure, key)
        case "type":
            wanted = error.validator_value
            names = " or ".join(sorted([wanted] if isinstance(wanted, str) else wanted))
            yield Fault(route, f"must be {names.replace('object', 'mapping').replace('array', 'list')}", "Write a value of that kind.")
        case "required":
            yield Fault(route, f"lacks a key: {error.message}", "Add it.")
        case "uniqueItems":
            yield Fault(route, "has the same item twice", "Remove one of them; lists of several files are put together.")
        case "pattern":
            yield Fault(route, f"does not match {error.validator_value}", "Write another name.")
        case "enum":
            yield Fault(route, f"must be one of {', '.join(map(str, error.validator_value))}", "Write one of these.")
        case _:
            yield Fault(route, f"is not valid ({error.validator})", "Write another value.")


def _matches(key: str, patterns: dict[str, Any]) -> bool:
    import re

    return any(re.search(pattern, key) for pattern in patterns)


def _is_service(value: Any) -> bool:
    """Whether a value at the head of the file describes a service, as every one did for Compose 1."""
    return isinstance(value, dict) and ("image" in value or "build" in value)


def _resembling(key: str, known: dict[str, Any]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, known, 1)
    return f"Write {near[0]}." if near else "Remove it, or let it begin with x-."


def _unprintable(node: Node, route: tuple[str | int, ...]) -> Iterator[Fault]:
    """Yield the numbers that JSON does not have."""
    match node:
        case Mapping():
            for entry in node.entries:
                yield from _unprintable(entry.value, (*route, entry.key.raw))
        case Sequence():
            for index, item in enumerate(node.items):
                yield from _unprintable(item, (*route, index))
        case Scalar(value=float() as number) if number - number != 0.0:
            yield Fault(route, "is no finite number", "Write a finite number, or put it in quotes.")

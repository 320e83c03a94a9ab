"""JSON schemas. The only module that knows jsonschema; imported when needed."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

__all__ = ["ValidationError", "validator"]


def validator(schema: Any) -> Any:
    """Return what judges values by a schema: ``iter_errors`` yields a ValidationError for each fault."""
    return Draft202012Validator(schema)

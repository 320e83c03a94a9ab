"""Match extended regular expressions that are simple enough to take no time."""

from __future__ import annotations

import re

# A pattern with at most two open repetitions, and no group repeated, takes at most the square of a short text.
_SAFE = re.compile(r"(?:[^\\(){}*+]|\\.|[*+](?![*+?])|\((?!\?)|\)(?![*+{?])|\{[0-9]{1,2}(?:,[0-9]{1,2})?\}(?![*+{?]))*")
_POSIX = {
    "[:digit:]": "0-9",
    "[:alpha:]": "A-Za-z",
    "[:alnum:]": "A-Za-z0-9",
    "[:space:]": r"\s",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:blank:]": r" \t",
}


def matches_expression(expression: str, text: str) -> bool | None:
    """Tell whether an extended regular expression is found in a text; None where it is not simple enough to try."""
    if len(expression) > 120 or len(text) > 1000:
        return None
    if not _SAFE.fullmatch(expression) or len(re.findall(r"[*+]|\{", expression)) > 2:
        return None
    for name, letters in _POSIX.items():
        expression = expression.replace(name, letters)
    try:
        return re.search(expression, text) is not None
    except re.error:
        return None

"""Colour: whether the reader wants it, and the codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Paint = Callable[[str, str], str]

# Select Graphic Rendition codes of ECMA-48; the first eight colours are those that themes keep readable.
_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;34",
    "help": "1;32",
    "place": "1",
    "gutter": "34",
    "suppressed": "2",
    "confidence": "2",
    "parent": "34",
    "children": "36",
    "models": "35",
    "tasks": "32",
    "tools": "33",
    "free": "2",
}


def wants_colour(choice: str, environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Tell whether to colour: the option, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, CLICOLOR and TERM, the terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return is_terminal


def painter(colour: bool) -> Paint:
    """Return what paints a text in a style (the first argument), or leaves it plain."""
    return _painted if colour else _plain


def _painted(style: str, text: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else text


def _plain(style: str, text: str) -> str:  # noqa: ARG001 (it stands in for the other)
    return text

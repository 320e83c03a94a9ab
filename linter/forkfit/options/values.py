"""The values of options, from the words that are typed: a value, or argparse's own error with what is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

# The most children that a measurement starts at once.
MOST_CHILDREN = 64


def pair(written: str) -> tuple[str, str]:
    """Return the name and the value of NAME=VALUE."""
    name, equals, value = written.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{written!r} is not NAME=VALUE")
    return name, value


def output(written: str) -> tuple[str, str]:
    """Return format and path; only the first colon parts them, so that a path may begin with a drive."""
    name, colon, path = written.partition(":")
    if not name or not colon or not path:
        raise argparse.ArgumentTypeError(f"{written!r} is not FORMAT:PATH, such as sarif:report.sarif")
    if path == "-":
        raise argparse.ArgumentTypeError(f"{written!r}: for standard output there is --format {name}")
    return name, path


def scenario(written: str) -> tuple[str, str]:
    """Return the name of a scenario and what it says, as words of a command line."""
    name, colon, words = written.partition(":")
    if not name or not colon:
        raise argparse.ArgumentTypeError(f"""{written!r} is not NAME:ARGUMENTS, such as prod:"-f compose.yaml -f prod.yaml\"""")
    return name, words


def typed(reader: Callable[[str], Any]) -> Callable[[str], tuple[str, Any]]:
    """Return the reader of a setting as a reader of an argument, with its own message; what is written is kept beside it."""

    def read(written: str) -> tuple[str, Any]:
        try:
            return written, reader(written)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def supposition(written: str) -> Any:
    """Return what is supposed of a service."""
    from forkfit.config.suppositions import supposition  # few runs suppose anything

    return supposition(written)


def counts(written: str) -> tuple[int, ...]:
    """Return numbers of children; there must be one that shows what two children share."""
    words = written.split(",")
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_CHILDREN for word in words):
        raise argparse.ArgumentTypeError(f"{written!r} is no list of numbers from 1 to {MOST_CHILDREN}")
    counts = tuple(dict.fromkeys(int(word) for word in words))
    if max(counts) < 2:
        raise argparse.ArgumentTypeError("what children share shows with two of them or more")
    return counts


def seconds(written: str) -> float:
    """Return seconds, between one and a day."""
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{written!r} is no number of seconds from 1 to 86400")
    return seconds

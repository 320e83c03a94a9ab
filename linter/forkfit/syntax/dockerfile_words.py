"""Words inside a Dockerfile instruction, by their bounds: quoted words, JSON lists, here-document names, names with values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from forkfit.model.text import Text

LONGEST_ANNOUNCEMENT = 8_192  # characters of an instruction in which here-documents are looked for
MOST_PAIRS = 5_000  # of one ENV; a real one has some dozens

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HEREDOC = re.compile(r"\d*<<(-?)\s*([^<]*)")


@lru_cache(maxsize=4)
def _word(escape: str) -> re.Pattern[str]:
    """Return what matches one word: quotes keep blanks together, and an escape keeps what follows it."""
    e = re.escape(escape)
    return re.compile(rf"""(?:[^\s'"{e}]+|{e}.|"(?:[^"{e}]|{e}.)*(?:"|{e}?\Z)|'[^']*(?:'|\Z)|{e}\Z)+""", re.DOTALL)


def word_bounds(plain: str, begin: int, stop: int, escape: str) -> Iterator[tuple[int, int]]:
    """Yield where each word begins and ends, quotes and escapes included."""
    for found in _word(escape).finditer(plain, begin, stop):
        yield found.span()


def json_words(plain: str, begin: int, stop: int) -> tuple[tuple[int, int, str], ...] | None:
    """Return the strings of a JSON list with their bounds, without quotes; None where it is no JSON list.

    Raise TypeError where the list holds anything but strings.
    """
    if not plain.startswith("[", begin):
        return None
    import json

    try:
        values = json.loads(plain[begin:stop])
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(value, str) for value in values):
        raise TypeError("a word is no string")
    found = (match.span(1) for match in _STRING.finditer(plain, begin, stop))
    return tuple((start, end, value) for (start, end), value in zip(found, values, strict=True))


def heredoc_words(plain: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield the here-documents that a line announces: terminator, whether variables in it count, whether tabs are cut."""
    # A blank may stand between << and the terminator, as BuildKit allows.
    line = re.sub(r"(?<=<<)[ \t\r]+", "", plain[:LONGEST_ANNOUNCEMENT])
    for start, end in word_bounds(line, 0, len(line), "\\"):
        found = _HEREDOC.fullmatch(line[start:end])
        if found and found.group(2):
            written = found.group(2)
            name = re.sub(r"\\(.)|[\"']", r"\1", written)
            yield name, not any(quote in written for quote in "\"'"), found.group(1) == "-"


def pairs(rest: Text, escape: str, *, old_form: bool) -> tuple[tuple[Text, Text | None], ...]:
    """Return the names and raw values of ENV, ARG or LABEL; a name without ``=`` has None.

    With `old_form`, ``name value with blanks`` is one pair, as in ENV and LABEL.
    """
    plain = rest.plain
    bounds = tuple(islice(word_bounds(plain, 0, len(plain), escape), MOST_PAIRS))
    equals = [plain.find("=", start, end) for start, end in bounds]
    if old_form and bounds and equals[0] == -1:
        blank = re.search(r"[\t\v\f\r ]+", plain)
        return ((rest[: blank.start()], rest[blank.end() :]),) if blank else ((rest, None),)
    cuts: list[tuple[int, int]] = []
    for (start, end), equal in zip(bounds, equals, strict=True):
        cuts.extend(((start, end), (end, end)) if equal == -1 else ((start, equal), (equal + 1, end)))
    parts = rest.parts(cuts)
    return tuple((name, value if equal != -1 else None) for equal, name, value in zip(equals, parts[::2], parts[1::2], strict=True))

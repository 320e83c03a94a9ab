"""Which values are secrets: what env files and the environment give, unless it is a number or stands in the code anyway."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from forkfit.formats.redact import gives_variables, is_declared_in, redacted, values_of_keys
from forkfit.formats.vocabulary import VOCABULARY
from forkfit.model.source import Source

RUN = re.compile(r"[^\W_]+")  # of letters and digits
_NUMBER = re.compile(r"\d{1,12}(?:[kmgtp]?i?b?|ms|s|min|h|d)", re.ASCII | re.IGNORECASE)
_ASSIGNED = re.compile(r"\s*(?:#\s*)?(?:export\s+)?[A-Za-z_][\w.-]*\s*[=:]\s*(.*)")
_COMMENT = re.compile(r"\s#.*")
_QUOTES = "\"'"


class Secrets:
    """The values that are not to be shown, beside the code in which everybody sees a word."""

    def __init__(self, sources: Iterable[Source], stated: Iterable[tuple[str, str]] = ()) -> None:
        """Take the files of a run and the variables stated for it."""
        self._stated = tuple(stated)
        env: list[Source] = []
        code: list[Source] = []
        for source in sources:
            (env if gives_variables(source) else code).append(source)
        self._env, self._code = tuple(env), tuple(code)

    def given(self) -> Iterator[str]:
        """Yield each value that may be a secret; one of several lines is several."""
        yield from (value for _, value in self._stated)
        for source in self._env:
            yield from _assigned(source.text.splitlines())
        for source in self._code:
            if is_declared_in(source):
                yield from (value for value in values_of_keys(source.text) if not value.startswith("$"))

    def visible(self, understood: str = "") -> Callable[[str], bool]:
        """Return what tells whether a run of letters and digits is no secret: a number, one of the code, one that is understood."""
        text = "\n".join(redacted(source.text) if is_declared_in(source) else source.text for source in self._code)
        paths = " ".join(source.path for source in (*self._code, *self._env))
        plain = {run.lower() for run in RUN.findall(f"{text}\n{paths}\n{understood}\n{VOCABULARY}")}
        return cache(lambda run: run.lower() in plain or _NUMBER.fullmatch(run) is not None)


def _assigned(lines: Iterable[str]) -> Iterator[str]:
    """Yield the values of an env file, those in comments too: they were values once."""
    quote = ""
    for line in lines:
        if quote:
            value, closed, _ = line.partition(quote)
            quote = "" if closed else quote
            yield value
            continue
        assigned = _ASSIGNED.match(line)
        if assigned is None:
            if not line.lstrip().startswith("#"):
                yield line
            continue
        value = assigned[1]
        if value[:1] in _QUOTES and value:
            begins = value[0]
            value, closed, _ = value[1:].replace("\\" + begins, "\\").partition(begins)
            quote = "" if closed else begins
        else:
            value = _COMMENT.sub("", value)
        yield value

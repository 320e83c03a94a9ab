"""How a supposition is written on the command line: ``worker.concurrency=4``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from forkfit.config.readers import count_in_words, size
from forkfit.model.memory import Memory
from forkfit.model.supposition import CONCURRENCY, MEMORY, POOL, Supposition
from forkfit.model.worker import Pool


def supposition(written: str) -> Supposition:
    """Read a supposition; raise ValueError, with the nearest word that would do where one is near."""
    left, equals, value = written.partition("=")
    service, _, key = left.rpartition(".")
    if not equals or not service:
        raise ValueError(f"{written!r} is not SERVICE.KEY=VALUE, such as worker.concurrency=4")
    if key not in _READERS:
        raise ValueError(f"{written!r}: {key!r} cannot be supposed{near(key, tuple(_READERS))}")
    try:
        return Supposition(service, key, _READERS[key](value), written)
    except ValueError as error:
        example = ", such as 512m or 2g" if key == MEMORY else ""
        raise ValueError(f"{written!r}: {error}{example}") from error


def near(word: str, known: tuple[str, ...]) -> str:
    """Return what to say beside a word that is none of those known: the nearest, otherwise all."""
    found = get_close_matches(word, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else f"; there is {', '.join(known)}" if known else ""


def _pool(written: str) -> Pool:
    words = tuple(pool.value for pool in Pool)
    if written not in words:
        raise ValueError(f"{written!r} is no pool{near(written, words)}")
    return Pool(written)


_READERS: Mapping[str, Callable[[str], int | Memory | Pool]] = {CONCURRENCY: count_in_words, MEMORY: size, POOL: _pool}

"""Settings at the end of the command line, as in ``celery worker -- worker.concurrency=4``."""

from __future__ import annotations

import re

from forkfit.launchers.celery.line import HOLE, CommandLine, shape_of
from forkfit.launchers.celery.release import Release, Version
from forkfit.model.text import Text
from forkfit.model.value import Absent, Value
from forkfit.model.worker import Effect, Remark

_CAST = r"\(\w+\)"


def override(line: CommandLine, name: str, release: Release) -> Value[str]:
    """Return what the words after the options give a setting; the last one wins. 4.x reads them only behind ``--``."""
    if release < (5, 0) and not line.dashes:
        return Absent("there is no -- before the words")
    for word in reversed(line.rest):
        key, value = _split(word, release)
        if key == name and value is not None:
            return value.value
    return Absent(f"no word sets {name}")


def remarks(line: CommandLine, version: Version) -> tuple[Remark, ...]:
    """Return a remark for each word that ends the worker or sets nothing."""
    found = []
    for word in line.rest:
        shape = shape_of(word)
        at, release = word.at, version.release
        if HOLE in shape.partition("=")[0] or line.unknown:
            continue  # it may belong to an option that the application adds
        if release < (5, 0) and not line.dashes:
            message = f"{word.plain!r} is no option, so the worker ends with a usage error"
            found.append(Remark(Effect.STOPS, word.plain, message, at, "before 5.0", "", version.assumed, word.trail))
        elif "=" not in shape:
            message = f"{word.plain!r} is neither an option nor a setting, so the worker ends with a usage error"
            found.append(Remark(Effect.STOPS, word.plain, message, at, "5.0 and later", "", version.assumed, word.trail))
        else:
            key, _ = _split(word, release)
            if key == "worker_concurrency" and (5, 0) <= release < (5, 2):
                message = "worker.concurrency= after the options has no effect"
                found.append(Remark(Effect.NOTHING, key, message, at, "5.0 and 5.1", "--concurrency", version.assumed, word.trail))
            if key == "worker_pool" and release >= (5, 0):
                message = "worker.pool= after the options has no effect"
                found.append(Remark(Effect.NOTHING, key, message, at, "5.0 and later", "--pool", version.assumed, word.trail))
    return tuple(found)


def _split(word: Text, release: Release) -> tuple[str, Text | None]:
    """Return the setting that a word names, in the spelling of Celery 4 and later, and its value."""
    shape = shape_of(word)
    written, equals, value = shape.partition("=")
    if not equals or HOLE in written:
        return "", None
    key = written.lower().replace(".", "_")
    if key.startswith("_"):
        key = "worker" + key
    if release < (4, 0) and key.startswith("celeryd_"):
        key = "worker" + key[len("celeryd") :]
    cast = re.match(_CAST, value)
    return key, word[len(written) + 1 + (len(cast[0]) if cast else 0) :]

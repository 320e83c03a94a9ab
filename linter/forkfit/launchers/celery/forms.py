"""Forms of the command line by release: which ones a release refuses, and what they say about the release."""

from __future__ import annotations

from forkfit.launchers.celery.line import PROGRAMS, CommandLine, Given
from forkfit.launchers.celery.options import longest
from forkfit.launchers.celery.release import Release, Version
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Text
from forkfit.model.worker import Effect, Remark


def hints(argv: tuple[Text, ...], line: CommandLine) -> tuple[Release, Trail] | None:
    """Return the older release that a command line is written for, and the words that say so; None where any will do."""
    if argv[0].plain.rpartition("/")[2] in PROGRAMS:
        return (3, 1), _used(argv[0].at, f"{argv[0].plain} is a program of Celery 3.1")
    found = line.forms_of_four()
    return ((4, 4), _used(found[0][0].word.at, found[0][1])) if found else None


def _used(at: Span | None, note: str) -> Trail:
    return (Step(Role.USED, at, note),)


def remarks(argv: tuple[Text, ...], line: CommandLine, version: Version) -> tuple[Remark, ...]:
    """Return a remark for each form with which this release ends in a usage error."""
    found = [_missing_value(given) for given in line.given if given.option.takes_value and given.value is None]
    if version.release >= (5, 0):
        found.extend(_refused(given, why, version) for given, why in line.forms_of_four())
        found.extend(_silent(word, version) for word in argv[:4] if word.plain == "celery.bin.celery")
    found.extend(_absent(given, version) for given in line.given if _is_absent(given, version.release))
    return tuple(found)


def _missing_value(given: Given) -> Remark:
    message = f"{given.spelling} stands without a value, so the worker ends with a usage error"
    return Remark(Effect.STOPS, given.spelling, message, given.word.at, "all", "", False, given.word.trail)


def _refused(given: Given, why: str, version: Version) -> Remark:
    message = f"{why}, so the worker ends with a usage error"
    instead = _INSTEAD.get(given.spelling, "")
    if given.glued:
        instead = f"{given.spelling} and the value as two words, or {longest(given.option)}="
    return Remark(Effect.STOPS, given.spelling, message, given.word.at, "5.0 and later", instead, version.assumed, given.word.trail)


def _silent(word: Text, version: Version) -> Remark:
    message = "python -m celery.bin.celery exits silently, without a worker"
    return Remark(Effect.STOPS, word.plain, message, word.at, "5.0 and later", "python -m celery", version.assumed, word.trail)


def _is_absent(given: Given, release: Release) -> bool:
    """Tell whether a release lacks the option; what Celery 5 dropped is told with the other forms of 4."""
    return not given.option.exists_in(release) and not (release >= (5, 0) and given.option.until < (5, 0))


def _absent(given: Given, version: Version) -> Remark:
    option = given.option
    older = version.release < option.since
    releases = f"before {option.since[0]}.{option.since[1]}" if older else f"after {option.until[0]}.{option.until[1]}"
    message = f"{given.spelling} is no option of {version.words}, so the worker ends with a usage error"
    return Remark(Effect.STOPS, given.spelling, message, given.word.at, releases, "", version.assumed, given.word.trail)


_INSTEAD = {"--maxtasksperchild": "--max-tasks-per-child", "--maxmemperchild": "--max-memory-per-child", "-A": "celery -A PROJECT worker"}

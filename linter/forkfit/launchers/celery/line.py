"""What the words of a Celery command line say, whatever release they are written for."""

from __future__ import annotations

import re
from posixpath import basename

from forkfit.launchers.celery.options import BY_SPELLING, FIVE, Option, long_option, longest
from forkfit.model.record import Record
from forkfit.model.text import Text, written
from forkfit.model.value import Bounded, Known

_PYTHON = r"python(?:\d(?:\.\d+)?)?|pypy3?"
_PYTHON_OPTIONS_WITH_VALUE = frozenset({"-W", "-X"})
# 3.1's programs of one command each; they have no sub-command.
PROGRAMS = {"celeryd": "worker", "celeryd-multi": "multi", "celerybeat": "beat", "celeryev": "events"}


class Given(Record):
    """One option as given: its spelling, what stands as its value (None for a switch), and whether before the sub-command.

    `order` counts the words before it. `glued` tells that a short option is joined to its value by "=", which is no
    part of the value in Celery 4 only.
    """

    option: Option
    spelling: str
    word: Text
    value: Text | None
    early: bool
    order: int
    abbreviated: bool = False
    glued: bool = False


class CommandLine(Record):
    """What a command line says: `rest` are the words that are no options, `dashes` tells whether ``--`` stands before them.

    `sub_command` is None where there is none. `open` are words not known that may hold further options, each with the
    number of words before it; `unknown` are options of no release, such as an application adds.
    """

    sub_command: Text | None
    given: tuple[Given, ...] = ()
    rest: tuple[Text, ...] = ()
    open: tuple[tuple[int, Text], ...] = ()
    unknown: tuple[Text, ...] = ()
    dashes: bool = False

    def last(self, name: str) -> Given | None:
        """Return the last mention of an option, which wins; None where it is not given."""
        return next((g for g in reversed(self.given) if g.option.name == name), None)

    def open_after(self, name: str) -> tuple[Text, ...]:
        """Return the words not known that may hold a later, stronger mention of an option."""
        last = self.last(name)
        return tuple(word for order, word in self.open if last is None or order > last.order)

    def forms_of_four(self) -> tuple[tuple[Given, str], ...]:
        """Return each form that Celery 4 took and Celery 5 refuses, with what is wrong with it."""
        return tuple((g, why) for g in self.given if (why := _wrong_in_five(g)))


def after_program(argv: tuple[Text, ...]) -> tuple[Text, ...] | None:
    """Return the words after the program, the sub-command of a 3.1 program before them; None where it is not Celery."""
    if not argv or not argv[0].is_known:
        return None
    program = basename(argv[0].plain)
    if program == "celery":
        return argv[1:]
    if program in PROGRAMS:
        return (Text((argv[0].pieces[0].replace(text=PROGRAMS[program], exact=False),)), *argv[1:])
    if program.startswith("py") and re.fullmatch(_PYTHON, program):
        return _after_python(argv[1:])
    return None


def _after_python(words: tuple[Text, ...]) -> tuple[Text, ...] | None:
    skip = False
    for index, word in enumerate(words):
        plain = word.plain
        if skip:
            skip = False
        elif plain == "-m" or (plain.startswith("-") and not plain.startswith("--") and plain.endswith("m")):
            module = words[index + 1].plain if index + 1 < len(words) else ""
            return words[index + 2 :] if module in ("celery", "celery.__main__", "celery.bin.celery") else None
        elif plain in _PYTHON_OPTIONS_WITH_VALUE:
            skip = True
        elif not plain.startswith("-"):
            return None
    return None


def read(words: tuple[Text, ...]) -> CommandLine:
    """Read the words after the program, as far as they can be known, whatever release they are written for."""
    return _Reader(words).read()


class _Reader:
    """Go over the words once; options of every release are understood, so that the release can be judged afterwards."""

    def __init__(self, words: tuple[Text, ...]) -> None:
        self.words = words
        self.index = 0
        self.sub_command: Text | None = None
        self.given: list[Given] = []
        self.rest: list[Text] = []
        self.open: list[tuple[int, Text]] = []
        self.unknown: list[Text] = []

    def read(self) -> CommandLine:
        """Return what the words say."""
        dashes = False
        while self.index < len(self.words):
            word = self.words[self.index]
            self.index += 1
            shape = shape_of(word)
            if shape == "--" and self.sub_command is not None:
                self.rest.extend(self.words[self.index :])
                dashes = True
                break
            if shape.startswith("--") and len(shape) > 2:
                self._long(word, shape)
            elif shape.startswith("-") and len(shape) > 1:
                self._short(word, shape)
            elif not word.is_known and not _is_plain(word, shape):
                self.open.append((self.index, word))
            elif self.sub_command is None:
                self.sub_command = word
            else:
                self.rest.append(word)
        return CommandLine(self.sub_command, tuple(self.given), tuple(self.rest), tuple(self.open), tuple(self.unknown), dashes)

    def _long(self, word: Text, shape: str) -> None:
        name, equals, _ = shape.partition("=")
        if HOLE in name:
            self.open.append((self.index, word))
            return
        option, abbreviated = long_option(name)
        if option is None:
            self.unknown.append(word)
            self._skip_foreign_value(bool(equals))
            return
        value: Text | None = None
        if option.takes_value:
            value = _placed(word[len(name) + 1 :], word) if equals else self._next()
        self._give(option, name, word, value, abbreviated)

    def _short(self, word: Text, shape: str) -> None:
        for position in range(1, len(shape)):
            spelling = "-" + shape[position]
            if spelling == "-" + HOLE:
                self.open.append((self.index, word))
                return
            option = BY_SPELLING.get(spelling)
            if option is None:
                self.unknown.append(word)
                return
            if not option.takes_value:
                self._give(option, spelling, word, None)
                continue
            glued = False
            if position + 1 < len(shape):
                value: Text | None = word[position + 1 :]
                if shape[position + 1] == "=":
                    glued, value = True, word[position + 2 :]
            else:
                value = self._next()
            self._give(option, spelling, word, value, glued=glued)
            return

    def _give(self, option: Option, spelling: str, word: Text, value: Text | None, abbreviated: bool = False, glued: bool = False) -> None:
        self.given.append(Given(option, spelling, word, value, self.sub_command is None, self.index, abbreviated, glued))

    def _next(self) -> Text | None:
        """Take the next word as a value, whatever it looks like: click does, and argparse refuses a dash only."""
        if self.index >= len(self.words):
            return None
        self.index += 1
        return self.words[self.index - 1]

    def _skip_foreign_value(self, has_value: bool) -> None:
        """Go past the value of an option that the application adds: a word that neither configures nor is an option."""
        if has_value or self.index >= len(self.words) or self.sub_command is None:
            return
        shape = shape_of(self.words[self.index])
        if not shape.startswith("-") and "=" not in shape:
            self.index += 1


def _placed(value: Text, word: Text) -> Text:
    """Return the value that an option is joined to; one that came to nothing stands where its option does."""
    return value if value.pieces or word.at is None else written("", word.at)


HOLE = "\0"


def shape_of(text: Text) -> str:
    """Return the characters with a mark for each one that is not known, of the same length as the text."""
    return "".join(p.text if p.instead is None else HOLE * len(p.text) for p in text.pieces)


def _is_plain(word: Text, shape: str) -> bool:
    """Tell whether a word that is known in part, or one of several, is at least no option."""
    if shape and shape[0] not in (HOLE, "-"):
        return True
    value = word.value
    return isinstance(value, Bounded) and all(isinstance(a, Known) and a.value[:1] not in ("", "-") for a in value.alternatives)


def _wrong_in_five(given: Given) -> str:
    option = given.option
    if option.until < FIVE:
        return f"{given.spelling} was dropped in Celery 5"
    if given.abbreviated:
        return f"{given.spelling} abbreviates {longest(option)}, which Celery 5 does not allow"
    if given.glued:
        return f"{given.spelling}= is no form of {given.spelling} in Celery 5"
    if option.everywhere and not given.early and option.name not in ("help", "version"):
        return f"{given.spelling} stands after the sub-command, where Celery 5 does not know it"
    if not option.everywhere and given.early:
        return f"{given.spelling} stands before the sub-command, where Celery 5 does not know it"
    return ""

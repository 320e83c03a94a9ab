"""The INI files of supervisord: text in, sections and options with their places out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, written

# supervisord reads with RawConfigParser, inline comments at ";" and "#", and sections that may come twice (supervisor 4.3).
_COMMENT = re.compile(r"(?:^|(?<=\s))[;#]")
_SECTION = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<name>[^=:]*+)[=:]\s*+(?P<value>.*)", re.DOTALL)
_DEFAULTS = "DEFAULT"
LARGEST = 1024**2  # characters; the largest of real files has some 20,000


class Option(Record):
    """An option of a section: its name in small letters, its value over all of its lines, and where its name stands."""

    name: str
    value: Text
    at: Span


class Section(Record):
    """A section; of options of the same name the last counts, in the place of the first."""

    name: str
    options: tuple[Option, ...]
    at: Span


class Settings(Record):
    """The sections of one or several files, in the order in which their names are first met."""

    sections: tuple[Section, ...] = ()

    def get(self, section: str, option: str) -> Option | None:
        """Return an option of a section, that of ``[DEFAULT]`` where the section has none; None where neither has it."""
        for name in (section, _DEFAULTS):
            for held in self.sections:
                if held.name == name:
                    for found in held.options:
                        if found.name == option:
                            return found
        return None

    def named(self, kind: str) -> Iterator[tuple[str, Section]]:
        """Yield the sections of a kind (``[kind:name]``) by their names."""
        for section in self.sections:
            if section.name.startswith(kind + ":"):
                yield section.name.split(":", 1)[1].strip(), section

    def with_file(self, later: Settings) -> Settings:
        """Return these settings with those of a file that is read after them: its options replace or add."""
        return Settings(_merged((*self.sections, *later.sections)))


def parse(source: Source) -> Settings:
    """Return the sections of a file; raise BrokenSource where supervisord refuses the file."""
    if len(source.text) > LARGEST:
        raise BrokenSource(f"this file has {len(source.text)} characters; more than {LARGEST} are not read", source.span(0, 0))
    reader = _Reader(source)
    begin = 0
    for line in source.text.splitlines(keepends=True):
        reader.line(line.rstrip("\r\n"), begin)
        begin += len(line)
    reader.end()
    return Settings(_merged(reader.sections))


class _Reader:
    """Goes over the lines of a file once; a line that stands further right than its option carries the value on."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sections: list[Section] = []
        self.name = ""
        self.at: Span | None = None
        self.options: list[Option] = []
        self.option: tuple[str, Span] | None = None
        self.lines: list[Text] = []
        self.indent = 0

    def line(self, line: str, begin: int) -> None:
        """Take in one line."""
        comment = _COMMENT.search(line)
        plain = line[: comment.start()] if comment else line
        if plain.lstrip()[:1] in ("#", ";"):
            plain = ""
        value = plain.strip()
        if not value:
            if comment is not None:
                return
            if self.option is not None:
                self.lines.append(Text())
            return
        indent = len(line) - len(line.lstrip())
        start = begin + plain.index(value)
        if self.option is not None and indent > self.indent:
            self.lines.append(self._text(start, value))
            return
        self.indent = indent
        self._statement(start, value)

    def _statement(self, start: int, value: str) -> None:
        at = self.source.span(start, start + len(value))
        section = _SECTION.match(value)
        if section:
            self.end()
            self.name, self.at = section["name"], at
            return
        option = _OPTION.fullmatch(value)
        if self.at is None:
            raise BrokenSource("this line stands before the first section", at, "Begin with a line such as [supervisord].")
        if option is None or not option["name"].strip():
            raise BrokenSource("this line is neither a section nor an option", at, "Write name=value.")
        self._end_option()
        name = option["name"].rstrip()
        self.option = (name.lower(), self.source.span(start, start + len(name)))
        self.lines = [self._text(start + option.start("value"), option["value"].strip())]

    def _text(self, start: int, value: str) -> Text:
        return written(value, self.source.span(start, start + len(value)))

    def _end_option(self) -> None:
        if self.option is None:
            return
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        pieces: list[Piece] = []
        for index, line in enumerate(self.lines):
            if index:
                before = pieces[-1].trail[0].at if pieces else None
                at = before if before is not None else self.option[1]
                pieces.append(Piece("\n", (Step(Role.WRITTEN, at),)))
            pieces.extend(line.pieces)
        self.options.append(Option(self.option[0], Text(tuple(pieces)), self.option[1]))
        self.option = None

    def end(self) -> None:
        """End the section that is open."""
        self._end_option()
        if self.at is not None:
            self.sections.append(Section(self.name, tuple(self.options), self.at))
        self.at, self.options = None, []


def _merged(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Put together the sections of one name, and the options of one name in them."""
    found: dict[str, Section] = {}
    for section in sections:
        before = found.get(section.name)
        options = {o.name: o for o in (*(before.options if before else ()), *section.options)}
        found[section.name] = Section(section.name, tuple(options.values()), before.at if before else section.at)
    return tuple(found.values())

"""From a supervisord command to the programs it starts, by its configuration in the container."""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import TYPE_CHECKING

from forkfit.launch.image.ground import text_at
from forkfit.launch.image.list import matching
from forkfit.launch.supervisord.expand import Expansions, expanded
from forkfit.launch.supervisord.find import configuration
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text, assumed
from forkfit.model.value import Absent, Known, Unknown, Value

if TYPE_CHECKING:
    from forkfit.syntax.supervisord import Section, Settings

MOST_COPIES = 64
MOST_PROGRAMS = 256
MOST_INCLUDED = 128

_ENDING = frozenset({"-h", "-?", "--help", "-v", "--version"})
_FALSE = frozenset({"no", "false", "off", "0"})
_NO_NAMES: Mapping[str, Text] = MappingProxyType({})


class Program(Record):
    """One process that supervisord starts: its name, its words, and what supervisord sets for it.

    `folder` is Absent where supervisord stays where it is. `copies` is Unknown where the number of processes is; a
    known number of them gives as many programs.
    """

    name: str
    words: Words
    sets: tuple[tuple[str, Text], ...] = ()
    folder: Value[str] = Absent("no directory is given")
    copies: Value[int] = Known(1)
    trail: Trail = ()


class Programs(Record):
    """What supervisord starts, in its order, and what of its configuration could not be read."""

    programs: tuple[Program, ...] = ()
    obstacles: tuple[Unknown, ...] = ()


def programs(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> Programs:
    """Return the programs that a supervisord command starts."""
    from forkfit.syntax.supervisord import parse  # only a project that starts supervisord pays for it

    if any(word.plain in _ENDING for word in words[1:]):
        return Programs()
    main = configuration(words, view, layers, files)
    if isinstance(main, Unknown):
        return Programs(obstacles=(main,))
    path, found = main
    step = Step(Role.LAUNCHED, words[0].at, words[0].plain)
    try:
        settings = parse(found.value)
        reading = _Reading(path, settings, view, layers, files)
        reading.include()
        return reading.all(joined((step,), found.trail))
    except BrokenSource as broken:
        place = (Step(Role.USED, broken.at),)
        return Programs(obstacles=(Unknown(f"supervisord cannot read {broken.at.file}: {broken}", place),))


class _Reading:
    """One configuration on its way from text to programs; what cannot be read is noted, and the rest goes on."""

    def __init__(self, path: str, settings: Settings, view: View, layers: tuple[Layer, ...], files: Files) -> None:
        self.path = path
        self.settings = settings
        self.layers = layers
        self.files = files
        self.obstacles: list[Unknown] = []
        self.expansions = Expansions(dirname(path), view.environment)

    def include(self) -> None:
        """Read the files of [include] over the main one, each pattern's in the order of their names."""
        from forkfit.syntax.supervisord import parse

        option = self.settings.get("include", "files")
        if option is None:
            return
        for pattern in self._expanded(option.value).words():
            if not pattern.is_known:
                self.obstacles.append(Unknown("which files supervisord includes is not known", pattern.trail))
                continue
            wanted = normpath(join(dirname(self.path), pattern.plain))
            for path in matching(wanted, self.layers, self.files)[:MOST_INCLUDED]:
                found = text_at(self.layers, path, self.files)
                if isinstance(found, Known):
                    self.settings = self.settings.with_file(parse(found.value))
                elif isinstance(found, Unknown):
                    self.obstacles.append(found)

    def all(self, trail: Trail) -> Programs:
        """Return the programs, those of lower priority first, groups before programs of their own."""
        self.expansions = self.expansions.replace(shared=self._pairs("supervisord"))
        found: list[tuple[int, Program]] = []
        grouped: set[str] = set()
        sections = dict(self.settings.named("program"))
        for group, _ in self.settings.named("group"):
            members = self.settings.get(f"group:{group}", "programs")
            for name in members.value.plain.split(",") if members is not None else ():
                if name.strip() in sections:
                    grouped.add(name.strip())
                    found += self._started(name.strip(), sections[name.strip()], group, self._number(f"group:{group}", "priority", 999))
        for name, section in sections.items():
            if name not in grouped:
                found += self._started(name, section, name, self._number(section.name, "priority", 999))
        found.sort(key=lambda pair: pair[0])
        made = tuple(p.replace(trail=joined(trail, p.trail)) for _, p in found[:MOST_PROGRAMS])
        return Programs(made, tuple(self.obstacles))

    def _started(self, name: str, section: Section, group: str, priority: int) -> list[tuple[int, Program]]:
        """Return the processes of a program; none where it does not start by itself."""
        if self._plain(section.name, "autostart", "true").lower() in _FALSE:
            return []
        command = self.settings.get(section.name, "command")
        if command is None:
            self.obstacles.append(
                Unknown(f"[{section.name}] has no command, so supervisord does not start", (Step(Role.USED, section.at),))
            )
            return []
        copies = self._copies(section.name)
        first = self._number(section.name, "numprocs_start", 0)
        names = {"program_name": assumed(name, "the name of the program"), "group_name": assumed(group, "the name of the group")}
        step = Step(Role.LAUNCHED, section.at, f"supervisord starts {name}")
        made: list[tuple[int, Program]] = []
        for number in range(copies.value if isinstance(copies, Known) else 1):
            counted = {
                **names,
                "process_num": assumed(str(first + number), "the number of the process"),
                "numprocs": assumed(str(copies.value if isinstance(copies, Known) else 1), "the number of processes"),
            }
            try:
                program = self._program(section.name, command.value, counted)
            except ValueError as error:
                self.obstacles.append(Unknown(f"supervisord cannot start {name}: {error}", (Step(Role.USED, command.at),)))
                break
            steps = (step, *copies.trail) if not isinstance(copies, Known) or copies.value > 1 else (step,)
            made.append((priority, program.replace(copies=Known(1) if isinstance(copies, Known) else copies, trail=steps)))
        return made

    def _program(self, section: str, command: Text, names: Mapping[str, Text]) -> Program:
        from forkfit.syntax.shlex_words import words

        sets = dict(self.expansions.shared)
        own = self._pairs(section, names)
        sets.update(own)
        inside = {**names, **{f"ENV_{name}": value for name, value in own}}
        folder = self.settings.get(section, "directory")
        named = self.settings.get(section, "process_name")
        name = self._expanded(named.value, inside) if named is not None else names["program_name"]
        where: Value[str] = Absent("no directory is given")
        if folder is not None:
            where = self._expanded(folder.value, inside).value
        return Program(name.plain, words(self._expanded(command, inside)), tuple(sets.items()), where)

    def _copies(self, section: str) -> Known[int] | Unknown:
        option = self.settings.get(section, "numprocs")
        if option is None:
            return Known(1)
        value = self._expanded(option.value).value
        if isinstance(value, Known) and value.value.strip().isdigit():
            count = int(value.value.strip()[:6])
            if count <= MOST_COPIES:
                return Known(count, value.trail)
            return Unknown(f"more than {MOST_COPIES} processes of one program are not followed", value.trail)
        why = value.why if isinstance(value, Unknown) else f"{option.value.plain!r} is no number that is known"
        return Unknown(f"how many processes supervisord starts is not known: {why}", value.trail)

    def _pairs(self, section: str, names: Mapping[str, Text] = _NO_NAMES) -> tuple[tuple[str, Text], ...]:
        from forkfit.syntax.shlex_words import pairs

        option = self.settings.get(section, "environment")
        if option is None:
            return ()
        try:
            return pairs(self._expanded(option.value, names))
        except ValueError as error:
            self.obstacles.append(Unknown(f"supervisord does not start: {error}", (Step(Role.USED, option.at),)))
            return ()

    def _plain(self, section: str, option: str, otherwise: str) -> str:
        found = self.settings.get(section, option)
        return otherwise if found is None else self._expanded(found.value).plain.strip()

    def _number(self, section: str, option: str, otherwise: int) -> int:
        plain = self._plain(section, option, str(otherwise))
        return int(plain) if re.fullmatch(r"-?\d{1,6}", plain) else otherwise

    def _expanded(self, text: Text, names: Mapping[str, Text] = _NO_NAMES) -> Text:
        return expanded(text, self.expansions, names)

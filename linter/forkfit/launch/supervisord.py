"""From a supervisord command to the programs it starts, by its configuration in the container."""

from __future__ import annotations

import re
from posixpath import dirname, isabs, join, normpath
from typing import TYPE_CHECKING

from forkfit.launch.image.ground import text_at
from forkfit.launch.image.list import matching
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Piece, Slicer, Text, assumed
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value

if TYPE_CHECKING:
    from forkfit.syntax.supervisord import Section, Settings

PROGRAMS = frozenset({"supervisord"})
MOST_COPIES = 64
MOST_PROGRAMS = 256
LONGEST = 131_072  # characters; Linux takes no longer argument
MOST_INCLUDED = 128

# getopt letters of supervisord that take a value (supervisor 4.3, options.py).
_WITH_VALUE = "cumdlyzejiqa"
_ENDING = frozenset({"-h", "-?", "--help", "-v", "--version"})
# What the package of a distribution ships where no file of the repository stands: Debian and Ubuntu; Alpine, Fedora.
_PACKAGED = {
    "/etc/supervisor/supervisord.conf": ("/etc/supervisor/conf.d/*.conf",),
    "/etc/supervisord.conf": ("/etc/supervisor.d/*.ini", "/etc/supervisord.d/*.ini"),
}
_FALSE = frozenset({"no", "false", "off", "0"})
_TRUE = frozenset({"yes", "true", "on", "1"})


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
    main = _main(words, view, layers, files)
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


def _main(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> tuple[str, Known[Source]] | Unknown:
    """Return the container path and the text of the configuration: that of -c, otherwise the first of the default places."""
    given = _given(words)
    folder = view.working_dir.value if isinstance(view.working_dir, Known) else ""
    if given is not None:
        if not given.is_known:
            return Unknown("the configuration of supervisord is decided only when it runs", given.trail)
        if not isabs(given.plain) and not folder:
            return Unknown(f"where supervisord finds {given.plain} is not known: its working folder is not", given.trail)
        places = [normpath(join(folder, given.plain))]
    else:
        places = _default_places(words[0].plain, folder)
    unreadable: Unknown | None = None
    for place in places:
        found = text_at(layers, place, files)
        if isinstance(found, Known):
            return place, found
        if isinstance(found, Unknown) and unreadable is None and given is not None:
            unreadable = found
    if unreadable is not None:
        return Unknown(f"its supervisord configuration cannot be read: {unreadable.why}", unreadable.trail)
    for place in places:
        packaged = tuple(p for p in _PACKAGED.get(place, ()) if matching(p, layers, files))
        if packaged:
            note = f"{place} is taken to be the one that the package ships: it includes {packaged[0]}"
            made = Source(place.lstrip("/"), f"[include]\nfiles = {' '.join(packaged)}\n", (0, 10))
            return place, Known(made, (Step(Role.ASSUMED, None, note),))
    where = places[0] if given is not None else "any of its default places"
    return Unknown(f"the configuration of supervisord is not in the repository: nothing is known to stand at {where}")


def _given(words: Words) -> Text | None:
    """Return the value of -c, the last one, as getopt reads the words; None where there is none."""
    found: Text | None = None
    index = 1
    while index < len(words):
        word, plain = words[index], words[index].plain
        index += 1
        if plain == "--" or not plain.startswith("-"):
            break
        if plain.startswith("--"):
            name, equals, _ = plain[2:].partition("=")
            if "configuration".startswith(name) and name:
                found = word[len(name) + 3 :] if equals else words[index] if index < len(words) else found
            if not equals and _takes_value(name):
                index += 1
            continue
        for position in range(1, len(plain)):
            if plain[position] not in _WITH_VALUE:
                continue
            value = word[position + 1 :] if position + 1 < len(plain) else words[index] if index < len(words) else None
            index += position + 1 == len(plain)
            if plain[position] == "c":
                found = value
            break
    return found


def _takes_value(name: str) -> bool:
    return not any(flag.startswith(name) for flag in ("nodaemon", "nocleanup", "strip_ansi", "silent"))


def _default_places(program: str, folder: str) -> list[str]:
    """Return where supervisord looks, in its order; one found by the search path stands in /usr/bin or /usr/local/bin."""
    homes = [dirname(dirname(program))] if isabs(program) else ["/usr/local", "/usr"]
    places = [f"{home.rstrip('/')}/{name}" for home in homes for name in ("etc/supervisord.conf", "supervisord.conf")]
    if folder:
        places += [join(folder, "supervisord.conf"), join(folder, "etc/supervisord.conf")]
    return [*places, "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"]


class _Reading:
    """One configuration on its way from text to programs; what cannot be read is noted, and the rest goes on."""

    def __init__(self, path: str, settings: Settings, view: View, layers: tuple[Layer, ...], files: Files) -> None:
        self.path = path
        self.settings = settings
        self.view = view
        self.layers = layers
        self.files = files
        self.obstacles: list[Unknown] = []
        self.shared: tuple[tuple[str, Text], ...] = ()

    def include(self) -> None:
        """Read the files of [include] over the main one, each pattern's in the order of their names."""
        from forkfit.syntax.supervisord import parse

        option = self.settings.get("include", "files")
        if option is None:
            return
        for pattern in self.expanded(option.value, {}).words():
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
        self.shared = self._pairs("supervisord", {})
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

    def _program(self, section: str, command: Text, expansions: dict[str, Text]) -> Program:
        from forkfit.syntax.shlex_words import words

        sets = dict(self.shared)
        own = self._pairs(section, expansions)
        sets.update(own)
        inside = {**expansions, **{f"ENV_{name}": value for name, value in own}}
        folder = self.settings.get(section, "directory")
        named = self.settings.get(section, "process_name")
        name = self.expanded(named.value, inside) if named is not None else expansions["program_name"]
        where: Value[str] = Absent("no directory is given")
        if folder is not None:
            where = self.expanded(folder.value, inside).value
        return Program(name.plain, words(self.expanded(command, inside)), tuple(sets.items()), where)

    def _copies(self, section: str) -> Known[int] | Unknown:
        option = self.settings.get(section, "numprocs")
        if option is None:
            return Known(1)
        value = self.expanded(option.value, {}).value
        if isinstance(value, Known) and value.value.strip().isdigit():
            count = int(value.value.strip()[:6])
            if count <= MOST_COPIES:
                return Known(count, value.trail)
            return Unknown(f"more than {MOST_COPIES} processes of one program are not followed", value.trail)
        why = value.why if isinstance(value, Unknown) else f"{option.value.plain!r} is no number that is known"
        return Unknown(f"how many processes supervisord starts is not known: {why}", value.trail)

    def _pairs(self, section: str, expansions: dict[str, Text]) -> tuple[tuple[str, Text], ...]:
        from forkfit.syntax.shlex_words import pairs

        option = self.settings.get(section, "environment")
        if option is None:
            return ()
        try:
            return pairs(self.expanded(option.value, expansions))
        except ValueError as error:
            self.obstacles.append(Unknown(f"supervisord does not start: {error}", (Step(Role.USED, option.at),)))
            return ()

    def _plain(self, section: str, option: str, otherwise: str) -> str:
        found = self.settings.get(section, option)
        return otherwise if found is None else self.expanded(found.value, {}).plain.strip()

    def _number(self, section: str, option: str, otherwise: int) -> int:
        plain = self._plain(section, option, str(otherwise))
        return int(plain) if re.fullmatch(r"-?\d{1,6}", plain) else otherwise

    def expanded(self, text: Text, expansions: dict[str, Text]) -> Text:
        """Return text with ``%(name)s`` replaced, as Python's ``%`` does; what is not known stays as it is written."""
        found: list[Piece] = []
        end = length = 0
        cut = Slicer(text)
        for match in _EXPANSION.finditer(text.plain):
            made = (*cut(end, match.start()).pieces, *self._expansion(match, cut(*match.span()), expansions).pieces)
            length += sum(len(piece.text) for piece in made)
            if length > LONGEST:
                return Text((Piece(match[0], text.trail, instead=Unknown(f"it has more than {LONGEST} characters")),))
            found.extend(made)
            end = match.end()
        return Text((*found, *cut(end, len(text)).pieces)) if end else text

    def _expansion(self, match: re.Match[str], place: Text, expansions: dict[str, Text]) -> Text:
        name = match["name"]
        if name is None:
            return place[:1]  # %% stands for one of them
        used = (Step(Role.USED, place.at, match[0]),)
        value = expansions.get(name)
        if value is None and name == "here":
            value = assumed(dirname(self.path), "the folder of the configuration")
        if value is None and name.startswith("ENV_"):
            shared = dict(self.shared)
            value = shared[name[4:]] if name[4:] in shared else self._variable(name[4:], match[0])
        if value is None:
            return Text((Piece(match[0], place.trail, instead=Unknown(f"{match[0]} is known only when it runs")),))
        return _formatted(value, match["form"]).because(*used)

    def _variable(self, name: str, written: str) -> Text:
        held = self.view.environment.get(name)
        if isinstance(held, Known):
            return held.value.because(*held.trail)
        instead: ByCpus | Unknown | Bounded[str]
        match held:
            case ByCpus() | Unknown():
                instead = held
            case Bounded():
                instead = Bounded(
                    tuple(Known(a.value.plain, a.trail) if isinstance(a, Known) else a for a in held.alternatives), held.trail
                )
            case _:
                instead = Unknown(f"nothing that can be read sets {name}, and supervisord does not start without it", held.trail)
        return Text((Piece(written, held.trail, instead=instead),))


_EXPANSION = re.compile(r"%(?:%|\((?P<name>[^)]*)\)(?P<form>[-0-9.]{0,5}[sd]))")


def _formatted(text: Text, form: str) -> Text:
    """Return a value in a form such as ``02d``."""
    # A width such as 99999s makes a text of that size.
    if form == "s" or not text.is_known or any(len(number) > 2 for number in re.findall("[0-9]+", form)):
        return text
    plain = text.plain
    try:
        shown = f"%{form}" % (int(plain) if form.endswith("d") else plain)
    except (ValueError, TypeError):
        return text
    return Text((Piece(shown, text.trail),))

"""What the commands of a RUN do to the files of an image, as far as it can be known without running them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import basename, dirname, isabs, join, normpath

from forkfit.launch.image.copy import Place, from_layers
from forkfit.launch.image.ground import Ground, absolute, made, text_at
from forkfit.launch.image.install import install_of
from forkfit.launch.image.print import PRINTING, Printed
from forkfit.launch.image.sed import script
from forkfit.launch.image.shell import Simple
from forkfit.model.image import Edit, Foreign, Install, Layer, Made, Rewrite
from forkfit.model.pattern import is_pattern
from forkfit.model.project import Words
from forkfit.model.span import Span
from forkfit.model.text import Text
from forkfit.model.text import join as joined_text
from forkfit.model.value import Absent

# Options of the copying programs whose value is the next word (GNU coreutils 9).
_VALUES = {"cp": "tS", "mv": "tS", "ln": "tS", "install": "mogtS"}
_PREFIXES = frozenset({"sudo", "exec", "command", "env", "nice", "time", "eatmydata", "builtin"})
_SENDS_NOTHING = re.compile(r"/dev/.*|/proc/.*")
_NO_CARRIAGE_RETURN = Edit(r"\r\Z", ())


def run(commands: tuple[Simple, ...], ground: Ground, folder: str, at: Span) -> tuple[Install, ...]:
    """Do to the ground what the commands do, and return those that install Python packages; `folder` is where they begin."""
    runner = _Runner(ground, folder, at)
    for simple in commands:
        runner.step(simple)
    return tuple(runner.installs)


class _Runner:
    """The shell's folder, and what open groups have printed so far."""

    __slots__ = ("at", "folder", "folders", "ground", "groups", "installs", "printed")

    def __init__(self, ground: Ground, folder: str, at: Span) -> None:
        self.ground = ground
        self.folder = folder
        self.at = at
        self.folders: list[str] = []
        self.groups: list[list[Printed]] = []
        self.installs: list[Install] = []
        self.printed = Printed(Text())

    def step(self, simple: Simple) -> None:
        if simple.bracket in ("(", "{"):
            self.folders.append(self.folder)
            self.groups.append([])
            return
        if simple.bracket:
            printed = self._closed(simple)
        else:
            printed = self._command(simple)
        if simple.into is not None:
            self._into(simple, printed)
        elif self.groups:
            self.groups[-1].append(printed)
        self.printed = printed

    def _closed(self, simple: Simple) -> Printed:
        """Return what the group has printed that ends here."""
        if not self.groups:
            return Printed(Text())
        folder = self.folders.pop()
        if simple.bracket == ")":
            self.folder = folder
        parts = [printed.text for printed in self.groups.pop()]
        return Printed(joined_text(p for p in parts if p is not None) if None not in parts else None)

    def _command(self, simple: Simple) -> Printed:
        """Do one command and return what it prints."""
        words = _without_prefixes(simple.words)
        if not words or not words[0].is_known:
            return Printed(None if words else Text())
        name = basename(words[0].plain)
        if name in PRINTING:
            return Printed(PRINTING[name](words[1:], simple, self.printed))
        if name == "tee":
            self._tee(words[1:], simple)
            return self.printed if simple.piped else Printed(simple.document)
        install = install_of(words, self.folder, self.ground)
        if install is not None:
            self.installs.append(install.replace(at=words[0].at or self.at))
        elif name in _DOING:
            _DOING[name](self, words[1:], simple)
        return Printed(None if name not in _SILENT else Text())

    def _into(self, simple: Simple, printed: Printed) -> None:
        """Write what was printed into the file of a redirection."""
        if simple.into is not None and simple.into.is_known and not _SENDS_NOTHING.match(simple.into.plain):
            self._write(absolute(self.folder, simple.into.plain), printed, appends=simple.appends, conditional=simple.conditional)

    def _tee(self, words: Words, simple: Simple) -> None:
        printed = self.printed if simple.piped else Printed(simple.document)
        appends = any(word.plain in ("-a", "--append") for word in words)
        for word in words:
            if word.is_known and not word.plain.startswith("-"):
                self._write(absolute(self.folder, word.plain), printed, appends=appends, conditional=simple.conditional)

    def _write(self, target: str, printed: Printed, *, appends: bool, conditional: bool) -> None:
        text = printed.text
        if appends:
            before = next((layer for layer in self.ground.layers if normpath(layer.target) == target), None)
            if not isinstance(before, Made) or text is None or conditional:
                self.ground.add([Rewrite(target, (), self.at, doubt="lines are added to it when the image is built")])
                return
            text = before.text + text
        if text is None or conditional:
            self.ground.add([Foreign(target, "a command writes it when the image is built", self.at)])
        else:
            self.ground.add([made(target, text, self.at)])

    def change_folder(self, words: Words, simple: Simple) -> None:
        if words and words[-1].is_known and not simple.conditional:
            self.folder = absolute(self.folder, words[-1].plain)

    def make_folders(self, words: Words, _: Simple) -> None:
        for word in words:
            if word.is_known and not word.plain.startswith("-") and word.plain:
                for path in _braces(word.plain):
                    self.ground.make_folder(absolute(self.folder, path))

    def edit(self, words: Words, simple: Simple) -> None:
        read = script(words)
        if read is None:
            return
        doubt = "it is done in some builds only" if simple.conditional else read.doubt
        for word in read.files:
            if word.is_known and word.plain:
                self.ground.add([Rewrite(absolute(self.folder, word.plain), read.edits, self.at, read.said, doubt)])

    def end_lines(self, words: Words, _: Simple) -> None:
        for word in words:
            if word.is_known and not word.plain.startswith("-"):
                self.ground.add([Rewrite(absolute(self.folder, word.plain), (_NO_CARRIAGE_RETURN,), self.at, "dos2unix")])

    def touch(self, words: Words, simple: Simple) -> None:
        """Let empty files stand where nothing is known to stand."""
        for word in words:
            path = absolute(self.folder, word.plain)
            told = word.is_known and not word.plain.startswith("-") and not simple.conditional
            if told and isinstance(text_at(self.ground.layers, path, self.ground.files), Absent):
                self.ground.add([Made(path, Text(), self.at)])

    def copy(self, words: Words, simple: Simple) -> None:
        self._copy("cp", words, simple)

    def move(self, words: Words, simple: Simple) -> None:
        self._copy("mv", words, simple)

    def install_files(self, words: Words, simple: Simple) -> None:
        if any(word.plain in ("-d", "--directory") for word in words):
            self.make_folders(words, simple)
        else:
            self._copy("install", words, simple)

    def link(self, words: Words, simple: Simple) -> None:
        self._copy("ln", words, simple)

    def _copy(self, name: str, words: Words, simple: Simple) -> None:
        """Let files of the image stand at a second place, as ``cp``, ``mv``, ``ln`` and ``install`` do."""
        operands, folder = _operands(words, _VALUES[name])
        if not all(word.is_known for word in (*operands, *folder)) or simple.conditional:
            return
        plain = [word.plain for word in operands]
        if name == "ln" and len(plain) == 1 and not folder:
            plain.append(basename(plain[0]))
        sources, target = (plain, folder[0].plain) if folder else (plain[:-1], plain[-1] if plain else "")
        if not sources or not target:
            return
        path = absolute(self.folder, target)
        into = bool(folder) or target.endswith(("/", "/.")) or len(sources) > 1 or self.ground.is_folder(path)
        for source in sources:
            if name == "ln" and not isabs(source):
                source = join(path if into else dirname(path), source)
            self._copy_one(absolute(self.folder, source), path, into=into)

    def _copy_one(self, source: str, path: str, *, into: bool) -> None:
        if is_pattern(source) or source == "/" or source.endswith("/."):
            return
        # A folder copied into a folder keeps its name, unlike with COPY.
        place = Place(join(path, basename(source)) if into else path, False, self.at)
        layers = tuple(from_layers(source, place, self.ground.layers, self.ground.files, ""))
        known: list[Layer] = [layer for layer in layers if not isinstance(layer, Foreign)]
        self.ground.add(known)


def _without_prefixes(words: Words) -> Words:
    """Leave out ``sudo``, ``env NAME=value`` and their like."""
    index = 0
    while index < len(words) and words[index].plain in _PREFIXES:
        index += 1
        while index < len(words) and (words[index].plain.startswith("-") or "=" in words[index].plain.split("/")[0]):
            index += 1
    return words[index:]


def _operands(words: Words, values: str) -> tuple[list[Text], list[Text]]:
    """Return the operands, and the value of ``-t``."""
    operands: list[Text] = []
    folder: list[Text] = []
    index = 0
    while index < len(words):
        plain = words[index].plain
        index += 1
        if plain == "--":
            operands.extend(words[index:])
            break
        if plain.startswith("--target-directory="):
            folder = [words[index - 1][19:]]
        elif plain.startswith("-") and len(plain) > 1 and not plain.startswith("--"):
            if plain[-1] in values and index < len(words):
                folder = [words[index]] if plain[-1] == "t" else folder
                index += 1
        elif not plain.startswith("--"):
            operands.append(words[index - 1])
    return operands, folder


def _braces(path: str) -> Iterator[str]:
    """Yield what ``{a,b}`` in a path stands for, one pair of braces."""
    found = re.fullmatch(r"([^{}]*)\{([^{}]*)\}([^{}]*)", path)
    if found is None:
        yield path
        return
    for middle in found.group(2).split(","):
        yield f"{found.group(1)}{middle}{found.group(3)}"


_DOING: dict[str, Callable[[_Runner, Words, Simple], None]] = {
    "cd": _Runner.change_folder,
    "cp": _Runner.copy,
    "dos2unix": _Runner.end_lines,
    "install": _Runner.install_files,
    "ln": _Runner.link,
    "mkdir": _Runner.make_folders,
    "mv": _Runner.move,
    "sed": _Runner.edit,
    "touch": _Runner.touch,
}
_SILENT = frozenset({*_DOING, "chmod", "chown", "rm", "set", "true", ":", "export"} - {"sed"})

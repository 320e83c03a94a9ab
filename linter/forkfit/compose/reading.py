"""What one load reads with: the project's files by their absolute paths, each Compose file parsed once."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from posixpath import isabs, join, normpath, relpath

from forkfit.compose.bounds import MOST_FILES, Allowance
from forkfit.compose.refusal import refusing
from forkfit.compose.reset import OVERRIDE, RESET
from forkfit.compose.tree import Path
from forkfit.files import inside, read_text, tidy
from forkfit.model.document import Node
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source, source
from forkfit.model.span import Span, Trail, whole_file
from forkfit.model.text import Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Value

Variables = Dictionary[str, Text]

NOWHERE = "/dev/null"  # as an env file: empty, and there on every host
_FAR = 4  # folders up


class Reading(Record):
    """The files, who is told what, how strict to be; `root` and `cwd` are absolute.

    `parsed` and `read` fill up as files are read, None for one that is refused; `lost` with what ``!reset`` takes away;
    `refused` with the places of which something was told; `tagged` with files that may reset or override something;
    `env_sources` with the text of env files, of which many services often share one, and `env_values` with what they
    set, by path and format, where that depends on nothing outside; `allowance` is what variables may still make.
    """

    files: Files
    tell: Tell
    strict: bool
    root: str
    cwd: str
    home: str
    parsed: dict[str, tuple[Node, ...] | None]
    read: list[str]
    lost: dict[Path, Trail]
    refused: set[Span]
    tagged: set[str]
    env_sources: dict[str, Source]
    env_values: dict[tuple[str, str], dict[str, Value[Text]]]
    allowance: Allowance

    @property
    def refuse(self) -> Tell:
        """What is done with a thing that the reference refuses."""
        return refusing(self.strict, self._once)

    @property
    def note(self) -> Tell:
        """What is done with a thing that the reference does not look at: it stops nothing."""
        return refusing(False, self._once)

    def _once(self, trouble: Trouble) -> None:
        """Tell one thing of a place: what is wrong with it shows at several checks."""
        if trouble.at not in self.refused or trouble.at == whole_file(trouble.at.file):
            self.tell(trouble)
        self.refused.add(trouble.at)

    def absolute(self, path: str) -> str:
        """Return a path as the command sees it that runs in `cwd`."""
        return normpath(path if isabs(path) else join(self.cwd, path))

    def shown(self, path: str) -> str:
        """Return a path from the root; what is outside stays absolute."""
        path = self.absolute(path)
        if path == self.root:
            return "."
        return path[len(self.root) :].lstrip("/") if path.startswith(self.root.rstrip("/") + "/") else path

    def is_file(self, path: str) -> bool:
        """Tell whether there is such a file in the project."""
        return self.files.is_file(self.shown(path))

    def is_folder(self, path: str) -> bool:
        """Tell whether there is such a folder in the project."""
        return self.files.is_folder(self.shown(path))

    def is_outside(self, path: str) -> bool:
        """Tell whether a path leads out of the project."""
        return not inside(tidy(self.shown(path)))


class Group(Record):
    """Files that are merged with each other: what their relative paths start at, and the values of their variables.

    `folder` is relative where an include has made it so; `loader` is the absolute folder at which paths to further
    Compose files start. `chain` are the files that are being included, the outermost first.
    """

    folder: str
    loader: str
    variables: Variables
    interpolate: bool = True
    chain: tuple[str, ...] = ()


def documents(path: str, reading: Reading, at: Span | None = None) -> tuple[Node, ...]:
    """Return the YAML documents of a Compose file, none where it is refused; `at` is the place that names it."""
    shown = reading.shown(path)
    if len(reading.read) - len(reading.env_sources) >= MOST_FILES:
        why = f"this project loads more than {MOST_FILES} Compose files; the rest is not read"
        _refuse(reading, Kind.BOUND, why, at or whole_file(shown), "Include and extend less.")
        return ()
    reading.read.append(shown)
    if shown not in reading.parsed:
        reading.parsed[shown] = _parsed(path, reading, at or whole_file(shown))
    return reading.parsed[shown] or ()


def _parsed(path: str, reading: Reading, at: Span) -> tuple[Node, ...] | None:
    from forkfit.syntax.yaml import parse

    text = existing(path, reading, at, Kind.MISSING_FILE)
    if text is None:
        return None
    try:
        source_text = read_text(reading.files, text)
        if RESET in source_text.text or OVERRIDE in source_text.text:
            reading.tagged.add(text)
        return parse(source_text)
    except BrokenSource as broken:
        _refuse(reading, Kind.YAML, str(broken), broken.at, broken.cure)
        return None


def existing(path: str, reading: Reading, at: Span, missing: Kind) -> str | None:
    """Return the path from the root of a file that can be read; otherwise refuse it, for the kind of reason given, and return None."""
    shown = reading.shown(path)
    if reading.is_outside(path):
        why = f"{_from_root(shown, reading.root)} is outside the project root, so it is not read"
        kind = Kind.ENV_FILE_OUTSIDE_ROOT if missing is Kind.MISSING_ENV_FILE else Kind.OUTSIDE_ROOT
        _refuse(reading, kind, why, at, "Name a higher --root.")
    elif reading.files.is_folder(shown) and not reading.files.is_file(shown):
        _refuse(reading, Kind.NOT_A_FILE, f"{shown} is a folder, and a file is needed", at, "Name a file.")
    elif not reading.files.is_file(shown):
        hint = ""
        if missing is Kind.MISSING_ENV_FILE:
            from forkfit.compose.env_example import of_file  # only a missing file asks for its example

            hint = of_file(shown, reading.files)
        _refuse(reading, missing, f"{shown} does not exist", at, f"Create it, or correct the path. {hint}".strip())
    else:
        return shown
    return None


def _from_root(path: str, root: str) -> str:
    """Return a path outside the root as seen from it, where that is near: a report is not to tell where a project stands."""
    near = relpath(path, root or "/")
    return near if near.count("../") < _FAR else path


def env_source(path: str, reading: Reading, at: Span, missing: Kind = Kind.MISSING_ENV_FILE) -> Source | None:
    """Return the text of an env file, None where it is refused; bytes that are not UTF-8 become U+FFFD, for values may be any."""
    known = reading.env_sources.get(path)
    if known is not None:
        return known
    shown = existing(path, reading, at, missing)
    if shown is None:
        return None
    try:
        content = reading.files.read_bytes(shown)
    except BrokenSource as broken:
        _refuse(reading, Kind.UNREADABLE, str(broken), at, broken.cure)
        return None
    reading.read.append(shown)
    reading.env_sources[path] = source(shown, content.decode("utf-8-sig", "replace"))
    return reading.env_sources[path]


def _refuse(reading: Reading, kind: Kind, why: str, at: Span, cure: str) -> None:
    reading.refuse(Trouble(kind, why, at, cure))

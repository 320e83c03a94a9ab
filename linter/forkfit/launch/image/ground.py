"""What is known of an image's file system while its Dockerfile is read, and what can be read there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from forkfit.files import read_text
from forkfit.launch.image.copy import folder_at
from forkfit.launch.image.rewrite import rewritten
from forkfit.model.container import Mapped
from forkfit.model.files import Files
from forkfit.model.image import Foreign, Layer, Made, Rewrite
from forkfit.model.pattern import fits_path
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value

MOST_LAYERS = 1_024


class Ground:
    """The layers of an image in the making, and the folders that are known to exist."""

    def __init__(self, files: Files, layers: tuple[Layer, ...] = (), folders: Iterable[str] = ()) -> None:
        """Begin with the layers of the image below, strongest first."""
        self.files = files
        self.folders = set(folders)
        self._layers = list(reversed(layers))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, strongest first."""
        return tuple(reversed(self._layers))

    @property
    def is_full(self) -> bool:
        """Whether no more layers are taken."""
        return len(self._layers) >= MOST_LAYERS

    def add(self, layers: Iterable[Layer]) -> None:
        """Lay further layers on top, the weakest first."""
        for layer in layers:
            if self.is_full:
                return
            self._layers.append(layer)

    def make_folder(self, path: str) -> None:
        """Remember a folder and those above it."""
        path = normpath(path)
        while path not in self.folders and path != "/":
            self.folders.add(path)
            path = dirname(path)

    def is_folder(self, path: str) -> bool:
        """Tell whether a container path is known to be a folder."""
        return folder_at(path, self.layers, self.folders, self.files)


def text_at(layers: tuple[Layer, ...], path: str, files: Files) -> Value[Source]:
    """Return the text of a file in a container, as the image has it: what ``sed`` did to it is done.

    Absent where nothing is known to stand there; Unknown where something does that is not in the repository.
    """
    wanted = normpath(path)
    rewrites: list[Rewrite] = []
    foreign: Foreign | None = None
    for layer in layers:
        if isinstance(layer, Rewrite):
            if fits_path(tuple(layer.target.split("/")), tuple(wanted.split("/"))):
                rewrites.append(layer)
        elif isinstance(layer, Made):
            if layer.target == wanted:
                return _finished(source_of(layer.text, layer.at), (Step(Role.WRITTEN, layer.at, f"writes {wanted}"),), rewrites)
        elif isinstance(layer, Mapped):
            found = layer.stands_at(wanted)
            if found is not None and files.is_file(found):
                try:
                    return _finished(read_text(files, found), layer.trail, rewrites)
                except BrokenSource as broken:
                    return Unknown(str(broken), layer.trail)
        elif foreign is None and (wanted == layer.target or wanted.startswith(layer.target.rstrip("/") + "/")):
            foreign = layer
    if foreign is not None:
        return Unknown(f"{wanted} is not in the repository: {foreign.why}", (Step(Role.USED, foreign.at),))
    return Absent(f"nothing is known to stand at {wanted}")


def _finished(source: Source, trail: Trail, rewrites: list[Rewrite]) -> Value[Source]:
    changed, steps = rewritten(source, tuple(reversed(rewrites)))
    return Known(changed, joined(trail, steps))


def repository_paths(layers: tuple[Layer, ...], path: str, files: Files) -> Iterator[str]:
    """Yield the files and folders of the repository that stand at a container path, the strongest first."""
    wanted = normpath(path)
    for layer in layers:
        if isinstance(layer, Mapped):
            found = layer.stands_at(wanted)
            if found is not None and (files.is_file(found) or files.is_folder(found)):
                yield found


def made(target: str, text: Text, at: Span) -> Layer:
    """Return the layer of a file whose whole text is known; Foreign where a part of it is not."""
    if not text.is_known:
        return Foreign(target, "part of its text is decided when the image is built", at)
    return Made(target, text, at)


def source_of(text: Text, at: Span) -> Source:
    """Return text as a source of its own whose lines have the numbers that they have in the file where they stand.

    Lines that stand on one line of that file, as ``printf`` writes them, count as one.
    """
    starts: list[int] = []
    number = at.line - 1
    position = 0
    after_break = True
    for piece in text.pieces:
        place = piece.trail[0].at if piece.trail else None
        line = place.line if place is not None and place.file == at.file else number
        for run in piece.text.splitlines(keepends=True):
            if after_break:
                if line > number:
                    starts.extend([position] * (line - len(starts)))
                    number = line
                after_break = False
            position += len(run)
            if run.endswith("\n"):
                after_break = True
                line += piece.exact or place is None or place.end_line > place.line
    return Source(at.file, text.plain, tuple(starts) or (0,))


def absolute(folder: str, path: str) -> str:
    """Return a container path as seen from a folder."""
    return normpath(join("/", folder, path))

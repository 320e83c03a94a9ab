"""Where the files of COPY and ADD come to stand, from the build context, from another stage, from within the image."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import basename, join, normpath

from forkfit.files import below, inside, tidy
from forkfit.model.container import Excluded, Mapped, is_excluded
from forkfit.model.files import Files
from forkfit.model.image import Foreign, Layer, Made, Rewrite
from forkfit.model.pattern import fits, fits_path, is_pattern
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step

MOST_MATCHES = 1_000  # paths that one pattern may stand for

_ARCHIVE = r".*\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst))"
_ELSEWHERE = r"https?://.*|git@.*|.*\.git(?:#.*)?|ssh://.*"


class Context(Record):
    """A folder of the repository that a build may copy from, and what .dockerignore keeps out of it."""

    folder: str
    excluded: tuple[Excluded, ...] = ()


class Place(Record):
    """Where a copy goes: an absolute container path; whether files go into it as a folder; by which instruction."""

    path: str
    is_folder: bool
    at: Span
    parents: bool = False

    def of(self, name: str) -> str:
        """Return where a file of that name comes to stand."""
        return join(self.path, name) if self.is_folder else self.path


def from_context(sources: tuple[str, ...], place: Place, context: Context, files: Files, *, unpacks: bool) -> Iterator[Layer]:
    """Yield what a COPY brings from the repository, weakest first; `unpacks` is ADD's habit with archives."""
    for written in sources:
        if re.fullmatch(_ELSEWHERE, written) and unpacks:
            yield Foreign(place.path, f"{written} is not in the repository", place.at)
            continue
        # Docker keeps sources inside the context whatever they say.
        source = normpath("/" + written).lstrip("/") or "."
        paths = tuple(_matching(context.folder, source, files))
        if len(paths) > 1 and not place.parents:
            place = place.replace(is_folder=True)
        if not paths:
            yield Foreign(_target(written, source, place), f"{written} is not in the repository", place.at)
        for path in paths:
            if context.excluded and path != context.folder and is_excluded(path, context.excluded) and files.is_file(path):
                yield Foreign(_target(written, path, place), f".dockerignore keeps {path} out of the image", place.at)
            elif files.is_folder(path):
                target = _target(written, path, place) if place.parents else place.path
                yield Mapped(path, target, _copied(place.at), context.excluded)
            elif unpacks and re.fullmatch(_ARCHIVE, path):
                yield Foreign(place.path, f"{path} is an archive", place.at)
            else:
                yield Mapped(path, _target(written, path, place), _copied(place.at))


def from_layers(source: str, place: Place, layers: tuple[Layer, ...], files: Files, why: str) -> Iterator[Layer]:
    """Yield what a copy of a container path brings along, weakest first; Foreign with `why` where nothing is known of it."""
    source = normpath(join("/", source))
    found: list[Layer] = []
    for layer in layers:
        moved = _moved(layer, source, place, files)
        if moved is not None:
            found.append(moved)
    if not any(isinstance(layer, Mapped | Made) for layer in found):
        yield Foreign(place.of(basename(source)), why, place.at)
    yield from reversed(found)


def _moved(layer: Layer, source: str, place: Place, files: Files) -> Layer | None:
    """Return what a layer becomes where a path of it is copied, None where the copy does not touch it."""
    target = normpath(layer.target)
    if target != source and target.startswith(source.rstrip("/") + "/"):
        # The source is a folder, whose content goes into the place.
        return layer.replace(target=join(place.path, target[len(source.rstrip("/")) + 1 :]))
    if not isinstance(layer, Mapped):
        name = place.of(basename(source))
        if target == source or (isinstance(layer, Foreign) and source.startswith(target.rstrip("/") + "/")):
            return layer.replace(target=name)
        if isinstance(layer, Rewrite) and is_pattern(target) and fits_path(tuple(target.split("/")), tuple(source.split("/"))):
            return layer.replace(target=name)
        return None
    path = layer.stands_at(source)
    if path is None:
        return None
    trail = (*layer.trail, Step(Role.USED, place.at, "copied on here"))
    if files.is_folder(path):
        return Mapped(path, place.path, trail, layer.excluded)
    return Mapped(path, place.of(basename(source)), trail) if files.is_file(path) else None


def folder_at(path: str, layers: tuple[Layer, ...], folders: frozenset[str] | set[str], files: Files) -> bool:
    """Tell whether a container path is a folder, by what is known of the image."""
    path = normpath(path)
    if path in STANDARD_FOLDERS or path in folders:
        return True
    for layer in layers:
        if isinstance(layer, Mapped):
            if normpath(layer.target).startswith(path + "/"):
                return True
            found = layer.stands_at(path)
            if found is not None and files.is_folder(found):
                return True
        elif isinstance(layer, Made) and layer.target.startswith(path + "/"):
            return True
    return False


# Folders of every Linux base image (Filesystem Hierarchy Standard 3.0).
_FOLDERS = """
/ /bin /boot /dev /etc /etc/cron.d /etc/init.d /home /lib /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin
/usr/lib /usr/local /usr/local/bin /usr/local/etc /usr/local/lib /usr/local/sbin /usr/local/share /usr/local/src /usr/sbin
/usr/share /usr/src /var /var/lib /var/log /var/run /var/tmp
"""
STANDARD_FOLDERS = frozenset(_FOLDERS.split())


def _target(written: str, path: str, place: Place) -> str:
    """Return where one source goes; with ``--parents`` its folders come along, from ``/./`` on."""
    if place.parents:
        kept = written.split("/./", 1)[-1]
        depth = len([name for name in normpath("/" + kept).split("/") if name])
        return join(place.path, *path.split("/")[-depth:])
    return place.of(basename(path))


def _copied(at: Span) -> tuple[Step, ...]:
    return (Step(Role.USED, at, "copied here"),)


def _matching(folder: str, source: str, files: Files) -> Iterator[str]:
    """Yield the repository paths that a source stands for, in order."""
    path = below(folder, source)
    if not is_pattern(source):
        if inside(tidy(path)) and (files.is_file(path) or files.is_folder(path)):
            yield path
        return
    found = [folder]
    exists: Callable[[str], bool]
    for name in source.split("/"):
        if is_pattern(name):
            found = [below(parent, child) for parent in found for child in files.names(parent) if fits(name, child)]
        else:
            found = [below(parent, name) for parent in found]
        found = found[:MOST_MATCHES]
    exists = lambda path: files.is_file(path) or files.is_folder(path)  # noqa: E731
    yield from filter(exists, found)

"""``include``: bring in the services and other resources of another project, read in its own folder with its own .env."""

from __future__ import annotations

from posixpath import dirname, isabs, join, normpath, relpath

from forkfit.compose.bounds import MOST_INCLUDE_LEVELS
from forkfit.compose.dotenv_files import with_files
from forkfit.compose.merge import merge
from forkfit.compose.nodes import carried, is_null, kind, mapping, string, with_entries, with_entry, without
from forkfit.compose.reading import NOWHERE, Group, Reading
from forkfit.compose.reset import Reset, applied
from forkfit.model.document import Mapping, Node, Sequence
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.trouble import Kind, Trouble

RESOURCES = ("services", "volumes", "networks", "secrets", "configs", "models")


class _Wanted(Record):
    """One entry of `include`."""

    paths: tuple[str, ...]
    directory: str
    env_files: tuple[str, ...]
    node: Node


def with_includes(document: Mapping, path: str, resets: tuple[Reset, ...], group: Group, reading: Reading) -> Mapping:
    """Return the document with what it includes below its own; the including file wins, and the first include over the next."""
    chain = (*group.chain, path)
    for wanted in _entries(document.get("include"), reading):
        inner = _group(wanted, chain, group, reading)
        if inner is None:
            continue
        from forkfit.compose.assemble import assembled  # which asks this module for each file

        paths = tuple(_joined(group.loader, p) for p in wanted.paths)
        brought = assembled(paths, inner, reading, wanted.node.at)
        document = _with_resources(document, brought, wanted, resets, reading)
    return without(document, "include") if document.get("include") is not None else document


def _entries(node: Node | None, reading: Reading) -> tuple[_Wanted, ...]:
    if node is None or is_null(node):
        return ()
    if not isinstance(node, Sequence):
        reading.refuse(Trouble(Kind.INCLUDE, f"include is {kind(node)}, and a list is needed", node.at, "Write `include: [file]`."))
        return ()
    return tuple(_entry(item, reading) for item in node.items if not is_null(item))


def _entry(node: Node, reading: Reading) -> _Wanted:
    if (path := string(node)) is not None:
        return _Wanted((path,), "", (), node)
    if isinstance(node, Mapping):
        directory = node.get("project_directory")
        if directory is not None and not is_null(directory) and string(directory) is None:
            why = f"include has {kind(directory)} as project_directory"
            reading.refuse(Trouble(Kind.STRUCTURE, why, directory.at, "Write a folder."))
        return _Wanted(_texts(node.get("path"), reading), string(directory) or "", _texts(node.get("env_file"), reading), node)
    reading.refuse(Trouble(Kind.STRUCTURE, f"include has {kind(node)} as an item", node.at, "Write a path, or a mapping with `path`."))
    return _Wanted((), "", (), node)


def _texts(node: Node | None, reading: Reading) -> tuple[str, ...]:
    if node is None or is_null(node):
        return ()
    found = tuple(string(item) for item in (node.items if isinstance(node, Sequence) else (node,)))
    if None in found:
        reading.refuse(Trouble(Kind.STRUCTURE, "include takes a path or a list of paths here", node.at, "Write paths."))
    return tuple(path for path in found if path is not None)


def _group(wanted: _Wanted, chain: tuple[str, ...], group: Group, reading: Reading) -> Group | None:
    """Return with what the included files are read; None where they include themselves."""
    if not wanted.paths:
        return None
    at = wanted.node.at
    first = _joined(group.loader, wanted.paths[0])
    if first in chain or len(chain) > MOST_INCLUDE_LEVELS:
        circle = " includes ".join(reading.shown(p) for p in (*chain, first))
        reading.refuse(Trouble(Kind.INCLUDE, f"{circle}: files include each other in a circle", at, "Remove one of the includes."))
        return None
    directory = wanted.directory
    if not directory:
        folder, loader = _folder(first, group, reading), dirname(first)
    elif isabs(directory):
        folder, loader = directory, directory
    else:
        folder, loader = _folder(_joined(group.loader, directory), group, reading), normpath(join(group.folder, directory))
    variables = with_files(group.variables, _env_files(wanted, loader, group, reading), reading, at)
    return Group(folder, reading.absolute(loader), variables, group.interpolate, chain)


def _env_files(wanted: _Wanted, loader: str, group: Group, reading: Reading) -> tuple[str, ...]:
    if not wanted.env_files:
        own = join(loader, ".env")
        return (own,) if reading.is_file(own) else ()
    found = []
    for path in wanted.env_files:
        if path == NOWHERE:
            continue  # and not even the folder's own .env is read
        full = path if isabs(path) else normpath(join(group.folder, path))
        if not isabs(path) and not reading.is_outside(full) and not reading.is_file(full):
            lacks = "is a folder" if reading.is_folder(full) else "does not exist"
            # The reference knows one kind of missing file here; a repository lacks its env files by design.
            missing = Kind.MISSING_FILE if reading.strict else Kind.MISSING_ENV_FILE
            kind_of = Kind.NOT_A_FILE if reading.is_folder(full) else missing
            reading.refuse(Trouble(kind_of, f"{reading.shown(full)} {lacks}", wanted.node.at, "Create it, or correct the path."))
            continue
        found.append(full)
    return tuple(found)


def _folder(path: str, group: Group, reading: Reading) -> str:
    """Return a path, or the folder of a file, as seen from the folder of the including one."""
    return relpath(path if reading.is_folder(path) else dirname(path), group.loader)


def _joined(folder: str, path: str) -> str:
    return normpath(path if isabs(path) else join(folder, path))


def _with_resources(document: Mapping, brought: Mapping, wanted: _Wanted, resets: tuple[Reset, ...], reading: Reading) -> Mapping:
    step = Step(Role.INCLUDED, wanted.node.at)
    for name in RESOURCES:
        given = brought.get(name)
        if not isinstance(given, Mapping):
            continue
        given = carried(given, step)
        own = document.get(name)
        if not isinstance(given, Mapping):
            continue
        document = with_entry(document, name, _merged(name, given, own, resets, reading) if isinstance(own, Mapping) else given)
    return document


def _merged(name: str, given: Mapping, own: Mapping, resets: tuple[Reset, ...], reading: Reading) -> Mapping:
    mine = {e.key.raw for e in own.entries}
    below = applied(mapping(((name, given),), given.at), resets, reading.lost)
    left = below.get(name)
    kept = {e.key.raw: e for e in left.entries} if isinstance(left, Mapping) else {}
    entries = tuple(kept.get(e.key.raw, e) if e.key.raw in mine else e for e in given.entries)
    return merge(with_entries(given, entries), own, reading.refuse, (name,))

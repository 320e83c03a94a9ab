"""``extends``: put a service over another one, of the same file or of another."""

from __future__ import annotations

from posixpath import dirname, isabs, join, normpath, relpath

from forkfit.compose.bounds import MOST_EXTENDS_LEVELS, MOST_NODES
from forkfit.compose.merge import merge
from forkfit.compose.nodes import carried, count, is_null, kind, mapping, string, with_entries, with_entry, without
from forkfit.compose.reading import Group, Reading
from forkfit.compose.refusal import about
from forkfit.compose.relocate import relocated
from forkfit.compose.reset import Reset, applied
from forkfit.compose.tree import Path
from forkfit.model.document import Entry, Mapping, Node
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.trouble import Kind, Trouble


class _Services(Record):
    """The services of one file, those already extended among them; its name as it was written, and its own resets.

    `lost` is where it is noted what those take away; only what is lost to a service of the project matters to anybody.
    """

    nodes: dict[str, Node]
    file: str
    resets: tuple[Reset, ...]
    done: dict[str, Node]
    lost: dict[Path, Trail]


class _Chain(Record):
    """The services that extend each other, the first first."""

    links: tuple[tuple[str, str], ...] = ()
    nodes: list[int] = []


def extended(document: Mapping, path: str, resets: tuple[Reset, ...], group: Group, reading: Reading) -> Mapping:
    """Return the document with its services put over what they extend; the base is looked up in the same document only.

    A service whose base cannot be had keeps its `extends`.
    """
    services = document.get("services")
    if services is None:
        return document
    if not isinstance(services, Mapping):
        why = f"services is {kind(services)}, and a mapping of services is needed"
        reading.refuse(Trouble(Kind.STRUCTURE, why, services.at, "Write each service under its name."))
        return without(document, "services")
    here = _Services({e.key.raw: e.value for e in services.entries}, path, resets, {}, reading.lost)
    size = [0]
    entries = []
    for entry in services.entries:
        node = _extended(entry.key.raw, here, _Chain((), size), group, reading)
        entries.append(entry if node is entry.value else Entry(entry.key, node))
    return with_entry(document, "services", with_entries(services, tuple(entries)))


def _extended(name: str, here: _Services, chain: _Chain, group: Group, reading: Reading) -> Node:
    if name in here.done:
        return here.done[name]
    service = here.nodes[name]
    if is_null(service):
        return service
    refuse = about(name, reading.refuse)
    if not isinstance(service, Mapping):
        refuse(
            Trouble(
                Kind.STRUCTURE, f"service {name} is {kind(service)}, and a mapping is needed", service.at, "Write its keys below its name."
            )
        )
        return service
    entry = service.entry("extends")
    if entry is None:
        return service
    made = _over_base(name, service, entry.value, here, chain, group, reading)
    here.done[name] = made
    return made


def _over_base(name: str, service: Mapping, wanted: Node, here: _Services, chain: _Chain, group: Group, reading: Reading) -> Mapping:
    refuse = about(name, reading.refuse)
    alone = without(service, "extends")
    base_name, file = _reference(wanted)
    if base_name is None:
        refuse(Trouble(Kind.EXTENDS, f"extends of {name} names no service", wanted.at, "Add `service`."))
        return service
    there = here if file is None else _of_file(name, base_name, file, wanted, group, reading)
    if there is None:
        return service
    if base_name not in there.nodes:
        why = f"{name} extends {base_name}, and {reading.shown(there.file)} has no such service"
        refuse(Trouble(Kind.EXTENDS, why, wanted.at, _where_bases_are_looked_up(file)))
        return service
    link = (file or here.file, name)
    if link in chain.links or len(chain.links) >= MOST_EXTENDS_LEVELS:
        circle = " extends ".join(service_name for _, service_name in (*chain.links, link))
        refuse(Trouble(Kind.EXTENDS, f"{circle}: services extend each other in a circle", wanted.at, "Let one of them stand alone."))
        return service
    base = _extended(base_name, there, _Chain((*chain.links, link), chain.nodes), group, reading)
    if not isinstance(base, Mapping):
        return service
    chain.nodes[0] += count(base)
    if chain.nodes[0] > MOST_NODES:
        refuse(Trouble(Kind.BOUND, f"extends brings more than {MOST_NODES} keys and values", wanted.at, "Extend less."))
        return service
    brought = carried(base, Step(Role.EXTENDED, wanted.at))
    return merge(_without_resets(name, brought, here), alone, refuse, ("services", name))


def _without_resets(name: str, base: Node, here: _Services) -> Mapping:
    """Return what the base says, but for the keys that the extending file resets."""
    whole = mapping((("services", mapping(((name, base),), base.at)),), base.at)
    services = applied(whole, tuple(r for r in here.resets if len(r.path) > 2), here.lost).get("services")
    kept = services.get(name) if isinstance(services, Mapping) else None
    return kept if isinstance(kept, Mapping) else whole


def _reference(wanted: Node) -> tuple[str | None, str | None]:
    """Return the name of the base and the file that it is in, where one is named."""
    if isinstance(wanted, Mapping):
        return string(wanted.get("service")), string(wanted.get("file"))
    return string(wanted) or "", None


def _where_bases_are_looked_up(file: str | None) -> str:
    if file is not None:
        return "Correct the name."
    return "A base is looked up in the same file; name another one with `file`."


def _of_file(name: str, base: str, file: str, wanted: Node, group: Group, reading: Reading) -> _Services | None:
    """Return the services of another file, with paths as seen from the folder of the extending one."""
    from forkfit.compose.assemble import add_file  # which asks this module for each file

    path = normpath(file if isabs(file) else join(group.loader, file))
    folder = path if reading.is_folder(path) else dirname(path)
    here = Group(relpath(folder, group.loader), folder, group.variables, group.interpolate)
    model, resets = add_file(Mapping((), wanted.at), path, here, reading, wanted.at, base=True)
    services = model.get("services")
    if not isinstance(services, Mapping):
        why = f"{name} extends {base}, and {reading.shown(path)} has no services"
        if model.entries or reading.files.is_file(reading.shown(path)):
            about(name, reading.refuse)(Trouble(Kind.EXTENDS, why, wanted.at, "Correct the path."))
        return None
    moved = relocated(model, here.folder, reading.home, reading.refuse)
    services = moved.get("services")
    nodes = {e.key.raw: e.value for e in services.entries} if isinstance(services, Mapping) else {}
    return _Services(nodes, path, resets, {}, {})

"""Let each thing that a list may hold once stand there once: the last one wins, in the place of the first."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.compose.nodes import is_known, kind, replacing, with_entries, with_items
from forkfit.compose.tree import ANY, Branch, Path, planted
from forkfit.compose.volumes import split_volume
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.trouble import Kind, Tell, Trouble

Identity = Callable[[Node], str]  # raises ValueError, with what is wrong


def unique(model: Mapping, refuse: Tell) -> Mapping:
    """Drop what a later item of the same list redefines; an item without an identity is refused, and stays."""
    made = _unique(model, _TREE, (), refuse)
    return made if isinstance(made, Mapping) else model


def _unique(node: Node, branch: Branch[Identity], path: Path, refuse: Tell) -> Node:
    if type(node) is Mapping:
        changed = False
        entries: list[Entry] = []
        for entry in node.entries:
            found = branch.down(entry.key.raw)
            if found is not None:
                value = _unique(entry.value, found, (*path, entry.key.raw), refuse)
                if value is not entry.value:
                    changed = True
                    entry = Entry(entry.key, value)
            entries.append(entry)
        return with_entries(node, tuple(entries)) if changed else node
    if type(node) is Sequence and branch.here is not None:
        return _without_doubles(node, branch.here, path, refuse)
    return node


def _without_doubles(node: Sequence, identity: Identity, path: Path, refuse: Tell) -> Sequence:
    kept: list[Node] = []
    places: dict[str, int] = {}
    for index, item in enumerate(node.items):
        try:
            key = identity(item) if is_known(item) else f"\0{index}"
        except _Unreadable as odd:
            where = f"{'.'.join(path)}[{index}]"
            trail = item.text.trail if isinstance(item, Scalar) else ()
            refuse(Trouble(odd.kind, f"{where} {odd}", item.at, odd.cure, path[1] if len(path) > 1 else "", trail))
            key = f"\0{index}"
        if key in places:
            kept[places[key]] = replacing(item, kept[places[key]])
        else:
            places[key] = len(kept)
            kept.append(item)
    return node if len(kept) == len(node.items) else with_items(node, tuple(kept))


class _Unreadable(ValueError):
    """An item from which no identity can be read."""

    def __init__(self, message: str, cure: str, reason: Kind = Kind.STRUCTURE) -> None:
        super().__init__(message)
        self.cure = cure
        self.kind = reason


def by_key(item: Node) -> str:
    """Return what stands before the first equals sign."""
    if isinstance(item, Scalar) and isinstance(item.value, str):
        return item.value.partition("=")[0]
    raise _Unreadable(f"is {kind(item)}, and only text may stand in this list", 'Write it as text, in quotes: "KEY=value".')


def by_mount_target(item: Node) -> str:
    """Return the path in the container at which a volume stands."""
    if isinstance(item, Mapping):
        return _target(item, "a volume needs a target")
    if isinstance(item, Scalar) and isinstance(item.value, str):
        try:
            return split_volume(item.value).target
        except ValueError as error:
            raise _Unreadable(str(error), "Write SOURCE:TARGET or TARGET.", Kind.VOLUME_SPEC) from error
    return ""


def by_device_target(item: Node) -> str:
    """Return the path in the container at which a device stands."""
    if isinstance(item, Mapping):
        return _target(item, "a device needs a target")
    if isinstance(item, Scalar) and isinstance(item.value, str):
        parts = item.value.split(":")
        return parts[0] if len(parts) == 1 else parts[1]
    return ""


def by_number(item: Node) -> str:
    """Return the port, written as text or as a number."""
    if isinstance(item, Scalar) and isinstance(item.value, str | int) and not isinstance(item.value, bool):
        return str(item.value)
    raise _Unreadable(f"is {kind(item)}, and a port is text or a whole number", "Write the port in quotes.")


def by_port(item: Node) -> str:
    """Return the address, both ports and the protocol of a published port."""
    if isinstance(item, Mapping):
        target = item.get("target")
        if not isinstance(target, Scalar):
            raise _Unreadable("has no target port", "Add `target: PORT`.", Kind.PORTS)
        published, host, protocol = (item.get(n) for n in ("published", "host_ip", "protocol"))
        return f"{_raw(host, '0.0.0.0')}:{_raw(published, '')}:{target.raw}/{_raw(protocol, 'tcp')}"
    return item.raw if isinstance(item, Scalar) and isinstance(item.value, str | int) else ""


def by_env_file_path(item: Node) -> str:
    """Return the path of an env file."""
    if isinstance(item, Mapping):
        path = item.get("path")
        if not isinstance(path, Scalar):
            raise _Unreadable("has no path", "Add `path: FILE`.")
        return path.raw
    return item.raw if isinstance(item, Scalar) and isinstance(item.value, str) else ""


def by_secret_target(item: Node) -> str:
    """Return the path at which a secret stands in the container."""
    return _mounted(item, "/run/secrets")


def by_config_target(item: Node) -> str:
    """Return the path at which a configuration stands in the container."""
    return _mounted(item, "")


def _mounted(item: Node, folder: str) -> str:
    if isinstance(item, Mapping):
        target = item.get("target")
        return _raw(target, "") if target is not None else f"{folder}/{_raw(item.get('source'), '')}"
    if isinstance(item, Scalar) and isinstance(item.value, str):
        return f"{folder}/{item.value}"
    raise _Unreadable(f"is {kind(item)}, and a name or a mapping is needed", "Write the name as text.")


def _target(item: Mapping, fault: str) -> str:
    target = item.get("target")
    if isinstance(target, Scalar) and isinstance(target.value, str):
        return target.value
    raise _Unreadable(f"has no target: {fault}", "Add `target: /path/in/container`.")


def _raw(node: Node | None, instead: str) -> str:
    return node.raw if isinstance(node, Scalar) else instead


# The lists in which the reference (compose-go 2.13) finds doubles, and by what.
IDENTITIES: tuple[tuple[Path, Identity], ...] = (
    (("networks", ANY, "labels"), by_key),
    (("networks", ANY, "ipam", "options"), by_key),
    (("services", ANY, "annotations"), by_key),
    (("services", ANY, "build", "args"), by_key),
    (("services", ANY, "build", "additional_contexts"), by_key),
    (("services", ANY, "build", "platform"), by_key),
    (("services", ANY, "build", "tags"), by_key),
    (("services", ANY, "build", "labels"), by_key),
    (("services", ANY, "cap_add"), by_key),
    (("services", ANY, "cap_drop"), by_key),
    (("services", ANY, "configs"), by_config_target),
    (("services", ANY, "deploy", "labels"), by_key),
    (("services", ANY, "devices"), by_device_target),
    (("services", ANY, "dns"), by_key),
    (("services", ANY, "dns_opt"), by_key),
    (("services", ANY, "dns_search"), by_key),
    (("services", ANY, "env_file"), by_env_file_path),
    (("services", ANY, "environment"), by_key),
    (("services", ANY, "expose"), by_number),
    (("services", ANY, "labels"), by_key),
    (("services", ANY, "links"), by_key),
    (("services", ANY, "networks", ANY, "aliases"), by_key),
    (("services", ANY, "networks", ANY, "link_local_ips"), by_key),
    (("services", ANY, "ports"), by_port),
    (("services", ANY, "profiles"), by_key),
    (("services", ANY, "secrets"), by_secret_target),
    (("services", ANY, "sysctls"), by_key),
    (("services", ANY, "tmpfs"), by_key),
    (("services", ANY, "volumes"), by_mount_target),
)
_TREE: Branch[Identity] = planted(IDENTITIES)

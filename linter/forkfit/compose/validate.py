"""Check what the schema cannot say of a model that is written out."""

from __future__ import annotations

from forkfit.compose.nodes import is_known, kind, string
from forkfit.compose.tree import ANY, Branch, Path, planted
from forkfit.compose.walk import Form, Where, walked
from forkfit.model.document import Mapping, Node, Scalar
from forkfit.model.trouble import Kind, Tell


def validated(model: Mapping, refuse: Tell) -> None:
    """Refuse what contradicts itself in volumes, configs, secrets, ports and device requests."""
    walked(model, _TREE, refuse)


def volume(node: Node, where: Where) -> Node:
    """An external volume has nothing but a name."""
    if not isinstance(node, Mapping):
        return node
    external = node.get("external")
    if isinstance(external, Scalar) and external.value is True:
        for entry in node.entries:
            if entry.key.raw not in ("name", "external") and not entry.key.raw.startswith("x-"):
                where.fault(entry.key.at, f"is external and has {entry.key.raw}", "Remove one of the two.", Kind.CONFLICT)
    return node


def config(node: Node, where: Where) -> Node:
    """A config comes from one place."""
    return _from_one_place(node, where, ("file", "environment", "content"))


def secret(node: Node, where: Where) -> Node:
    """A secret comes from one place."""
    return _from_one_place(node, where, ("file", "environment"))


def _from_one_place(node: Node, where: Where, places: tuple[str, ...]) -> Node:
    if not isinstance(node, Mapping):
        where.fault(node.at, f"is {kind(node)}", "Write a mapping.")
        return node
    given = [name for name in places if node.get(name) is not None]
    if len(given) > 1:
        where.fault(node.at, f"has {' and '.join(given)}", "Keep one of them.", Kind.CONFLICT)
    elif not given and node.get("driver") is None and node.get("external") is None:
        where.fault(node.at, f"has none of {', '.join(places)}", f"Add {places[0]}.", Kind.CONSISTENCY)
    return node


def port(node: Node, where: Where) -> Node:
    """A host address is an IP address."""
    host = node.get("host_ip") if isinstance(node, Mapping) else None
    if host is not None and is_known(host):
        from ipaddress import ip_address

        try:
            ip_address(string(host) or "")
        except ValueError:
            where.fault(host.at, "has a host_ip that is no IP address", "Write an IP address.", Kind.PORTS)
    return node


def device_request(node: Node, where: Where) -> Node:
    """A request names devices or counts them."""
    if isinstance(node, Mapping) and node.get("count") is not None and node.get("device_ids") is not None:
        where.fault(node.at, "has both count and device_ids", "Keep one of them.", Kind.CONFLICT)
    return node


CHECKS: tuple[tuple[Path, Form], ...] = (
    (("volumes", ANY), volume),
    (("configs", ANY), config),
    (("secrets", ANY), secret),
    (("services", ANY, "ports", ANY), port),
    (("services", ANY, "deploy", "resources", "reservations", "devices", ANY), device_request),
    (("services", ANY, "gpus", ANY), device_request),
)
_TREE: Branch[Form] = planted(CHECKS)

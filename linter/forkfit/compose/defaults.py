"""Fill in what Compose supposes where a file leaves it out."""

from __future__ import annotations

from forkfit.compose.nodes import kind, made
from forkfit.compose.tree import ANY, Branch, Path, planted
from forkfit.compose.walk import Form, Where, walked
from forkfit.model.document import Entry, Mapping, Node, Plain, Scalar
from forkfit.model.trouble import Tell


def completed(model: Mapping, refuse: Tell) -> Mapping:
    """Return the model with Compose's defaults, as it sets them once all files of one group are merged."""
    return walked(model, _TREE, refuse)


def build(node: Node, where: Where) -> Node:
    """Build in the project's folder."""
    del where
    return _with(node, context=".") if isinstance(node, Mapping) else node


def secret(node: Node, where: Where) -> Node:
    """Mount a secret under its name."""
    if not isinstance(node, Mapping):
        where.fault(node.at, f"is {kind(node)}", "Write a mapping with `source`.")
        return node
    source = node.get("source")
    return _with(node, target=f"/run/secrets/{source.raw if isinstance(source, Scalar) else '<nil>'}")


def port(node: Node, where: Where) -> Node:
    """Publish TCP, by way of the routing mesh."""
    del where
    return _with(node, protocol="tcp", mode="ingress") if isinstance(node, Mapping) else node


def device_request(node: Node, where: Where) -> Node:
    """Ask for all devices where neither a count nor their names are given."""
    if not isinstance(node, Mapping):
        where.fault(node.at, f"is {kind(node)}", "Write a mapping.")
        return node
    return node if node.get("count") is not None or node.get("device_ids") is not None else _with(node, count="all")


def bind(node: Node, where: Where) -> Node:
    """Create a missing host path."""
    if not isinstance(node, Mapping):
        where.fault(node.at, f"is {kind(node)}", "Write a mapping.")
        return node
    return _with(node, create_host_path=True)


def _with(node: Mapping, **defaults: Plain) -> Mapping:
    added = tuple(Entry(made(n, node.at), made(v, node.at)) for n, v in defaults.items() if node.get(n) is None)
    return Mapping((*node.entries, *added), node.at, node.tag, node.trail) if added else node


DEFAULTS: tuple[tuple[Path, Form], ...] = (
    (("services", ANY, "build"), build),
    (("services", ANY, "secrets", ANY), secret),
    (("services", ANY, "ports", ANY), port),
    (("services", ANY, "deploy", "resources", "reservations", "devices", ANY), device_request),
    (("services", ANY, "gpus", ANY), device_request),
    (("services", ANY, "volumes", ANY, "bind"), bind),
)
_TREE: Branch[Form] = planted(DEFAULTS)

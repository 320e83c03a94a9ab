"""Write short forms out in full, as Compose does before it merges the next file."""

from __future__ import annotations

from posixpath import normpath

from forkfit.compose.bounds import MOST_PORTS
from forkfit.compose.nodes import (
    each_item,
    each_value,
    is_known,
    kind,
    made,
    mapping,
    string,
    with_entries,
    with_items,
)
from forkfit.compose.ports import Port, split_port
from forkfit.compose.tree import ANY, Branch, Path, planted
from forkfit.compose.volumes import split_volume
from forkfit.compose.walk import Form, Where, below, walked
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.span import Span, Trail
from forkfit.model.trouble import Kind, Tell
from forkfit.syntax.yaml_scalars import spell


def canonical(model: Mapping, refuse: Tell, *, templates: bool = False) -> Mapping:
    """Return the model with short forms written out; with `templates` a text that still has variables may stay."""
    return walked(model, _TREE, refuse, templates=templates)


def service(node: Node, where: Where) -> Node:
    """Look below a service that is a mapping."""
    return below(node, where) if isinstance(node, Mapping) else node


def build(node: Node, where: Where) -> Node:
    """Make the context of a text."""
    if isinstance(node, Mapping):
        return below(node, where)
    if string(node) is None:
        where.fault(node.at, f"is {kind(node)}", "Write a folder, or a mapping with `context`.")
        return node
    return mapping((("context", node),), node.at, node.trail)


def text_or_list(node: Node, where: Where) -> Node:
    """Make a list of a text; empty items are dropped."""
    if string(node) is not None:
        return Sequence((node,), node.at, trail=node.trail)
    if where.path[-1] == "dns" and isinstance(node, Sequence):
        return with_items(node, tuple(i for i in node.items if not (isinstance(i, Scalar) and i.value in (None, ""))))
    return node


def spelled(node: Node, where: Where) -> Node:
    """Make text of a number or a boolean."""
    del where
    return made(spell(node.value), node.at, node.trail) if isinstance(node, Scalar) and not isinstance(node.value, str) else node


def pairs(node: Node, where: Where) -> Node:
    """Make a mapping of a list of KEY=VALUE."""
    if isinstance(node, Mapping):
        return node
    if not isinstance(node, Sequence):
        where.fault(node.at, f"is {kind(node)}", "Write a mapping.")
        return node
    entries: dict[str, Node] = {}
    for item in node.items:
        text = string(item)
        if text is None or "=" not in text:
            if where.templates:
                return node
            where.fault(item.at, "has an item that is not KEY=VALUE", "Write KEY=VALUE.")
            continue
        name, _, value = text.partition("=")
        entries[name] = made(value, item.at, item.trail)
    return mapping(entries.items(), node.at, node.trail)


def depends_on(node: Node, where: Where) -> Node:
    """Make a mapping of a list of services; by default one waits for the start, and the service is required."""
    if isinstance(node, Mapping):

        def completed(entry: Entry) -> Node:
            if not isinstance(entry.value, Mapping):
                where.fault(entry.value.at, f"has {kind(entry.value)} for {entry.key.raw}", "Write a mapping with `condition`.")
                return entry.value
            waits = _defaulted(entry.value, "condition", "service_started")
            return _defaulted(waits, "required", True)

        return each_value(node, completed)
    if not isinstance(node, Sequence):
        where.fault(node.at, f"is {kind(node)}", "Write a list of services.")
        return node
    named = {item.raw: item for item in node.items if isinstance(item, Scalar)}
    return Mapping(tuple(Entry(item, _waits(item.at)) for item in named.values()), node.at, trail=node.trail)


def _waits(at: Span) -> Mapping:
    return mapping((("condition", made("service_started", at)), ("required", made(True, at))), at)


def env_file(node: Node, where: Where) -> Node:
    """Make a list of mappings with `path` and `required`."""
    if string(node) is not None:
        return Sequence((_env_file(node),), node.at, trail=node.trail)
    if isinstance(node, Sequence):
        return each_item(node, _env_file)
    where.fault(node.at, f"is {kind(node)}", "Write a path, or a list of paths.")
    return node


def _env_file(node: Node) -> Node:
    if string(node) is not None:
        return mapping((("path", node), ("required", made(True, node.at))), node.at, node.trail)
    return _defaulted(node, "required", True) if isinstance(node, Mapping) else made(None, node.at)


def extends(node: Node, where: Where) -> Node:
    """Make the service's name of a text."""
    if isinstance(node, Mapping):
        return node
    if string(node) is None:
        where.fault(node.at, f"is {kind(node)}", "Write the name of a service.")
        return node
    return mapping((("service", node),), node.at, node.trail)


def gpus(node: Node, where: Where) -> Node:
    """Make a request for all of a text."""
    if string(node) is not None:
        return Sequence((mapping((("count", made("all", node.at)),), node.at),), node.at)
    if not isinstance(node, Sequence):
        where.fault(node.at, f"is {kind(node)}", "Write `all` or a list.")
    return node


def names(node: Node, where: Where) -> Node:
    """Make a mapping of a list of names."""
    del where
    if not isinstance(node, Sequence):
        return node
    named = {item.raw: item for item in node.items if isinstance(item, Scalar)}
    return Mapping(tuple(Entry(item, made(None, item.at)) for item in named.values()), node.at, trail=node.trail)


def volume(node: Node, where: Where) -> Node:
    """Write SOURCE:TARGET:OPTIONS out."""
    if isinstance(node, Mapping) or not is_known(node):
        return node
    text = string(node)
    if text is None:
        where.fault(node.at, f"is {kind(node)}", "Write SOURCE:TARGET.")
        return node
    try:
        spec = split_volume(text)
    except ValueError as error:
        if not where.templates:
            cure = "Write SOURCE:TARGET, and give each variable in it a value."
            where.fault(node.at, str(error), cure, Kind.VOLUME_SPEC, _trail(node))
        return node
    at = node.at
    said: list[tuple[str, Node]] = [("type", made("bind" if spec.is_bind else "volume", at))]
    if spec.source:
        said.append(("source", made(spec.source, at, node.trail)))
    said.append(("target", made(_clean(spec.target), at, node.trail)))
    if spec.read_only:
        said.append(("read_only", made(True, at)))
    bind = {"propagation": spec.propagation, "selinux": spec.selinux}
    if spec.is_bind or any(bind.values()):
        flags = [(name, made(word, at)) for name, word in bind.items() if word]
        said.append(("bind", mapping([*flags, *((("create_host_path", made(True, at)),) if spec.is_bind else ())], at)))
    # One or two characters are a path in the container, and the reference looks no further.
    if spec.nocopy or not (spec.is_bind or len(text.encode()) <= 2):
        said.append(("volume", mapping((("nocopy", made(True, at)),) if spec.nocopy else (), at)))
    return mapping(said, at, node.trail)


def _clean(path: str) -> str:
    clean = normpath(path) if path else ""
    return clean[1:] if clean.startswith("//") else clean


def device(node: Node, where: Where) -> Node:
    """Write SOURCE:TARGET:PERMISSIONS out."""
    if isinstance(node, Mapping) or not is_known(node):
        return node
    text = string(node)
    parts = text.split(":") if text is not None else []
    if text is None or len(parts) > 3:
        if text is None or not where.templates:
            where.fault(node.at, "is no device", "Write SOURCE:TARGET:PERMISSIONS.")
        return node
    source, target, permissions = (*parts, "", "")[:3]
    said = (("source", source), ("target", target or source), ("permissions", permissions if len(parts) == 3 else "rwm"))
    return mapping(((name, made(word, node.at, node.trail)) for name, word in said), node.at, node.trail)


def file_mount(node: Node, where: Where) -> Node:
    """Make the source of a text."""
    if isinstance(node, Mapping):
        return node
    if string(node) is None:
        where.fault(node.at, f"is {kind(node)}", "Write a name, or a mapping with `source`.")
        return node
    return mapping((("source", node),), node.at, node.trail)


def ports(node: Node, where: Where) -> Node:
    """Write ADDRESS:HOST:CONTAINER/PROTOCOL out, one entry for each port of a range."""
    if not isinstance(node, Sequence):
        where.fault(node.at, f"is {kind(node)}", "Write a list.", Kind.PORTS)
        return node
    read = [(item, _ports(item, where)) for item in node.items]
    if sum(len(ports or ()) for _, ports in read) > MOST_PORTS:
        where.fault(node.at, f"publishes more than {MOST_PORTS} ports", "Publish fewer.", Kind.BOUND)
        return node
    return with_items(node, tuple(made for item, ports in read for made in _published(item, ports)))


def _ports(item: Node, where: Where) -> tuple[Port, ...] | None:
    """Return what an item publishes; None where it stays as it is."""
    if isinstance(item, Mapping) or not is_known(item):
        return None
    text = string(item)
    if isinstance(item, Scalar) and isinstance(item.value, int) and not isinstance(item.value, bool):
        text = str(item.value)
    if text is None:
        where.fault(item.at, f"has {kind(item)} as an item", "Write the port in quotes.", Kind.PORTS)
        return None
    try:
        return split_port(text)
    except ValueError as error:
        if not where.templates:
            cure = "Write HOST:CONTAINER, and give each variable in it a value."
            where.fault(item.at, f"has an item that {error}", cure, Kind.PORTS, _trail(item))
        return None


def _published(item: Node, ports: tuple[Port, ...] | None) -> tuple[Node, ...]:
    if ports is None:
        return (item,)
    return tuple(
        mapping(
            (
                ("mode", made("ingress", item.at)),
                *((("host_ip", made(port.address, item.at)),) if port.address else ()),
                ("target", made(port.target, item.at)),
                *((("published", made(port.published, item.at)),) if port.published else ()),
                ("protocol", made(port.protocol, item.at)),
            ),
            item.at,
            item.trail,
        )
        for port in ports
    )


def ulimit(node: Node, where: Where) -> Node:
    """Take a whole number or a mapping."""
    whole = isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool)
    if not isinstance(node, Mapping) and not whole and is_known(node):
        where.fault(node.at, f"is {kind(node)}", "Write a whole number.")
    return node


def resource(node: Node, where: Where) -> Node:
    """Take the old form of an external resource, with its name below `external`."""
    if not isinstance(node, Mapping):
        return node
    node = _with_below(node, where)
    external, name = node.get("external"), node.get("name")
    if not isinstance(external, Mapping):
        return node
    real = external.get("name")
    entries = tuple(Entry(e.key, made(True, e.value.at)) if e.value is external else e for e in node.entries)
    node = with_entries(node, entries)
    if real is None:
        return node
    if name is not None and isinstance(name, Scalar) and isinstance(real, Scalar) and name.value != real.value:
        where.fault(real.at, "has one name and another below `external`", "Use `name` alone.", Kind.CONFLICT)
        return node
    return node if name is not None else with_entries(node, (*node.entries, Entry(made("name", real.at), real)))


def _with_below(node: Mapping, where: Where) -> Mapping:
    looked_into = below(node, where)
    return looked_into if isinstance(looked_into, Mapping) else node


def included(node: Node, where: Where) -> Node:
    """Make the path of a text."""
    if isinstance(node, Mapping):
        return node
    if string(node) is None:
        where.fault(node.at, f"is {kind(node)}", "Write a path, or a mapping with `path`.")
        return node
    return mapping((("path", node),), node.at)


def _trail(node: Node) -> Trail:
    return node.text.trail if isinstance(node, Scalar) else ()


def _defaulted(node: Mapping, name: str, value: str | bool) -> Mapping:
    if node.get(name) is not None:
        return node
    return with_entries(node, (*node.entries, Entry(made(name, node.at), made(value, node.at))))


# The short forms of the reference (compose-go 2.13). What has a form is not looked into, unless the form does.
FORMS: tuple[tuple[Path, Form], ...] = (
    (("services", ANY), service),
    (("services", ANY, "build"), build),
    (("services", ANY, "build", "secrets", ANY), file_mount),
    (("services", ANY, "build", "provenance"), spelled),
    (("services", ANY, "build", "sbom"), spelled),
    (("services", ANY, "build", "additional_contexts"), pairs),
    (("services", ANY, "build", "ulimits", ANY), ulimit),
    (("services", ANY, "configs", ANY), file_mount),
    (("services", ANY, "depends_on"), depends_on),
    (("services", ANY, "develop", "watch", ANY, "ignore"), text_or_list),
    (("services", ANY, "develop", "watch", ANY, "include"), text_or_list),
    (("services", ANY, "devices", ANY), device),
    (("services", ANY, "dns"), text_or_list),
    (("services", ANY, "env_file"), env_file),
    (("services", ANY, "extends"), extends),
    (("services", ANY, "gpus"), gpus),
    (("services", ANY, "label_file"), text_or_list),
    (("services", ANY, "models"), names),
    (("services", ANY, "networks"), names),
    (("services", ANY, "ports"), ports),
    (("services", ANY, "secrets", ANY), file_mount),
    (("services", ANY, "ulimits", ANY), ulimit),
    (("services", ANY, "volumes", ANY), volume),
    (("volumes", ANY), resource),
    (("networks", ANY), resource),
    (("secrets", ANY), resource),
    (("configs", ANY), resource),
    (("include", ANY), included),
)
_TREE: Branch[Form] = planted(FORMS)

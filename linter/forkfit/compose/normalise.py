"""What Compose adds once all files are merged: implicit networks, dependencies, names, and values for variables without one."""

from __future__ import annotations

from posixpath import normpath

from forkfit.compose.environment import with_value
from forkfit.compose.nodes import is_null, made, mapping, string, with_entries, with_entry, with_items
from forkfit.compose.reading import Variables
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.text import Text

NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")
NAMED = ("networks", "volumes", "configs", "secrets")
SERVICE = "service:"
CONTAINER = "container:"


def normalised(model: Mapping, name: str, variables: Variables) -> Mapping:
    """Return the model with what Compose adds to it."""
    model = with_entry(model, "name", made(name, model.at))
    services = model.get("services")
    if isinstance(services, Mapping):
        entries = tuple(Entry(e.key, _service(e.value, variables) if isinstance(e.value, Mapping) else e.value) for e in services.entries)
        model = with_entry(model, "services", with_entries(services, entries))
        if any(_is_on_default(e.value) for e in entries):
            networks = model.get("networks")
            known = networks if isinstance(networks, Mapping) else mapping((), model.at)
            if known.get("default") is None:
                model = with_entry(model, "networks", with_entry(known, "default", made(None, model.at)))
    for kind in NAMED:
        resources = model.get(kind)
        if isinstance(resources, Mapping):
            named = tuple(Entry(e.key, _named(e.key.raw, e.value, name)) for e in resources.entries)
            model = with_entry(model, kind, with_entries(resources, named))
    return model


def _is_on_default(service: Node) -> bool:
    networks = service.get("networks") if isinstance(service, Mapping) else None
    return isinstance(networks, Mapping) and networks.get("default") is not None


def _service(service: Mapping, variables: Variables) -> Mapping:
    at = service.at
    networks = service.get("networks")
    if service.get("provider") is None and service.get("network_mode") is None and not (isinstance(networks, Mapping) and networks.entries):
        service = with_entry(service, "networks", mapping((("default", made(None, at)),), at))
    if string(service.get("pull_policy")) == "if_not_present":
        service = with_entry(service, "pull_policy", made("missing", at))
    build = service.get("build")
    if isinstance(build, Mapping):
        service = with_entry(service, "build", _build(build, variables))
    environment = service.get("environment")
    if environment is not None:
        service = with_entry(service, "environment", _valued(environment, variables, keep=True))
    service = _with_dependencies(service)
    volumes = service.get("volumes")
    if isinstance(volumes, Sequence):
        service = with_entry(service, "volumes", with_items(volumes, tuple(_clean_target(v) for v in volumes.items)))
    return service


def _build(build: Mapping, variables: Variables) -> Mapping:
    if is_null(build.get("context")) or build.get("context") is None:
        build = with_entry(build, "context", made(".", build.at))
    if build.get("dockerfile") is None and build.get("dockerfile_inline") is None:
        build = with_entry(build, "dockerfile", made("Dockerfile", build.at))
    arguments = build.get("args")
    return build if arguments is None else with_entry(build, "args", _valued(arguments, variables, keep=False))


def _valued(node: Node, variables: Variables, *, keep: bool) -> Node:
    """Give variables that stand without a value the project's; without one they are kept, or dropped."""
    if isinstance(node, Mapping):
        entries = []
        for entry in node.entries:
            value = variables.get(entry.key.raw)
            if not is_null(entry.value):
                entries.append(entry)
            elif value is not None:
                entries.append(Entry(entry.key, _leaf(value, entry.key)))
            elif keep:
                entries.append(entry)
        return with_entries(node, tuple(entries))
    if isinstance(node, Sequence):
        items = []
        for item in node.items:
            valued = with_value(item, variables) if "=" not in (string(item) or "=") else item
            if keep or "=" in (string(valued) or ""):
                items.append(valued)
        return with_items(node, tuple(items))
    return node


def _leaf(value: Text, key: Scalar) -> Scalar:
    return made(value.plain, key.at, value.trail)


def _with_dependencies(service: Mapping) -> Mapping:
    """Add what links, shared namespaces and volumes_from depend on."""
    at = service.at
    listed = service.get("depends_on")
    needs = listed if isinstance(listed, Mapping) else mapping((), at)
    links = service.get("links")
    for item in links.items if isinstance(links, Sequence) else ():
        parts = (string(item) or "").split(":")
        needs = _needing(needs, parts[0] if len(parts) == 2 else ":".join(parts), restart=True)
    for namespace in NAMESPACES:
        shared = string(service.get(namespace)) or ""
        if shared.startswith(SERVICE):
            needs = _needing(needs, shared.removeprefix(SERVICE), restart=True)
    volumes = service.get("volumes_from")
    for item in volumes.items if isinstance(volumes, Sequence) else ():
        source = string(item) or ""
        if not source.startswith(CONTAINER):
            needs = _needing(needs, source.split(":")[0], restart=False)
    return with_entry(service, "depends_on", needs) if needs.entries else service


def _needing(needs: Mapping, name: str, *, restart: bool) -> Mapping:
    if needs.get(name) is not None:
        return needs
    at = needs.at
    waits = (("condition", made("service_started", at)), ("restart", made(restart, at)), ("required", made(True, at)))
    return with_entry(needs, name, mapping(waits, at))


def _clean_target(volume: Node) -> Node:
    target = string(volume.get("target")) if isinstance(volume, Mapping) else None
    if not isinstance(volume, Mapping) or target is None:
        return volume
    clean = normpath(target)
    return volume if clean == target else with_entry(volume, "target", made(clean, volume.at))


def _named(key: str, resource: Node, project: str) -> Node:
    node = resource if isinstance(resource, Mapping) else mapping((), resource.at)
    if node.get("name") is not None and not is_null(node.get("name")):
        return node
    external = node.get("external")
    is_external = isinstance(external, Scalar) and str(external.value).lower() in ("true", "1", "t")
    return with_entry(node, "name", made(key if is_external else f"{project}_{key}", node.at))

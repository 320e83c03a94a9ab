"""Check a model against the Compose specification, as the reference does after each file."""

from __future__ import annotations

from forkfit.compose.nodes import is_known, with_entries, with_items
from forkfit.compose.reading import Reading
from forkfit.compose.refusal import about
from forkfit.compose.shape import fits
from forkfit.model.document import Entry, Mapping, Node, Sequence
from forkfit.model.span import Span
from forkfit.model.trouble import Kind, Trouble

Route = tuple[str | int, ...]


def checked(model: Mapping, reading: Reading) -> Mapping:
    """Return the model without what the schema refuses; a strict load stops at the first such thing."""
    if not reading.strict and fits(model):
        return model
    from forkfit.compose.schema import faults

    for fault in faults(model):
        route: Route = fault.route
        node = _at(model, route)
        if node is None or not is_known(node):
            continue
        at = _place(model, route, fault.key)
        service = str(route[1]) if len(route) > 1 and route[0] == "services" else ""
        where = ".".join(str(step) for step in route) or "the file"
        about(service, reading.refuse)(Trouble(Kind.SCHEMA, f"{where} {fault.why}", at, fault.cure))
        gone = (*route, fault.key) if fault.key else route
        if gone:
            model = _without(model, gone)
    return model


def _at(node: Node, route: Route) -> Node | None:
    for step in route:
        if isinstance(node, Mapping):
            found = node.get(str(step))
            if found is None:
                return None
            node = found
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def _place(model: Mapping, route: Route, key: str) -> Span:
    """Return the place of an unknown key; of a value, or of its key where it has no place of its own."""
    node = _at(model, route)
    if key and isinstance(node, Mapping) and (entry := node.entry(key)) is not None:
        return entry.key.at
    return node.at if node is not None else model.at


def _without(model: Mapping, route: Route) -> Mapping:
    made = _cut(model, route)
    return made if isinstance(made, Mapping) else model


def _cut(node: Node, route: Route) -> Node | None:
    if not route:
        return None
    step, rest = route[0], route[1:]
    if isinstance(node, Mapping):
        entries = []
        for entry in node.entries:
            if entry.key.raw != step:
                entries.append(entry)
            elif (value := _cut(entry.value, rest)) is not None:
                entries.append(Entry(entry.key, value))
        return with_entries(node, tuple(entries))
    if isinstance(node, Sequence):
        kept = (_cut(item, rest) if index == step else item for index, item in enumerate(node.items))
        return with_items(node, tuple(item for item in kept if item is not None))
    return node

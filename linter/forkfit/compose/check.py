"""Check a model against the Compose specification, as the reference does after each file."""

from __future__ import annotations

from forkfit.compose.nodes import is_known, with_entries, with_items
from forkfit.compose.reading import Reading
from forkfit.compose.refusal import about
from forkfit.compose.shape import fits
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece
from forkfit.model.trouble import Kind, Trouble
from forkfit.model.value import Unknown

Route = tuple[str | int, ...]


def checked(model: Mapping, reading: Reading) -> Mapping:
    """Return the model with unknown values for what the schema refuses; a strict load stops at the first such thing."""
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
        if fault.key:
            model = _changed(model, (*route, fault.key), None)
        elif route:
            model = _changed(model, route, _unknown(node, f"{where} {fault.why}") if len(route) > 2 else None)
    return model


def _unknown(node: Node, why: str) -> Scalar:
    """Return what stands for a value that cannot be used."""
    raw = node.raw if isinstance(node, Scalar) else ""
    return Scalar(raw, raw, node.at, trail=node.trail, pieces=(Piece(raw, (Step(Role.WRITTEN, node.at),), instead=Unknown(why)),))


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


def _changed(model: Mapping, route: Route, instead: Node | None) -> Mapping:
    made = _put(model, route, instead)
    return made if isinstance(made, Mapping) else model


def _put(node: Node, route: Route, instead: Node | None) -> Node | None:
    """Return the node with another one at the end of a route, or with none."""
    if not route:
        return instead
    step, rest = route[0], route[1:]
    if isinstance(node, Mapping):
        entries = []
        for entry in node.entries:
            if entry.key.raw != step:
                entries.append(entry)
            elif (value := _put(entry.value, rest, instead)) is not None:
                entries.append(Entry(entry.key, value))
        return with_entries(node, tuple(entries))
    if isinstance(node, Sequence):
        kept = (_put(item, rest, instead) if index == step else item for index, item in enumerate(node.items))
        return with_items(node, tuple(item for item in kept if item is not None))
    return node

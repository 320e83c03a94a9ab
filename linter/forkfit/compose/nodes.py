"""Ask, build and change the nodes of a Compose document; a changed node is a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Listing

from forkfit.model.document import Entry, Mapping, Node, Plain, Scalar, Sequence, Style
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Text
from forkfit.model.value import Unknown
from forkfit.syntax.yaml_scalars import spell

Json = None | bool | int | float | str | Listing["Json"] | dict[str, "Json"]


def made(value: Plain, at: Span, trail: Trail = ()) -> Scalar:
    """Return a leaf that nobody wrote as it is: a default, or what a short form stands for."""
    return Scalar(value, value if type(value) is str else spell(value), at, Style.DOUBLE, "", trail, None, None)


def leaf(text: Text, at: Span, trail: Trail = ()) -> Scalar:
    """Return a leaf of text that keeps its pieces."""
    plain = text.plain
    return Scalar(plain, plain, at, Style.DOUBLE, "", trail, None, text.pieces)


def is_null(node: Node | None) -> bool:
    """Tell whether a node is YAML's null."""
    return type(node) is Scalar and node.value is None


def is_known(node: Node) -> bool:
    """Tell whether every character of a leaf is known; containers are."""
    if type(node) is not Scalar or node.pieces is None:
        return True
    return all(piece.instead is None for piece in node.pieces)


def obstacle(node: Scalar) -> Unknown:
    """Return why a leaf is not known."""
    for piece in node.pieces or ():
        if isinstance(piece.instead, Unknown):
            return piece.instead.because(*node.trail)
    return Unknown(f"{node.raw!r} is decided only when it runs", node.trail)


def string(node: Node | None) -> str | None:
    """Return the characters of a text; None for anything else, also for a date, which the reference holds as a time."""
    if type(node) is not Scalar:
        return None
    value = node.value
    if type(value) is not str or (value is not node.raw and is_date(node)):
        return None
    return value


def is_date(node: Scalar) -> bool:
    """Tell whether a leaf is a date, which the reference holds as a time and not as text."""
    value = node.value
    return node.style is Style.PLAIN and isinstance(value, str) and value != node.raw and value[:5] == node.raw[:5] and value[4:5] == "-"


def kind(node: Node) -> str:
    """Name the kind of a node for a message."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return "a boolean"
        case Scalar(value=int() | float()):
            return "a number"
        case _:
            return "text"


def mapping(entries: Iterable[tuple[str, Node]], at: Span, trail: Trail = ()) -> Mapping:
    """Return a mapping that nobody wrote as it is."""
    return Mapping(tuple(Entry(made(name, at), node) for name, node in entries), at, "", trail)


def with_entry(node: Mapping, name: str, value: Node) -> Mapping:
    """Return the mapping with a key set; a key it has keeps its place."""
    found = False
    entries = []
    for entry in node.entries:
        if entry.key.raw == name:
            found = True
            entry = Entry(entry.key, value)
        entries.append(entry)
    if not found:
        entries.append(Entry(made(name, value.at), value))
    return with_entries(node, tuple(entries))


def without(node: Mapping, name: str) -> Mapping:
    """Return the mapping without a key."""
    return with_entries(node, tuple(e for e in node.entries if e.key.raw != name))


def with_entries(node: Mapping, entries: tuple[Entry, ...]) -> Mapping:
    """Return the mapping with other entries."""
    return Mapping(entries, node.at, node.tag, node.trail)


def with_items(node: Sequence, items: tuple[Node, ...]) -> Sequence:
    """Return the list with other items."""
    return Sequence(items, node.at, node.tag, node.trail)


def each_value(node: Mapping, change: Callable[[Entry], Node]) -> Mapping:
    """Return the mapping with every value changed; itself where none has."""
    changed = False
    entries = []
    for entry in node.entries:
        value = change(entry)
        if value is not entry.value:
            changed = True
            entry = Entry(entry.key, value)
        entries.append(entry)
    return with_entries(node, tuple(entries)) if changed else node


def each_item(node: Sequence, change: Callable[[Node], Node]) -> Sequence:
    """Return the list with every item changed; itself where none has."""
    items = tuple(change(item) for item in node.items)
    return with_items(node, items) if any(new is not old for new, old in zip(items, node.items, strict=True)) else node


def carried(node: Node, step: Step) -> Node:
    """Return the node with a step on everything in it, because something brought it here."""
    trail = (*node.trail, step) if step not in node.trail else node.trail
    if type(node) is Scalar:
        return Scalar(node.value, node.raw, node.at, node.style, node.tag, trail, node.source, node.pieces)
    if type(node) is Mapping:
        return Mapping(tuple(Entry(e.key, carried(e.value, step)) for e in node.entries), node.at, node.tag, trail)
    if type(node) is Sequence:
        return Sequence(tuple(carried(i, step) for i in node.items), node.at, node.tag, trail)
    return node


MOST_REPLACED = 64  # that a value remembers; a list may hold a hundred thousand doubles


def replacing(above: Node, below: Node) -> Node:
    """Return the winner, which remembers what it replaces and the latest of what that had replaced before."""
    earlier = tuple(s for s in below.trail if s.role is Role.REPLACED)[:MOST_REPLACED]
    return above.because(Step(Role.REPLACED, below.at), *earlier)


def plain(node: Node) -> Json:
    """Return the bare values of a node."""
    match node:
        case Mapping():
            return {e.key.raw: plain(e.value) for e in node.entries}
        case Sequence():
            return [plain(i) for i in node.items]
        case _:
            return node.value


def count(node: Node) -> int:
    """Return how many nodes there are, this one included."""
    match node:
        case Mapping():
            return 1 + sum(count(e.value) for e in node.entries)
        case Sequence():
            return 1 + sum(count(i) for i in node.items)
        case _:
            return 1

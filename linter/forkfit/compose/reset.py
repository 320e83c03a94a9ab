"""``!reset`` and ``!override``: take away what the files before say."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.compose.nodes import with_entries, with_items
from forkfit.compose.tree import Path
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail

RESET = "!reset"
OVERRIDE = "!override"
NOTHING = ("", "~", "null", "0")  # as a limit


class Reset(Record):
    """A place whose earlier value goes away, and the tag that says so."""

    path: Path
    at: Span


def found(document: Node) -> tuple[Node, tuple[Reset, ...]]:
    """Return the document without what is tagged ``!reset``, and all tagged places; the value beside `!reset` is ignored."""
    resets: list[Reset] = []
    kept = _walked(document, (), resets)
    return kept or document, tuple(resets)


def _walked(node: Node, path: Path, resets: list[Reset]) -> Node | None:
    if node.tag in (RESET, OVERRIDE):
        resets.append(Reset(path, node.at))
        return None if node.tag == RESET else node
    if isinstance(node, Mapping):
        entries = []
        for entry in node.entries:
            value = _walked(entry.value, (*path, entry.key.raw), resets)
            if value is not None:
                entries.append(entry if value is entry.value else Entry(entry.key, value))
        return with_entries(node, tuple(entries))
    if isinstance(node, Sequence):
        walked = (_walked(item, (*path, str(index)), resets) for index, item in enumerate(node.items))
        return with_items(node, tuple(item for item in walked if item is not None))
    return node


def applied(model: Mapping, resets: tuple[Reset, ...], lost: dict[Path, Trail]) -> Mapping:
    """Take the tagged places out of what earlier files say, and note in `lost` what was there. Lists are never reached into."""
    for reset in resets:
        model = _applied(model, reset, reset.path, lost)
    return model


def _applied(node: Mapping, reset: Reset, path: Path, lost: dict[Path, Trail]) -> Mapping:
    name, rest = path[0], path[1:]
    entry = node.entry(name)
    if entry is None:
        return node
    if not rest:
        for gone, at in _said(entry.value, reset.path):
            lost[gone] = (Step(Role.WRITTEN, reset.at, "taken away"), Step(Role.REPLACED, at))
        return with_entries(node, tuple(e for e in node.entries if e is not entry))
    if not isinstance(entry.value, Mapping):
        return node
    below = _applied(entry.value, reset, rest, lost)
    if below is entry.value:
        return node
    return with_entries(node, tuple(Entry(e.key, below) if e is entry else e for e in node.entries))


def _said(node: Node, path: Path) -> Iterator[tuple[Path, Span]]:
    """Yield the places at which a node and what is below it say something: nothing, and nought, take nothing with them."""
    if not isinstance(node, Scalar) or node.raw not in NOTHING:
        yield path, node.at
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _said(entry.value, (*path, entry.key.raw))

"""Make collections of nodes: keys with their values, what merge keys bring, and what aliases repeat, within bounds."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence, Style
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step
from forkfit.syntax.yaml_scalars import CORE

MOST_NODES = 400_000  # of a file, keys included: four times what 2 000 services of 20 lines hold
MOST_REPEATED = 100_000  # as many more that aliases repeat; the reference gives up at 100 000 values
MOST_LEVELS = 200
MERGE = "<<"
MERGE_TAG = CORE + "merge"
RESET = "!reset"


class Collections:
    """Makes the collections of one file, and counts what its aliases repeat."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.repeated = 0
        self.has_merge = False  # whether a merge key may stand anywhere; most files have none

    def mapping(self, items: list[Node], at: Span, tag: str) -> Mapping:
        """Pair keys and values; what merge keys bring comes last. Explicit keys win, then the first merged."""
        seen: dict[str, Scalar] = {}
        entries: list[Entry] = []
        merge: tuple[Scalar, Node] | None = None
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise self._no_key(key.at)
            raw = key.raw
            if raw in seen:
                cure = "Merge several mappings with one key: <<: [*first, *second]." if is_merge(key) else "Remove one of the two."
                raise BrokenSource(f"the key {raw!r} stands on line {seen[raw].at.line} already", key.at, cure)
            seen[raw] = key
            if not self.has_merge:
                entries.append(Entry(key, value))
            elif is_merge(key):
                merge = None if value.tag == RESET else (key, value)
            elif not is_merge(value):  # the reference loses a plain << that is no key
                entries.append(Entry(key, value))
        if merge is not None:
            entries.extend(self._merged(*merge, {e.name for e in entries if e.value.tag != RESET}))
        return Mapping(tuple(entries), at, tag, ())

    def _no_key(self, at: Span) -> BrokenSource:
        from forkfit.syntax.yaml_faults import template

        return template(self.source, at) or BrokenSource("a list or a mapping cannot be a key", at, "Write a text as the key.")

    def sequence(self, items: list[Node], at: Span, tag: str) -> Sequence:
        """Return the list; the reference loses a plain << in it."""
        return Sequence(tuple(i for i in items if not is_merge(i)) if self.has_merge else tuple(items), at, tag, ())

    def brought(self, node: Node, step: Step, level: int) -> Node:
        """Return a copy whose every part has a further step."""
        trail = (*node.trail, step)
        if isinstance(node, Scalar):
            return Scalar(node.value, node.raw, node.at, node.style, node.tag, trail, node.source, node.pieces)
        if level > MOST_LEVELS:
            raise too_deep(node.at)
        if isinstance(node, Sequence):
            self._repeat(len(node.items), node.at)
            return Sequence(tuple(self.brought(item, step, level + 1) for item in node.items), node.at, node.tag, trail)
        self._repeat(len(node.entries), node.at)
        entries = tuple(Entry(entry.key, self.brought(entry.value, step, level + 1)) for entry in node.entries)
        return Mapping(entries, node.at, node.tag, trail)

    def _repeat(self, more: int, at: Span) -> None:
        self.repeated += more
        if self.repeated > MOST_REPEATED:
            raise too_many(at)

    def _merged(self, key: Scalar, value: Node, taken: set[str]) -> Iterator[Entry]:
        """Return the entries that a merge key brings, but those whose key is taken; the first mapping wins."""
        for mapping in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(mapping, Mapping):
                raise BrokenSource(
                    "a merge key takes a mapping or a list of mappings", key.at, "Write <<: *name, or <<: [*first, *second]."
                )
            written_here = not any(step.role is Role.MERGED for step in mapping.trail)
            for entry in mapping.entries:
                if entry.name in taken:
                    continue
                if entry.value.tag != RESET:
                    taken.add(entry.name)
                yield Entry(entry.key, self.brought(entry.value, Step(Role.MERGED, key.at), 0)) if written_here else entry


def is_merge(node: Node) -> bool:
    """Tell whether this is ``<<`` without quotes, or tagged as a merge key."""
    if node.__class__ is not Scalar:
        return False
    return (node.raw == MERGE and node.style is Style.PLAIN and node.tag == "") or node.tag == MERGE_TAG


def too_many(at: Span) -> BrokenSource:
    """Return that a file is too large, or its aliases are a bomb."""
    why = f"this file has more than {MOST_NODES} nodes, or its aliases repeat more than {MOST_REPEATED}"
    return BrokenSource(why, at, "Split the file, or use fewer aliases.")


def too_deep(at: Span) -> BrokenSource:
    """Return that a file is nested too deeply."""
    return BrokenSource(f"this is nested more than {MOST_LEVELS} levels deep", at, "Nest less.")

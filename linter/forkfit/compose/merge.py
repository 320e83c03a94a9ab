"""Merge a later file into what the earlier ones say, by a table of strategies."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.compose.nodes import is_null, kind, made, mapping, replacing, string, with_entries, with_items
from forkfit.compose.tree import ANY, Branch, Path, planted
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence, Style
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.syntax.yaml_scalars import spell

Strategy = Callable[[Node, Node, "Place"], Node]
Place = tuple[Path, "Branch[Strategy] | None", Tell]


def merge(below: Mapping, above: Mapping, refuse: Tell, path: Path = ()) -> Mapping:
    """Let `above` win over `below`, each key by its strategy; kinds that do not fit are refused, and `below` then stays."""
    branch: Branch[Strategy] | None = _TREE
    for key in path:
        branch = branch.down(key) if branch else None
    merged = merged_nodes(below, above, (path, branch, refuse))
    return merged if isinstance(merged, Mapping) else below


def merged_nodes(below: Node, above: Node, place: Place) -> Node:
    """Merge two nodes of one path."""
    path, branch, refuse = place
    if branch is not None and branch.here is not None:
        return branch.here(below, above, place)
    if is_null(above):
        return below
    if isinstance(below, Mapping):
        if isinstance(above, Mapping):
            return by_key(below, above, place)
    elif isinstance(below, Sequence):
        if isinstance(above, Sequence):
            return with_items(below, below.items + above.items)
    else:
        return replacing(above, below)
    where = ".".join(path)
    refuse(
        Trouble(
            Kind.STRUCTURE,
            f"{where} is {kind(above)} here and {kind(below)} in {below.at}, so the two do not merge",
            above.at,
            f"Write {where} as {kind(below)}.",
            service=_service(path),
        )
    )
    return below


def by_key(below: Node, above: Node, place: Place) -> Node:
    """Merge two mappings key by key; keys that only one of them has are kept, and what is no mapping counts for nothing."""
    if not isinstance(above, Mapping):
        return below
    if not isinstance(below, Mapping):
        return replacing(above, below)
    path, branch, refuse = place
    if not below.entries:
        return with_entries(below, above.entries) if below.trail or below.tag else above
    wanted = {e.key.raw: e for e in above.entries}
    entries = []
    for entry in below.entries:
        name = entry.key.raw
        over = wanted.pop(name, None)
        if over is not None:
            down = branch.down(name) if branch is not None else None
            entry = Entry(entry.key, merged_nodes(entry.value, over.value, ((*path, name), down, refuse)))
        entries.append(entry)
    return with_entries(below, (*entries, *wanted.values()))


def replace(below: Node, above: Node, place: Place) -> Node:
    """Let the later file win, even with nothing: Compose replaces argv, it never appends."""
    del place
    return replacing(above, below)


def append(below: Node, above: Node, place: Place) -> Node:
    """Put the later items after the earlier ones; a mapping counts as a list of ``KEY=VALUE``. Doubles go afterwards."""
    del place
    earlier, later = as_list(below), as_list(above)
    return Sequence(earlier + later, below.at if earlier or not later else above.at, trail=below.trail)


def append_new(below: Node, above: Node, place: Place) -> Node:
    """Put those later items after the earlier ones that are not among them."""
    del place
    earlier, later = as_list(below), as_list(above)
    known = {item.raw for item in earlier if isinstance(item, Scalar)}
    return Sequence(earlier + tuple(i for i in later if not isinstance(i, Scalar) or i.raw not in known), below.at, trail=below.trail)


def build(below: Node, above: Node, place: Place) -> Node:
    """Merge builds key by key; a text is the context."""
    return by_key(_as_build(below), _as_build(above), place)


def depends_on(below: Node, above: Node, place: Place) -> Node:
    """Merge dependencies by service; a name alone waits for the start and is required."""
    return by_key(_as_mapping(below, waits=True), _as_mapping(above, waits=True), place)


def by_name(below: Node, above: Node, place: Place) -> Node:
    """Merge by name; a name alone has nothing below it."""
    return by_key(_as_mapping(below), _as_mapping(above), place)


def logging(below: Node, above: Node, place: Place) -> Node:
    """Merge the options of one driver; another driver replaces all."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        one, other = below.get("driver"), above.get("driver")
        if one is None or other is None or _same(one, other):
            return by_key(below, above, place)
    return below if is_null(above) else replacing(above, below)


def pools(below: Node, above: Node, place: Place) -> Node:
    """Merge address pools by their subnet."""
    if not isinstance(below, Sequence) or not isinstance(above, Sequence):
        return below if is_null(above) else replacing(above, below)
    found: list[Node] = []
    for one in below.items:
        for other in above.items:
            same = _same(_subnet(one), _subnet(other))
            at = next((i for i, pool in enumerate(found) if _same(_subnet(pool), _subnet(other))), None)
            if not same and at is None:
                found.append(other)
                continue
            merged = by_key(one, other, place)
            at = next((i for i, pool in enumerate(found) if _same(_subnet(pool), _subnet(merged))), None)
            if at is None:
                found.append(merged)
            else:
                found[at] = merged
    # Of nothing to merge with, the reference makes nothing, which the schema then refuses.
    return with_items(below, tuple(found)) if found else made(None, above.at)


def as_list(node: Node) -> tuple[Node, ...]:
    """Return a list's items, a text as the only one, a mapping as sorted ``KEY=VALUE`` texts; anything else is empty."""
    match node:
        case Sequence():
            return node.items
        case Mapping():
            return tuple(sorted((item for e in node.entries for item in _as_texts(e)), key=lambda item: item.raw))
        case _:
            return () if string(node) is None else (node,)


def _as_texts(entry: Entry) -> tuple[Scalar, ...]:
    value = entry.value
    if isinstance(value, Sequence):
        return tuple(_as_text(entry.key, item) for item in value.items)
    return (entry.key,) if is_null(value) else (_as_text(entry.key, value),)


def _as_text(key: Scalar, value: Node) -> Scalar:
    if isinstance(value, Scalar):
        pieces = value.text.pieces if value.pieces is not None or value.value == value.raw else _converted(value)
    else:
        pieces = (Piece("map[]", (Step(Role.WRITTEN, value.at),)),)
    joint = (*key.text.pieces, Piece("=", (Step(Role.WRITTEN, key.at),)), *pieces)
    raw = "".join(piece.text for piece in joint)
    return Scalar(raw, raw, value.at, Style.DOUBLE, trail=value.trail, pieces=joint)


def _converted(value: Scalar) -> tuple[Piece, ...]:
    return (Piece(spell(value.value), (Step(Role.WRITTEN, value.at),)),)


def _as_build(node: Node) -> Node:
    return mapping((("context", node),), node.at, node.trail) if isinstance(node, Scalar) and isinstance(node.value, str) else node


def _as_mapping(node: Node, *, waits: bool = False) -> Node:
    if not isinstance(node, Sequence):
        return node
    entries: dict[str, Entry] = {}
    for item in node.items:
        if isinstance(item, Scalar) and isinstance(item.value, str):
            below: Node = made(None, item.at)
            if waits:
                below = mapping((("condition", made("service_started", item.at)), ("required", made(True, item.at))), item.at)
            entries[item.raw] = Entry(item, below)
    return Mapping(tuple(entries.values()), node.at, node.tag, node.trail)


def _subnet(pool: Node) -> Node | None:
    return pool.get("subnet") if isinstance(pool, Mapping) else None


def _same(one: Node | None, other: Node | None) -> bool:
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value and type(one.value) is type(other.value)
    return one is other


def _service(path: Path) -> str:
    return path[1] if len(path) > 1 and path[0] == "services" else ""


# What the reference (compose-go 2.13) does not merge as mappings key by key, lists appended, leaves replaced.
STRATEGIES: tuple[tuple[Path, Strategy], ...] = (
    (("networks", ANY, "ipam", "config"), pools),
    (("networks", ANY, "labels"), append),
    (("volumes", ANY, "labels"), append),
    (("services", ANY, "annotations"), append),
    (("services", ANY, "build"), build),
    (("services", ANY, "build", "args"), append),
    (("services", ANY, "build", "additional_contexts"), append),
    (("services", ANY, "build", "extra_hosts"), append_new),
    (("services", ANY, "build", "labels"), append),
    (("services", ANY, "command"), replace),
    (("services", ANY, "depends_on"), depends_on),
    (("services", ANY, "deploy", "labels"), append),
    (("services", ANY, "dns"), append),
    (("services", ANY, "dns_opt"), append),
    (("services", ANY, "dns_search"), append),
    (("services", ANY, "entrypoint"), replace),
    (("services", ANY, "env_file"), append),
    (("services", ANY, "label_file"), append),
    (("services", ANY, "environment"), append),
    (("services", ANY, "extra_hosts"), append_new),
    (("services", ANY, "healthcheck", "test"), replace),
    (("services", ANY, "labels"), append),
    (("services", ANY, "logging"), logging),
    (("services", ANY, "models"), by_name),
    (("services", ANY, "networks"), by_name),
    (("services", ANY, "sysctls"), append),
    (("services", ANY, "tmpfs"), append),
    (("services", ANY, "ulimits", ANY), replace),
)
_TREE: Branch[Strategy] = planted(STRATEGIES)

"""What a user states about a service on the service itself, under ``x-compose-lint``."""

from __future__ import annotations

from forkfit.compose.quantity import size
from forkfit.model.document import Mapping, Node, Scalar
from forkfit.model.memory import Memory
from forkfit.model.span import Span
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown, Value

STATED = "x-compose-lint"
FIGURES = ("per_worker", "parent")
# The others silence rules, and are read where findings are judged.
KEYS = (*FIGURES, "ignore", "reason", "until")
NOTHING: Value[Memory] = Absent("no figure stated")


def stated(service: Mapping, tell: Tell) -> tuple[Value[Memory], Value[Memory]]:
    """Return what one worker process and what their parent need, as a user states it; tell what has no meaning."""
    node = service.get(STATED)
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return NOTHING, NOTHING
    if not isinstance(node, Mapping):
        tell(Trouble(Kind.STATED, f"{STATED} is no mapping", node.at, f"Its keys are {', '.join(KEYS)}.", trail=node.trail))
        return NOTHING, NOTHING
    for entry in node.entries:
        if entry.key.raw not in KEYS:
            tell(_unknown(entry.key.raw, entry.key.at))
    return _figure(node, "per_worker", tell), _figure(node, "parent", tell)


def _unknown(key: str, at: Span) -> Trouble:
    from difflib import get_close_matches

    near = get_close_matches(key.replace("-", "_"), KEYS, n=1)
    cure = f"Did you mean {near[0]}?" if near else f"Its keys are {', '.join(KEYS)}."
    return Trouble(Kind.STATED, f"{STATED} has no key {key!r}", at, cure)


def _figure(stated: Mapping, name: str, tell: Tell) -> Value[Memory]:
    node: Node | None = stated.get(name)
    value = size(node, f"{STATED}: {name}", tell)
    if isinstance(value, Absent):
        return NOTHING
    if node is not None and isinstance(value, Known) and value.value.bytes <= 0:
        why = f"{STATED}: {name}: {value.value.bytes} bytes is no amount that a process needs"
        tell(Trouble(Kind.STATED, why, node.at, "State what you measured, such as 120m.", trail=value.trail))
        return Unknown(why, value.trail)
    return value

"""Sizes that are written for a service and come to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.compose.nodes import is_null
from forkfit.compose.quantity import is_dropped, size
from forkfit.compose.reading import Reading
from forkfit.compose.reset import NOTHING
from forkfit.model.document import Mapping, Node, Scalar
from forkfit.model.memory import Memory
from forkfit.model.project import Loss, Lost, Service
from forkfit.model.span import Role, Span
from forkfit.model.value import Absent, Known

_LIMIT = (("mem_limit",), ("deploy", "resources", "limits", "memory"))
_SIZES = (
    *((keys, "memory_limit") for keys in _LIMIT),
    (("memswap_limit",), "memory_swap"),
    (("mem_reservation",), "memory_reservation"),
    (("deploy", "resources", "reservations", "memory"), "memory_reservation"),
    (("shm_size",), "shm_size"),
)


def lost_of(service: Service, reading: Reading) -> tuple[Lost, ...]:
    """Return what Compose drops, and how the memory limit is lost to a stronger place, where no other limit holds."""
    dropped = tuple(_dropped(service))
    if not isinstance(service.memory_limit, Absent) or any(lost.is_limit for lost in dropped):
        return dropped
    return (*dropped, *_overruled(service, reading))


def _dropped(service: Service) -> Iterator[Lost]:
    for keys, field in _SIZES:
        node = _at(service.node, keys)
        if isinstance(node, Scalar) and is_dropped(node) and isinstance(getattr(service, field), Absent):
            yield Lost(".".join(keys), node.at, Loss.DROPPED, node.raw, node.text.trail)


def _overruled(service: Service, reading: Reading) -> Iterator[Lost]:
    """Yield the limits of weaker places that are taken away, or that a stronger place sets to 0."""
    for keys in _LIMIT:
        node = _at(service.node, keys)
        taken = reading.lost.get(("services", service.name, *keys))
        if isinstance(node, Scalar) and not is_null(node):
            below = (step.at for step in node.trail if step.role is Role.REPLACED and step.at is not None)
            nought = size(node, keys[-1], reading.refuse) == Known(Memory(0), node.text.trail)
            if nought and any(_says_something(at, reading) for at in below):
                yield Lost(".".join(keys), node.at, Loss.NOUGHT, node.raw, node.text.trail)
        elif taken and taken[0].at is not None:
            yield Lost(".".join(keys), _tagged(taken[0].at, service, keys), Loss.TAKEN, "", taken)


def _tagged(at: Span, service: Service, keys: tuple[str, ...]) -> Span:
    """Return the key of a mapping that is tagged ``!override``; the mapping itself begins a line further down."""
    key = service.place_of(".".join(keys))
    is_before = key != service.at and key.file == at.file and (key.line, key.column) < (at.line, at.column)
    return key if is_before else at


def _at(node: Node | None, keys: tuple[str, ...]) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _says_something(at: Span, reading: Reading) -> bool:
    """Tell whether the leaf that is written at a place says more than nothing or nought."""
    pending: list[Node] = list(reading.parsed.get(at.file) or ())
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar):
            if node.at == at:
                return node.raw not in NOTHING
        elif isinstance(node, Mapping):
            pending.extend(entry.value for entry in node.entries)
        else:
            pending.extend(node.items)
    return False

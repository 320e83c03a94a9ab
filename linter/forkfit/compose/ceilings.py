"""What a container may keep in memory as files: its shared memory and its tmpfs mounts, with the most that each holds."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.compose.nodes import string
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.memory import Memory
from forkfit.model.project import Ceiling
from forkfit.model.value import Absent, Known, Value

OPEN = "nothing bounds it but the host's memory"


def ceilings(service: Mapping, shared: Value[Memory]) -> tuple[Ceiling, ...]:
    """Return them in the order written; shared memory only where somebody sets its size."""
    sized = (Ceiling("shm_size", shared),) if isinstance(shared, Known) and shared.value.bytes > 0 else ()
    return (*sized, *_short(service.get("tmpfs")), *_mounted(service.get("volumes")))


def _short(node: Node | None) -> Iterator[Ceiling]:
    """Yield the mounts of ``tmpfs: /run:size=64m,mode=755``, one or a list of them."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        written = string(item)
        if isinstance(item, Scalar) and written:
            path, _, options = written.partition(":")
            sizes = [option[5:] for option in options.split(",") if option.startswith("size=")]
            yield Ceiling(f"tmpfs {path}", _size(sizes[-1] if sizes else "", item))


def _mounted(node: Node | None) -> Iterator[Ceiling]:
    """Yield the volumes of the type tmpfs."""
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping) and string(item.get("type")) == "tmpfs" and (target := item.get("target")) is not None:
            options = item.get("tmpfs")
            size = options.get("size") if isinstance(options, Mapping) else None
            yield Ceiling(f"tmpfs {string(target)}", _size(str(size.value) if isinstance(size, Scalar) else "", target))


def _size(written: str, at: Node) -> Value[Memory]:
    """Return a size as the kernel reads it; a share of the host's memory, or none, bounds nothing that is known."""
    try:
        amount = Memory.parse(written)
    except ValueError:
        return Absent(OPEN, at.trail)
    return Known(amount, at.trail) if amount.bytes > 0 else Absent(OPEN, at.trail)

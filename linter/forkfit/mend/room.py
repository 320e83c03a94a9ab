"""FF101, FF102, FF103 where a limit is rather to be raised than a concurrency lowered: to what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.judging.words import limit_that_fits
from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.find import container_of, service_of
from forkfit.mend.memory import unasked
from forkfit.mend.written import Sources, edit_of
from forkfit.model.document import Mapping, Node, Scalar
from forkfit.model.finding import Signed
from forkfit.model.memory import MIB, Memory
from forkfit.model.project import Service
from forkfit.model.stack import Stack
from forkfit.model.value import Known
from forkfit.model.weight import Confidence

LIMIT = "limit"


def raised(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Raise the memory limit to what the container needs."""
    container = container_of(stack, signed.finding.service)
    limit, enough = container.memory_limit, limit_that_fits(container, stack.settings)
    if not isinstance(limit, Known) or enough is None:
        raise Refused("the limit, or what is needed, is not known")
    written = enough.written
    if container.estimate.confidence is Confidence.MEASURED and isinstance(container.estimate.handbook, Known):
        # What is measured fails a run while the handbook sum, which shares nothing, is above the limit.
        written = f"{max(Memory.parse(written).bytes, container.estimate.handbook.value.bytes + MIB - 1) // MIB}m"
    edits = tuple(_raising(limit, service_of(stack, signed), written, sources))
    return Change(signed, edits, f"limit {limit.value} -> {written}", "", unasked(signed, "takes more of the host's memory"))


def _raising(limit: Known[Memory], service: Service, written: str, sources: Sources) -> Iterator[Edit]:
    """Yield the edits of a limit, in both spellings where it has both, and of the swap that was held to it."""
    spelled = [service.node.get("mem_limit"), _deployed(service.node)]
    swap = service.memory_swap
    trails = [one.text.trail for one in spelled if isinstance(one, Scalar)] if all(spelled) else [limit.trail]
    if isinstance(swap, Known) and swap.value == limit.value:
        trails.append(swap.trail)
    for trail in trails:
        yield edit_of(f"the limit of {limit.value}", trail, sources, lambda text: reads_as(text, limit.value), lambda _: written)


def _deployed(node: Node | None) -> Node | None:
    for name in ("deploy", "resources", "limits", "memory"):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def reads_as(text: str, amount: Memory) -> bool:
    """Tell whether Compose reads a text as that amount."""
    try:
        return Memory.parse(text) == amount
    except ValueError:
        return False

"""FF402: write the twin of a limit that Compose misses, and a reservation or swap that goes with the limit."""

from __future__ import annotations

from forkfit.mend.change import Change
from forkfit.mend.edit import Refused
from forkfit.mend.find import service_of
from forkfit.mend.insert import entry_before
from forkfit.mend.room import reads_as
from forkfit.mend.written import Sources, edit_of
from forkfit.model.document import Mapping, Node, Scalar
from forkfit.model.finding import Signed
from forkfit.model.memory import MIB, Memory
from forkfit.model.project import Service
from forkfit.model.stack import Stack
from forkfit.model.value import Known

_TWINS = {"refused mem_limit": ("mem_limit", "limits"), "refused mem_reservation": ("mem_reservation", "reservations")}


def agreeing(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Write a missing twin, the limit for a reservation above it, or the limit for memory and swap together below it."""
    service, evidence = service_of(stack, signed), signed.finding.evidence
    if evidence in _TWINS:
        return _with_twin(signed, service, *_TWINS[evidence], sources)
    limit = service.memory_limit
    kinds = {
        "swap below limit": ("memswap_limit", service.memory_swap),
        "reservation above limit": ("reservation", service.memory_reservation),
    }
    if evidence not in kinds:
        raise Refused("which of the two was meant is not known")
    if not isinstance(limit, Known):
        raise Refused("which memory limit was meant is not known")
    name, value = kinds[evidence]
    if not isinstance(value, Known):
        raise Refused(f"the {name} is not known")
    amount = value.value
    edit = edit_of(f"the {name} of {amount}", value.trail, sources, lambda text: reads_as(text, amount), lambda _: _size(limit.value))
    return Change(signed, (edit,), f"{name} {amount} -> {limit.value}, the limit")


def _with_twin(signed: Signed, service: Service, key: str, section: str, sources: Sources) -> Change:
    """Write the memory of a service before the first entry of the section that lacks it, as it is written at the service."""
    limits: Node | None = service.node
    for name in ("deploy", "resources", section):
        limits = limits.get(name) if isinstance(limits, Mapping) else None
    own = service.node.get(key)
    if not isinstance(limits, Mapping) or not limits.entries or not isinstance(own, Scalar) or limits.get("memory") is not None:
        raise Refused("which of the two was meant is not known")
    first = limits.entries[0].key.at
    source, written = sources.get(first.file), _written(own, sources)
    if source is None or written is None:
        raise Refused(f"what {key} says is not written within one line")
    return Change(signed, (entry_before(first, f"memory: {written}", source),), f"deploy.resources.{section}.memory is {written} too")


def _written(scalar: Scalar, sources: Sources) -> str | None:
    source, at = sources.get(scalar.at.file), scalar.at
    if source is None or at.line != at.end_line:
        return None
    return source.line(at.line)[at.column - 1 : at.end_column - 1]


def _size(amount: Memory) -> str:
    """Return an amount as Compose reads it, exactly."""
    for unit, bytes_ in (("g", 1024 * MIB), ("m", MIB)):
        if amount.bytes % bytes_ == 0:
            return f"{amount.bytes // bytes_}{unit}"
    return str(amount.bytes)

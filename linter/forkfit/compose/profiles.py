"""Which services run: those of the active profiles, and those that a command names."""

from __future__ import annotations

from forkfit.compose.nodes import string
from forkfit.model.document import Entry, Mapping, Sequence

ALL = "*"


def active(
    services: tuple[Entry, ...], profiles: tuple[str, ...], named: tuple[str, ...] = ()
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return the active and the inactive services, in the order of the files.

    A service without profiles is always active. Naming a service activates its profiles, and leaves only the named
    services and what they depend on.
    """
    wanted = set(profiles)
    by_name = {e.key.raw: e for e in services}
    for name in named:
        if name in by_name and not _is_active(by_name[name], wanted):
            wanted.update(_profiles(by_name[name]))
    chosen = {e.key.raw for e in services if _is_active(e, wanted)}
    if named:
        chosen &= _with_dependencies(named, by_name)
    return tuple(e for e in services if e.key.raw in chosen), tuple(e for e in services if e.key.raw not in chosen)


def _profiles(service: Entry) -> tuple[str, ...]:
    listed = service.value.get("profiles") if isinstance(service.value, Mapping) else None
    return tuple(p for p in map(string, listed.items) if p is not None) if isinstance(listed, Sequence) else ()


def _is_active(service: Entry, wanted: set[str]) -> bool:
    own = _profiles(service)
    return not own or ALL in wanted or not wanted.isdisjoint(own)


def _with_dependencies(named: tuple[str, ...], by_name: dict[str, Entry]) -> set[str]:
    found: set[str] = set()
    pending = [name for name in named if name in by_name]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        service = by_name[name].value
        needs = service.get("depends_on") if isinstance(service, Mapping) else None
        if isinstance(needs, Mapping):
            pending.extend(e.key.raw for e in needs.entries if e.key.raw in by_name)
    return found

"""The short form of a service's port: ADDRESS:HOST:CONTAINER/PROTOCOL, with ranges."""

from __future__ import annotations

from forkfit.model.record import Record

LARGEST_PORT = 65_535
PROTOCOLS = frozenset(("tcp", "udp", "sctp"))


class Port(Record):
    """One published port; `published` is empty where the host chooses, a range where it may choose from one."""

    target: int
    published: str = ""
    address: str = ""
    protocol: str = "tcp"


def split_port(spec: str) -> tuple[Port, ...]:
    """Read a short form, one port for each number of a range, as Compose orders them; raise ValueError for anything else."""
    address, published, target = _parts(spec)
    target, _, protocol = target.partition("/")
    protocol = protocol.lower() or "tcp"
    if not target:
        raise ValueError(f"names no container port: {spec!r}")
    if address:
        address = _address(address)
    first, last = _range(target, "container port")
    low, high = _range(published, "host port") if published else (0, 0)
    if published and high - low != last - first and last != first:
        raise ValueError(f"has ranges of different lengths: {spec!r}")
    if protocol not in PROTOCOLS:
        raise ValueError(f"has a protocol that is none of tcp, udp and sctp: {protocol!r}")
    found = []
    for offset in range(last - first + 1):
        host = ""
        if published:
            host = str(low + offset) if last != first or low == high else f"{low}-{high}"
        found.append(Port(first + offset, host, address, protocol))
    return tuple(sorted(found, key=lambda port: f"{port.target}/{port.protocol}"))


def _parts(spec: str) -> tuple[str, str, str]:
    rest, _, target = spec.rpartition(":")
    before, _, published = rest.rpartition(":")
    return before, published, target


def _address(written: str) -> str:
    bare = written[1:-1] if written.startswith("[") and written.endswith("]") else written
    from ipaddress import ip_address

    try:
        ip_address(bare)
    except ValueError:
        raise ValueError(f"has an invalid address: {written!r}") from None
    return bare


def _range(written: str, what: str) -> tuple[int, int]:
    first, dash, last = written.partition("-")
    low = _number(first, what)
    high = _number(last, what) if dash else low
    if high < low:
        raise ValueError(f"has a {what} range that runs backwards: {written!r}")
    return low, high


def _number(written: str, what: str) -> int:
    if not (written.isascii() and written.isdigit()) or int(written[:6]) > LARGEST_PORT or len(written) > 5:
        raise ValueError(f"has an invalid {what}: {written!r}")
    return int(written)

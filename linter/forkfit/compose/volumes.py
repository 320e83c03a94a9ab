"""The short form of a service's volume: SOURCE:TARGET:OPTIONS."""

from __future__ import annotations

from forkfit.model.record import Record

PROPAGATIONS = frozenset(("rprivate", "private", "rshared", "shared", "rslave", "slave"))
LABELS = frozenset(("z", "Z"))


class Volume(Record):
    """What a short form says; `source` is empty for an anonymous volume."""

    target: str
    source: str = ""
    read_only: bool = False
    propagation: str = ""
    selinux: str = ""
    nocopy: bool = False

    @property
    def is_bind(self) -> bool:
        """Whether the source is a path of the host, by its first characters alone."""
        source = self.source
        return source.startswith((".", "/", "~", "\\\\")) or (source[:1].isalpha() and source[1:2] == ":")


def split_volume(spec: str) -> Volume:
    """Read a short form; raise ValueError where a part is empty or there are too many. One letter is a Windows drive."""
    if not spec:
        raise ValueError("is empty")
    if len(spec.encode()) <= 2:
        return Volume(spec)
    parts = _parts(spec)
    if any(not part for part in parts):
        raise ValueError(f"has an empty part between colons: {spec!r}")
    if len(parts) > 3:
        raise ValueError(f"has too many colons: {spec!r}")
    if len(parts) == 1:
        return Volume(parts[0])
    options = parts[2].split(",") if len(parts) == 3 else []
    return Volume(
        parts[1],
        parts[0],
        read_only=_last(options, ("ro", "rw")) == "ro",
        propagation=_last(options, PROPAGATIONS),
        selinux=_last(options, LABELS),
        nocopy="nocopy" in options,
    )


def _parts(spec: str) -> list[str]:
    parts: list[str] = []
    start = depth = 0
    for index, letter in enumerate(spec):
        if letter == "$" and spec[index + 1 : index + 2] == "{":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        elif letter == ":" and not depth and not (index == start + 1 and spec[start].isalpha()):
            parts.append(spec[start:index])
            start = index + 1
    return [*parts, spec[start:]]


def _last(options: list[str], wanted: frozenset[str] | tuple[str, ...]) -> str:
    return next((o for o in reversed(options) if o in wanted), "")

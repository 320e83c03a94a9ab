"""What well-known public images start by themselves, and how an image reference is taken apart."""

from __future__ import annotations

import re

from forkfit.model.record import Record
from forkfit.model.text import Text, assumed
from forkfit.model.value import Known, Unknown, Value

# What Docker gives a container whose image sets no PATH (moby, oci/defaults.go); the base images add to it.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Set by the machine that builds (BuildKit, "Automatic platform ARGs in the global scope").
_PLATFORM = """
BUILDARCH BUILDOS BUILDPLATFORM BUILDVARIANT TARGETARCH TARGETOS TARGETPLATFORM TARGETVARIANT TARGETSTAGE
"""
PLATFORM_ARGS = frozenset(_PLATFORM.split())

_REGISTRIES = re.compile(r"(?:(?:index\.|registry-1\.)?docker\.io/|public\.ecr\.aws/docker/|mirror\.gcr\.io/)?(?:library/)?(.+)")


class Reference(Record):
    """An image reference in its parts: ``registry/owner/name``, tag and digest, empty where not written."""

    name: str
    tag: str = ""
    digest: str = ""

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rsplit("/", 1)[-1]


def reference(written: str) -> Reference:
    """Take a reference apart; Docker's own registry and `library` go without saying."""
    name, _, digest = written.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        name = head
    else:
        tag = ""
    found = _REGISTRIES.fullmatch(name)
    return Reference(found.group(1) if found else name, tag, digest)


# Entrypoint and command, as the Dockerfiles of the official images (docker-library/official-images) and of
# astral-sh/uv-docker-builds state them.
_SHELL: tuple[tuple[str, ...], tuple[str, ...]] = ((), ("bash",))
_STARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "almalinux": ((), ("/bin/bash",)),
    "alpine": ((), ("/bin/sh",)),
    "amazonlinux": ((), ("/bin/bash",)),
    "busybox": ((), ("sh",)),
    "debian": _SHELL,
    "fedora": ((), ("/bin/bash",)),
    "ghcr.io/astral-sh/uv": ((), ("/usr/local/bin/uv",)),
    "node": (("docker-entrypoint.sh",), ("node",)),
    "pypy": ((), ("pypy3",)),
    "python": ((), ("python3",)),
    "rockylinux": ((), ("/bin/bash",)),
    "ubuntu": ((), ("/bin/bash",)),
}


def starts(base: Text) -> tuple[Value[tuple[Text, ...]], Value[tuple[Text, ...]]]:
    """Return the entrypoint and the command that an image brings along, both Unknown where it is no well-known one."""
    if not base.is_known:
        why = Unknown("which image this one is built from is decided only when it is built", base.trail)
        return why, why
    known = _STARTS.get(reference(base.plain).name)
    if known is None:
        return (
            Unknown(f"the entrypoint of the image {base.plain} does not stand in the repository", base.trail),
            Unknown(f"the command of the image {base.plain} does not stand in the repository", base.trail),
        )
    note = f"what the image {base.plain} starts"
    entrypoint, command = (tuple(assumed(word, note) for word in words) for words in known)
    return Known(entrypoint, base.trail), Known(command, base.trail)

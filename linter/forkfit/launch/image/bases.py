"""What well-known public images start by themselves, and how an image reference is taken apart."""

from __future__ import annotations

import re

from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.text import Text, assumed
from forkfit.model.value import Absent, Known, Unknown, Value

# What Docker gives a container whose image sets no PATH (moby, oci/defaults.go); the base images add to it.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Set by the machine that builds (BuildKit, "Automatic platform ARGs in the global scope").
_PLATFORM = """
BUILDARCH BUILDOS BUILDPLATFORM BUILDVARIANT TARGETARCH TARGETOS TARGETPLATFORM TARGETVARIANT TARGETSTAGE
"""
PLATFORM_ARGS = frozenset(_PLATFORM.split())

_REGISTRIES = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/")


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
    registry = next((one for one in _REGISTRIES if name.startswith(one)), "")
    for prefix in (registry, "library/"):
        name = name.removeprefix(prefix) or name
    return Reference(name, tag, digest)


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


# The Python that the distribution's own packages install (packages.ubuntu.com, packages.debian.org), by what a tag says.
_DISTRIBUTIONS: tuple[tuple[str, str], ...] = (
    (r"ubuntu:?18\.04|bionic", "3.6"),
    (r"ubuntu:?20\.04|focal", "3.8"),
    (r"ubuntu:?22\.04|jammy", "3.10"),
    (r"ubuntu:?24\.04|noble", "3.12"),
    (r"debian:?10|buster", "3.7"),
    (r"debian:?11|bullseye", "3.9"),
    (r"debian:?12|bookworm", "3.11"),
    (r"debian:?13|trixie", "3.13"),
)


def python_version(base: Value[Text]) -> Value[str]:
    """Return the Python that an image brings along, as ``3.11``, by its name and tag; Absent where they say nothing."""
    if not isinstance(base, Known):
        return base if isinstance(base, Absent | Unknown) else Unknown("which image this one is built from is not known")
    if not base.value.is_known:
        return Unknown("which image this one is built from is decided only when it is built", base.value.trail)
    image = reference(base.value.plain)
    said = re.match(r"(\d\.\d+)", image.tag) if image.last in ("python", "pypy") else None
    said = said or re.search(r"python-?(\d\.?\d+)", f"{image.last}:{image.tag}") or re.search(r"\bpy(\d\.?\d+)", image.tag)
    if said:
        digits = said.group(1)
        return Known(digits if "." in digits else f"{digits[0]}.{digits[1:]}", base.value.trail)
    for pattern, version in _DISTRIBUTIONS:
        if image.last not in ("python", "pypy") and re.search(pattern, f"{image.last}:{image.tag}"):
            return Known(version, (*base.value.trail, Step(Role.ASSUMED, None, f"the Python of the packages of {base.value.plain}")))
    return Absent(f"the image {base.value.plain} does not say which Python it has", base.value.trail)

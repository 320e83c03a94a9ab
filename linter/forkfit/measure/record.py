"""Write down what was measured, at the root of the project, beside what was measured before."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from typing import Any

from forkfit import __version__
from forkfit.files import Disk
from forkfit.model.report import Unusable
from forkfit.model.trouble import Trouble
from forkfit.save import save
from forkfit.weigh.measured import NAME, VERSION, read_measured


def write(root: str, application: Mapping[str, Any], weights: Iterable[Mapping[str, Any]]) -> str:
    """Put a measurement into the file at the root, in place of an older one of the same, and return the file's path."""
    path = os.path.join(root, NAME)
    old = _old(root)
    kept = [e for e in old.get("applications", []) if _identity(e) != _identity(application)]
    named = {w["library"]: w for w in old.get("weights", [])} | {w["library"]: w for w in weights}
    whole = {
        "version": VERSION,
        "tool": {"name": "compose-lint", "distribution": "forkfit", "version": __version__},
        "applications": sorted([*kept, application], key=_identity),
        "weights": [named[name] for name in sorted(named)],
    }
    put(path, json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    return path


def put(path: str, text: str) -> None:
    """Write a file whole or not at all; raise Unusable where it cannot be written."""
    try:
        save(path, text.encode())
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}") from error


def host(cgroup: str, libc: str) -> dict[str, Any]:
    """Return what of this machine bears on the figures; not its name."""
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "libc": libc,
        "cpus": os.cpu_count(),
        "page_bytes": os.sysconf("SC_PAGE_SIZE"),
        "huge_pages": _first("/sys/kernel/mm/transparent_hugepage/enabled"),
        "cgroup": cgroup,
    }


def _first(path: str) -> str:
    """Return the choice in force, which the kernel puts in brackets."""
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read().partition("[")[2].partition("]")[0]
    except OSError:
        return ""


def _old(root: str) -> dict[str, Any]:
    """Return what the file holds; one that cannot be used is written anew."""
    files, told = Disk(root), list[Trouble]()
    if not files.is_file(NAME) or (read_measured(files, told.append) and told):
        return {}
    found: dict[str, Any] = json.loads(files.read_bytes(NAME))
    return found


def _identity(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(entry.get("app")), str(entry.get("module")), str(entry.get("service"))

"""Files that may well be Compose files, in a folder where none has a name that Compose looks for."""

from __future__ import annotations

import re
from posixpath import basename

from forkfit.files import below
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource

MOST_FOLDERS = 100
MOST_READ = 40  # YAML files opened, of names that say nothing
DEEPEST = 3  # folders below the one asked for

_ENDINGS = (".yaml", ".yml")
_SKIPPED = frozenset({"node_modules", "site-packages", "vendor", "venv"})


def unnamed(folder: str, files: Files) -> tuple[str, ...]:
    """Return the YAML files at and below a folder that are named for Compose, otherwise those that hold services; overrides last."""
    named: list[str] = []
    others: list[str] = []
    pending = [(folder, 0)]
    looked = 0
    while pending and looked < MOST_FOLDERS:
        looked += 1
        place, depth = pending.pop(0)
        for name in files.names(place):
            path = below(place, name)
            if name.endswith(_ENDINGS):
                (named if "compose" in name.lower() else others).append(path)
            elif depth < DEEPEST and not name.startswith(".") and name not in _SKIPPED and files.is_folder(path):
                pending.append((path, depth + 1))
    found = named or [path for path in others[:MOST_READ] if _has_services(path, files)]
    return tuple(sorted(found, key=lambda path: "override" in basename(path)))


def _has_services(path: str, files: Files) -> bool:
    try:
        return re.search(rb"^services\s*:\s*(?:#.*)?$", files.read_bytes(path), re.MULTILINE) is not None
    except BrokenSource:
        return False

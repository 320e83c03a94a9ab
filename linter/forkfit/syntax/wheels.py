"""What lock files tell of how distributions are built: by the names of their wheels, and by what they depend on."""

from __future__ import annotations

import re

from forkfit.model.source import Source
from forkfit.model.weight import Built
from forkfit.syntax.requirements import normalised

# Lock files that list the files of each distribution by name; that of Pipenv holds hashes only.
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")

_PACKAGE = re.compile(r"(?m)^\[\[packages?\]\][ \t]*$")
_NAME = re.compile(r'(?m)^name = "([^"]{1,200})"')
_PLATFORM = re.compile(r"-([A-Za-z0-9_.]{1,100})\.whl\b")
# A list ends with a bracket in the first column, a table with the next one.
_NEEDS = re.compile(r"(?ms)^dependencies = \[(.*?)^\]|^dependencies = \[([^\n]*)\]$|^\[package\.dependencies\]\n(.*?)(?=^\[|\Z)")
_DJANGO = re.compile(r'(?im)(?:name = "|^[ \t]*"|^)django(?=["\s<>=~!;\[=]|$)')


def built(source: Source) -> dict[str, Built]:
    """Return how each distribution of a lock file is built, by its normalised name; those it tells nothing of are left out.

    A wheel for any platform is plain Python; where there are wheels for platforms too, those are what gets installed.
    """
    found: dict[str, Built] = {}
    for block in _PACKAGE.split(source.text)[1:]:
        name = _NAME.search(block)
        platforms = {match[1] for match in _PLATFORM.finditer(block)}
        if name is None:
            continue
        if platforms - {"any"}:
            found[normalised(name[1])] = Built.NATIVE
        elif _needs_django(block):
            found[normalised(name[1])] = Built.ADDON
        elif platforms:
            found[normalised(name[1])] = Built.PURE
    return found


def _needs_django(block: str) -> bool:
    needs = _NEEDS.search(block)
    return needs is not None and any(_DJANGO.search(part) for part in needs.groups() if part)

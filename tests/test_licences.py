"""What is installed with the linter may be passed on by anyone: no dependency of a run asks for more than its notice."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

PERMISSIVE = re.compile(r"\b(MIT|Apache|BSD|ISC|PSF|Python Software Foundation|MPL|Mozilla Public License)\b", re.IGNORECASE)
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)


def closure(name):
    """Return the distributions that a run needs, directly or not, as far as they are installed here."""
    found = {}
    todo = [line for line in requires(name) or () if "extra ==" not in line]
    while todo:
        name = re.match(r"[\w.-]+", todo.pop())[0]
        name = re.sub(r"[-_.]+", "-", name).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another platform or version of Python
        todo += [line for line in found[name].requires or () if "extra ==" not in line]
    return found


def licence(held):
    """Return what a distribution says of its licence."""
    said = held.metadata
    return " ".join([said.get("License-Expression") or "", (said.get("License") or "")[:200], *(said.get_all("Classifier") or ())])


def test_every_dependency_has_a_permissive_licence():
    found = closure("forkfit")
    assert {"libcst", "pluggy", "ruamel-yaml", "jsonschema", "tree-sitter"} <= set(found)
    said = {name: licence(held) for name, held in found.items()}
    assert {name for name, text in said.items() if COPYLEFT.search(text)} == set()
    assert {name for name, text in said.items() if not PERMISSIVE.search(text)} == set()

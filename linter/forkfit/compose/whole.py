"""Whether a run has seen every project of the root, or only those that somebody named."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forkfit.compose.discover import projects
from forkfit.compose.request import Request
from forkfit.files import below
from forkfit.model.files import Files


def sees_all(requests: Iterable[Request], loaded: Collection[str], files: Files) -> bool:
    """Tell whether each folder with a project was asked for as a whole, or no file named for Compose is left that was not loaded."""
    folders = projects(".", files)
    if {request.folder for request in requests if not request.files}.issuperset(folders):
        return True
    named = (below(folder, name) for folder in folders for name in files.names(folder) if "compose" in name)
    return all(path in loaded for path in named if path.endswith((".yaml", ".yml")))

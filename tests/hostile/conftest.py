"""What the hostile tests share: projects written to disk, and runs that may take so much and no more."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


def beside(name):
    """Return a module of this folder."""
    found = importlib.util.spec_from_file_location(f"hostile_{name}", Path(__file__).parent / f"{name}.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


bounded = beside("bounded").bounded
BOMBS = beside("bombs").BOMBS


def write(folder, files):
    """Write files below a folder, scripts so that they may be run."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        place.chmod(0o755 if path.endswith(".sh") else 0o644)
    return folder


@pytest.fixture
def attack(tmp_path):
    """Return a function that lints files in a process of bounded memory and time."""

    def run(files, *arguments, environ=None):
        return bounded(write(tmp_path / "project", files), *(arguments or ("--root", ".")), environ=environ)

    return run


@pytest.fixture(params=BOMBS)
def bomb(request):
    """Return each of the bombs, with the exit status that it ends in."""
    return BOMBS[request.param]

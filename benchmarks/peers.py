"""The linters that speed.py compares with, each installed into a folder of its own where its registry allows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

# The security linter that owns our name on the package index, under its own name there.
NAMESAKE = "compose-lint (namesake)"


def peers(folder: Path) -> dict[str, list[str] | str]:
    """Return the command of each peer by its name, or why there is none; what is installed already is taken as it is."""
    installers: dict[str, Callable[[Path], list[str]]] = {"yamllint": _yamllint, NAMESAKE: _namesake, "dclint": _dclint}
    found: dict[str, list[str] | str] = {}
    for name, install in installers.items():
        try:
            found[name] = install(folder / name.split()[0])
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            found[name] = (said.strip().splitlines() or [str(error)])[-1]
    return found


def _yamllint(folder: Path) -> list[str]:
    del folder  # it comes with the `dev` extra
    found = shutil.which("yamllint", path=str(Path(sys.executable).parent)) or shutil.which("yamllint")
    if found is None:
        raise OSError("yamllint is not installed: pip install -e '.[dev]'")
    return [found]


def _namesake(folder: Path) -> list[str]:
    command = folder / "bin" / "compose-lint"
    if not command.exists():
        venv.create(folder, with_pip=True)
        _quietly([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "compose-lint"])
    return [str(command)]


def _dclint(folder: Path) -> list[str]:
    command = folder / "node_modules" / ".bin" / "dclint"
    if not command.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _quietly([shutil.which("npm") or "npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "dclint"])
    return [str(command)]


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)

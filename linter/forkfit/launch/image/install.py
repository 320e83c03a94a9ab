"""Commands of a build that install Python packages, and the files of the repository that they read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from forkfit.launch.image.ground import Ground, absolute, repository_paths
from forkfit.model.image import Install
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.span import whole_file
from forkfit.model.text import Text


class Installer(Record):
    """How one program installs: its subcommands, options whose value is a file, options whose value is a folder.

    `manifests` are read from the folder it runs in; with `folders` operands are folders with manifests as well, and
    ``--group`` reads the manifest of the folder it runs in.
    """

    subcommands: tuple[str, ...]
    files: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    folders: bool = False


_PIP = Installer(("install", "download", "wheel", "sync"), ("-r", "--requirement", "--requirements"), folders=True)
_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg")
_INSTALLERS: dict[str, Installer] = {
    "conda": Installer(("install", "create", "env"), ("-f", "--file")),
    "mamba": Installer(("install", "create", "env"), ("-f", "--file")),
    "micromamba": Installer(("install", "create", "env"), ("-f", "--file")),
    "pdm": Installer(("install", "sync", "export"), elsewhere=("-p", "--project"), manifests=("pyproject.toml", "pdm.lock")),
    "pip": _PIP,
    "pipenv": Installer(("install", "sync", "requirements", "lock"), manifests=("Pipfile", "Pipfile.lock")),
    "poetry": Installer(
        ("install", "export", "sync"), elsewhere=("-C", "--directory", "-P", "--project"), manifests=("pyproject.toml", "poetry.lock")
    ),
    "uv": Installer(
        ("sync", "export", "add", "lock"),
        ("-r", "--requirements"),
        elsewhere=("--directory", "--project"),
        manifests=("pyproject.toml", "uv.lock"),
    ),
}
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
_NUMBERED_PIP = re.compile(r"pip[\d.]*")


def install_of(words: Words, folder: str, ground: Ground) -> Install | None:
    """Return what a command installs; None for any other command."""
    name = basename(words[0].plain)
    rest = words[1:]
    if _PYTHON.fullmatch(name) and len(words) > 2:
        if words[1].plain == "-m":
            name, rest = words[2].plain, words[3:]
        elif words[1].plain == "setup.py" and words[2].plain in ("install", "develop"):
            return Install("setup.py", words, whole_file(""), folder, tuple(_manifests(_PROJECT, folder, ground)))
    if _NUMBERED_PIP.fullmatch(name):
        name = "pip"
    if name == "uv" and rest and rest[0].plain == "pip":
        name, rest = "pip", rest[1:]
    installer = _INSTALLERS.get(name)
    if installer is None:
        return None
    subcommand = next((word.plain for word in rest if not word.plain.startswith("-")), "")
    if subcommand not in installer.subcommands:
        return None
    return Install(name, words, whole_file(""), folder, tuple(dict.fromkeys(_files(installer, rest, folder, ground))))


def _files(installer: Installer, words: Words, folder: str, ground: Ground) -> Iterator[str]:
    """Yield the repository files that the command reads."""
    where = folder
    index = 0
    while index < len(words):
        word = words[index]
        option, equals, value = word.plain.partition("=")
        short = option[:2] if option[:1] == "-" and option[:2] != "--" and len(option) > 2 else ""
        if short in installer.files and not equals:
            option, equals, value = short, "=", word.plain[2:]
        if option in installer.files or option in installer.elsewhere:
            if not equals:
                index += 1
                word = words[index] if index < len(words) else Text()
                value = word.plain
            if not word.is_known and option in installer.elsewhere:
                return
            if option in installer.elsewhere:
                where = absolute(folder, value)
            elif word.is_known and value:
                standing = repository_paths(ground.layers, absolute(folder, value), ground.files)
                yield from (path for path in standing if ground.files.is_file(path))
        elif installer.folders and option == "--group":
            yield from _manifests(_PROJECT[:1], folder, ground)
        elif installer.folders and re.match(r"(?:\.{1,2}|/|\./.*|/.*)(?:\[.*\])?\Z", word.plain) and word.is_known:
            yield from _manifests(_PROJECT, absolute(folder, word.plain.partition("[")[0]), ground)
        index += 1
    yield from _manifests(installer.manifests, where, ground)


def _manifests(names: tuple[str, ...], folder: str, ground: Ground) -> Iterator[str]:
    for name in names:
        for path in repository_paths(ground.layers, absolute(folder, name), ground.files):
            if ground.files.is_file(path):
                yield path
                break

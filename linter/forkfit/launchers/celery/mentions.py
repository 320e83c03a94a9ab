"""Whether anything in the repository reads a name: a variable by code, scripts and Compose files, a setting by Python code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import splitext
from weakref import WeakKeyDictionary

from forkfit.files import below, read_text
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource

MOST_FILES = 4_000
MOST_CHARACTERS = 24 * 1024**2

_PYTHON = frozenset((".py", ".pyi"))
# Where a name counts as read wherever it stands, but for what is plainly an assignment.
_SCRIPTS = frozenset(
    suffix
    for kinds in (
        ("", ".sh", ".bash", ".zsh", ".ksh", ".ash", ".bat", ".ps1", ".run", ".start", ".init", ".envrc", ".mk"),
        (".conf", ".cfg", ".ini", ".toml", ".service", ".j2", ".jinja", ".tmpl", ".tpl", ".template", ".tf", ".hcl", ".nomad"),
        (".js", ".mjs", ".ts", ".rb", ".go", ".php", ".pl", ".rs", ".java"),
    )
    for suffix in kinds
)
# Where a name counts as read only behind a dollar.
_DATA = frozenset((".yml", ".yaml", ".env", ".json"))
_PASSED_BY = frozenset((".git", ".hg", ".svn", ".tox", ".venv", "venv", "node_modules", "__pycache__", "site-packages", "dist"))
_LOOKS_AT_ALL = re.compile(r"environ\.(?:items|keys)\(\)|in os\.environ:")


class _Read(Record):
    """The texts of a repository that may read a name, by kind; `whole` is False where there are more than are looked at."""

    python: tuple[str, ...]
    scripts: tuple[str, ...]
    data: tuple[str, ...]
    whole: bool


# By the files that were read, for as long as anyone holds them: the services of a project ask the same question.
_READ: WeakKeyDictionary[Files, _Read] = WeakKeyDictionary()
_PYTHON_TEXTS: WeakKeyDictionary[Files, tuple[str, ...] | None] = WeakKeyDictionary()


def reads_variable(name: str, files: Files) -> bool:
    """Tell whether something in the repository may read a variable; True where it is too large to say."""
    read = _all(files)
    # Settings classes take names in any case, without a prefix that they state.
    tail = name.partition("_")[2] or name
    word = re.compile(rf"(?<![A-Za-z0-9]){name}\b", re.IGNORECASE)
    prefixed = re.compile(rf"\b{tail}\b", re.IGNORECASE)
    assigned_apart = re.compile(rf"(?<![A-Za-z0-9]){name}\b(?!\s*=)")
    return (
        not read.whole
        or any(word.search(t) or _LOOKS_AT_ALL.search(t) or ("prefix" in t and prefixed.search(t)) for t in read.python)
        or any(assigned_apart.search(text) for text in read.scripts)
        or any(_used(name, text) for text in read.data)
    )


def reads_setting(name: str, files: Files) -> bool:
    """Tell whether Python code in the repository may read a setting that other code assigns; True where it is too large to say."""
    read = _all(files)
    assigned = re.compile(rf"^\s*{name}\s*(?::[^=\n]*)?=(?!=).*$|(?<=[(,\s]){name}\s*=(?!=)|\.{name}\s*=(?!=)", re.MULTILINE)
    word = re.compile(rf"\b{name}\b")
    return not read.whole or any(name in text and word.search(assigned.sub("", text)) for text in read.python)


def python_texts(files: Files) -> tuple[str, ...] | None:
    """Return the text of each Python file of the repository; None where it is too large to say."""
    try:
        if files not in _PYTHON_TEXTS:
            _PYTHON_TEXTS[files] = _texts(files)
        return _PYTHON_TEXTS[files]
    except TypeError:  # these files cannot be referred to weakly
        return _texts(files)


def files_of(kind: str, files: Files) -> tuple[tuple[str, str], ...] | None:
    """Return each file of the repository of a kind, python or scripts, with its text; None where it is too large to say."""
    found: list[tuple[str, str]] = []
    left = MOST_CHARACTERS
    for path in _paths(files):
        if _kind(path) != kind:
            continue
        try:
            text = read_text(files, path).text
        except BrokenSource:
            continue
        found.append((path, text))
        left -= len(text)
        if len(found) > MOST_FILES or left < 0:
            return None
    return tuple(found)


def _texts(files: Files) -> tuple[str, ...] | None:
    found = files_of("python", files)
    return None if found is None else tuple(text for _, text in found)


def _used(name: str, text: str) -> bool:
    """Tell whether a variable stands behind a dollar, and not only to be handed on under its own name."""
    for found in re.finditer(rf"\$\{{?{name}\b", text):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if not re.fullmatch(rf"\s*(?:-\s*)?[\"']?{name}[\"']?\s*[:=]\s*[\"']?", before):
            return True
    return False


def _all(files: Files) -> _Read:
    try:
        known = _READ.get(files)
        if known is None:
            known = _READ[files] = _read(files)
    except TypeError:  # these files cannot be referred to weakly
        return _read(files)
    return known


def _read(files: Files) -> _Read:
    kinds: dict[str, list[str]] = {"python": [], "scripts": [], "data": []}
    left = MOST_CHARACTERS
    for number, path in enumerate(_paths(files)):
        kind = _kind(path)
        try:
            text = read_text(files, path).text if kind else ""
        except BrokenSource:
            continue
        left -= len(text)
        if number >= MOST_FILES or left < 0:
            return _Read((), (), (), whole=False)
        if kind:
            kinds[kind].append(text)
    return _Read(tuple(kinds["python"]), tuple(kinds["scripts"]), tuple(kinds["data"]), whole=True)


def _kind(path: str) -> str:
    name = path.rpartition("/")[2]
    suffix = splitext(name)[1].lower()
    if suffix in _PYTHON:
        return "python"
    if suffix in _DATA or name.startswith(".env"):
        return "data"
    return "scripts" if suffix in _SCRIPTS or "dockerfile" in name.lower() else ""


def _paths(files: Files) -> Iterator[str]:
    """Yield the files that may read a name, folder by folder."""
    folders = ["."]
    while folders:
        folder = folders.pop()
        for name in files.names(folder):
            path = below(folder, name)
            if _kind(path) and files.is_file(path):
                yield path
            elif name not in _PASSED_BY and files.is_folder(path):
                folders.append(path)

"""Files that say which distributions are installed: requirements, Pipfile, pyproject and the lock files, read to one shape."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import basename
from typing import Any

from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span, whole_file

MOST_LINES = 100_000


class Requirement(Record):
    """A distribution by its normalised name, the versions allowed, and where that stands. `python` is the interpreter.

    `version` is the exact one where the file pins it, otherwise empty; `specifier` is what is written, in the form of
    PEP 440 (Poetry's ``^`` and a bare number are put into it).
    """

    name: str
    version: str
    specifier: str
    at: Span


class Statement(Record):
    """What one file says: its requirements, and the further files it names by ``-r`` and ``-c``, as written."""

    requirements: tuple[Requirement, ...]
    includes: tuple[str, ...] = ()


def normalised(name: str) -> str:
    """Return the name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_lock(path: str) -> bool:
    """Tell whether the file pins whatever it names."""
    return basename(path) in _LOCKS or basename(path) == "Pipfile.lock"


def is_requirements(path: str) -> bool:
    """Tell whether a file says what is installed, by its name or the folder it stands in."""
    name = basename(path)
    if name in _LOCKS or name in ("Pipfile", "Pipfile.lock", "pyproject.toml", ".python-version", "runtime.txt"):
        return True
    if not name.endswith((".txt", ".in", ".pip")):
        return False
    return "requirements" in name or re.search(r"(?:^|/)requirements/[^/]*$", path) is not None


@lru_cache(maxsize=1024)  # the services of a project are installed from the same files
def read(source: Source) -> Statement:
    """Return what a file says; raise BrokenSource where it does not follow its own language."""
    name = basename(source.path)
    if name in _LOCKS:
        return Statement(_lock(source))
    if name == "Pipfile.lock":
        return Statement(_pipfile_lock(source))
    if name == "Pipfile":
        return Statement(_pipfile(source))
    if name == "pyproject.toml":
        return Statement(_pyproject(source))
    if name in (".python-version", "runtime.txt"):
        return Statement(_interpreter(source))
    return _lines(source)


_LOCKS = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"})
# PEP 508 as far as it matters here: a name, extras, versions up to a marker.
_REQUIREMENT = (
    r" ?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*) ?(?:\[[^\]]*\] ?)?\(?"
    r"(?P<versions>(?:[<>=!~]{1,3} ?[^;,#\s()<>=!~]+ ?,? ?)*)\)? ?(?:[;@#].*|--.*|)$"
)
_EXACT = r"={2,3}\s*v?([0-9][0-9A-Za-z.+!-]*)"
_EGG = r"#egg=([A-Za-z0-9][A-Za-z0-9._-]*)"
_INCLUDE = r"\s*(?:-r|-c|--requirement|--constraint)[ =]?\s*(?P<path>[^\s#]+)"
_ENTRY = r'(name|version)\s*=\s*"([^"]*)"'


def _requirement(text: str, at: Span) -> Requirement | None:
    match = re.match(_REQUIREMENT, " ".join(text.split()))
    if match is None:
        return None
    versions = match["versions"].replace(" ", "").rstrip(",")
    exact = re.fullmatch(_EXACT, versions)
    return Requirement(normalised(match["name"]), exact[1] if exact else "", versions, at)


def _line_span(source: Source, number: int) -> Span:
    line = source.line(number)
    start = len(line) - len(line.lstrip()) + 1
    return Span(source.path, number, start, number, max(len(line.rstrip()) + 1, start))


def _lines(source: Source) -> Statement:
    """Read a requirements file, a line at a time; a line that is no requirement says nothing."""
    found: list[Requirement] = []
    includes: list[str] = []
    for number in range(1, min(len(source.starts), MOST_LINES) + 1):
        line = source.line(number).rstrip("\\").rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        include = re.match(_INCLUDE, line)
        if include:
            includes.append(include["path"])
            continue
        egg = re.search(_EGG, line)
        at = _line_span(source, number)
        if egg:
            found.append(Requirement(normalised(egg[1]), "", "", at))
        elif requirement := _requirement(line, at):
            found.append(requirement)
    return Statement(tuple(found), tuple(includes))


def _interpreter(source: Source) -> tuple[Requirement, ...]:
    found = re.match(r"\s*(?:python-|cpython@|cpython-)?(\d+\.\d+(?:\.\d+)?)\s*(?:\n|$)", source.text)
    return (Requirement("python", found[1], f"=={found[1]}", _line_span(source, 1)),) if found else ()


def _lock(source: Source) -> tuple[Requirement, ...]:
    """Read a lock file of tables ``[[package]]`` by its lines: they may be huge, and their writers are machines."""
    found: list[Requirement] = []
    inside, name, at = False, "", whole_file(source.path)
    for number, line in enumerate(source.text.splitlines()[:MOST_LINES], 1):
        if line.startswith("["):
            inside, name = line.startswith(("[[package]]", "[[packages]]")), ""
            continue
        match = re.match(_ENTRY, line) if inside else None
        if match is None:
            continue
        if match[1] == "name":
            name, at = match[2], _line_span(source, number)
        elif name:
            at = at.replace(end_line=number, end_column=len(line) + 1)
            found.append(Requirement(normalised(name), match[2], f"=={match[2]}", at))
            name = ""
    return tuple(found)


def _pipfile_lock(source: Source) -> tuple[Requirement, ...]:
    import json

    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise BrokenSource(f"this is no JSON: {error}", whole_file(source.path)) from error
    found: list[Requirement] = []
    for section in ("default", "develop"):
        for name, entry in _table(document, section).items():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str) and (requirement := _requirement(f"{name}{version}", _key_span(source, f'"{name}"'))):
                found.append(requirement)
    python = _table(_table(document, "_meta"), "requires").get("python_version")
    if isinstance(python, str):
        found.append(Requirement("python", python, f"=={python}", _key_span(source, '"python_version"')))
    return tuple(found)


def _pipfile(source: Source) -> tuple[Requirement, ...]:
    document = _toml(source)
    return tuple(
        Requirement(normalised(name), *_versions(entry), _key_span(source, name))
        for section in ("packages", "dev-packages")
        for name, entry in _table(document, section).items()
    )


def _pyproject(source: Source) -> tuple[Requirement, ...]:
    document = _toml(source)
    project, poetry = _table(document, "project"), _table(_table(document, "tool"), "poetry")
    texts: list[Any] = [*_list(project.get("dependencies"))]
    for group in (*_table(project, "optional-dependencies").values(), *_table(document, "dependency-groups").values()):
        texts.extend(_list(group))
    found = [r for text in texts if isinstance(text, str) and (r := _requirement(text, _key_span(source, text)))]
    tables = [poetry, *(t for t in _table(poetry, "group").values() if isinstance(t, dict))]
    for table in tables:
        for section in ("dependencies", "dev-dependencies"):
            for name, entry in _table(table, section).items():
                found.append(Requirement(normalised(name), *_versions(entry), _key_span(source, name)))
    python = project.get("requires-python")
    if isinstance(python, str):
        found.append(Requirement("python", "", python.replace(" ", ""), _key_span(source, "requires-python")))
    return tuple(found)


def _versions(entry: object) -> tuple[str, str]:
    """Return the exact version and the specifier of an entry in the manner of Poetry and Pipenv."""
    if isinstance(entry, list):
        entry = entry[0] if entry else ""
    text = entry.get("version", "") if isinstance(entry, dict) else entry
    if not isinstance(text, str) or text.strip() in ("", "*"):
        return "", ""
    parts = [part.strip() for part in text.split(",")]
    specifier = ",".join(_pep440(part) for part in parts)
    exact = re.fullmatch(_EXACT, specifier)
    return (exact[1] if exact else ""), specifier


def _pep440(part: str) -> str:
    """Put one of Poetry's version forms into PEP 440's."""
    part = part.replace(" ", "")
    if part[:1] == "^":
        numbers = [int(n) for n in re.findall(r"\d+", part)[:3]]
        keep = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
        above = ".".join(str(n) for n in [*numbers[:keep], numbers[keep] + 1]) if numbers else "0"
        return f">={part[1:]},<{above}"
    if part[:1] == "~" and part[:2] != "~=":
        numbers = [int(n) for n in re.findall(r"\d+", part)[:2]]
        above = ".".join(str(n) for n in [*numbers[:-1], numbers[-1] + 1]) if numbers else "0"
        return f">={part[1:]},<{above}"
    return part if part[:1] in "<>=!~" else f"=={part}"


def _toml(source: Source) -> dict[str, Any]:
    from forkfit.syntax.toml import loads

    try:
        return loads(source.text)
    except ValueError as error:
        raise BrokenSource(f"this is no TOML: {error}", whole_file(source.path)) from error


def _table(document: object, name: str) -> dict[str, Any]:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def _list(entry: object) -> list[Any]:
    return entry if isinstance(entry, list) else []


def _key_span(source: Source, text: str) -> Span:
    """Return where a key or a string stands; the file as a whole where it cannot be found again."""
    begin = source.text.find(text)
    while begin > 0 and (source.text[begin - 1].isalnum() or source.text[begin - 1] in "-_."):
        begin = source.text.find(text, begin + 1)
    return source.span(begin, begin + len(text)) if begin >= 0 else whole_file(source.path)

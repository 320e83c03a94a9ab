"""Which distributions are installed beside an application, and in which version, by the nearest files that say so."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import dirname

from forkfit.files import below, inside, read_text, tidy
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.span import Role, Step
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Value
from forkfit.syntax import requirements
from forkfit.syntax.requirements import Requirement, normalised

MOST_FILES = 60
# Folders beside the code in which projects keep what only the image needs.
_BESIDE = ("requirements", "deploy", "deployment", "docker", "deps", "build")


class Installed(Record):
    """What the files of one folder say, the strongest first: lock files, then pins, then what is merely allowed."""

    folder: str
    requirements: tuple[Requirement, ...]

    def find(self, name: str) -> Requirement | None:
        """Return the strongest statement about a distribution, None where there is none."""
        wanted = normalised(name)
        found = [r for r in self.requirements if r.name == wanted]
        return next((r for r in found if r.version), found[0] if found else None)


def stated(files: Files, near: str, tell: Tell | None = None) -> tuple[Installed, ...]:
    """Return what the folders from `near` up to the root say, the nearest first; folders that say nothing are left out."""
    found = []
    folder = tidy(near)
    while inside(folder):
        if said := _folder(files, folder, tell):
            found.append(Installed(folder, said))
        if folder == ".":
            break
        folder = dirname(folder) or "."
    return tuple(found)


def installed(files: Files, near: str) -> frozenset[str] | None:
    """Return the normalised names of all distributions that the nearest files name; None where no file says anything."""
    said = stated(files, near)
    return frozenset(r.name for r in said[0].requirements if r.name != "python") if said else None


def pins_of(said: tuple[Installed, ...], name: str) -> tuple[Known[str], ...]:
    """Return the different versions that the files of the nearest folder pin, the strongest statement first."""
    wanted = normalised(name)
    for folder in said:
        pins = [r for r in folder.requirements if r.name == wanted and r.version and "*" not in r.version]
        if pins:
            first = {r.version: r for r in reversed(pins)}
            return tuple(Known(r.version, (Step(Role.WRITTEN, r.at),)) for r in pins if first[r.version] is r)
    return ()


def version_of(said: tuple[Installed, ...], name: str, released: tuple[str, ...] = ()) -> Value[str]:
    """Return the version that the nearest statement pins, else the newest of the released ones that it allows; else Absent."""
    for folder in said:
        requirement = folder.find(name)
        if requirement is None:
            continue
        written = Step(Role.WRITTEN, requirement.at)
        if requirement.version and "*" not in requirement.version:
            return Known(requirement.version, (written,))
        newest = next((v for v in reversed(released) if allows(requirement.specifier, v)), None)
        if newest is not None:
            note = f"{newest} is the newest that {requirement.specifier or 'this'} allows"
            return Known(newest, (written, Step(Role.ASSUMED, None, note)))
    return Absent(f"no file says which {name} is installed")


def version_beside(files: Files, near: str, name: str, released: tuple[str, ...]) -> Value[str]:
    """Return the version that the files from a folder up to the root give a distribution; see `version_of`."""
    return version_of(stated(files, near), name, released)


def allows(specifier: str, version: str) -> bool:
    """Tell whether a PEP 440 specifier allows a final release; parts that are not understood allow everything."""
    wanted = numbers(version)
    return all(_allows_one(part, wanted) for part in specifier.split(",") if part)


def _allows_one(part: str, version: tuple[int, ...]) -> bool:
    match = re.match(r"(===|==|~=|!=|<=|>=|<|>)v?([0-9]+(?:\.[0-9]+)*)(\.\*)?", part.replace(" ", ""))
    if match is None:
        return True
    operator, star = match[1], bool(match[3])
    bound = numbers(match[2])
    if star or operator == "~=":
        series = bound if star else bound[:-1]
        same = version[: len(series)] == series
        return {"==": same, "!=": not same, "~=": same and _padded(version) >= _padded(bound)}.get(operator, True)
    left, right = _padded(version), _padded(bound)
    return {
        "==": left == right,
        "===": left == right,
        "!=": left != right,
        "<=": left <= right,
        ">=": left >= right,
        "<": left < right,
        ">": left > right,
    }[operator]


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, in their order."""
    return tuple(int(n) for n in re.findall(r"\d{1,9}", version)[:5])


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return (*numbers, *(0 for _ in range(5 - len(numbers))))


@lru_cache(maxsize=1024)  # every project of a run asks in the root, which may have a folder for each
def _telling(names: tuple[str, ...], above: str = "") -> tuple[str, ...]:
    """Return the names of a folder that are of files which say what is installed."""
    return tuple(name for name in names if requirements.is_requirements(f"{above}{name}"))


def _folder(files: Files, folder: str, tell: Tell | None) -> tuple[Requirement, ...]:
    names = [below(folder, n) for n in _telling(files.names(folder))]
    for beside in _BESIDE:
        if not names or beside == "requirements":
            inner = below(folder, beside)
            names += [below(inner, n) for n in _telling(files.names(inner), f"{beside}/")]
    found: list[Requirement] = []
    done: set[str] = set()
    pending = sorted(names, key=_strength)
    while pending and len(done) < MOST_FILES:
        path = pending.pop(0)
        if path in done or not inside(path) or not files.is_file(path):
            continue
        done.add(path)
        try:
            said = requirements.read(read_text(files, path))
        except BrokenSource as broken:
            if tell is not None:
                tell(Trouble(Kind.UNREADABLE, str(broken), broken.at, broken.cure))
            continue
        found.extend(said.requirements)
        pending.extend(below(dirname(path), include) for include in said.includes)
    return tuple(found)


def _strength(path: str) -> tuple[int, int, str]:
    """Order lock files before requirements, requirements.txt before its variants, and manifests last."""
    name = path.rpartition("/")[2]
    kind = 0 if requirements.is_lock(path) else 2 if name in ("pyproject.toml", "Pipfile") else 1
    return kind, 0 if name == "requirements.txt" else 1, path

"""Find Compose files as Compose finds them: the one project of a folder, and all projects of a tree."""

from __future__ import annotations

from posixpath import dirname, join
from typing import TYPE_CHECKING

from forkfit.compose.bounds import MOST_FOLDERS
from forkfit.compose.reading import Reading
from forkfit.files import tidy
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file
from forkfit.model.trouble import Kind, Trouble

if TYPE_CHECKING:
    from forkfit.syntax.gitignore import GitIgnoreSpec

# In the order of preference; the order of the endings differs, and any override goes with any base.
BASE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
GITIGNORE = ".gitignore"
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
_NEVER = frozenset(
    (".git", ".hg", ".svn", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox", ".venv", "__pycache__", "node_modules")
)
# Folders whose files are another program's, whatever their names: a workflow called compose.yml is no Compose file.
_WORKFLOWS = (".github/workflows", ".gitea/workflows", ".forgejo/workflows")
# Asking the disk what a name is costs more than all the rest of a search, and no folder is called so.
_FILE_ENDINGS = (
    *(".c", ".cc", ".cfg", ".conf", ".cpp", ".css", ".csv", ".dart", ".env", ".gif", ".go", ".gz", ".h", ".html", ".ico", ".ini"),
    *(".ipynb", ".java", ".jpeg", ".jpg", ".js", ".json", ".jsx", ".kt", ".lock", ".log", ".md", ".mjs", ".mo", ".mp3", ".mp4"),
    *(".pdf", ".php", ".png", ".po", ".pxd", ".py", ".pyc", ".pyi", ".pyx", ".rb", ".rs", ".rst", ".scss", ".sh", ".so", ".sql"),
    *(".svg", ".toml", ".ts", ".tsx", ".ttf", ".txt", ".vue", ".wasm", ".webp", ".whl", ".woff", ".woff2", ".xml", ".yaml", ".yml", ".zip"),
)


class _Ignored(Record):
    """Patterns of one .gitignore, and the folder at which they start.

    `names` and `paths` are the folders that its simple patterns name; `compiled` is filled when it is first asked in full.
    """

    folder: str
    lines: tuple[str, ...]
    names: frozenset[str]
    paths: frozenset[str]
    compiled: list[GitIgnoreSpec]

    def says(self, path: str) -> bool | None:
        """Tell whether a file is ignored; None where no pattern speaks of it."""
        if not self.compiled:
            from forkfit.syntax.gitignore import says

            self.compiled.append(says(self.lines))
        return self.compiled[0].check_file(path if self.folder == "." else path[len(self.folder) + 1 :]).include


def looked_up(folder: str, reading: Reading) -> tuple[str, ...]:
    """Return the base file and the override of the nearest folder, from here upwards, that has a base file."""
    while not reading.is_outside(folder):
        names = frozenset(reading.files.names(reading.shown(folder)))
        base = _preferred(BASE_NAMES, "config", folder, names, reading)
        if base is not None:
            override = _preferred(OVERRIDE_NAMES, "override", folder, names, reading)
            return (base,) if override is None else (base, override)
        if folder in ("/", reading.root):
            break
        folder = dirname(folder)
    return ()


def _preferred(wanted: tuple[str, ...], what: str, folder: str, names: frozenset[str], reading: Reading) -> str | None:
    found = [join(folder, name) for name in wanted if name in names]
    if len(found) > 1:
        at = whole_file(reading.shown(found[0]))
        reading.tell(Trouble(Kind.WARNING, f"Found multiple {what} files with supported names: {', '.join(found)}", at))
        reading.tell(Trouble(Kind.WARNING, f"Using {found[0]}", at))
    return found[0] if found else None


def projects(folder: str, files: Files, exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the folders at and below this one in which Compose would find a base file, in the order of their paths.

    Left out are what .gitignore ignores, what `exclude` (patterns as in .gitignore, from the root) names, and folders of
    tools and packages; but the folder itself, which somebody named, is taken also where it is ignored.
    """
    start = tidy(folder)
    excluded = _ignored_by(".", exclude)
    above = _above(start, files)
    if _is_ignored(_below(start, "x"), above):
        above = ()
    found: list[str] = []
    pending = [(start, (*above, *excluded))]
    looked = 0
    while pending and looked < MOST_FOLDERS:
        looked += 1
        place, ignored = pending.pop()
        names = files.names(place)
        if GITIGNORE in names and place != start:
            ignored = (*_ignored_by(place, _lines(place, files)), *ignored)
        base = next((name for name in BASE_NAMES if name in names), None)
        if base is not None and not _is_ignored(_below(place, base), excluded if place == start else ignored):
            found.append(place)
        for name in names:
            path = _below(place, name)
            if (
                name in _NEVER
                or name.endswith(_FILE_ENDINGS)
                or path.endswith(_WORKFLOWS)
                or any(name in i.names or path in i.paths for i in ignored)
            ):
                continue
            if files.is_folder(path) and not files.is_file(_below(path, _VIRTUAL_ENVIRONMENT)):
                pending.append((path, ignored))
    return tuple(sorted(found, key=lambda path: () if path == "." else tuple(path.split("/"))))


def _above(folder: str, files: Files) -> tuple[_Ignored, ...]:
    """Return what the .gitignore files of a folder and of those above it say, the nearest first."""
    chain = [folder]
    while chain[-1] not in (".", ""):
        chain.append(dirname(chain[-1]) or ".")
    return tuple(ignored for place in chain for ignored in _ignored_by(place, _lines(place, files)))


def _lines(folder: str, files: Files) -> tuple[str, ...]:
    path = _below(folder, GITIGNORE)
    try:
        return tuple(files.read_bytes(path).decode("utf-8", "replace").splitlines()) if files.is_file(path) else ()
    except BrokenSource:
        return ()


def _ignored_by(folder: str, lines: tuple[str, ...]) -> tuple[_Ignored, ...]:
    """Return the patterns; where none takes another back, the folders that simple ones name need not be looked into."""
    lines = tuple(line for line in lines if line.strip() and not line.startswith("#"))
    names: set[str] = set()
    paths: set[str] = set()
    for line in () if any(line.startswith("!") for line in lines) else lines:
        plain = line.strip().removesuffix("/**").removesuffix("/*").rstrip("/")
        if not plain or any(sign in plain for sign in "*?[\\"):
            continue
        if "/" in line.strip().rstrip("/"):
            paths.add(_below(folder, plain.lstrip("/")))
        else:
            names.add(plain)
    return (_Ignored(folder, lines, frozenset(names), frozenset(paths), []),) if lines else ()


def _is_ignored(path: str, ignored: tuple[_Ignored, ...]) -> bool:
    """Tell whether a file is ignored: the nearest .gitignore that speaks of it decides, and what the user excludes."""
    return next((word for word in (spec.says(path) for spec in ignored) if word is not None), False)


def _below(folder: str, name: str) -> str:
    return name if folder in (".", "") else f"{folder}/{name}"

"""From the name of a module to its file, as Python inside the container would find it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from posixpath import dirname, join, normpath
from weakref import WeakKeyDictionary

from forkfit.evaluate.python.places import Place, nearby, python_path, with_sources
from forkfit.evaluate.python.shadows import LOADED_LIBRARIES, UNLOADED_STANDARD
from forkfit.files import below, read_text
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source, source
from forkfit.model.span import Span, whole_file
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Known, Value
from forkfit.syntax.python import parse, span_of

MOST_MODULES = 5000


class Lack(Enum):
    """Why a module is not among the project's own."""

    FOREIGN = "a library"
    STANDARD = "the standard library"
    LOST = "not found"


class Missing(Record):
    """A module that no file of the project holds."""

    name: str
    lack: Lack
    why: str


class Module(Record):
    """A module of the project, by its dotted name. `places` are where a package looks for its parts.

    A namespace package has no file of its own: its `path` is empty. `broken` says why a file could not be read; its
    tree is then empty.
    """

    name: str
    path: str
    is_package: bool
    source: Source
    tree: ast.Module
    places: tuple[Place, ...] = ()
    broken: str = ""

    def span(self, node: ast.AST) -> Span:
        """Return the place of a node of the tree."""
        return span_of(node, self.source)

    @property
    def at(self) -> Span:
        """The file as a whole."""
        return whole_file(self.path or (self.places[0].path if self.places else "."))


def modules_of(view: View, files: Files, tell: Tell, app: str = "") -> Modules:
    """Return the modules that a process in the container can import.

    The working directory comes first, then PYTHONPATH. Where neither is known to hold the module `app`, the first of
    the nearby folders that does stands in, with an assumed step.
    """
    mapped = [Place(path, in_container=True) for path in python_path(view)]
    modules = Modules(view, files, tell, with_sources(mapped, view, files))
    if app and not modules.holds(app):
        for folder in nearby(view, files):
            guessed = modules.looking_in((folder, *modules.roots))
            if guessed.holds(app):
                return modules.looking_in(with_sources((folder, *mapped), view, files))
    elif not app:
        return modules.looking_in((*modules.roots, *nearby(view, files)))
    return modules


class Modules:
    """The project's modules by name, each read and parsed once; grows as it is asked."""

    def __init__(self, view: View, files: Files, tell: Tell, roots: Iterable[Place]) -> None:
        """Look for modules in these folders, in their order."""
        self.roots = tuple(roots)
        self.files = files
        self._view = view
        self.tell = tell
        self._found: dict[str, Module | Missing] = {}
        self._parsed: dict[str, tuple[Source, ast.Module, str]] = {}
        self._asked: set[str] = set()
        try:
            self._read_before = _READ.setdefault(files, {})
        except TypeError:  # these files cannot be referred to weakly
            self._read_before = {}

    @property
    def loaders(self) -> frozenset[str]:
        """The callables of libraries that load models, beside those that everybody knows."""
        return self._view.loaders

    def answer_alike(self, other: Modules) -> bool:
        """Tell whether all that was asked for here is found in the same files there: a volume of data changes no module."""
        if [(p.path, p.in_container) for p in self.roots] != [(p.path, p.in_container) for p in other.roots]:
            return False
        if _plain(self.cpuset) != _plain(other.cpuset):
            return False
        above = {folder for path in self._asked for folder in _with_parents(path)}

        def met(modules: Modules) -> list[tuple[object, ...]]:
            paths = ((m.source, normpath(m.target), m.excluded) for m in modules._view.paths)
            return [m for m in paths if m[1] in above or not self._asked.isdisjoint(_with_parents(m[1]))]

        return met(self) == met(other)

    def looking_in(self, roots: Iterable[Place]) -> Modules:
        """Return the modules that are found in other folders; what was parsed is kept."""
        other = Modules(self._view, self.files, self.tell, roots)
        other._parsed = self._parsed
        return other

    def also_in(self, folder: str, *, first: bool) -> None:
        """Look in one more folder, as code does that adds to ``sys.path``; what was not found is looked for again.

        `folder` is a path of the container, or as ``__file__`` leads to it one of the repository.
        """
        place = Place(normpath(folder), in_container=folder.startswith("/"))
        if not place.in_container and not self.files.is_folder(place.path) and self.roots:
            place = Place(normpath(join(self.roots[0].path, folder)), self.roots[0].in_container)
        if place in self.roots or not self._is_folder(place):
            return
        self.roots = (place, *self.roots) if first else (*self.roots, place)
        self._found = {name: found for name, found in self._found.items() if isinstance(found, Module)}

    def find(self, name: str) -> Module | Missing:
        """Return a module by its absolute dotted name."""
        found = self._found.get(name)
        if found is not None:
            return found
        parent: Module | None = None
        found = Missing(name, Lack.LOST, "a module needs a name")
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            prefix = ".".join(parts[:end])
            known = self._found.get(prefix)
            if known is None:
                known = self._look(prefix, parts[end - 1], parent)
                self._found[prefix] = known
            if isinstance(known, Missing):
                found = known if end == len(parts) else Missing(name, known.lack, known.why)
                break
            found = parent = known
        self._found[name] = found
        return found

    def texts(self) -> Iterator[str]:
        """Yield the text of each file that was read."""
        return (text.text for text, _, _ in self._parsed.values())

    def holds(self, name: str) -> bool:
        """Tell whether a module, or the package it is an attribute of, is found here."""
        found = self.find(name)
        if isinstance(found, Missing) and "." in name:
            found = self.find(name.rpartition(".")[0])
        return isinstance(found, Module)

    def at(self, path: str, name: str = "__main__") -> Module:
        """Return the file at a repository path as a module that is run by its path."""
        text, tree, broken = self._read(path)
        return Module(name, path, False, text, tree, (), broken)

    @property
    def cpuset(self) -> Value[int]:
        """How many CPUs the container's cpuset names; Absent where it has none."""
        return self._view.cpuset

    def file(self, path: str, module: Module) -> str | None:
        """Return the repository path of a file that a program opens, seen from its working directory or from the root."""
        if path.startswith("/"):
            return next((p for p in self._standing_at(path) if self.files.is_file(p)), None)
        for place in self.roots[:1]:
            for found in self._candidates(Place(normpath(join(place.path, path)), place.in_container)):
                return below(".", found)
            if place.in_container and self._folders(place):
                return None
        return next((p for p in (below(".", path), below(dirname(module.path), path)) if self.files.is_file(p)), None)

    def relative(self, module: Module, level: int, name: str) -> str:
        """Return the absolute name of ``from ..name import``; empty where it leads above the top."""
        if level == 0:
            return name
        package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
        if level > len(package):
            return ""
        return ".".join([*package[: len(package) - level + 1], *([name] if name else [])])

    def parts(self, module: Module) -> tuple[str, ...]:
        """Return the names of the modules and packages directly in a package, sorted."""
        names = set()
        for place in module.places:
            for folder in self._folders(place):
                for name in self.files.names(folder):
                    stem = name.removesuffix(".py")
                    if stem.isidentifier() and stem != "__init__" and (stem != name or self.files.is_folder(join(folder, name))):
                        names.add(stem)
        return tuple(sorted(names))

    def _look(self, name: str, last: str, parent: Module | None) -> Module | Missing:
        if parent is None:
            if last in LOADED_LIBRARIES:
                return Missing(name, Lack.FOREIGN, f"{name} is a library that Celery itself has loaded")
            if last in sys.stdlib_module_names and last not in UNLOADED_STANDARD:
                return Missing(name, Lack.STANDARD, f"{name} belongs to the standard library")
        elif not parent.is_package:
            return Missing(name, Lack.LOST, f"{parent.name} is no package, so {name} is not in it")
        if not last.isidentifier():
            return Missing(name, Lack.LOST, f"{name!r} is no name of a module")
        found = self._in_places(name, last, self.roots if parent is None else parent.places)
        if found is not None:
            return found
        if parent is not None:
            return Missing(name, Lack.LOST, f"{parent.name} has no module {last}")
        if last in sys.stdlib_module_names:
            return Missing(name, Lack.STANDARD, f"{name} belongs to the standard library")
        return Missing(name, Lack.FOREIGN, f"{name} is not in the project")

    def _in_places(self, name: str, last: str, places: tuple[Place, ...]) -> Module | None:
        """Return the first package or module of that name; folders without ``__init__.py`` count where there is none."""
        portions = []
        for place in places:
            inside = Place(normpath(join(place.path, last)), place.in_container, place.trail)
            for path in self._candidates(Place(normpath(join(inside.path, "__init__.py")), place.in_container)):
                return self._module(name, path, True, (inside,))
            for path in self._candidates(Place(normpath(join(place.path, f"{last}.py")), place.in_container)):
                return self._module(name, path, False, ())
            if self._is_folder(inside):
                portions.append(inside)
        if portions and any(self._holds_python(p) for p in portions):
            return Module(name, "", True, source("", ""), ast.Module([], []), tuple(portions))
        return None

    def _module(self, name: str, path: str, is_package: bool, places: tuple[Place, ...]) -> Module:
        text, tree, broken = self._read(path)
        return Module(name, path, is_package, text, tree, places, broken)

    def _read(self, path: str) -> tuple[Source, ast.Module, str]:
        done = self._parsed.get(path)
        if done is None:
            done = self._parsed[path] = self._parse(path)
        return done

    def _parse(self, path: str) -> tuple[Source, ast.Module, str]:
        if len(self._parsed) >= MOST_MODULES:
            return source(path, ""), ast.Module([], []), f"more than {MOST_MODULES} modules are not read"
        known = self._read_before.get(path)
        if known is None:
            known = self._read_before[path] = _parsed(path, self.files)
        text, tree, trouble = known
        if trouble is not None:
            self.tell(trouble)
        return text, tree, trouble.message if trouble is not None else ""

    def _standing_at(self, path: str) -> tuple[str, ...]:
        self._asked.add(normpath(path))
        return self._view.find(path)

    def _candidates(self, place: Place) -> Iterator[str]:
        paths = self._standing_at(place.path) if place.in_container else (place.path,)
        return (path for path in paths if self.files.is_file(path))

    def _folders(self, place: Place) -> tuple[str, ...]:
        return self._standing_at(place.path) if place.in_container else (below(".", place.path),)

    def _is_folder(self, place: Place) -> bool:
        if any(self.files.is_folder(path) for path in self._folders(place)):
            return True
        return place.in_container and any(m.target.startswith(place.path.rstrip("/") + "/") for m in self._view.paths)

    def _holds_python(self, place: Place) -> bool:
        """Tell whether a folder without ``__init__.py`` holds modules: many folders of a repository are no packages."""
        for folder in self._folders(place):
            for name in self.files.names(folder):
                inner = join(folder, name)
                if name.endswith(".py") or (name.isidentifier() and any(n.endswith(".py") for n in self.files.names(inner))):
                    return True
        return False


# By the files, for as long as anyone holds them: the services of a project run the same modules.
_READ: WeakKeyDictionary[Files, dict[str, tuple[Source, ast.Module, Trouble | None]]] = WeakKeyDictionary()


def _parsed(path: str, files: Files) -> tuple[Source, ast.Module, Trouble | None]:
    text, kind = source(path, ""), Kind.UNREADABLE
    try:
        text = read_text(files, path)
        kind = Kind.PYTHON
        return text, parse(text), None
    except BrokenSource as broken:
        return text, ast.Module([], []), Trouble(kind, str(broken), broken.at, broken.cure)


def _with_parents(path: str) -> Iterator[str]:
    """Yield an absolute path and the folders above it."""
    while True:
        yield path
        above = dirname(path)
        if above == path:
            return
        path = above


def _plain(cpuset: Value[int]) -> object:
    """Return a cpuset without the places where it is written."""
    return cpuset.value if isinstance(cpuset, Known) else type(cpuset)

"""Which statements a walk has to look at: those that may lead, name by name, to an import, a model or a setting.

Most of a task's code does none of it, and working out under which conditions it runs is most of a walk's time.
"""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.evaluate.python import effects
from forkfit.evaluate.python.dynamic import NAMES as IMPORTERS
from forkfit.evaluate.python.model_loaders import MADE_BY
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.outline import CALLED, IMPORT, Words, by, filled, outline_of
from forkfit.evaluate.python.runners import NAMES as RUNNERS
from forkfit.evaluate.python.starters import NAMES as STARTING
from forkfit.evaluate.python.starters import PROGRAMS_BY_NAME

# The last parts of all names by which `traverse` and `sightings` know a call; of those that load models, once their library
# is imported, see `Traversal`.
_CALLS = ("autodiscover_tasks", "config_from_object", "Celery", "client", "resource", "set_num_threads", "freeze", "load_state_dict")
# `setdefault`, `append` and the like: what matters is whose they are, see `outline.filled`.
AIMS = frozenset(
    (IMPORT, CALLED, filled("environ"), filled("path"), *_CALLS, *RUNNERS, *IMPORTERS, *(effects.NAMES - {"setdefault", "update"}))
)


class Reach:
    """The names that lead somewhere, in the modules that were met; grows as they are."""

    def __init__(self) -> None:
        """Begin with the aims themselves."""
        self._leading = set(AIMS)
        self._waiting: dict[str, list[str]] = {}
        self._met: set[str] = set()
        self._starting: set[str] = set()
        self.makes_arrays = False

    def meet(self, module: Module) -> None:
        """Take in what the names of a module stand for."""
        if module.name in self._met:
            return
        self._met.add(module.name)
        outline = outline_of(module.tree)
        for imported in outline.imported:
            self._may_start(imported)
            self._may_make(imported.partition(".")[0])
        if "bytearray" in module.source.text:
            self._may_make("builtins")
        for name, words in outline.named:
            if name in self._leading:
                continue
            if not words.isdisjoint(self._leading):
                self._lead(name)
            else:
                for word in words:
                    self._waiting.setdefault(word, []).append(name)

    def _may_start(self, imported: str) -> None:
        """Take in the names of the functions that start programs, where something is imported that has some."""
        package = imported.partition(".")[0]
        if package in STARTING and package not in self._starting:
            self._starting.add(package)
            self.aim_at(STARTING[package])
        module, _, name = imported.rpartition(".")
        if module in PROGRAMS_BY_NAME:
            self.aim_at((name,))
        if imported in PROGRAMS_BY_NAME:
            self.aim_at((by(imported),))

    def _may_make(self, library: str) -> None:
        """Take in the names of the functions that make arrays, where a library that has some is used."""
        if library in MADE_BY:
            self.makes_arrays = True
            self.aim_at(MADE_BY[library])

    def aim_at(self, names: Iterable[str]) -> None:
        """Take in further names that are looked for from here on."""
        for name in names:
            self._lead(name)

    def leads(self, words: Words) -> bool:
        """Tell whether any of these words may lead somewhere."""
        return not words.isdisjoint(self._leading)

    def _lead(self, name: str) -> None:
        """Take in that a name leads somewhere, and with it those whose code uses it."""
        pending: list[str] = [name]
        while pending:
            one = pending.pop()
            if one not in self._leading:
                self._leading.add(one)
                pending.extend(self._waiting.pop(one, ()))

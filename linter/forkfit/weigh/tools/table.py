"""The shelves of programs that tasks start: below ``tools`` one TOML a program, and one for all that need next to nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from forkfit.files import shipped
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file
from forkfit.model.weight import LARGEST_WEIGHT, Confidence
from forkfit.weigh.fields import names_in, text_in

LIGHT = "light"  # the file of the programs that need next to nothing
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_RELEASE = re.compile(r"(?<=[a-z])-?\d+(?:\.\d+)*$")  # python3.11, gs10


class Case(Record):
    """What a program was measured doing: its peak, and patterns one of which fits a command that does the same; none fit all.

    A pattern of several words fits where they follow each other, whatever stands between them.
    """

    run: str
    peak: Memory
    words: tuple[str, ...] = ()

    def fits(self, words: tuple[str, ...]) -> bool:
        """Tell whether a command does this, as far as its words are known."""
        return not self.words or any(_in_order(pattern.split(), words) for pattern in self.words)


def _in_order(patterns: list[str], words: tuple[str, ...]) -> bool:
    left = iter(words)
    return all(any(fnmatchcase(word, pattern) for word in left) for pattern in patterns)


class Figures(Record):
    """What is known of a program: by what it does, the first case that fits counts, and what it needs more with.

    `source` says who published figures that were not measured for the table.
    """

    name: str
    cases: tuple[Case, ...]
    grows_with: str = ""
    source: str = ""

    @property
    def confidence(self) -> Confidence:
        """How sure the figures are: those that others published were measured in another way."""
        return Confidence.ASSUMED if self.source else Confidence.TABLE

    def case(self, words: tuple[str, ...]) -> Case | None:
        """Return what a command does; None where nothing like it was measured."""
        return next((case for case in self.cases if case.fits(words)), None)


def figures_of(shelves: tuple[str, ...], name: str) -> Figures | None:
    """Return what the first shelf that knows a program says of it, also by its name without a release; None where none does.

    Raises BrokenSource for a file that holds nonsense.
    """
    if not _NAME.fullmatch(name):
        return None
    plain = _RELEASE.sub("", name)
    return _on_shelf(shelves, name) or (_on_shelf(shelves, plain) if plain != name else None)


@lru_cache(maxsize=256)
def _on_shelf(shelves: tuple[str, ...], name: str, may_refer: bool = True) -> Figures | None:
    for shelf in shelves:
        for file in (name, LIGHT):
            content = shipped(shelf, f"tools/{file}.toml")
            if content is not None and (found := _parsed(content, shelves, f"{shelf}/tools/{file}.toml", name, may_refer)) is not None:
                return found
    return None


def _parsed(content: bytes, shelves: tuple[str, ...], path: str, name: str, may_refer: bool) -> Figures | None:
    """Read one file; None where it says nothing of the program."""
    import tomllib

    try:
        table = tomllib.loads(content.decode())
        if "peaks" in table:
            peaks = _peaks(table)
            return Figures(name, (Case(name, peaks[name]),)) if name in peaks else None
        if table.get("tool") != name:
            if str(table.get("tool")).lower() == name.lower():
                return None  # a name in other letters, which a disk may take for the same
            raise ValueError(f"is about {table.get('tool')!r}, not {name!r}")
        same = table.get("same_as")
        if same is not None and may_refer:
            if (other := _on_shelf(shelves, str(same), may_refer=False)) is None:
                raise ValueError(f"same_as is {same!r}, of which nothing is known")
            return other.replace(name=name)
        return read_figures(table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise BrokenSource(
            f"{path} gives no weight of a program: {error}", whole_file(path), "Correct the file, or remove its plugin from the settings."
        ) from error


def read_figures(table: Mapping[str, Any]) -> Figures:
    """Return what a table of TOML says of a program; raise ValueError for a figure that is missing, negative or absurd."""
    cases = table.get("cases")
    if not isinstance(cases, list) or not cases or not all(isinstance(case, Mapping) for case in cases):
        raise ValueError(f"cases is {cases!r}, not a list of tables")
    return Figures(
        name=text_in(table, "tool"),
        cases=tuple(Case(text_in(case, "run"), _peak(case.get("peak"), "peak"), names_in(case, "words")) for case in cases),
        grows_with=text_in(table, "grows_with"),
        source=text_in(table, "source"),
    )


def _peaks(table: Mapping[str, Any]) -> dict[str, Memory]:
    written = table["peaks"]
    if not isinstance(written, Mapping):
        raise ValueError(f"peaks is {written!r}, not a table")
    return {str(name): _peak(figure, str(name)) for name, figure in written.items()}


def _peak(figure: Any, key: str) -> Memory:
    if isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 <= figure <= LARGEST_WEIGHT:
        raise ValueError(f"{key} is {figure!r}, not MiB between 0 and {LARGEST_WEIGHT:.0f}")
    return Memory.mib(float(figure))

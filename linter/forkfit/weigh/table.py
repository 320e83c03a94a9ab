"""The weights of libraries: folders of TOML, one file a library, read when its import name occurs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from forkfit.files import shipped
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file
from forkfit.model.weight import LARGEST_WEIGHT, Built, Weight
from forkfit.weigh.fields import names_in, text_in

_COLUMNS = ("main", "child", "child_idle", "resident")


class Table(Record):
    """Shelves of weights: folders of TOML files, the first that has a library wins; `own` weights win over all.

    `built` tells how the package of an import name is built that has no weight.
    """

    shelves: tuple[str, ...] = ()
    own: tuple[Weight, ...] = ()
    built: Callable[[str], Built] = lambda _: Built.UNKNOWN

    def get(self, library: str) -> Weight | None:
        """Return the weight of an import name or of its longest known prefix; None where none is known.

        Raises BrokenSource for a file that holds nonsense.
        """
        for name in _prefixes(library):
            found = self._own(name) or _on_shelf(self.shelves, name)
            if found is not None:
                return found
        return None

    def _own(self, name: str) -> Weight | None:
        """Return a weight of the user's own; where it names no distribution, the shelves may know."""
        weight = next((w for w in self.own if w.library == name), None)
        if weight is None or weight.distributions:
            return weight
        known = _on_shelf(self.shelves, name)
        return weight.replace(distributions=known.distributions if known is not None else (name,))


def read_weight(table: Mapping[str, Any], library: str) -> Weight:
    """Return the weight that a table of TOML gives; raise ValueError where a figure is missing, negative or absurd.

    `exclusive` is the share of the import over all that it implies, `closure` the import with all of it, both in MiB
    over a loaded worker; without `closure` it is the library's own share that caps the sum.
    """
    exclusive = _columns(table, "exclusive", library)
    closure = _columns(table, "closure", library) if "closure" in table else exclusive
    return Weight(
        library=library,
        version=text_in(table, "version"),
        python=text_in(table, "python"),
        measured_on=text_in(table, "measured_on"),
        method=text_in(table, "method"),
        main=exclusive["main"],
        child=exclusive["child"],
        child_idle=exclusive["child_idle"],
        resident=exclusive["resident"],
        closure_main=closure["main"],
        closure_child=closure["child"],
        closure_child_idle=closure["child_idle"],
        closure_resident=closure["resident"],
        implies=names_in(table, "implies"),
        implies_optional=names_in(table, "implies_optional"),
        distributions=(text_in(table, "distribution") or library, *names_in(table, "also_distributed_as")),
        has_parts=text_in(table, "statement") not in ("", f"import {library}"),
    )


def _prefixes(library: str) -> tuple[str, ...]:
    """Return an import name and the packages that it lies in, the longest first; empty for what is no import name."""
    words = library.split(".")
    if not all(word.isidentifier() for word in words):
        return ()
    return tuple(".".join(words[:count]) for count in range(len(words), 0, -1))


@lru_cache(maxsize=1024)
def _on_shelf(shelves: tuple[str, ...], name: str, may_refer: bool = True) -> Weight | None:
    for shelf in shelves:
        content = shipped(shelf, f"{name}.toml")
        if content is not None and (weight := _parsed(content, shelves, shelf, name, may_refer)) is not None:
            return weight
    return None


def _parsed(content: bytes, shelves: tuple[str, ...], shelf: str, name: str, may_refer: bool) -> Weight | None:
    """Read one file; None where it is about a name in other letters, which a disk may take for the same."""
    import tomllib

    try:
        table = tomllib.loads(content.decode())
        if table.get("library") != name:
            if str(table.get("library")).lower() == name.lower():
                return None
            raise ValueError(f"is about {table.get('library')!r}, not {name!r}")
        same = table.get("same_as")
        return read_weight(table, name) if same is None or not may_refer else _twin(shelves, same)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, TypeError) as error:
        path = f"{shelf}/{name}.toml"
        raise BrokenSource(
            f"{path} is no weight: {error}", whole_file(path), "Correct the file, or remove its plugin from the settings."
        ) from error


def _twin(shelves: tuple[str, ...], same: Any) -> Weight:
    """Return the weight that another name refers to; what it refers to must be a weight itself."""
    weight = _on_shelf(shelves, same, may_refer=False) if isinstance(same, str) else None
    if weight is None:
        raise ValueError(f"same_as is {same!r}, which has no weight")
    return weight


def _columns(table: Mapping[str, Any], which: str, library: str) -> dict[str, float]:
    figures = table.get(which)
    if not isinstance(figures, Mapping):
        raise ValueError(f"{library} has no {which} weight")
    for column in _COLUMNS:
        figure = figures.get(column)
        if isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 <= figure <= LARGEST_WEIGHT:
            raise ValueError(f"{which}.{column} is {figure!r}, not MiB between 0 and {LARGEST_WEIGHT:.0f}")
    return {column: float(figures[column]) for column in _COLUMNS}

"""From the imports of a worker's code to megabytes: what it imports, what that brings along, each library once."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.weight import Weight
from forkfit.model.worker import Code, Import, When
from forkfit.weigh.bare import PARTS
from forkfit.weigh.load import Load, ratio
from forkfit.weigh.present import Present, succeeds
from forkfit.weigh.table import Table


class Share(Record):
    """What one library adds, and where it is imported; what only another library brings along has no place.

    `early` is what a library that comes with the tasks would add if it were imported before the fork, `frees` all the
    libraries that come only with this one, itself among them: empty where others import it as well, or where they weigh
    little. `stated` says that a user states its weight, `doubtful` that only tasks bring it of which it is not known
    whether the worker gets them.
    """

    library: str
    load: Load
    trail: Trail = ()
    weighed: bool = True
    early: Load = Load()
    frees: tuple[str, ...] = ()
    stated: bool = False
    doubtful: bool = False


class Closure(Record):
    """What a worker's code adds to a bare worker: libraries imported before the fork and after it, its own modules."""

    shares: tuple[Share, ...]
    modules: Load

    @property
    def load(self) -> Load:
        """The sum."""
        return sum((share.load for share in self.shares), self.modules)

    @property
    def unweighed(self) -> tuple[str, ...]:
        """The libraries that the table does not know."""
        return tuple(share.library for share in self.shares if not share.weighed)

    def has(self, library: str) -> bool:
        """Tell whether a library is imported or brought along."""
        return any(share.library == library for share in self.shares)


# MiB in the parent: an import is heavy above what a web framework weighs. Of 170 measured libraries 34 are.
HEAVY = 25.0
# A boto3 client that is built at module level, measured; one that a task builds is a part of the task.
CLIENT = Load(main=14.58, child=7.89, idle=7.89, resident=14.95)
# Assumed, not measured: a module of a project's own is small and all Python.
OWN_MODULE = Load(main=0.06, child=0.036, idle=0.036, resident=0.06)


def close(code: Code, table: Table, installed: frozenset[str] | None) -> Closure:
    """Return what the imports add, by library, the heaviest first.

    What is imported in a function body is private to each child, so its whole weight is a child's. An optional
    dependency counts only where a requirements or lock file lists it (`installed`, None where there is none) or the
    code itself imports it. Libraries that no table knows count as the median of their kind and are marked, as is what
    comes only with tasks that the worker may never get.
    """
    imports = tuple(found for found in _third_party(code) if succeeds(found, table, installed))
    every = _weights(imports, table)
    early = _weights((found for found in imports if found.when is When.PARENT), table)
    if code.uses_django and (django := table.get("django")):
        every, early = {"django": django} | every, {"django": django} | early
    present = Present(installed, frozenset(every))
    before, after = _own_shares(early, table, present), _own_shares(every, table, present)
    late = {library: load for library, load in after.items() if library not in before}
    grown = ratio(_total(after) - _total(before), _total(late))
    places = _places(imports, table)
    freed = _freed(early, table, present)
    certain = _brought_along(_weights((i for i in imports if not i.doubtful), table).values(), table, present)
    shares = [Share(library, load, places.get(library, ()), frees=freed.get(library, ())) for library, load in before.items()]
    shares += [
        Share(n, load.scaled(grown).delayed, places.get(n, ()), early=load.scaled(grown), doubtful=n not in certain)
        for n, load in late.items()
    ]
    shares = [_stated(share, table) for share in shares]
    shares += _strange(imports, table, frozenset(_package(library) for library in after))
    if code.holds_boto3_client:
        shares.append(Share("boto3 client", CLIENT))
    shares.sort(key=lambda share: (-share.load.main - share.load.late, share.library))
    return Closure(tuple(shares), OWN_MODULE * code.modules)


def _stated(share: Share, table: Table) -> Share:
    """Return a share with the place in the settings where a user states its weight, if one does."""
    weight = table.get(share.library) if table.own else None
    if weight is None or not weight.stated:
        return share
    return share.replace(stated=True, trail=(*share.trail, *weight.stated) if share.trail else ())


def _package(library: str) -> str:
    return library.split(".", 1)[0]


def _third_party(code: Code) -> tuple[Import, ...]:
    """Return the imports that may weigh something, those before the fork first; Celery's own parts and the standard library do not."""
    weightless = sys.stdlib_module_names | PARTS
    return tuple(sorted((i for i in code.imports if _package(i.library) not in weightless), key=lambda i: i.when is When.CHILD))


def _weights(imports: Iterable[Import], table: Table) -> dict[str, Weight]:
    return {weight.library: weight for found in imports if (weight := table.get(found.library))}


def _places(imports: Iterable[Import], table: Table) -> dict[str, Trail]:
    """Return the way to the first import of each weighed library."""
    places: dict[str, Trail] = {}
    for found in imports:
        if weight := table.get(found.library):
            places.setdefault(weight.library, _trail(found))
    return places


def _strange(imports: Iterable[Import], table: Table, weighed: frozenset[str]) -> list[Share]:
    """Return the libraries that no table knows, one for a package; what belongs to a weighed package is in its weight."""
    first: dict[str, Import] = {}
    for found in imports:
        if table.get(found.library) is None and _package(found.library) not in weighed:
            first.setdefault(_package(found.library), found)
    if not first:
        return []
    from forkfit.weigh.median import MEDIANS

    shares = []
    for package, found in first.items():
        load = MEDIANS[table.built(package)]
        shares.append(Share(found.library, load if found.when is When.PARENT else load.delayed, _trail(found), weighed=False))
    return shares


def _trail(found: Import) -> Trail:
    return (Step(Role.IMPORTED, found.at), *(Step(Role.IMPORTED, at, "on the way from the application") for at in found.through))


def _own_shares(roots: dict[str, Weight], table: Table, present: Present) -> dict[str, Load]:
    if not roots:
        return {}
    from forkfit.weigh.shares import shares  # a worker that imports nothing of weight does not pay for it

    return shares(roots, lambda some: _brought_along(some, table, present))


def _freed(roots: dict[str, Weight], table: Table, present: Present) -> dict[str, tuple[str, ...]]:
    """Return, for each heavy import, the libraries that nothing else would bring."""
    freed: dict[str, tuple[str, ...]] = {}
    everything = _brought_along(roots.values(), table, present)
    for name, weight in roots.items():
        if weight.closure_main >= HEAVY:
            left = _brought_along((other for other in roots.values() if other is not weight), table, present)
            freed[name] = tuple(library for library in everything if library not in left)
    return freed


def _total(loads: dict[str, Load]) -> Load:
    return sum(loads.values(), Load())


def _brought_along(roots: Iterable[Weight], table: Table, present: Present) -> dict[str, Weight]:
    """Return the libraries with all that they import, by name."""
    reached: dict[str, Weight] = {}
    todo = list(roots)
    while todo:
        weight = todo.pop()
        if weight.library in reached:
            continue
        reached[weight.library] = weight
        todo += [w for name in weight.implies if (w := table.get(name))]
        if present.distributions is not None or present.imported.intersection(weight.implies_optional):
            todo += [w for name in weight.implies_optional if (w := table.get(name)) and present.has(w)]
    return reached

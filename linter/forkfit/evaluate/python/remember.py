"""Walks that were gone before: the services of a project often run the same code, and differ only in where that is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from forkfit.evaluate.python.modules import Module, Modules
from forkfit.evaluate.python.scope import Run
from forkfit.model.bodies import Entry, Task
from forkfit.model.files import Files
from forkfit.model.project import Variable
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail, places
from forkfit.model.value import Bounded, Known, Value
from forkfit.model.worker import Code, ModelLoad

T = TypeVar("T")

Starts = tuple[tuple[str, Trail, bool], ...]


class Seen(Record):
    """What a walk saw, and what it set in the environment."""

    code: Code
    modules: tuple[Module, ...]
    changes: tuple[tuple[tuple[Variable, ...], bool], ...]


class _Walk(Record):
    """A walk that was gone, what it was gone under, and all that it asked for on its way."""

    seen: Seen
    modules: Modules
    variables: dict[str, str]
    is_open: bool
    read: frozenset[str]
    ways: dict[object, Span]

    def serves(self, run: Run, variables: dict[str, str]) -> bool:
        """Tell whether a walk of this run would ask the same and be answered the same."""
        return (
            self.is_open == bool(run.environment.open)
            and self._read_of(self.variables) == self._read_of(variables)
            and self.modules.answer_alike(run.modules)
        )

    def _read_of(self, variables: dict[str, str]) -> dict[str, str]:
        """Return the variables that were asked for."""
        starts = tuple(name[:-1] for name in self.read if name.endswith("*"))
        return {name: text for name, text in variables.items() if name.lower() in self.read or name.lower().startswith(starts)}


# By the files that were read, for as long as anyone holds them, and by what was started with.
_WALKS: WeakKeyDictionary[Files, dict[object, list[_Walk]]] = WeakKeyDictionary()


def once(run: Run, starts: Starts, walk: Callable[[], Seen]) -> Seen:
    """Return what a walk sees; an earlier one that asked for the same and got the same serves, moved to these places."""
    try:
        known = _WALKS.setdefault(run.modules.files, {})
    except TypeError:  # these files cannot be referred to weakly
        return walk()
    variables, ways = _variables(run), _ways(run, starts)
    gone = known.setdefault(tuple((name, needed) for name, _, needed in starts), [])
    earlier = next((one for one in gone if one.serves(run, variables)), None)
    if earlier is None:
        is_open = bool(run.environment.open)
        seen = walk()
        gone.append(_Walk(seen, run.modules, variables, is_open, frozenset(run.read), ways))
        return seen
    for changed, override in earlier.seen.changes:
        run.set_variables(changed, override=override)
    moved = {was: ways[what] for what, was in earlier.ways.items() if what in ways and ways[what] != was}
    return earlier.seen.replace(code=_moved(earlier.seen.code, moved)) if moved else earlier.seen


def _variables(run: Run) -> dict[str, str]:
    """Return the texts of the variables, without the places where they are written."""
    found: dict[str, str] = {}
    for held in run.environment.variables:
        known = isinstance(held.value, Known) and held.value.value.is_known
        found.setdefault(held.name, held.value.value.plain if known and isinstance(held.value, Known) else repr(held.value))
    return found


def _ways(run: Run, starts: Starts) -> dict[object, Span]:
    """Return the places that a walk may name beside those of the code, by what they are the place of."""
    found: dict[object, Span] = {}
    for index, (_, trail, _) in enumerate(starts):
        found.update(((index, step), at) for step, at in enumerate(places(trail)))
    for held in run.environment.variables:
        trail = (*held.value.trail, *(held.value.value.trail if isinstance(held.value, Known) else ()))
        found.update(((held.name, step), at) for step, at in enumerate(places(trail)))
    return found


def _moved(code: Code, moved: dict[Span, Span]) -> Code:
    """Return the same code with places of one service exchanged for those of another."""
    return code.replace(
        imports=tuple(i.replace(at=moved.get(i.at, i.at), through=tuple(moved.get(at, at) for at in i.through)) for i in code.imports),
        lazy=tuple(i.replace(through=tuple(moved.get(at, at) for at in i.through)) for i in code.lazy),
        gaps=tuple(g.replace(at=moved.get(g.at, g.at)) if g.at is not None else g for g in code.gaps),
        models=tuple(_moved_load(load, moved) for load in code.models),
        threads=_moved_value(code.threads, moved),
        tools=tuple(tool.replace(trail=_moved_trail(tool.trail, moved)) for tool in code.tools),
        bodies=code.bodies and code.bodies.replace(entries=tuple(_moved_entry(entry, moved) for entry in code.bodies.entries)),
    )


def _moved_entry(entry: Entry, moved: dict[Span, Span]) -> Entry:
    return entry.replace(through=tuple(moved.get(at, at) for at in entry.through), task=_moved_task(entry.task, moved))


def _moved_task(task: Task | None, moved: dict[Span, Span]) -> Task | None:
    if task is None:
        return None
    options = tuple((name, _moved_value(value, moved)) for name, value in task.options)
    return task.replace(name=_moved_value(task.name, moved), options=options)


def _moved_load(load: ModelLoad, moved: dict[Span, Span]) -> ModelLoad:
    return load.replace(
        name=_moved_value(load.name, moved),
        given=tuple((name, _moved_value(value, moved)) for name, value in load.given),
        later=tuple((name, _moved_value(value, moved)) for name, value in load.later),
        size=_moved_value(load.size, moved),
    )


def _moved_value(value: Value[T], moved: dict[Span, Span]) -> Value[T]:
    trail = _moved_trail(value.trail, moved)
    if isinstance(value, Bounded):
        return value.replace(alternatives=tuple(_moved_value(a, moved) for a in value.alternatives), trail=trail)
    return value.replace(trail=trail)


def _moved_trail(trail: Trail, moved: dict[Span, Span]) -> Trail:
    return tuple(step.replace(at=moved[step.at]) if step.at in moved else step for step in trail)

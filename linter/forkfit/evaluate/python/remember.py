"""Walks that were gone before: the services of a project often run the same code, and differ only in where that is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.scope import Run
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


# By the files that were read, for as long as anyone holds them: what was seen, and the places that led into it.
_WALKS: WeakKeyDictionary[Files, dict[object, tuple[Seen, dict[object, Span]]]] = WeakKeyDictionary()


def once(run: Run, starts: Starts, walk: Callable[[], Seen]) -> Seen:
    """Return what a walk sees; an earlier one of the same modules under the same variables serves, moved to these places."""
    try:
        known = _WALKS.setdefault(run.modules.files, {})
    except TypeError:  # these files cannot be referred to weakly
        return walk()
    key, ways = _key(run, starts), _ways(run, starts)
    if key not in known:
        known[key] = (walk(), ways)
        return known[key][0]
    seen, before = known[key]
    for variables, override in seen.changes:
        run.set_variables(variables, override=override)
    moved = {was: ways[what] for what, was in before.items() if what in ways and ways[what] != was}
    return seen.replace(code=_moved(seen.code, moved)) if moved else seen


def _key(run: Run, starts: Starts) -> object:
    """Return all that decides a walk: names, files and texts, without the places where they are written."""
    variables = []
    for held in run.environment.variables:
        known = isinstance(held.value, Known) and held.value.value.is_known
        variables.append((held.name, held.value.value.plain if known and isinstance(held.value, Known) else repr(held.value)))
    is_open = bool(run.environment.open)
    return (run.modules.identity, tuple((name, needed) for name, _, needed in starts), frozenset(variables), is_open)


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
    )


def _moved_load(load: ModelLoad, moved: dict[Span, Span]) -> ModelLoad:
    return load.replace(
        name=_moved_value(load.name, moved),
        given=tuple((name, _moved_value(value, moved)) for name, value in load.given),
        later=tuple((name, _moved_value(value, moved)) for name, value in load.later),
        size=_moved_value(load.size, moved),
    )


def _moved_value(value: Value[T], moved: dict[Span, Span]) -> Value[T]:
    trail = tuple(step.replace(at=moved[step.at]) if step.at in moved else step for step in value.trail)
    if isinstance(value, Bounded):
        return value.replace(alternatives=tuple(_moved_value(a, moved) for a in value.alternatives), trail=trail)
    return value.replace(trail=trail)

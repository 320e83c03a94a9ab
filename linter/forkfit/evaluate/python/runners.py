"""Calls outside the project that run a function of its own: what they run, and with which arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forkfit.evaluate.python.objects import Arguments, Function, Items, Made, Table, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.model.value import Known, Unknown, Value, alternatives

PARTIAL = "functools.partial"
_THREADS = ("threading.Thread", "threading.Timer", "multiprocessing.Process", "billiard.Process", "billiard.process.Process")

# By the last part of the name: at which position the function stands. What follows it are its own arguments.
_AT = {"submit": 0, "to_thread": 0, "run_in_executor": 1, "run_in_threadpool": 0, "run_sync": 0, "async_to_sync": 0, "sync_to_async": 0}
_EACH = frozenset(("map", "imap", "imap_unordered", "starmap"))  # the items of what follows are its arguments, one after the other
_LATER = frozenset(name.rpartition(".")[2] for name in _THREADS)
NAMES = frozenset(_AT) | _EACH | _LATER


def merged(partial: Made, given: Arguments) -> Arguments:
    """Return the arguments of a call of what ``partial(function, ...)`` gave."""
    bound = partial.arguments
    named = {**dict(bound.named), **dict(given.named)}
    return Arguments((*bound.positional[1:], *given.positional), tuple(named.items()), bound.rest or given.rest)


def run_by(name: str, node: ast.Call, scope: Scope) -> Iterator[tuple[Function, Arguments]]:
    """Yield the project's functions that a call of that name outside runs, with what it gives them."""
    last = name.rpartition(".")[2]
    if last not in NAMES:
        return
    given = scope.arguments_of(node)
    if last in _LATER and name in _THREADS:
        yield from _functions(given.get(1, "target", "function"), _in(given.get(None, "args"), given.get(None, "kwargs")))
    elif last in _EACH:
        yield from _functions(given.get(0, "func"), Arguments(rest=Unknown("this is one item after the other")))
    elif last in _AT:
        at = _AT[last]
        yield from _functions(given.get(at), Arguments(given.positional[at + 1 :], given.named, given.rest))


def _functions(found: Value[Thing], given: Arguments) -> Iterator[tuple[Function, Arguments]]:
    for single in alternatives(found):
        match single:
            case Known(value=Function() as function):
                yield function, given
            case Known(value=Made(of="functools.partial") as partial):
                yield from _functions(partial.arguments.get(0), merged(partial, given))


def _in(positional: Value[Thing], named: Value[Thing]) -> Arguments:
    """Return the arguments that a list and a dictionary hold."""
    rest = next((value for value in (positional, named) if isinstance(value, Unknown)), None)
    items = positional.value if isinstance(positional, Known) else None
    table = named.value if isinstance(named, Known) else None
    return Arguments(
        items.items if isinstance(items, Items) else (),
        tuple((n, v) for n, v in table.entries if isinstance(n, str)) if isinstance(table, Table) else (),
        rest,
    )

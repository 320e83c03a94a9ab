"""The configuration of an application as far as its code has run: what is assigned, what is added, and where the rest is read."""

from __future__ import annotations

from forkfit.evaluate.python.objects import Items, Table, Thing, known_items
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.value import Absent, Known, Value, alternatives, either


class Source(Record):
    """What `config_from_object` or `config_source` names: a module by its name, an object, a class, a dictionary."""

    thing: Value[Thing]
    at: Span


class State(Record):
    """An application's configuration before it is read.

    `changes` are assignments, the constructor's among them; `added` comes from `add_defaults`; both beat the `source`.
    `foreign` says that the application is made outside the repository, where more may be set.
    """

    changes: Table = Table(())
    added: Table = Table(())
    source: Value[Source] = Absent("no configuration is named")
    namespace: Value[str] = Absent("no namespace")
    foreign: Trail = ()


def assigned(state: State, key: str, value: Value[Thing]) -> State:
    """Return the state after ``app.conf.key = value``."""
    return state.replace(changes=state.changes.having(key, value))


def merged(states: list[State]) -> State:
    """Return the state after one of several ways was gone; a key that only some of them set is absent on the others."""
    first, *others = states
    if all(other == first for other in others):
        return first
    return State(
        _merged_tables([s.changes for s in states]),
        _merged_tables([s.added for s in states]),
        either(s.source for s in states),
        either(s.namespace for s in states),
        first.foreign,
    )


def supposed(before: State, after: State, trail: Trail) -> State:
    """Return the state after a way that only some runs go: what it changed says on which condition."""
    if not trail or after == before:
        return after
    changes = tuple((k, v if before.changes.get(k) == v else v.because(*trail)) for k, v in after.changes.entries)
    return after.replace(changes=Table(changes, after.changes.rest))


def _merged_tables(tables: list[Table]) -> Table:
    if all(table == tables[0] for table in tables):
        return tables[0]
    keys = dict.fromkeys(key for table in tables for key, _ in table.entries)
    rest = next((table.rest for table in tables if table.rest is not None), None)
    return Table(tuple((key, either(table.get(key) for table in tables)) for key in keys), rest)


def texts(value: Value[Thing]) -> tuple[str, ...]:
    """Return the texts that a setting such as `include` holds: one, or a list of them."""
    found: list[str] = []
    for single in alternatives(value):
        if isinstance(single, Known) and isinstance(single.value, str):
            found.extend(part.strip() for part in single.value.split(",") if part.strip())
        elif isinstance(single, Known) and isinstance(single.value, Items):
            for item in known_items(single):
                found.extend(a.value for a in alternatives(item) if isinstance(a, Known) and isinstance(a.value, str))
    return tuple(dict.fromkeys(found))

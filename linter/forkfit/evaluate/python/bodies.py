"""Which body leads to which among those that run in the children, and what each of them was seen to bring."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from forkfit.evaluate.python.objects import Function
from forkfit.evaluate.python.scope import Scope
from forkfit.model.bodies import OUTSIDE, Bodies, Entry, Met, Task
from forkfit.model.record import Record
from forkfit.model.span import Span


class Call(Record):
    """A call of a function of the project, and in which body it stands."""

    function: Function
    node: ast.Call
    scope: Scope
    body: int


class Graph:
    """What is met in which body, however often: each body is gone through once, whoever leads to it."""

    def __init__(self) -> None:
        """Begin outside of every body."""
        self.here = OUTSIDE
        self._numbers: dict[Hashable, int] = {}
        self._leads: list[dict[int, Span]] = []
        self._entries: list[Entry] = []
        self._imports: dict[tuple[int, str], Met] = {}
        self._models: dict[tuple[int, Span], None] = {}
        self._clients: set[int] = set()
        self._tools: dict[tuple[int, int], None] = {}

    def number(self, key: Hashable) -> int:
        """Return the number of a body: of a function by the identity of its node, of a module by its name."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._leads)
            self._leads.append({})
        return found

    def lead(self, body: int, key: Hashable, at: Span) -> int:
        """Take down that a body leads to another, and where; return the other's number."""
        other = self.number(key)
        if body != OUTSIDE:
            self._leads[body].setdefault(other, at)
        return other

    def enter(self, key: Hashable, through: tuple[Span, ...], task: Task | None) -> None:
        """Take down that Celery calls a body."""
        self._entries.append(Entry(self.number(key), through, task))

    def imports(self, library: str, at: Span, *, optional: bool) -> None:
        """Take down that the body gone through imports a library; what is sure beats what is optional."""
        before = self._imports.get((self.here, library))
        if before is None or (before.optional and not optional):
            self._imports[self.here, library] = Met(self.here, library, at, optional)

    def loads(self, at: Span) -> None:
        """Take down that the body gone through loads the model of that place."""
        self._models[self.here, at] = None

    def makes_client(self, body: int) -> None:
        """Take down that a body makes a client of boto3."""
        self._clients.add(body)

    def starts(self, body: int, tool: int) -> None:
        """Take down that a body starts a program, by its place among those that were seen."""
        self._tools[body, tool] = None

    def seen(self) -> Bodies:
        """Return all of it."""
        return Bodies(
            tuple(self._entries),
            tuple(tuple(leads.items()) for leads in self._leads),
            tuple(self._imports.values()),
            tuple(self._models),
            frozenset(self._clients),
            tuple(self._tools),
        )

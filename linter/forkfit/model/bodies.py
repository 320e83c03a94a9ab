"""What runs in the children of a worker: its tasks, the functions that each leads to, and what those import and load."""

from __future__ import annotations

from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.value import Value

OUTSIDE = -1  # the body of what no function that runs in the children holds


class Task(Record):
    """A task as its code defines it: the name by which it is sent, the identifier that code calls it by, and where it stands.

    `options` are those of its decorator or class that decide which queue it is sent to, by name.
    """

    name: Value[str]
    called: str
    at: Span
    options: tuple[tuple[str, Value[str]], ...] = ()


class Entry(Record):
    """A function that Celery calls in the children, as a body; `task` is None where every child may run it, whatever its tasks.

    `through` are the imports that lead to its module.
    """

    body: int
    through: tuple[Span, ...] = ()
    task: Task | None = None


class Met(Record):
    """A library that a body imports."""

    body: int
    library: str
    at: Span
    optional: bool


class Aside(Record):
    """What is counted or left out for a reason that the figures do not show: which tasks, and the way to the reason."""

    what: str
    trail: Trail


class Bodies(Record):
    """The bodies of functions and modules that run in the children, by number.

    `leads` holds for each body the others that it calls or imports, and where; `models` and `clients` the bodies that
    load a model, with its place, and that make a boto3 client; `tools` those that start a program, by its place in the code's.
    """

    entries: tuple[Entry, ...] = ()
    leads: tuple[tuple[tuple[int, Span], ...], ...] = ()
    imports: tuple[Met, ...] = ()
    models: tuple[tuple[int, Span], ...] = ()
    clients: frozenset[int] = frozenset()
    tools: tuple[tuple[int, int], ...] = ()

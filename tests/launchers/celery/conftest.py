from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest

from forkfit.files import InMemory
from forkfit.launchers.celery.launcher import settle
from forkfit.model.container import Mapped, Process, View
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Span
from forkfit.model.text import Text, written
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value
from forkfit.model.worker import Effect, Worker

AT = Span("compose.yaml", 5, 14, 5, 200)
NO_QUOTA = Absent("no quota")
RELEASES = {
    "5.7": "5.7.0",
    "5.6": "5.6.3",
    "5.5": "5.5.3",
    "5.4": "5.4.0",
    "5.3": "5.3.6",
    "5.2": "5.2.7",
    "5.1": "5.1.2",
    "5.0": "5.0.5",
    "4.4": "4.4.7",
    "3.1": "3.1.26",
}


def words(command: str | list[str]) -> tuple[Text, ...]:
    """Write a command in a Compose file, every word with its place."""
    made, column = [], 14
    for word in shlex.split(command) if isinstance(command, str) else command:
        made.append(written(word, Span("compose.yaml", 5, column, 5, column + len(word))))
        column += len(word) + 1
    return tuple(made)


def environment(variables: dict[str, str]) -> Environment:
    return Environment(
        tuple(
            Variable(name, Known(written(value, Span("compose.yaml", 9 + n, 20, 9 + n, 20 + len(value)))))
            for n, (name, value) in enumerate(variables.items())
        )
    )


@pytest.fixture
def settled() -> Callable[..., tuple[Worker, ...]]:
    """Settle a command of a container whose /app is the project root."""

    def settle_all(
        command: str | list[str] | tuple[Text, ...],
        celery: str | None = "5.7.0",
        variables: dict[str, str] | Environment | None = None,
        files: dict[str, str] | None = None,
        cpus: Value[int] = NO_QUOTA,
    ) -> tuple[Worker, ...]:
        contents = dict(files or {})
        if celery is not None:
            contents.setdefault("requirements.txt", f"celery=={RELEASES.get(celery, celery)}\n")
        seen = variables if isinstance(variables, Environment) else environment(variables or {})
        view = View((Mapped(".", "/app"),), Known("/app"), seen, (".",))
        argv = command if isinstance(command, tuple) else words(command)
        process = Process("worker", AT, argv, view, cpus=cpus)
        return settle(process, InMemory({name: text.encode() for name, text in contents.items()}), lambda _: None)

    return settle_all


@pytest.fixture
def one(settled: Callable[..., tuple[Worker, ...]]) -> Callable[..., Worker]:
    """Settle a command that starts one worker."""

    def settle_one(*arguments: object, **named: object) -> Worker:
        (worker,) = settled(*arguments, **named)
        return worker

    return settle_one


def said(value: Value[object]) -> object:
    """Return a value in the words of the tables: a number, "cpus", "absent", "unknown", or a set of them."""
    match value:
        case Known(value=known):
            return getattr(known, "value", known)
        case ByCpus(expression="n"):
            return "cpus"
        case ByCpus():
            return value.expression
        case Unknown():
            return "unknown"
        case Bounded():
            return {said(a) for a in value.alternatives}
        case _:
            return "absent"


def stops(worker: Worker) -> bool:
    return any(remark.effect is Effect.STOPS for remark in worker.remarks)


@pytest.fixture(name="say")
def _say() -> Callable[[Value[object]], object]:
    return said


@pytest.fixture(name="stops")
def _stops() -> Callable[[Worker], bool]:
    return stops


@pytest.fixture
def outcome(one: Callable[..., Worker]) -> Callable[..., object]:
    """Return what becomes of a command: "stops", or what is said of its pool processes."""

    def tell(*arguments: object, **named: object) -> object:
        worker = one(*arguments, **named)
        return "stops" if stops(worker) else said(worker.processes)

    return tell

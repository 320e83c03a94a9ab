"""Weigh a library as the table of weights was made: over a loaded Celery worker, alone and with what it brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from statistics import median
from typing import Any

from forkfit.files import shipped
from forkfit.measure.process import Failed, Program, environment_for, running, words
from forkfit.model.record import Record
from forkfit.weigh.bare import PARTS
from forkfit.weigh.present import normal
from forkfit.weigh.table import Table

METHOD = (
    "smaps_rollup of a process that already holds a Celery {celery} worker, before and after the statement; child: private dirty "
    "memory of one forked child after garbage collection in the parent and in the child"
)
COLUMNS = ("main", "child", "child_idle", "resident")


class Scale(Record):
    """Where and how libraries are weighed: by which Python, how often, and for how long at most each time."""

    python: str
    folder: str
    environment: Mapping[str, str]
    times: int = 3
    seconds: float = 60.0


def weigh(library: str, statement: str, table: Table, scale: Scale, say: Callable[[str], None]) -> dict[str, Any]:
    """Return the weight of an import in the form of the table; raise Failed where it cannot be imported."""
    say(f"weighing {library}")
    told = [_ask(library, statement, (), scale) for _ in range(scale.times)]
    first = told[0]
    implied = _implied(library, first["loaded"], table)
    closure = _columns(told)
    exclusive = closure
    if implied:
        say(f"weighing {library} without what it brings along")
        before = tuple(_statement(name, table) for name in implied)
        exclusive = _columns([_ask(library, statement, before, scale) for _ in range(scale.times)])
    required = {normal(name) for name in first["requires"]}
    hard = [name for name in implied if _is_required(name, required, table)]
    return {
        "library": library,
        "distribution": first["distribution"],
        "version": first["version"],
        "python": first["python"],
        "measured_on": date.today().isoformat(),
        "method": METHOD.format(celery=first["celery"]),
        "statement": statement,
        "implies": hard,
        "implies_optional": [name for name in implied if name not in hard],
        "exclusive": exclusive,
        "closure": closure,
    }


def statement_for(library: str, table: Table) -> str:
    """Return the import by which the table knows a library, otherwise the plain one."""
    return _statement(library, table)


def as_toml(weight: Mapping[str, Any]) -> str:
    """Write a weight as the file that the table keeps of it."""
    lines = [f"{key} = {_toml(weight[key])}" for key in weight if key not in ("exclusive", "closure")]
    notes = {
        "exclusive": "MiB, with everything that it implies already imported",
        "closure": "MiB, alone, with everything that it brings along",
    }
    for part, note in notes.items():
        lines += ["", f"[{part}] # {note}", *(f"{column} = {weight[part][column]}" for column in COLUMNS)]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    import json

    # A basic string and an array of them are written in TOML as in JSON.
    return json.dumps(value, ensure_ascii=False)


def _ask(library: str, statement: str, before: tuple[str, ...], scale: Scale) -> dict[str, Any]:
    asked = {"library": library, "statement": statement, "before": list(before)}
    program = Program(words(scale.python, "library", asked), scale.folder, environment_for(scale.environment), scale.seconds)
    with running(program, None) as conversation:
        told = next(conversation.messages(f"importing {library}"))
    if "failed" in told:
        raise Failed(f"{library} cannot be imported by {scale.python}: {told['failed']}")
    return told


def _columns(told: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the medians of what was added, in MiB."""
    listed = list(told)

    def added(before: Callable[[Mapping[str, Any]], int], after: Callable[[Mapping[str, Any]], int]) -> float:
        return max(0.0, round(median(after(t) - before(t) for t in listed) / 1024, 2))

    return {
        "main": added(lambda t: t["before"]["Anonymous"], lambda t: t["after"]["Anonymous"]),
        "child": added(lambda t: t["forked_before"]["warm"], lambda t: t["forked"]["warm"]),
        "child_idle": added(lambda t: t["forked_before"]["idle"], lambda t: t["forked"]["idle"]),
        "resident": added(lambda t: t["before"]["Rss"], lambda t: t["after"]["Rss"]),
    }


def _implied(library: str, loaded: Iterable[str], table: Table) -> list[str]:
    """Return the libraries of the table among the modules that came along, those that bring the fewest along first."""
    found = {
        w.library: w for name in loaded if name.split(".")[0] not in PARTS and (w := table.get(name)) and _is_import_of(w.library, name)
    }
    found.pop(library, None)
    return sorted(found, key=lambda name: (len(found[name].implies) + len(found[name].implies_optional), name))


def _is_import_of(library: str, name: str) -> bool:
    """Tell whether a module is the library itself; a file of twins names the weight of another."""
    return name == library


def _is_required(name: str, required: set[str], table: Table) -> bool:
    weight = table.get(name)
    return weight is not None and any(normal(distribution) in required for distribution in weight.distributions)


def _statement(library: str, table: Table) -> str:
    import tomllib

    for shelf in table.shelves:
        if (content := shipped(shelf, f"{library}.toml")) is not None:
            return str(tomllib.loads(content.decode()).get("statement", f"import {library}"))
    return f"import {library}"

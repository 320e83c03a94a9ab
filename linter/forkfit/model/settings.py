"""The settings that stages and rules go by, with their defaults, and the layers that they are folded from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forkfit.model.finding import Severity
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.supposition import Supposition
from forkfit.model.value import Known
from forkfit.model.weight import Weight

Key = tuple[str, ...]
_ADDED = ("choices", "plugins", "exclude")  # what a stronger layer adds to, where it replaces all else


class Choice(Record):
    """The rules that one layer chooses, by id, name or the beginning of an id; `select` None where it leaves that open."""

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Written(Record):
    """A setting as it is written, and where: `at` is None for the command line."""

    value: object
    at: Span | None


class Layer(Record):
    """One layer of settings: fields of Settings by name; what it leaves out is not in `given`. `written` is by key."""

    given: Mapping[str, Any]
    written: Mapping[Key, Written] = {}


class Settings(Record):
    """Settings in force, after the project's file and the command line.

    `cpus` stands in for the host's CPU count, `memory` for a limit where none is declared; `host_memory` is
    what all services share; None where not given.
    `headroom` is the share of the limit above which FF104 speaks, `working_set` what a task needs per child. `per_worker`
    and `parent` are figures that a user states for one service. `services` and `per_file` (a pattern, and what it changes)
    are weaker than `stated`, which is the command line. `suppositions` take the place of what is written in files.
    `weights` are those of libraries that a user states, `tools` what programs need at their peak, by name.
    """

    fail_on: Severity | None = Severity.WARNING
    cpus: int | None = None
    memory: Memory | None = None
    host_memory: Memory | None = None
    headroom: float = 0.8
    working_set: Memory = Memory.mib(5)
    handbook_decides: bool = False
    per_worker: Memory | None = None
    parent: Memory | None = None
    choices: tuple[Choice, ...] = ()
    severities: Mapping[str, Severity] = {}
    plugins: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    services: Mapping[str, Layer] = {}
    per_file: tuple[tuple[str, Layer], ...] = ()
    weights: tuple[Weight, ...] = ()
    tools: Mapping[str, Known[Memory]] = {}
    stated: Layer = Layer({})
    written: Mapping[Key, Written] = {}
    suppositions: tuple[Supposition, ...] = ()

    def under(self, *layers: Layer) -> Settings:
        """Return the settings with layers over them, the last one winning."""
        changed: dict[str, Any] = {name: getattr(self, name) for name in (*_ADDED, "severities")}
        written = dict(self.written)
        for layer in layers:
            for name, value in layer.given.items():
                if name in _ADDED:
                    changed[name] = (*changed[name], *value)
                else:
                    changed[name] = {**changed[name], **value} if name == "severities" else value
            written.update(layer.written)
        return self.replace(written=written, **changed)

    def of(self, service: str) -> Settings:
        """Return the settings in force for one service; asked again, the same."""
        layer = self.services.get(service)
        return self if layer is None else self.replace(services={}).under(layer, self.stated)

    def step(self, note: str, *key: str) -> Step:
        """Return the step of a value that a setting gives: assumed, at the place of the setting."""
        found = self.written.get(key)
        return Step(Role.ASSUMED, found.at if found is not None else None, note)

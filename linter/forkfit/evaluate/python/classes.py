"""Classes of the project: their bases and attributes."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.configurations import settled
from forkfit.evaluate.python.names import UNBOUND, local
from forkfit.evaluate.python.objects import Class, Made, Outside, Thing
from forkfit.evaluate.python.scope import Frame, FrameKind, Run, Scope
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Unknown, Value

MOST_BASES = 50

# Bases from libraries that bring no setting of their own.
_PLAIN_BASES_WORDS = """
    builtins.object typing.Generic typing.Protocol abc.ABC enum.Enum enum.IntEnum enum.StrEnum typing.NamedTuple
    typing.TypedDict pydantic.BaseModel builtins.str builtins.int builtins.dict configurations.Configuration
"""
_PLAIN_BASES = frozenset(_PLAIN_BASES_WORDS.split())
_SETTINGS_BASES = frozenset(
    [
        "pydantic_settings.BaseSettings",
        "pydantic_settings.main.BaseSettings",
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic.env_settings.BaseSettings",
    ]
)


class Lineage(Record):
    """A class with its bases, nearest first, and the names of those bases that are not the project's."""

    classes: tuple[Class, ...]
    outside: tuple[str, ...]
    unknown: bool

    @property
    def is_settings(self) -> bool:
        """Whether its fields are read from the environment by pydantic."""
        return any(name in _SETTINGS_BASES for name in self.outside)

    @property
    def is_strict(self) -> bool:
        """Whether it is pydantic-settings 2 that reads the fields: no ``Field(env=)``, and no name that is no field."""
        return any(name.startswith("pydantic_settings.") for name in self.outside)

    @property
    def is_closed(self) -> bool:
        """Whether all bases are known, so that an attribute that is not found is not there."""
        return not self.unknown and all(name in _PLAIN_BASES or name in _SETTINGS_BASES for name in self.outside)


def class_scope(cls: Class, run: Run) -> Scope:
    """Return the end of a class body."""
    key = ("class", id(cls.node))
    frame = run.frames.get(key)
    if frame is None:
        frame = run.frames[key] = Frame(FrameKind.CLASS, cls.node.body, {})
    return Scope(run, cls.scope.module, frame, cls.scope)


def lineage(cls: Class, run: Run) -> Lineage:
    """Return a class with all its bases."""
    known = run.lineages.get(id(cls.node))
    if known is None:
        known = run.lineages[id(cls.node)] = _lineage(cls)
    return known


def attribute_of_class(cls: Class, name: str, run: Run) -> Value[Thing]:
    """Return an attribute of a class, its own before those of its bases; Absent where none has it."""
    line = lineage(cls, run)
    for step in line.classes:
        value = local(name, class_scope(step, run))
        if not (isinstance(value, Absent) and value.why == UNBOUND):
            return settled(value, name)
    if name == "__name__":
        return Known(cls.node.name)
    if line.is_closed:
        return Absent(f"the class {cls.node.name} has no {name}")
    return Unknown(f"{name} may come from a base of {cls.node.name} that is not in the project")


def _lineage(cls: Class) -> Lineage:
    found: dict[Class, None] = {}
    outside: list[str] = []
    unknown = False
    pending = [cls]
    while pending and len(found) < MOST_BASES:
        current = pending.pop(0)
        if current in found:
            continue
        found[current] = None
        ahead = []
        for base in current.node.bases:
            node = base.value if isinstance(base, ast.Subscript) else base  # Generic[T]
            match current.scope.evaluate(node):
                case Known(value=Class() as parent):
                    ahead.append(parent)
                case Known(value=Outside(name=name)):
                    outside.append(name)
                case Known(value=Made(of=name)):
                    outside.append(name)
                case _:
                    unknown = True
        pending = ahead + pending
    return Lineage(tuple(found), tuple(outside), unknown)

"""The fields of a settings object, as the dictionary that it comes to where something takes over all of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python.classes import lineage
from forkfit.evaluate.python.instances import attribute_of_instance
from forkfit.evaluate.python.objects import Instance, Table
from forkfit.evaluate.python.pydantic_config import config_of, text_in
from forkfit.evaluate.python.scope import Run
from forkfit.model.value import Unknown


def fields_of_settings(instance: Instance, run: Run, wanted: Callable[[str], bool]) -> Table | None:
    """Return those fields of an object of pydantic's settings that are wanted; None where its fields cannot be told.

    An object of pydantic gives pairs of names and values when something goes over it (pydantic BaseModel.__iter__).
    """
    line = lineage(instance.of, run)
    if not line.is_settings or not line.is_closed:
        return None
    names = dict.fromkeys(
        statement.target.id
        for cls in reversed(line.classes)
        for statement in cls.node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and not statement.target.id.startswith("_")
    )
    entries = tuple((name, attribute_of_instance(instance, name, run)) for name in names if wanted(name))
    allows = text_in(config_of(line, run).get("extra")).rpartition(".")[2] == "allow"
    return Table(entries, Unknown(f"{instance.of.node.name} takes what is no field of it, too") if allows else None)

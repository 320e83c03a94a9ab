"""What ``model_config`` or ``class Config`` of a settings class says."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.classes import Lineage, attribute_of_class, class_scope
from forkfit.evaluate.python.objects import Class, Made, Table, Thing
from forkfit.evaluate.python.scope import Run
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Value

_CONFIGS = frozenset(("pydantic_settings.SettingsConfigDict", "pydantic.ConfigDict", "pydantic_settings.main.SettingsConfigDict"))
_OPTIONS_WORDS = """
    env_prefix env_file case_sensitive env_nested_delimiter env_ignore_empty extra nested_model_default_partial_update
"""
_OPTIONS = _OPTIONS_WORDS.split()


class Config(Record):
    """What ``model_config`` or ``class Config`` says, the nearest class first."""

    options: tuple[tuple[str, Value[Thing]], ...]

    def get(self, name: str) -> Value[Thing]:
        """Return an option; Absent where it is not given."""
        return next((value for option, value in self.options if option == name), Absent("not given"))


def config_of(line: Lineage, run: Run) -> Config:
    """Return the options of a class and its bases."""
    options: list[tuple[str, Value[Thing]]] = []
    for cls in line.classes:
        for statement in cls.node.body:
            match statement:
                case ast.ClassDef(name="Config"):
                    inner = Class(cls.module, statement, class_scope(cls, run))
                    for option in _OPTIONS:
                        value = attribute_of_class(inner, option, run)
                        if isinstance(value, Known):
                            options.append((option, value))
                case (
                    ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                    | ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value)
                ):
                    match class_scope(cls, run).at(statement).evaluate(value):
                        case Known(value=Made(of=name) as made) if name in _CONFIGS:
                            options.extend(made.arguments.named)
                        case Known(value=Table() as table):
                            options.extend((str(key), held) for key, held in table.entries)
    return Config(tuple(options))


def text_in(value: Value[Thing]) -> str:
    """Return an option as text, empty where it is not known."""
    return str(value.value) if isinstance(value, Known) else ""

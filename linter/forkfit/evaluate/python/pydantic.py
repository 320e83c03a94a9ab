"""Fields of pydantic settings classes, which are read from the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from forkfit.evaluate.python.classes import Lineage, class_scope
from forkfit.evaluate.python.env_files import from_value
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.json_text import read_json
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Items, Made, Raises, Table, Thing
from forkfit.evaluate.python.operators import across
from forkfit.evaluate.python.pydantic_config import Config, config_of, text_in
from forkfit.evaluate.python.pydantic_types import ERROR, last, typed, within
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Known, Unknown, Value

_FIELDS = frozenset(("pydantic.Field", "pydantic.fields.Field", "pydantic_settings.Field", "pydantic.v1.Field"))
_VALIDATORS = frozenset(("validator", "field_validator"))


class _Field(Record):
    """A field as a class states it: its annotation, its default, and the variable names that replace its own."""

    cls: Class
    node: ast.AnnAssign
    default: Value[Thing]
    names: tuple[str, ...]
    limits: Arguments = Arguments()


def field(line: Lineage, instance: Instance, name: str, run: Run) -> Value[Thing] | None:
    """Return a field: the argument, else the variable, else the file, else the default; None where there is no such field."""
    found = _find(line, name, run)
    if found is None:
        return None
    given = instance.arguments.get(None, name)
    if isinstance(given, Known):
        return given
    if _is_validated(line, name):
        return Unknown(f"{name} is changed by a validator", (Step(Role.WRITTEN, found.cls.scope.span(found.node)),))
    config = config_of(line, run)
    names = found.names or (text_in(config.get("env_prefix")) + name,)
    case = text_in(config.get("case_sensitive")) == "True"
    scope = class_scope(found.cls, run)
    step = Step(Role.USED, scope.span(found.node))
    named = instance.arguments.get(None, "_env_file")
    files = config.get("env_file") if isinstance(named, Absent) else named
    below = Environment(from_value(files, found.cls.scope.module, run))
    run.asks(*names)
    extra = _extra(line, config, below, run)
    if extra:
        return Raises(f"{extra} of a dotenv file is no field of {instance.of.node.name}, so the program stops here", (step,), ERROR)
    value = _first((run.environment, below), names, case, ignores_empty=text_in(config.get("env_ignore_empty")) == "True")
    inner = _nested(names, found, value, config, (run.environment, below), run)
    if inner is not None:
        return inner
    if not isinstance(value, Absent):
        return across(
            lambda thing: within(thing, found.limits, scope.span(found.node)), typed(value.because(step), found.node.annotation, scope)
        )
    if isinstance(found.default, Absent):
        if run.environment.open:
            return Unknown(f"{name} is not set and has no default", (*run.environment.open, step))
        return Raises(f"{name} is not set and has no default, so the program stops here", (step,), ERROR)
    step = Step(Role.FALLBACK, scope.span(found.node), f"{names[0].upper()} is not set")
    return found.default.because(step, *run.environment.open)


def _nested(
    names: tuple[str, ...], found: _Field, value: Value[Thing], config: Config, around: tuple[Environment, ...], run: Run
) -> Value[Thing] | None:
    """Return a model that JSON in a variable sets, or ``CELERY__CONCURRENCY`` and the like; None where no variable does."""
    scope = class_scope(found.cls, run)
    kind = scope.evaluate(found.node.annotation)
    if not isinstance(kind, Known) or not isinstance(kind.value, Class):
        return None
    given: dict[str, Value[Thing]] = {}
    if isinstance(value, Known):
        match read_json(value.value):
            case Known(value=Table() as table):
                given.update((str(key), held.because(*value.trail)) for key, held in table.entries)
            case _:
                return Raises("this text is no JSON of a model, so the program stops here", value.trail, ERROR)
    delimiter = text_in(config.get("env_nested_delimiter"))
    for start in [f"{name}{delimiter}".lower() for name in names if delimiter]:
        run.asks(f"{start}*")
        for environment in reversed(around):
            given.update(_parts(start, kind.value, environment, scope.span(found.node), run))
    if not given:
        return None
    # What the default holds beside counts only where it is asked to (nested_model_default_partial_update).
    partial = text_in(config.get("nested_model_default_partial_update")) == "True"
    default = found.default.value if isinstance(found.default, Known) else None
    below = default.arguments.named if partial and isinstance(default, Instance) else ()
    return Known(Instance(kind.value, Arguments((), tuple((dict(below) | given).items())), scope.span(found.node)))


def _parts(start: str, model: Class, environment: Environment, at: Span, run: Run) -> Iterator[tuple[str, Value[Thing]]]:
    for held in environment.variables:
        if held.name.lower().startswith(start):
            part = held.name[len(start) :].lower()
            field_of = next((s for s in model.node.body if isinstance(s, ast.AnnAssign) and last(s.target) == part), None)
            if field_of is not None:
                read = text_of(held.name, environment).because(Step(Role.USED, at))
                yield part, typed(read, field_of.annotation, class_scope(model, run))


def _first(around: tuple[Environment, ...], names: tuple[str, ...], case_sensitive: bool, *, ignores_empty: bool) -> Value[Thing]:
    for environment in around:
        value = _variable(names, environment, case_sensitive)
        is_empty = isinstance(value, Known) and value.value == ""
        if not isinstance(value, Absent) and not (ignores_empty and is_empty):
            return value
    return Absent("not set")


def _extra(line: Lineage, config: Config, file: Environment, run: Run) -> str:
    """Return a name in a dotenv file that pydantic-settings 2 refuses, since it is no field; empty where there is none."""
    if not file.variables or not line.is_strict or not isinstance(config.get("extra"), Absent):
        return ""
    known: set[str] = set()
    prefix, delimiter = text_in(config.get("env_prefix")).lower(), text_in(config.get("env_nested_delimiter"))
    for cls in line.classes:
        for statement in cls.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                stated = _find(line, statement.target.id, run)
                known.update(name.lower() for name in (stated.names if stated else ()))
                known.add(prefix + statement.target.id.lower())
    for held in file.variables:
        name = held.name.lower()
        is_part = bool(delimiter) and any(name.startswith(f"{one}{delimiter}".lower()) for one in known)
        if name not in known and not is_part and held.value != Known("", ()):
            return held.name
    return ""


def _find(line: Lineage, name: str, run: Run) -> _Field | None:
    for cls in line.classes:
        for statement in reversed(cls.node.body):
            match statement:
                case ast.AnnAssign(target=ast.Name(id=bound), value=value) if bound == name:
                    scope = class_scope(cls, run).at(statement)
                    return _stated(
                        cls,
                        statement,
                        scope.evaluate(value) if value is not None else Absent("no default"),
                        scope,
                        is_strict=line.is_strict,
                    )
    return None


def _stated(cls: Class, node: ast.AnnAssign, default: Value[Thing], scope: Scope, *, is_strict: bool) -> _Field:
    """Take ``Field(4, env="X")`` apart; it stands as the value or inside ``Annotated``."""
    made = default if isinstance(default, Known) and isinstance(default.value, Made) and default.value.of in _FIELDS else None
    names: tuple[str, ...] = ()
    limits = Arguments()
    if made is not None:
        limits = made.value.arguments
        names = _names(limits, is_strict=is_strict)
        default = _default(limits, scope)
    if isinstance(node.annotation, ast.Subscript) and last(node.annotation.value) == "Annotated" and not names:
        for part in node.annotation.slice.elts[1:] if isinstance(node.annotation.slice, ast.Tuple) else ():
            inner = scope.evaluate(part)
            if isinstance(inner, Known) and isinstance(inner.value, Made) and inner.value.of in _FIELDS:
                limits = inner.value.arguments
                names = _names(limits, is_strict=is_strict)
    return _Field(cls, node, default, names, limits)


def _default(arguments: Arguments, scope: Scope) -> Value[Thing]:
    value = arguments.get(0, "default")
    if isinstance(value, Absent):
        factory = arguments.get(None, "default_factory")
        if isinstance(factory, Absent):
            return Absent("no default")
        if isinstance(factory, Known) and isinstance(factory.value, Class):
            return Known(Instance(factory.value, Arguments(), scope.span(factory.value.node)), factory.trail)
        if isinstance(factory, Known) and isinstance(factory.value, Function):
            from forkfit.evaluate.python.functions import called

            return called(factory.value, Arguments(), scope.run, scope)
        return Unknown("the default is made when the program runs")
    if isinstance(value, Unknown) and value.why.startswith("this has no value"):
        return Absent("no default")  # Field(...): required
    return value


def _names(arguments: Arguments, *, is_strict: bool) -> tuple[str, ...]:
    for option in ("validation_alias", "alias") if is_strict else ("validation_alias", "alias", "env"):
        match arguments.get(None, option):
            case Known(value=str() as name):
                return (name,)
            case Known(value=Items(items=items)):
                return tuple(i.value for i in items if isinstance(i, Known) and isinstance(i.value, str))
            case Known(value=Made(of="pydantic.AliasChoices" | "pydantic.aliases.AliasChoices") as made):
                return tuple(i.value for i in made.arguments.positional if isinstance(i, Known) and isinstance(i.value, str))
    return ()


def _variable(names: tuple[str, ...], environment: Environment, case_sensitive: bool) -> Value[Thing]:
    for name in names:
        for held in environment.variables:
            if held.name == name or (not case_sensitive and held.name.lower() == name.lower()):
                value = text_of(held.name, environment)
                if not isinstance(value, Absent):
                    return value
    return Absent("not set")


def _is_validated(line: Lineage, name: str) -> bool:
    """Tell whether a validator of the class is given for a field."""
    for cls in line.classes:
        for function in cls.node.body:
            for decorator in function.decorator_list if isinstance(function, ast.FunctionDef) else ():
                match decorator:
                    case ast.Call(func=called_by, args=arguments) if last(called_by) in _VALIDATORS:
                        if any(isinstance(a, ast.Constant) and a.value in (name, "*") for a in arguments):
                            return True
    return False

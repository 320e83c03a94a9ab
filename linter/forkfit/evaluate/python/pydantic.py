"""Fields of pydantic settings classes, which are read from the environment."""

from __future__ import annotations

import ast
from collections.abc import Callable

from forkfit.evaluate.python.classes import Lineage, attribute_of_class, class_scope
from forkfit.evaluate.python.counting import convert
from forkfit.evaluate.python.env_files import from_value
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Items, Made, Table, Thing
from forkfit.evaluate.python.operators import across
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value

_FIELDS = frozenset(("pydantic.Field", "pydantic.fields.Field", "pydantic_settings.Field", "pydantic.v1.Field"))
_CONFIGS = frozenset(("pydantic_settings.SettingsConfigDict", "pydantic.ConfigDict", "pydantic_settings.main.SettingsConfigDict"))
_VALIDATORS = frozenset(("validator", "field_validator"))
_TRUE = frozenset(["1", "on", "t", "true", "y", "yes"])
_FALSE = frozenset(["0", "off", "f", "false", "n", "no"])


class _Field(Record):
    """A field as a class states it: its annotation, its default, and the variable names that replace its own."""

    cls: Class
    node: ast.AnnAssign
    default: Value[Thing]
    names: tuple[str, ...]


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
    config = _config(line, run)
    names = found.names or (_text(config.get("env_prefix")) + name,)
    case = _text(config.get("case_sensitive")) == "True"
    scope = class_scope(found.cls, run)
    below = Environment(from_value(config.get("env_file"), found.cls.scope.module, run))
    run.asks(*names)
    for environment in (run.environment, below):
        value = _variable(names, environment, case)
        if not isinstance(value, Absent):
            return _typed(value.because(Step(Role.USED, scope.span(found.node))), found.node.annotation, scope)
    inner = _nested(names, found, _text(config.get("env_nested_delimiter")), run)
    if inner is not None:
        return inner
    if isinstance(found.default, Absent):
        return Unknown(f"{name} is not set and has no default", (*run.environment.open, Step(Role.USED, scope.span(found.node))))
    step = Step(Role.FALLBACK, scope.span(found.node), f"{names[0].upper()} is not set")
    return found.default.because(step, *run.environment.open)


def _nested(names: tuple[str, ...], found: _Field, delimiter: str, run: Run) -> Value[Thing] | None:
    """Return a model whose fields ``CELERY__CONCURRENCY`` and the like set, None where no variable does."""
    scope = class_scope(found.cls, run)
    kind = scope.evaluate(found.node.annotation) if delimiter else Absent("no delimiter")
    if not isinstance(kind, Known) or not isinstance(kind.value, Class):
        return None
    given: dict[str, Value[Thing]] = {}
    for name in names:
        start = f"{name}{delimiter}".lower()
        run.asks(f"{start}*")
        for held in run.environment.variables:
            if held.name.lower().startswith(start):
                part = held.name[len(start) :].lower()
                field_of = next((s for s in kind.value.node.body if isinstance(s, ast.AnnAssign) and _last(s.target) == part), None)
                if field_of is not None:
                    read = text_of(held.name, run.environment).because(Step(Role.USED, scope.span(found.node)))
                    given.setdefault(part, _typed(read, field_of.annotation, class_scope(kind.value, run)))
    if not given:
        return None
    below = found.default.value.arguments.named if isinstance(found.default, Known) and isinstance(found.default.value, Instance) else ()
    return Known(Instance(kind.value, Arguments((), tuple((dict(below) | given).items())), scope.span(found.node)))


def _find(line: Lineage, name: str, run: Run) -> _Field | None:
    for cls in line.classes:
        for statement in reversed(cls.node.body):
            match statement:
                case ast.AnnAssign(target=ast.Name(id=bound), value=value) if bound == name:
                    scope = class_scope(cls, run).at(statement)
                    return _stated(cls, statement, scope.evaluate(value) if value is not None else Absent("no default"), scope)
    return None


def _stated(cls: Class, node: ast.AnnAssign, default: Value[Thing], scope: Scope) -> _Field:
    """Take ``Field(4, env="X")`` apart; it stands as the value or inside ``Annotated``."""
    made = default if isinstance(default, Known) and isinstance(default.value, Made) and default.value.of in _FIELDS else None
    names: tuple[str, ...] = ()
    if made is not None:
        names = _names(made.value.arguments, scope)
        default = _default(made.value.arguments, scope)
    if isinstance(node.annotation, ast.Subscript) and _last(node.annotation.value) == "Annotated" and not names:
        for part in node.annotation.slice.elts[1:] if isinstance(node.annotation.slice, ast.Tuple) else ():
            inner = scope.evaluate(part)
            if isinstance(inner, Known) and isinstance(inner.value, Made) and inner.value.of in _FIELDS:
                names = _names(inner.value.arguments, scope)
    return _Field(cls, node, default, names)


def _default(arguments: Arguments, scope: Scope) -> Value[Thing]:
    value = arguments.get(0, "default")
    if isinstance(value, Absent):
        factory = arguments.get(None, "default_factory")
        if isinstance(factory, Absent):
            return Absent("no default")
        if isinstance(factory, Known) and isinstance(factory.value, Function):
            from forkfit.evaluate.python.functions import called

            return called(factory.value, Arguments(), scope.run, scope)
        return Unknown("the default is made when the program runs")
    if isinstance(value, Unknown) and value.why.startswith("this has no value"):
        return Absent("no default")  # Field(...): required
    return value


def _names(arguments: Arguments, scope: Scope) -> tuple[str, ...]:
    del scope
    for option in ("validation_alias", "alias", "env"):
        match arguments.get(None, option):
            case Known(value=str() as name):
                return (name,)
            case Known(value=Items(items=items)):
                return tuple(i.value for i in items if isinstance(i, Known) and isinstance(i.value, str))
            case Known(value=Made(of="pydantic.AliasChoices" | "pydantic.aliases.AliasChoices") as made):
                return tuple(i.value for i in made.arguments.positional if isinstance(i, Known) and isinstance(i.value, str))
    return ()


class _Config(Record):
    """What ``model_config`` or ``class Config`` says, the nearest class first."""

    options: tuple[tuple[str, Value[Thing]], ...]

    def get(self, name: str) -> Value[Thing]:
        """Return an option; Absent where it is not given."""
        return next((value for option, value in self.options if option == name), Absent("not given"))


def _config(line: Lineage, run: Run) -> _Config:
    options: list[tuple[str, Value[Thing]]] = []
    for cls in line.classes:
        for statement in cls.node.body:
            match statement:
                case ast.ClassDef(name="Config"):
                    inner = Class(cls.module, statement, class_scope(cls, run))
                    for option in ("env_prefix", "env_file", "case_sensitive"):
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
    return _Config(tuple(options))


def _text(value: Value[Thing]) -> str:
    return str(value.value) if isinstance(value, Known) else ""


def _variable(names: tuple[str, ...], environment: Environment, case_sensitive: bool) -> Value[Thing]:
    for name in names:
        for held in environment.variables:
            if held.name == name or (not case_sensitive and held.name.lower() == name.lower()):
                value = text_of(held.name, environment)
                if not isinstance(value, Absent):
                    return value
    return Absent("not set")


def _typed(value: Value[Thing], annotation: ast.expr, scope: Scope) -> Value[Thing]:
    """Return a text as the field's annotation makes it."""
    kinds = list(_kinds(annotation))
    for kind in kinds:
        if kind in _PARSERS:
            made = across(_PARSERS[kind], value)
            return made.because(Step(Role.CONVERTED, scope.span(annotation), kind))
    if any(k in ("str", "Literal", "SecretStr") for k in kinds):
        return value
    return scope.unknown("what this type makes of a variable is not followed", annotation)


def _kinds(annotation: ast.expr) -> list[str]:
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [_ALIASES.get(name, name)]
        case ast.Subscript(value=outer, slice=inner):
            name = _last(outer)
            if name in ("Optional", "Union"):
                return [k for part in (inner.elts if isinstance(inner, ast.Tuple) else [inner]) for k in _kinds(part)]
            if name == "Annotated" and isinstance(inner, ast.Tuple):
                return _kinds(inner.elts[0])
            return [name]
        case ast.BinOp(left=left, right=right):
            return [*_kinds(left), *_kinds(right)]
        case ast.Constant(value=str(text)):
            try:
                return _kinds(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return []
        case _:
            return []


_ALIASES = {"PositiveInt": "int", "NonNegativeInt": "int", "conint": "int", "PositiveFloat": "float", "StrictStr": "str"}


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _truth(thing: Thing) -> Value[Thing]:
    text = str(thing).lower()
    if text in _TRUE:
        return Known(True)
    return Known(False) if text in _FALSE else Unknown("this is no truth value, so the program stops here")


_PARSERS: dict[str, Callable[[Thing], Value[Thing]]] = {
    "int": lambda thing: convert("int", Known(thing)),
    "float": lambda thing: convert("float", Known(thing)),
    "bool": _truth,
}


def _is_validated(line: Lineage, name: str) -> bool:
    """Tell whether a validator of the class is given for a field."""
    for cls in line.classes:
        for function in cls.node.body:
            for decorator in function.decorator_list if isinstance(function, ast.FunctionDef) else ():
                match decorator:
                    case ast.Call(func=called_by, args=arguments) if _last(called_by) in _VALIDATORS:
                        if any(isinstance(a, ast.Constant) and a.value in (name, "*") for a in arguments):
                            return True
    return False

"""Objects of the project's classes: what ``__init__`` sets, fields, properties, methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache

from forkfit.evaluate.python.classes import Lineage, attribute_of_class, class_scope, lineage
from forkfit.evaluate.python.functions import bound_frame, called, decorator_name
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Items, Made, Outside, Thing
from forkfit.evaluate.python.pydantic import field
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.evaluate.python.set_later import set_later
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, either


def attribute_of_instance(instance: Instance, name: str, run: Run) -> Value[Thing]:
    """Return an attribute of an object: a field of a settings class, what ``__init__`` sets, or the class's own."""
    key = (id(instance.of.node), id(instance.arguments), instance.at, name)
    known = run.attributes.get(key)
    if known is None:
        # The object is kept with the value, so that no other one takes its identity.
        run.attributes[key] = (instance, Unknown(f"{name} is defined by itself"))
        known = run.attributes[key] = (instance, _attribute(instance, name, run))
    return known[1]


def _attribute(instance: Instance, name: str, run: Run) -> Value[Thing]:
    line = lineage(instance.of, run)
    if line.is_settings:
        found = field(line, instance, name, run)
        if found is not None:
            return found
    place = set_later(line.classes, name, run)
    if place is not None:
        return Unknown(f"{name} is set after the object is made", (Step(Role.WRITTEN, place),))
    made = _set_by_init(instance, line, name, run)
    if made is not None:
        return made
    value = attribute_of_class(instance.of, name, run)
    if _is_data(line):
        given = _given(instance, line, name, run)
        if given is not None:
            return given
    if isinstance(value, Known) and isinstance(value.value, Function):
        if is_property(value.value.node):
            function = value.value.replace(receiver=instance)
            return called(function, Arguments(), run, function.scope)
        if not _is_classmethod(value.value.node):
            return Known(value.value.replace(receiver=instance), value.trail)
    return bound(value, instance.of)


def bound(value: Value[Thing], cls: Class) -> Value[Thing]:
    """Return an attribute as it is of a class: a class method is called on the class."""
    if isinstance(value, Known) and isinstance(value.value, Function) and _is_classmethod(value.value.node):
        return Known(value.value.replace(receiver=cls), value.trail)
    return value


def _is_classmethod(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        decorator_name(d) == "classmethod" for d in node.decorator_list
    )


def is_property(node: ast.AST) -> bool:
    """Tell whether a function of a class is called by naming it."""
    return isinstance(node, ast.FunctionDef) and any(decorator_name(d) in ("property", "cached_property") for d in node.decorator_list)


def _set_by_init(instance: Instance, line: Lineage, name: str, run: Run) -> Value[Thing] | None:
    """Return what ``self.name = ...`` in ``__init__`` sets, None where it sets no such attribute."""
    for cls in line.classes:
        init = next((s for s in cls.node.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
        if init is None or not init.args.args:
            continue
        statements = _self_assignments(init).get(name, ())
        if not statements:
            return None
        frame = bound_frame(Function(cls.module, init, class_scope(cls, run), instance), instance.arguments)
        scope = Scope(run, cls.scope.module, frame, cls.scope)
        if len(statements) > 1 or not any(s is statements[0] for s in init.body):
            return either([*(scope.at(s).evaluate(s.value) for s in statements if s.value), Unknown(f"{name} is set on some ways only")])
        return scope.at(statements[0]).evaluate(statements[0].value) if statements[0].value else None
    return None


@lru_cache(maxsize=16_384)  # the services of a project run the same modules
def _self_assignments(init: ast.FunctionDef) -> Mapping[str, Sequence[ast.Assign | ast.AnnAssign]]:
    """Return the assignments to ``self.name`` in a function, by name."""
    found: dict[str, list[ast.Assign | ast.AnnAssign]] = {}
    me = init.args.args[0].arg
    for node in ast.walk(init):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                match target:
                    case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner == me:
                        found.setdefault(attr, []).append(node)
    return found


def _is_data(line: Lineage) -> bool:
    if "typing.NamedTuple" in line.outside or "pydantic.BaseModel" in line.outside:
        return True
    return any("dataclass" in ast.unparse(d) or "define" in ast.unparse(d) for d in line.classes[0].node.decorator_list)


def _given(instance: Instance, line: Lineage, name: str, run: Run) -> Value[Thing] | None:
    """Return the argument for a field of a dataclass, None where it is not given."""
    fields = [
        s.target.id
        for cls in reversed(line.classes)
        for s in cls.node.body
        if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
    ]
    if name not in fields:
        return None
    value = instance.arguments.get(fields.index(name), name)
    if not isinstance(value, Absent):
        return value
    default = attribute_of_class(instance.of, name, run)
    if isinstance(default, Known) and isinstance(default.value, Made):
        made = default.value
        inner = made.arguments.get(0, "default")
        if not isinstance(inner, Absent):
            return inner
        factory = made.arguments.get(None, "default_factory")
        match factory:
            case Known(value=Function() as function):
                return called(function, Arguments(), run, function.scope)
            case Known(value=Outside(name="builtins.list")):
                return Known(Items("list", ()))
            case _:
                return Unknown(f"the default of {name} is not followed", (Step(Role.WRITTEN, made.at),))
    return default

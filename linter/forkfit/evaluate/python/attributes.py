"""Attributes of modules, classes, objects and plain values."""

from __future__ import annotations

from posixpath import basename, dirname, splitext

from forkfit.evaluate.python.classes import attribute_of_class
from forkfit.evaluate.python.django_settings import django_setting
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.instances import attribute_of_instance, bound
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.names import attribute_of_module
from forkfit.evaluate.python.objects import (
    Class,
    CpuRatio,
    Function,
    Instance,
    Items,
    Made,
    Member,
    Method,
    ModuleObject,
    Outside,
    Path,
    Table,
    Thing,
)
from forkfit.evaluate.python.operators import is_plain
from forkfit.evaluate.python.scope import Run
from forkfit.model.value import Absent, ByCpus, Known, Unknown, Value

_STR_METHODS = frozenset(n for n in dir(str) if not n.startswith("_"))


def attribute(thing: Thing, name: str, run: Run) -> Value[Thing]:
    """Return an attribute of a thing; Absent where it has none. Of things outside it is a name that goes on from theirs."""
    match thing:
        case ModuleObject(name=dotted):
            module = run.modules.find(dotted)
            return attribute_of_module(module, name, run) if isinstance(module, Module) else Unknown(f"{dotted} is not found")
        case Outside(name="django.conf.settings"):
            return of_django_settings(name, run)
        case Outside(name=dotted):
            return Known(Outside(f"{dotted}.{name}"))
        case Class():
            return bound(attribute_of_class(thing, name, run), thing)
        case Instance():
            return attribute_of_instance(thing, name, run)
        case Made() | Member():
            return Known(Member(thing, name))
        case Path(text=text):
            return _of_path(text, name)
        case ByCpus() | CpuRatio() | Function():
            return Unknown(f"the attribute {name} of this is not followed")
        case str() if name in _STR_METHODS:
            return Known(Method(thing, name))
        case Items() | Table():
            return Known(Method(thing, name))
        case _ if is_plain(thing):
            # A member of an enumeration stands here as its value.
            return Known(thing) if name == "value" else Absent(f"this has no attribute {name}")
        case _:
            return Unknown(f"the attribute {name} of this is not followed")


def of_django_settings(name: str, run: Run) -> Value[Thing]:
    """Return a setting of the module that DJANGO_SETTINGS_MODULE names."""
    run.asks("DJANGO_SETTINGS_MODULE")
    variable = text_of("DJANGO_SETTINGS_MODULE", run.environment)
    if not isinstance(variable, Known):
        return Unknown("which Django settings are used is not known", variable.trail)
    module = run.modules.find(variable.value)
    if not isinstance(module, Module):
        return Unknown(f"the Django settings {variable.value} are not found", variable.trail)
    return django_setting(module, name, run)


def _of_path(text: str, name: str) -> Value[Thing]:
    match name:
        case "parent":
            return Known(Path(dirname(text) or "."))
        case "name":
            return Known(basename(text))
        case "stem":
            return Known(splitext(basename(text))[0])
        case "suffix":
            return Known(splitext(text)[1])
        case "parents":
            found = []
            while text not in (".", "", "/"):
                text = dirname(text) or "."
                found.append(Known(Path(text)))
            return Known(Items("tuple", tuple(found)))
        case _:
            return Known(Method(Path(text), name))

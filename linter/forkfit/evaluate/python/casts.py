"""What settings libraries make of a variable's text."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.counting import convert
from forkfit.evaluate.python.functions import called
from forkfit.evaluate.python.objects import Arguments, Function, Items, Made, Member, Method, Outside, Table, Thing
from forkfit.evaluate.python.operators import across, guarded
from forkfit.evaluate.python.standard import strtobool
from forkfit.model.span import Role, Step
from forkfit.model.value import ByCpus, Known, Unknown, Value

# The words that stand for true: django-environ 0.13, environs 15 (marshmallow), pydantic 2.
_TRUE = frozenset(["true", "on", "ok", "y", "yes", "1", "t"])


def cast(wanted: Thing, value: Value[Thing], call: Call) -> Value[Thing]:
    """Return a variable's value as the type or function that a call asks for makes it; text where it asks for none."""
    made = across(lambda thing: _cast(wanted, thing, call), value)
    return made if made == value else made.because(Step(Role.CONVERTED, call.scope.span(call.node), _word(wanted)))


def named(kind: str, value: Value[Thing], call: Call) -> Value[Thing]:
    """Return a variable's value as a method of that name (``env.int``) makes it."""
    if kind not in _KINDS:
        return call.unknown(f"the type {kind} is not followed")
    made = across(lambda thing: _KINDS[kind](thing) if isinstance(thing, str) else _same(thing), value)
    return made.because(Step(Role.CONVERTED, call.scope.span(call.node), kind))


def _word(wanted: Thing) -> str:
    return wanted.name.rpartition(".")[2] if isinstance(wanted, (Outside, Member)) else ""


def _cast(wanted: Thing, thing: Thing, call: Call) -> Value[Thing]:
    match wanted:
        case None:
            return _same(thing)
        case Outside(name=name) if name.startswith("builtins."):
            kind = name.removeprefix("builtins.")
            if kind in _KINDS and isinstance(thing, str):
                return _KINDS[kind](thing)
            return _same(thing) if not isinstance(thing, str) else Unknown(f"the type {kind} is not followed")
        case Member(name=name) | Method(name=name) if name in _KINDS and isinstance(thing, str):
            return _KINDS[name](thing)
        case Function():
            return called(wanted, Arguments((Known(thing),)), call.scope.run, call.scope)
        case Made(of="decouple.Csv") if isinstance(thing, str):
            return _list(thing)
        case Outside(name="distutils.util.strtobool") if isinstance(thing, str):
            return guarded(strtobool, thing)
        case _:
            return _same(thing) if not isinstance(thing, str) else call.unknown("what this makes of a variable is not followed")


def _same(thing: Thing) -> Value[Thing]:
    return thing if isinstance(thing, ByCpus) else Known(thing)


def _bool(text: str) -> Value[Thing]:
    return Known(text.strip().lower() in _TRUE)


def _list(text: str) -> Value[Thing]:
    return Known(Items("list", tuple(Known(part.strip()) for part in text.split(",") if part.strip())))


def _dict(text: str) -> Value[Thing]:
    """Read ``name=value,name=value``, as django-environ and environs do."""
    parts = [part.partition("=") for part in text.split(",") if part]
    return Known(Table(tuple((name.strip(), Known(value.strip())) for name, _, value in parts)))


def _text(text: str) -> Value[Thing]:
    return Known(text)


_KINDS: dict[str, Callable[[str], Value[Thing]]] = {
    "int": lambda text: convert("int", Known(text)),
    "float": lambda text: convert("float", Known(text)),
    "str": _text,
    "string": _text,
    "unicode": _text,
    "bool": _bool,
    "boolean": _bool,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "dict": _dict,
    "db_url": lambda _: Unknown("an address is not taken apart"),
}

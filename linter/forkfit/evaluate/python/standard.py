"""Functions of Python itself and of its standard library, as far as settings use them."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.counting import plain, usable_cpus
from forkfit.evaluate.python.json_text import read_json
from forkfit.evaluate.python.objects import Items, Made, Outside, Partial, Raises, Table, Thing, is_true
from forkfit.evaluate.python.operators import LONGEST, across, is_plain
from forkfit.model.value import Known, Value, either


def _len(call: Call) -> Value[Thing]:
    def count(thing: Thing) -> Value[Thing]:
        match thing:
            case str() | bytes():
                return Known(len(thing))
            case Made(of="os.sched_getaffinity"):
                return usable_cpus(call)
            case Items(items=items, rest=rest):
                return rest or Known(len(items))
            case Table(entries=entries, rest=rest):
                return rest or Known(len(entries))
            case _:
                return call.unknown("the length of this is not known")

    return across(count, call.arguments.get(0))


def _collection(kind: str) -> Callable[[Call], Value[Thing]]:
    def collect(call: Call) -> Value[Thing]:
        if not call.arguments.positional:
            return Known(Items(kind, ()))
        match call.arguments.positional[0]:
            case Known(value=Items(items=items, rest=rest), trail=trail):
                return Known(Items(kind, items, rest), trail)
            case Known(value=Table(entries=entries, rest=rest), trail=trail):
                return Known(Items(kind, tuple(Known(name) for name, _ in entries), rest), trail)
            case Known(value=str() as text, trail=trail):
                return Known(Items(kind, tuple(Known(letter) for letter in text[:LONGEST])), trail)
            case other:
                return across(lambda _: call.unknown("what this list is made of is not known"), other)

    return collect


def _dict(call: Call) -> Value[Thing]:
    table = Table((), call.arguments.rest)
    if call.arguments.positional:
        match call.arguments.positional[0]:
            case Known(value=Table() as below):
                table = below
            case Known(value=Outside(name="os.environ") as outside) if not call.arguments.named:
                return Known(outside)
            case _:
                table = Table((), call.unknown("what this dictionary is made of is not known"))
    for name, value in call.arguments.named:
        table = table.having(name, value)
    return call.scope.known(table, call.node)


def _json(call: Call) -> Value[Thing]:
    def load(thing: Thing) -> Value[Thing]:
        if not isinstance(thing, str):
            return call.unknown("what is read here is not known")
        return read_json(thing)

    return across(load, call.arguments.get(0))


def _literal(call: Call) -> Value[Thing]:
    def load(thing: Thing) -> Value[Thing]:
        if not isinstance(thing, str):
            return call.unknown("what is read here is not known")
        import ast

        try:
            loaded = ast.literal_eval(thing) if len(thing) <= LONGEST else None
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return Raises("this text is no value of Python", (), "ValueError")
        return Known(loaded) if is_plain(loaded) else call.unknown("what is read here is no plain value")

    return across(load, call.arguments.get(0))


_TRUE = frozenset(["y", "yes", "t", "true", "on", "1"])
_FALSE = frozenset(["n", "no", "f", "false", "off", "0"])


def strtobool(text: str) -> bool:
    """Return the truth of a text as ``distutils.util.strtobool``; raise ValueError for any other word."""
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("this is no truth value")


def _second(call: Call) -> Value[Thing]:
    return call.arguments.get(1, "val")


def _first(call: Call) -> Value[Thing]:
    return call.arguments.get(0)


def _truth_of_items(function: Callable[..., bool]) -> Callable[[Call], Value[Thing]]:
    def ask(call: Call) -> Value[Thing]:
        def of(thing: Thing) -> Value[Thing]:
            if isinstance(thing, Items) and thing.rest is None:
                known = [is_true(i.value) for i in thing.items if isinstance(i, Known)]
                if len(known) == len(thing.items) and None not in known:
                    return Known(function(known))
            return call.unknown("this condition is open")

        return across(of, call.arguments.get(0))

    return ask


def _which(call: Call) -> Value[Thing]:
    """Follow ``shutil.which(name)``: the program, or None where it is not there."""
    return either((call.arguments.get(0, "cmd"), Known(None)))


def _split(call: Call) -> Value[Thing]:
    line = call.arguments.get(0, "s")
    if isinstance(line, Partial):
        from forkfit.evaluate.python.command_words import split  # commands stand in tasks

        return Known(split(line), line.trail)

    def of(thing: Thing) -> Value[Thing]:
        import shlex

        if not isinstance(thing, str) or len(thing) > LONGEST:
            return call.unknown("what is split here is not known")
        try:
            return Known(Items("list", tuple(Known(word) for word in shlex.split(thing))))
        except ValueError:
            return Raises("a quote is not closed", (), "ValueError")

    return across(of, line)


def _join(call: Call) -> Value[Thing]:
    from forkfit.evaluate.python.command_words import joined

    words = call.arguments.get(0, "split_command")
    if isinstance(words, Known) and isinstance(words.value, Items):
        return joined(words.value, words.trail)
    return call.unknown("what is joined here is not known")


def _value(known: Known[Thing]) -> Thing:
    return known.value


def _sorted(call: Call) -> Value[Thing]:
    def order(thing: Thing) -> Value[Thing]:
        if isinstance(thing, Items) and thing.rest is None and not call.arguments.named:
            known: list[Known[Thing]] = [i for i in thing.items if isinstance(i, Known) and is_plain(i.value)]
            if len(known) == len(thing.items):
                try:
                    ordered: list[Known[Thing]] = sorted(known, key=_value)
                    return Known(Items("list", tuple(ordered)))
                except TypeError:
                    return Raises("these cannot be put in order", (), "TypeError")
        return call.unknown("this order is not followed")

    return across(order, call.arguments.get(0))


def _isinstance(call: Call) -> Value[Thing]:
    kinds = {"builtins.str": str, "builtins.int": int, "builtins.float": float, "builtins.bool": bool}

    def ask(thing: Thing, kind: Thing) -> Value[Thing]:
        if is_plain(thing) and isinstance(kind, Outside) and kind.name in kinds:
            return Known(isinstance(thing, kinds[kind.name]))
        if isinstance(kind, Outside) and kind.name in ("builtins.list", "builtins.tuple", "builtins.set") and isinstance(thing, Items):
            return Known(kind.name.endswith(thing.kind))
        return call.unknown("what kind of object this is is not followed")

    return across(ask, call.arguments.get(0), call.arguments.get(1))


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    "builtins.len": _len,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.frozenset": _collection("set"),
    "builtins.dict": _dict,
    "builtins.sorted": _sorted,
    "builtins.any": _truth_of_items(any),
    "builtins.all": _truth_of_items(all),
    "builtins.isinstance": _isinstance,
    "ast.literal_eval": _literal,
    "json.loads": _json,
    "distutils.util.strtobool": plain(strtobool),
    "setuptools._distutils.util.strtobool": plain(strtobool),
    "shlex.join": _join,
    "shlex.split": _split,
    "shutil.which": _which,
    "typing.cast": _second,
    "copy.copy": _first,
    "copy.deepcopy": _first,
}

"""Methods of texts, lists, dictionaries and paths."""

from __future__ import annotations

import ast
from posixpath import join, normpath

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.held import one_of
from forkfit.evaluate.python.objects import Items, Method, Path, Raises, Table, Thing
from forkfit.evaluate.python.operators import LONGEST, across, guarded, is_plain
from forkfit.evaluate.python.partial import filled_by_format, pieced, with_separator
from forkfit.evaluate.python.paths import text_of_path
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

# Methods that give a text, number or truth value of about the size of what they are given.
_PLAIN_WORDS = """
    capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit isnumeric isspace islower isupper
    lower lstrip partition removeprefix removesuffix replace rfind rpartition rsplit rstrip split splitlines
    startswith strip swapcase title upper encode
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())


def method(call: Call) -> Value[Thing]:
    """Return what a method of a value gives."""
    callee = call.callee
    assert isinstance(callee, Method)
    match callee.receiver:
        case str() as text:
            return _of_text(text, callee.name, call)
        case Table() as table:
            return _of_table(table, callee.name, call)
        case Items() as items:
            return _of_items(items, callee.name, call)
        case Path() as path:
            return _of_path(path, callee.name, call)
        case _:
            return call.unknown("this method is not followed")


def _of_text(text: str, name: str, call: Call) -> Value[Thing]:
    arguments = call.arguments
    if arguments.rest is not None:
        return arguments.rest
    if name == "join" and len(arguments.positional) == 1:
        return _joined(text, arguments.positional[0], call)
    if name == "format":
        return _formatted(text, call)
    if name not in _PLAIN or arguments.named:
        return call.unknown("this method of a text is not followed")

    def of(*things: Thing) -> Value[Thing]:
        plain = [_prefixes(t) for t in things]
        if name == "replace" and len(text) * max((len(t) for t in plain if isinstance(t, str)), default=0) > LONGEST**2:
            return call.unknown("the text is too long to be followed")
        if not all(is_plain(t) or isinstance(t, tuple) for t in plain):
            return call.unknown("an argument of this method is not known")
        try:
            result = getattr(text, name)(*plain)
        except (TypeError, ValueError, OverflowError, LookupError) as error:
            return Raises(f"the program stops here with {type(error).__name__}", (), type(error).__name__)
        if isinstance(result, (list, tuple)):
            kind = "list" if isinstance(result, list) else "tuple"
            return Known(Items(kind, tuple(Known(part) for part in result)))
        return (
            Known(result) if not isinstance(result, str) or len(result) <= LONGEST else call.unknown("the text is too long to be followed")
        )

    return across(of, *arguments.positional) if arguments.positional else of()


def _prefixes(thing: Thing) -> Thing:
    """Return a tuple of texts as Python has it, for ``startswith(("a", "b"))``."""
    if isinstance(thing, Items) and thing.kind == "tuple" and thing.rest is None:
        parts = tuple(i.value for i in thing.items if isinstance(i, Known) and isinstance(i.value, str))
        return parts if len(parts) == len(thing.items) else thing
    return thing


def _joined(text: str, value: Value[Thing], call: Call) -> Value[Thing]:
    def of(thing: Thing) -> Value[Thing]:
        if not isinstance(thing, Items) or thing.rest is not None:
            return call.unknown("what is joined here is not known")
        if not thing.items:
            return Known("")
        return across(lambda *parts: guarded(lambda *plain: text.join(plain), *parts), *thing.items)

    made = across(of, value)
    listed = value.value if isinstance(value, Known) and isinstance(value.value, Items) else None
    return pieced(made, lambda: with_separator(text, listed.items, listed.rest)) if listed is not None else made


def _formatted(text: str, call: Call) -> Value[Thing]:
    arguments = call.arguments
    return pieced(_all_formatted(text, call), lambda: filled_by_format(text, arguments.positional, dict(arguments.named)))


def _all_formatted(text: str, call: Call) -> Value[Thing]:
    arguments = call.arguments
    if any(mark in text for mark in ("{:", "{!", "[", "}}", "{{")) or ":" in "".join(p.partition("}")[0] for p in text.split("{")[1:]):
        return call.unknown("this format is not followed")
    names = [n for n, _ in arguments.named]
    count = len(arguments.positional)

    def of(*things: Thing) -> Value[Thing]:
        if not all(is_plain(t) for t in things):
            return call.unknown("a part of this text is not known")
        try:
            return Known(text.format(*things[:count], **dict(zip(names, things[count:], strict=True))))
        except (IndexError, KeyError, ValueError, AttributeError) as error:
            return Raises(f"the program stops here with {type(error).__name__}", (), type(error).__name__)

    values = (*arguments.positional, *(v for _, v in arguments.named))
    return across(of, *values) if values else of()


def _of_table(table: Table, name: str, call: Call) -> Value[Thing]:
    match name:
        case "get" | "pop" | "setdefault":
            return either(_got(table, key, call) for key in alternatives(call.arguments.get(0)))
        case "copy":
            return Known(table)
        case "keys":
            return Known(Items("list", tuple(Known(key) for key, _ in table.entries), table.rest))
        case "values":
            return Known(Items("list", tuple(value for _, value in table.entries), table.rest))
        case "items":
            pairs = tuple(Known(Items("tuple", (Known(key), value))) for key, value in table.entries)
            return Known(Items("list", pairs, table.rest))
        case _:
            return call.unknown("this method of a dictionary is not followed")


def _got(table: Table, key: Value[Thing], call: Call) -> Value[Thing]:
    given = call.arguments.get(1, "default")
    default = Known(None) if isinstance(given, Absent) else given
    if isinstance(key, Raises):
        return key
    if not isinstance(key, Known) or not is_plain(key.value):
        owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else call.node.func
        held = one_of(table, owner, call.scope, default)
        return held if held is not None else key if isinstance(key, Unknown) else call.unknown("the key is not known")
    found = table.get(key.value)
    return default if isinstance(found, Absent) else found.because(*key.trail)


def _of_items(items: Items, name: str, call: Call) -> Value[Thing]:
    match name:
        case "copy":
            return Known(items)
        case "union" if len(call.arguments.positional) == 1:
            more = call.arguments.positional[0]
            if isinstance(more, Known) and isinstance(more.value, Items):
                return Known(Items(items.kind, items.items + more.value.items, items.rest or more.value.rest))
    return call.unknown("this method of a list is not followed")


def _of_path(path: Path, name: str, call: Call) -> Value[Thing]:
    match name:
        case "resolve" | "absolute" | "expanduser":
            return Known(path)
        case "as_posix" | "__str__":
            return Known(path.text)
        case "joinpath":

            def of(*things: Thing) -> Value[Thing]:
                texts = [t for t in map(text_of_path, things) if t is not None]
                return Known(Path(normpath(join(path.text, *texts)))) if len(texts) == len(things) else Unknown("this path is not known")

            return across(of, *call.arguments.positional) if call.arguments.positional else Known(path)
        case "with_name" if isinstance(call.arguments.get(0), Known):
            return across(lambda text: Known(Path(normpath(join(path.text, "..", str(text))))), call.arguments.get(0))
        case _:
            return call.unknown("this method of a path is not followed")

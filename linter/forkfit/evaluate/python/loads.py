"""A call that loads a model, as text: its name and arguments, the file it reads, and what is done with it afterwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from forkfit.evaluate.python.bindings import inside
from forkfit.evaluate.python.objects import Arguments, Items, Made, Member, Path, Raises, Table, Thing, outside_name
from forkfit.evaluate.python.operators import is_plain
from forkfit.evaluate.python.scope import Scope
from forkfit.model.source import BrokenSource
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Bounded, Known, Unknown, Value, alternatives, apply, either

MOST_NESTED = 3  # ``model_kwargs={"config": {...}}``
LARGEST_POINTER = 1024  # bytes
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/.*^size (\d{1,15})$", re.DOTALL | re.MULTILINE)

# Methods that give the model itself back.
_SAME = frozenset(("eval", "train", "requires_grad_", "share_memory", "to", "cpu", "cuda", "half", "bfloat16", "float"))
_CASTS = {"half": "float16", "bfloat16": "bfloat16", "float": "float32"}
_MOVES = {"cpu": "cpu", "cuda": "cuda"}
# Methods that run a model.
_CALLS_WORDS = """
    encode predict generate transcribe forward rank readtext track embed_documents embed_query embed detect_language
"""
CALLS = frozenset(_CALLS_WORDS.split())
# All methods that are taken down of a model.
METHODS = CALLS | _SAME

Texts = tuple[tuple[str, Value[str]], ...]


def texts_of(arguments: Arguments) -> Texts:
    """Return the arguments of a call as texts, by position ("0") or name; what a dictionary holds by ``name.key``."""
    found: dict[str, Value[str]] = {}
    for position, value in enumerate(arguments.positional):
        _flatten(str(position), value, found)
    for name, value in arguments.named:
        _flatten(name, value, found)
    if arguments.rest is not None:
        found["**"] = arguments.rest
    return tuple(found.items())


def _flatten(name: str, value: Value[Thing], found: dict[str, Value[str]], depth: int = 0) -> None:
    if isinstance(value, Known) and isinstance(value.value, Table) and depth < MOST_NESTED:
        for key, held in value.value.entries:
            _flatten(f"{name}.{key!s}", held, found, depth + 1)
        if value.value.rest is not None:
            found[f"{name}.**"] = value.value.rest
        return
    # Where the program stops with an error, nothing is loaded.
    ways = [single for single in alternatives(value) if not isinstance(single, Raises)] or alternatives(value)
    found[name] = either(_text(single) for single in ways)


def _text(value: Value[Thing]) -> Value[str]:
    if isinstance(value, Bounded):
        return either((_text(single) for single in value.alternatives), value.trail)
    if not isinstance(value, Known):
        return value
    thing = value.value
    match thing:
        case Path(text=text):
            return Known(text, value.trail)
        case Items(items=items, rest=None):
            inner = [_text(item) for item in items]
            if all(isinstance(item, Known) for item in inner):
                return Known(",".join(item.value for item in inner if isinstance(item, Known)), value.trail)
        case Made(of="torch.device"):
            return (
                _text(thing.arguments.get(0, "type"))
                if thing.arguments.positional
                else Unknown("which device this is is not known", value.trail)
            )
        case Made(of="builtins.open"):
            return _text(thing.arguments.get(0, "file"))
        case Made():
            return Known(outside_name(thing), value.trail)
        case _ if is_plain(thing):
            return Known(str(thing), value.trail)
        case _ if name := outside_name(thing):
            return Known(name, value.trail)
    return Unknown("this argument is worked out only when the program runs", value.trail)


def size_of(name: Value[str], scope: Scope) -> Value[int]:
    """Return the bytes of the file of the repository that a name means; Absent where it means none."""
    return either(_size(single, scope) for single in alternatives(name))


def _size(name: Value[str], scope: Scope) -> Value[int]:
    modules = scope.run.modules
    if not isinstance(name, Known) or not name.value or "\0" in name.value:
        return Absent("no file is named")
    path = modules.file(name.value, scope.module)
    size = modules.files.size(path) if path is not None else None
    if path is None or size is None:
        return Absent(f"{name.value} is no file of the repository")
    step = Step(Role.USED, None, f"{path} holds it")
    if size <= LARGEST_POINTER:
        try:
            pointer = _POINTER.search(modules.files.read_bytes(path))
        except BrokenSource:
            pointer = None
        if pointer is not None:
            return Known(int(pointer[1]), (*name.trail, step))
    return Known(size, (*name.trail, step))


def opened_as(name: str, scope: Scope) -> Value[str]:
    """Return the path that ``with open(path) as name`` opens around a place; Absent where no such statement binds the name."""
    for statement in scope.frame.body:
        for inner in (statement, *inside(statement)):
            for item in inner.items if isinstance(inner, (ast.With, ast.AsyncWith)) else ():
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                    return either(_text(single) for single in alternatives(scope.at(inner).evaluate(item.context_expr)))
    return Absent("no file is opened")


def origin(thing: Thing) -> Made | None:
    """Return the call that made an object, through methods that give the object itself back; None for what no call made."""
    for _ in range(10):
        if isinstance(thing, Member):
            thing = thing.base
        if not isinstance(thing, Made):
            return None
        last = thing.node.func
        if not (isinstance(last, ast.Attribute) and last.attr in _SAME and thing.of.endswith(f"().{last.attr}")):
            return thing
        before = thing.scope.evaluate(last.value)
        thing = before.value if isinstance(before, Known) else None
    return None


def checkpoints(node: ast.expr, scope: Scope) -> Iterator[tuple[Made, bool]]:
    """Yield what calls outside gave that an argument is made of, and whether it is all of that, not a part (``file["model"]``)."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Name, ast.Call)):
            for single in alternatives(scope.evaluate(inner)):
                thing: Thing = single.value if isinstance(single, Known) else None
                whole = inner is node
                while isinstance(thing, Made):
                    yield thing, whole
                    before = thing.scope.evaluate(thing.node.func.value) if isinstance(thing.node.func, ast.Attribute) else None
                    thing, whole = before.value if isinstance(before, Known) else None, False


def later(method: str, node: ast.Call, scope: Scope) -> Iterator[tuple[str, Value[str]]]:
    """Yield what a method makes of a model, as the arguments ``dtype`` and ``device`` that say the same."""
    if method in _CASTS:
        yield "dtype", Known(_CASTS[method])
    elif method in _MOVES:
        yield "device", Known(_MOVES[method])
    elif method == "to":
        arguments = scope.arguments_of(node)
        given = (*arguments.positional, *(v for name, v in arguments.named if name in ("device", "dtype")))
        for value in given:
            text = either(_text(single) for single in alternatives(value))
            words = [single.value for single in alternatives(text) if isinstance(single, Known)]
            is_dtype = words and all(word.startswith("torch.") for word in words)
            yield ("dtype" if is_dtype else "device"), apply(lambda word: word.removeprefix("torch."), text)

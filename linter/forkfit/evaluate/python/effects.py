"""What statements do to the environment of the process, as later code and Celery itself see it."""

from __future__ import annotations

import ast
from posixpath import dirname

from forkfit.evaluate.python.calls import arguments_of
from forkfit.evaluate.python.env_files import above, from_value, is_absent, read_file
from forkfit.evaluate.python.objects import Arguments, Items, Outside, Table, Thing, outside_name
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.model.project import Variable
from forkfit.model.span import Trail
from forkfit.model.text import Piece, Text
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

# Last parts of the names of calls that change the environment.
NAMES = frozenset(("load_dotenv", "read_env", "read_envfile", "setdefault", "putenv", "update"))
_READERS_WORDS = """
    environ.Env.read_env environ.Env().read_env environs.Env().read_env environs.Env.read_env environs.env.read_env
"""
_READERS = frozenset(_READERS_WORDS.split())


def assigned(statement: ast.stmt, scope: Scope, supposed: Trail) -> None:
    """Take over ``os.environ["NAME"] = value``."""
    if not isinstance(statement, ast.Assign):
        return
    for target in statement.targets:
        match target:
            case ast.Subscript(value=base, slice=key) if _is_environment(scope.evaluate(base)):
                _set(scope.evaluate(key), scope.evaluate(statement.value), scope.run, supposed, override=True)


def called(node: ast.Call, callee: Value[Thing], scope: Scope, supposed: Trail) -> bool:
    """Take over what a call sets; tell whether it is one that can set anything."""
    name = next((outside_name(c.value) for c in alternatives(callee) if isinstance(c, Known)), "")
    run = scope.run
    match name:
        case "dotenv.load_dotenv" | "dotenv.main.load_dotenv":
            arguments = arguments_of(node, scope)
            run.set_variables(_dotenv(arguments, scope), override=_is_true(arguments.get(3, "override")))
        case _ if name in _READERS:
            arguments = arguments_of(node, scope)
            variables = _dotenv(arguments, scope, upwards=name.startswith("environs."))
            run.set_variables(variables, override=_is_true(arguments.get(None, "overwrite", "override")))
        case "os.environ.setdefault":
            arguments = arguments_of(node, scope)
            _set(arguments.get(0, "key"), arguments.get(1, "default"), run, supposed, override=False)
        case "os.putenv":
            arguments = arguments_of(node, scope)
            _set(arguments.get(0), arguments.get(1), run, supposed, override=True)
        case "os.environ.update":
            arguments = arguments_of(node, scope)
            for more in arguments.positional:
                entries = more.value.entries if isinstance(more, Known) and isinstance(more.value, Table) else ()
                for key, value in entries:
                    _set(Known(key), value, run, supposed, override=True)
            for key, value in arguments.named:
                _set(Known(key), value, run, supposed, override=True)
        case _:
            return False
    return True


def _dotenv(arguments: Arguments, scope: Scope, *, upwards: bool = True) -> tuple[Variable, ...]:
    """Return what a reader of dotenv files reads: the file named, else the ``.env`` beside the caller, or the nearest upwards."""
    path = arguments.get(0, "dotenv_path", "env_file", "path")
    if is_absent(path):
        found = above(scope.module, scope.run)
        if not upwards and found is not None and dirname(found) != dirname(scope.module.path):
            return ()
        return () if found is None else read_file(found, scope.run)
    return from_value(path, scope.module, scope.run)


def _set(key: Value[Thing], value: Value[Thing], run: Run, supposed: Trail, *, override: bool) -> None:
    if not isinstance(key, Known) or not isinstance(key.value, str):
        return
    text = either(_text(single) for single in alternatives(value))
    run.asks(key.value)
    before = run.environment.get(key.value)
    if not override:
        text = either(text if isinstance(s, Absent) else s for s in alternatives(before))
    if supposed:
        text = either((before, text.because(*supposed)))
    run.set_variables((Variable(key.value, text),), override=True)


def _text(single: Value[Thing]) -> Value[Text]:
    match single:
        case Known(value=str() as text, trail=trail):
            return Known(Text((Piece(text, trail),)), trail)
        case Known(trail=trail):
            return Unknown("this variable is set to something that is not followed", trail)
        case Absent(trail=trail):
            return Unknown("what this variable is set to is not known", trail)
        case _:
            return single


def _is_environment(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and value.value == Outside("os.environ")


def _is_true(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and value.value is True


def texts(value: Value[Thing]) -> tuple[tuple[str, Trail], ...]:
    """Return the texts in a list, or the text itself, each with its trail."""
    found: list[tuple[str, Trail]] = []
    for single in alternatives(value):
        if isinstance(single, Known) and isinstance(single.value, Items):
            for item in single.value.items:
                found.extend((i.value, i.trail) for i in alternatives(item) if isinstance(i, Known) and isinstance(i.value, str))
        elif isinstance(single, Known) and isinstance(single.value, str):
            found.append((single.value, single.trail))
    return tuple(found)

"""Calls anywhere in the repository that send a task to a queue of their choice, whatever its route says."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from forkfit.evaluate.python.task_options import DECORATORS
from forkfit.launchers.celery.mentions import python_texts
from forkfit.launchers.celery.receivers import Names, names_in, receivers
from forkfit.model.files import Files
from forkfit.model.record import Record

_MAY_SEND = re.compile(r"apply_async|send_task|signature|subtask|\.set\(|\.retry\(|add_periodic_task|\boptions[\"']\s*:")
_MAY_CHOOSE = re.compile(r"\b(?:queue|exchange|routing_key)[\"']?\s*[=:]|\*\*|\boptions\b")
_BY_NAME = frozenset(("send_task", "signature", "subtask", "Signature", "add_periodic_task"))
_OF_TASK = frozenset(("apply_async", "set", "retry"))


class Sent(Record):
    """A task that is sent to a queue by its sender's choice.

    `tasks` are names and identifiers, None where it may be any; `queues` are the ones it may be sent to, None where
    that cannot be read.
    """

    tasks: Names
    queues: Names


# By the files that were read, for as long as anyone holds them: the workers of a project ask the same question.
_SENT: WeakKeyDictionary[Files, tuple[Sent, ...]] = WeakKeyDictionary()


def sent(files: Files) -> tuple[Sent, ...]:
    """Return what the Python files of the repository send to queues of their choice; anything anywhere where it is too large to say."""
    try:
        known = _SENT.get(files)
        if known is None:
            known = _SENT[files] = tuple(dict.fromkeys(_sent(files)))
    except TypeError:  # these files cannot be referred to weakly
        return tuple(dict.fromkeys(_sent(files)))
    return known


def _sent(files: Files) -> Iterator[Sent]:
    texts = python_texts(files)
    if texts is None:
        yield Sent(None, None)
        return
    for text in texts:
        if _MAY_SEND.search(text) and _MAY_CHOOSE.search(text):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                yield Sent(None, None)
                continue
            yield from _in_module(tree, texts)


def _in_module(tree: ast.Module, texts: tuple[str, ...]) -> Iterator[Sent]:
    """Yield what the calls and the schedules of a module send; each in the function that holds it."""
    pending: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while pending:
        node, home = pending.pop()
        if isinstance(node, ast.Call):
            yield from _by_call(node, tree, home, texts)
        elif isinstance(node, ast.Dict):
            yield from _by_schedule(node, home, texts)
        inner = node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else home
        pending.extend((child, inner) for child in ast.iter_child_nodes(node))


def _by_call(node: ast.Call, tree: ast.Module, home: ast.AST, texts: tuple[str, ...]) -> Iterator[Sent]:
    last = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if last in DECORATORS or last not in _BY_NAME | _OF_TASK:
        return
    queues = _chosen(node, last, home, texts)
    if queues is None or queues:
        if last in _OF_TASK:
            yield Sent(receivers(node.func.value, tree, home, texts) if isinstance(node.func, ast.Attribute) else None, queues)
        else:
            first = _argument(node, 1 if last == "add_periodic_task" else 0, "name" if last == "send_task" else "sig")
            whose = receivers(first, tree, home, texts) if last == "add_periodic_task" and first is not None else None
            yield Sent(whose if whose is not None else names_in(first, home, texts), queues)


def _chosen(node: ast.Call, last: str, home: ast.AST, texts: tuple[str, ...]) -> Names:
    """Return the queues that a call chooses, none where it leaves that to the task and its route."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if "exchange" in given and not _is_none(given["exchange"]):
        return None
    if None in given and last not in ("set", "retry") and not _hands_on(node.func):
        return None
    queue = given.get("queue")
    if queue is None and isinstance(options := given.get("options"), ast.Dict):
        return _in_options(options, home, texts)
    if queue is None and last in ("signature", "subtask", "Signature") and "options" in given:
        return None
    return frozenset() if queue is None or _is_none(queue) else names_in(queue, home, texts)


def _in_options(options: ast.Dict, home: ast.AST, texts: tuple[str, ...]) -> Names:
    held = {key.value: value for key, value in zip(options.keys, options.values, strict=True) if isinstance(key, ast.Constant)}
    if None in options.keys or "exchange" in held:
        return None
    return names_in(held["queue"], home, texts) if "queue" in held else frozenset()


def _by_schedule(node: ast.Dict, home: ast.AST, texts: tuple[str, ...]) -> Iterator[Sent]:
    """Yield what an entry of beat's schedule sends: ``{"task": ..., "schedule": ..., "options": {"queue": ...}}``."""
    held = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
    if "options" not in held or "task" not in held:
        return
    options = held["options"]
    queues = _in_options(options, home, texts) if isinstance(options, ast.Dict) else None
    if queues is None or queues:
        yield Sent(names_in(held["task"], home, texts), queues)


def _argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    found = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    return found if found is not None or len(node.args) <= position else node.args[position]


def _hands_on(function: ast.expr) -> bool:
    """Tell whether a call hands on what it was given itself: whoever gave it is asked."""
    match function:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return True
        case _:
            return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

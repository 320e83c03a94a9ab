"""``celery multi``: which nodes a command line starts, and the command line of each."""

from __future__ import annotations

from forkfit.launchers.celery.line import HOLE, shape_of
from forkfit.model.record import Record
from forkfit.model.text import Text, assumed, join

STARTING = ("start", "restart")
MOST_NODES = 64
_OWN = frozenset({"--nosplash", "--quiet", "--verbose", "--no-color", "-q"})
# Options of `celery multi` itself, which no worker sees.
_NAMING = frozenset({"--cmd", "--append", "--hostname", "-n", "--prefix", "--suffix", "--range-prefix"})
_GLOBAL = frozenset({"-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir"})


class Node(Record):
    """One worker: its name, its words from the options before the sub-command on, and why it stands for a number that is not known."""

    name: str
    words: tuple[Text, ...]
    uncounted: str = ""


class _Option(Record):
    """An option with the nodes it is for: "" for all, otherwise a name, a position, a range or a list."""

    name: str
    nodes: str
    word: Text
    value: Text | None


def nodes(words: tuple[Text, ...]) -> tuple[Node, ...]:
    """Return the nodes of the words after the program; empty where they start none."""
    # Celery 5 takes what stands before `multi` for every node, as if it stood at the end.
    at = next((i for i, word in enumerate(words) if word.plain == "multi"), len(words))
    rest = tuple(w for w in (*words[at + 1 :], *words[:at]) if w.plain not in _OWN)
    if not rest or rest[0].plain not in STARTING:
        return ()
    options, values, passed = _parse(rest[1:])
    if len(values) == 1 and values[0].plain.isdigit():
        names = tuple(str(n) for n in range(1, min(int(values[0].plain[:6]), MOST_NODES + 1) + 1))
        return _made(names, _last(options, "--range-prefix") or "celery", options, passed, ranges=True)
    if len(values) == 1 and not values[0].is_known:
        why = f"{values[0].plain} decides how many workers celery multi starts"
        return tuple(n.replace(uncounted=why) for n in _made((values[0].plain,), "", options, passed, ranges=False))
    return _made(tuple(v.plain for v in values), _last(options, "--prefix"), options, passed, ranges=False)


def _parse(words: tuple[Text, ...]) -> tuple[tuple[_Option, ...], tuple[Text, ...], tuple[Text, ...]]:
    """Split into options, node names and what follows ``--``: long options take a value by "=" only, short ones the next word."""
    options: list[_Option] = []
    values: list[Text] = []
    index = 0
    while index < len(words):
        word = words[index]
        shape = shape_of(word)
        index += 1
        if shape == "--":
            return tuple(options), tuple(values), words[index:]
        if shape.startswith("--"):
            written, equals, _ = shape.partition("=")
            options.append(_option(word, written, word[len(written) + 1 :] if equals else None))
        elif shape.startswith("-") and len(shape) > 1:
            value = words[index] if index < len(words) and not shape_of(words[index]).startswith("-") else None
            index += value is not None
            options.append(_option(word, shape, value))
        elif shape or not word.is_known:
            values.append(word)
    return tuple(options), tuple(values), ()


def _option(word: Text, written: str, value: Text | None) -> _Option:
    name, _, of = written.partition(":")
    return _Option(name.replace(HOLE, "?"), of, word, value)


def _last(options: tuple[_Option, ...], name: str) -> str:
    return next((o.value.plain for o in reversed(options) if o.name == name and o.value is not None), "")


def _made(names: tuple[str, ...], prefix: str, options: tuple[_Option, ...], passed: tuple[Text, ...], *, ranges: bool) -> tuple[Node, ...]:
    if len(names) > MOST_NODES:
        why = f"more than {MOST_NODES} workers of one celery multi are not followed"
        return tuple(n.replace(uncounted=why) for n in _made(names[:1], prefix, options, passed, ranges=ranges))
    made = []
    for position, name in enumerate(names, 1):
        early: list[Text] = []
        late: list[Text] = []
        for option in options:
            if option.name in _NAMING or not _is_for(option, name, position, ranges=ranges):
                continue
            (early if option.name in _GLOBAL else late).extend(_words(option))
        # What is for this node replaces what is for all, wherever it stands.
        special = [w for o in options if o.nodes and o.name not in _NAMING and _is_for(o, name, position, ranges=ranges) for w in _words(o)]
        shown = name if "@" in name else prefix + name
        made.append(Node(shown, (*early, assumed("worker", "celery multi starts workers"), *late, *special, *passed)))
    return tuple(made)


def _is_for(option: _Option, name: str, position: int, *, ranges: bool) -> bool:
    if not option.nodes:
        return True
    wanted: set[str] = set()
    for part in option.nodes.split(","):
        first, dash, last = part.partition("-")
        if ranges and dash and first.isdigit() and last.isdigit():
            if int(first[:6]) <= position <= int(last[:6]):
                return True
        else:
            wanted.add(part)
    return bool(wanted & {name, str(position), name.partition("@")[0]})


def _words(option: _Option) -> tuple[Text, ...]:
    """Return an option as a worker gets it, without the nodes it is for."""
    start = len(option.name)
    name = option.word[:start]
    if option.value is None:
        return (name,)
    if option.name.startswith("--"):
        return (join((name, assumed("=", "joined"), option.value)),)
    return (name, option.value)

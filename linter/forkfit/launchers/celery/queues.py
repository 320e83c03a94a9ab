"""Which queues there are, which of them a worker reads, and whether what is sent to one may end in them."""

from __future__ import annotations

from enum import Enum
from typing import Any

from forkfit.evaluate.python.objects import Arguments, Items, Made, Table
from forkfit.launchers.celery import environ
from forkfit.launchers.celery.line import CommandLine
from forkfit.launchers.celery.worker import Settings, Surroundings
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

DIRECT = "direct"
_VARIABLES = {"queues": "CELERY_WORKER_QUEUES", "exclude-queues": "CELERY_WORKER_EXCLUDE_QUEUES"}
_QUEUES = frozenset(("kombu.Queue", "kombu.entity.Queue"))
_BROADCASTS = frozenset(("kombu.common.Broadcast",))
_EXCHANGES = frozenset(("kombu.Exchange", "kombu.entity.Exchange"))


class Comes(Enum):
    """Whether what is sent to a queue comes to a worker."""

    YES = "yes"
    NO = "no"
    OPEN = "not known"


class Queue(Record):
    """A queue that the configuration declares: its name and alias, the name of its exchange and that one's type."""

    name: Value[str]
    alias: str
    exchange: Value[str]
    kind: Value[str]


class Queues(Record):
    """The queues that are declared, all of them where `whole`, and the one that takes what is sent nowhere else.

    `plain` says that there are no other exchanges and aliases than those that are seen.
    """

    declared: tuple[Queue, ...]
    whole: bool
    default: Value[str]
    plain: bool

    def named(self, name: str) -> Queue:
        """Return a queue by its name or its alias; Celery makes one that is not declared, of a direct exchange of its own."""
        for queue in self.declared:
            if name in (queue.alias, queue.name.value if isinstance(queue.name, Known) else None):
                return queue
        own = Known(name)
        return Queue(own, "", own, Known(DIRECT) if self.plain else Unknown("not all queues are known"))


def queues_of(configuration: Settings) -> Queues:
    """Return the queues of a configuration (``task_queues``, else the default one)."""
    default = _text(configuration.get("task_default_queue"), Known("celery"))
    usual = _Usual(
        _text(configuration.get("task_default_exchange"), default), _text(configuration.get("task_default_exchange_type"), Known(DIRECT))
    )
    found: list[Queue] = []
    whole = True
    declared = configuration.get("task_queues")
    for single in alternatives(declared):
        match single:
            case Known(value=Items(items=items, rest=rest)):
                made = [_of_made(item, usual) for item in items]
                found.extend(queue for queue in made if queue is not None)
                whole = whole and rest is None and None not in made
            case Known(value=Table(entries=entries, rest=rest)):
                found.extend(_of_entry(str(name), value, usual) for name, value in entries)
                whole = whole and rest is None
            case Known(value=None) | Absent():
                found.append(Queue(default, "", usual.exchange, usual.kind))
            case _:
                whole = False
    whole = whole and len(alternatives(declared)) == 1
    return Queues(tuple(dict.fromkeys(found)), whole, default, whole)


def read_by(line: CommandLine, around: Surroundings, queues: Queues) -> Value[frozenset[str]]:
    """Return the names of the queues that a worker reads: those of -Q, else all that are declared; without those of -X."""
    chosen = _asked(line, "queues", around)
    excluded = _asked(line, "exclude-queues", around)
    found: list[Value[frozenset[str]]] = []
    for one in alternatives(chosen):
        for less in alternatives(excluded):
            if isinstance(one, Unknown) or isinstance(less, Unknown):
                found.append(one if isinstance(one, Unknown) else Unknown("which queues it leaves out is not known", less.trail))
                continue
            names = one.because(*less.trail) if isinstance(one, Known) else _all_of(queues).because(*less.trail)
            left_out = less.value if isinstance(less, Known) else frozenset()
            found.append(Known(names.value - left_out, names.trail) if isinstance(names, Known) else names)
    return either(found)


def comes(target: str, read: frozenset[str], queues: Queues) -> Comes:
    """Tell whether what is sent to a queue comes to a worker that reads some of them.

    Celery hands a message of a direct exchange to the queue itself (celery/app/amqp.py); other exchanges hand it to
    each queue that is bound to them.
    """
    queue = queues.named(target)
    mine = [queues.named(name) for name in sorted(read)]
    if any(queue == other or target in read for other in mine):
        return Comes.YES
    if queue.kind == Known(DIRECT, queue.kind.trail) and isinstance(queue.name, Known):
        return Comes.NO
    apart = all(_differ(queue.exchange, other.exchange) and _differ(queue.name, other.name) for other in mine)
    return Comes.NO if apart and queues.plain else Comes.OPEN


class _Usual(Record):
    """The exchange of queues that name none, and its type."""

    exchange: Value[str]
    kind: Value[str]


def _differ(one: Value[str], other: Value[str]) -> bool:
    return isinstance(one, Known) and isinstance(other, Known) and one.value != other.value


def _all_of(queues: Queues) -> Value[frozenset[str]]:
    if not queues.whole:
        return Unknown("not all queues that it reads are known")
    names = [queue.name for queue in queues.declared]
    unknown = next((name for name in names if not isinstance(name, Known)), None)
    if unknown is not None:
        return Unknown("not all queues that it reads are known", unknown.trail)
    steps = tuple(step for name in names for step in name.trail)
    return Known(frozenset(name.value for name in names if isinstance(name, Known)), steps)


def _asked(line: CommandLine, option: str, around: Surroundings) -> Value[frozenset[str]]:
    """Return the names in an option, else in its variable, which Celery 5 reads; Absent where neither holds any."""
    given = line.last(option)
    text: Value[str] = Absent(f"--{option} is not given")
    if given is not None:
        text = given.value.value if given.value is not None else Unknown(f"{given.spelling} stands without a value")
    elif around.version.release >= (5, 0) and around.asks_environment:
        text = environ.variable(around.environment, _VARIABLES[option])
    if words := line.open_after(option):
        text = either((text, Unknown(f"{words[0].plain} may hold --{option}", words[0].trail)))
    found: list[Value[frozenset[str]]] = []
    for single in alternatives(text):
        if not isinstance(single, Known):
            found.append(single)
        elif names := [part for part in single.value.split(",") if part]:
            # Celery strips nothing: " b" is a queue of that name, which nothing is sent to, where "b" may be meant.
            found.append(Known(frozenset((*names, *(name.strip() for name in names))), single.trail))
        else:
            found.append(Absent(f"--{option} names none", single.trail))
    return either(found)


def _of_made(item: Value[Any], usual: _Usual) -> Queue | None:
    """Return a queue that kombu makes; None for what is not followed."""
    if not isinstance(item, Known) or not isinstance(item.value, Made):
        return None
    arguments = item.value.arguments
    if arguments.rest is not None or not isinstance(arguments.get(None, "bindings"), Absent):
        return None
    name = _text(arguments.get(0, "name"), Absent("no name is given"))
    if item.value.of in _BROADCASTS:
        return Queue(Unknown("each worker has one of its own"), name.value if isinstance(name, Known) else "", name, Known("fanout"))
    if item.value.of not in _QUEUES:
        return None
    alias = _text(arguments.get(None, "alias"), Known(""))
    if not isinstance(alias, Known):
        return None
    exchange, kind = _exchange(arguments.get(1, "exchange"), usual)
    return Queue(name.because(*item.trail), alias.value, exchange, kind)


def _of_entry(name: str, value: Value[Any], usual: _Usual) -> Queue:
    """Return a queue of a dictionary, the older way to declare them."""
    own = Known(name)
    if isinstance(value, Known) and isinstance(value.value, Made):
        made = _of_made(value, usual)
        return made if made is not None else Queue(own, "", Unknown("it is not followed"), Unknown("it is not followed"))
    options = value.value if isinstance(value, Known) and isinstance(value.value, Table) else Table((), Unknown("it is not followed"))
    exchange, kind = _exchange(options.get("exchange"), usual)
    given = _text(options.get("exchange_type"), kind)
    return Queue(own, "", exchange, given if isinstance(options.get("exchange"), Absent) or not isinstance(given, Absent) else kind)


def _exchange(value: Value[Any], usual: _Usual) -> tuple[Value[str], Value[str]]:
    """Return the name and the type of an exchange; the usual ones where none is given."""
    match value:
        case Absent() | Known(value=None):
            return usual.exchange, usual.kind
        case Known(value=str()):
            return value, Known(DIRECT)
        case Known(value=Made(of=of) as made) if of in _EXCHANGES:
            arguments: Arguments = made.arguments
            if arguments.rest is None:
                return _text(arguments.get(0, "name"), Known("")), _text(arguments.get(1, "type"), Known(DIRECT))
    unknown = Unknown("its exchange is not followed", value.trail)
    return unknown, unknown


def _text(value: Value[Any], otherwise: Value[str]) -> Value[str]:
    """Return a text; something else where there is none."""
    found: list[Value[str]] = []
    for single in alternatives(value):
        match single:
            case Known(value=str() as text) if text:
                found.append(single)
            case Known(value=None) | Known(value="") | Absent():
                found.append(otherwise)
            case Known(trail=trail):
                found.append(Unknown("this is no text", trail))
            case _:
                found.append(single)
    return either(found)

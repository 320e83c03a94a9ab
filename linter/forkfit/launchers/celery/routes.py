"""To which queue Celery sends a task: what the task itself says, else ``task_routes``, else the default queue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from typing import Any

from forkfit.evaluate.python.objects import Items, Made, Table
from forkfit.evaluate.python.task_options import queue_name
from forkfit.model.bodies import Task
from forkfit.model.value import Absent, Known, Single, Unknown, Value, alternatives, either

_NOT_ROUTED = Absent("no route names it")


def target(task: Task, routes: Value[Any], default: Value[str]) -> Value[str]:
    """Return the queue that a task is sent to where the call that sends it names none, with the way to what decides it.

    What the task says of itself goes over a route, as what its caller says does (celery/app/routes.py, Router.route).
    """
    options = dict(task.options)
    if "exchange" in options:
        return Unknown(f"{task.called} is sent to an exchange of its own", options["exchange"].trail)
    own = options.get("queue", _NOT_ROUTED)
    found: list[Value[str]] = []
    for single in alternatives(own):
        if isinstance(single, Absent):
            found.append(_by_route(task, routes, default))
        else:
            found.append(single)
    return either(found)


def _by_route(task: Task, routes: Value[Any], default: Value[str]) -> Value[str]:
    found: list[Value[str]] = []
    for one in alternatives(routes):
        if isinstance(one, Absent) or (isinstance(one, Known) and one.value is None):
            found.append(default)
        elif isinstance(one, Known) and isinstance(task.name, Known):
            found.extend(_of_route(route, default) for route in alternatives(_matching(task.name.value, one)))
        elif isinstance(one, Known):
            found.append(task.name if isinstance(task.name, Unknown) else Unknown(f"the name of {task.called} is not known"))
        else:
            found.append(Unknown("the routes of tasks are not known", one.trail))
    return either(found)


def _matching(name: str, routes: Known[Any]) -> Value[Any]:
    """Return the first route of a task, by the routers in their order: dictionaries, lists of pairs; others are not followed."""
    if isinstance(routes.value, Table):
        return _in_map(name, routes.value)
    if not isinstance(routes.value, Items):
        return Unknown("a router decides where tasks are sent", routes.trail)
    for router in routes.value.items:
        pairs = _pairs(router)
        if pairs is None:
            return Unknown("a router decides where tasks are sent", router.trail)
        found = _in_map(name, pairs)
        if not isinstance(found, Absent):
            return found
    return routes.value.rest or _NOT_ROUTED


def _pairs(router: Value[Any]) -> Table | None:
    """Return a router as a dictionary; None for what is none, and no list of pairs either."""
    if not isinstance(router, Known):
        return None
    if isinstance(router.value, Table):
        return router.value
    if not isinstance(router.value, Items) or router.value.rest is not None:
        return None
    entries: list[tuple[str, Value[Any]]] = []
    for pair in router.value.items:
        match pair:
            case Known(value=Items(items=(Known(value=str() as key), value), rest=None)):
                entries.append((key, value))
            case _:
                return None
    return Table(tuple(dict(entries).items()))


def _in_map(name: str, routes: Table) -> Value[Any]:
    """Return the route of a name: exact names first, then the patterns, which are those that hold a ``*``, in their order."""
    if routes.rest is not None:
        return routes.rest
    exact = routes.get(name)
    if not isinstance(exact, Absent):
        return exact
    return next((value for key, value in routes.entries if _fits(key, name)), _NOT_ROUTED)


def _fits(pattern: object, name: str) -> bool:
    return isinstance(pattern, str) and "*" in pattern and re.compile(translate(pattern)).match(name) is not None


def _of_route(route: Single[Any], default: Value[str]) -> Value[str]:
    match route:
        case Absent():
            return default
        case Known(value=str() as queue, trail=trail):
            return Known(queue, trail) if queue else default
        case Known(value=Table() as options, trail=trail):
            return either(found.because(*trail) for found in _of_options(options, default))
        case Known(trail=trail):
            return Unknown("its route is not followed", trail)
        case _:
            return route


def _of_options(options: Table, default: Value[str]) -> Iterator[Value[str]]:
    """Yield the queue, or the queues, that the options of a route name."""
    exchange = options.get("exchange")
    if not isinstance(exchange, Absent) and not (isinstance(exchange, Known) and exchange.value is None):
        yield Unknown("its route names an exchange", exchange.trail)
        return
    for queue in alternatives(options.get("queue")):
        match queue:
            case Absent() | Known(value=None) | Known(value=""):
                yield default
            case Known(value=str()):
                yield queue
            case Known(value=Made() as made, trail=trail):
                yield queue_name(made).because(*trail)
            case Known(trail=trail):
                yield Unknown("the queue of its route is not followed", trail)
            case _:
                yield queue

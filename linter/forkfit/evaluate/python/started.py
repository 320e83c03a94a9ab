"""The programs that are started in the children: by which words, and through which functions that are told them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from forkfit.evaluate.python.bodies import Call, Graph
from forkfit.evaluate.python.command_words import Commands, Words, commands
from forkfit.evaluate.python.functions import bound_frame
from forkfit.evaluate.python.objects import Arguments, Function, Instance, Thing
from forkfit.evaluate.python.scope import Frame, FrameKind, Scope
from forkfit.evaluate.python.starters import Starter
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.tool import Tool
from forkfit.model.value import Known, Unknown, Value, alternatives

MOST_TOOLS = 500
MOST_PASSED = 5000  # commands looked at that come from another function
DEEPEST = 8  # functions that hand a command on

_OPEN = Unknown("this is decided by whoever calls the function")


class _Site(Record):
    """A place in a function where a command is started, or handed to another function that starts it."""

    node: ast.Call
    scope: Scope
    how: Starter | None = None
    function: Function | None = None


class Started:
    """Everything that was seen to be started, each command once for each place.

    A function may be given what it starts: what it is given is looked at wherever it is called, though the function
    itself is gone through once.
    """

    def __init__(self, graph: Graph, first: dict[int, Call]) -> None:
        """Begin with nothing seen; `first` has the call by which each function was gone into, by its body."""
        self.tools: list[Tool] = []
        self.at_birth = False
        self._graph = graph
        self._first = first
        self._places: dict[tuple[tuple[str, ...], Span], int] = {}
        self._open: dict[int, Frame] = {}
        self._told: dict[int, list[_Site]] = {}
        self._unnamed: dict[Span, bool] = {}
        self._left = MOST_PASSED

    def by_itself(self, words: tuple[str, ...], node: ast.Call, scope: Scope, body: int) -> None:
        """Take down a program that a function of a library starts."""
        at = scope.span(node)
        self._take(words, at, (Step(Role.USED, at, "started by this call"),), body, stays=self.at_birth)

    def started(self, how: Starter, node: ast.Call, scope: Scope, body: int) -> None:
        """Take down what a function that starts programs is given here."""
        self._unnamed.setdefault(scope.span(node), True)
        self._settle(_Site(node, scope, how), self._opened(scope).frame, scope, body)

    def called(self, call: Call) -> None:
        """Take down that a function is called once more, which may start what it is given."""
        if id(call.function.node.body) in self._told:
            self._passed(call)

    def unnamed(self) -> tuple[Span, ...]:
        """Return the places that start something of which no name is known."""
        return tuple(at for at, is_unnamed in self._unnamed.items() if is_unnamed)

    def _tells(self, site: _Site, scope: Scope) -> None:
        """Take down that a function decides a command by what it is given; look at what its first caller gave it."""
        if scope.frame.kind is not FrameKind.FUNCTION:
            return
        key = id(scope.frame.body)
        told = self._told.setdefault(key, [])
        if any(one.node is site.node for one in told):
            return
        told.append(site)
        first = self._first.get(key)
        if first is not None:
            self._passed(first, (site,))

    def _passed(self, call: Call, sites: Sequence[_Site] = ()) -> None:
        """Look at what a call gives a function to start."""
        frame = _inside(call.function, call.node, self._opened(call.scope))
        handed = _Site(call.node, call.scope, function=call.function)
        for site in tuple(sites or self._told[id(call.function.node.body)]):
            self._settle(site, frame, call.scope, call.body, handed)

    def _settle(self, site: _Site, frame: Frame, scope: Scope, body: int, handed: _Site | None = None) -> None:
        """Take down what is started at a place, in one frame of its function; what is open there, the callers of `scope` may know."""
        looked = tuple(self._looked(site, frame))
        told_more = scope.frame.kind is FrameKind.FUNCTION and id(scope.frame.body) in self._first
        for found, at, waits in looked:
            for words in found.found:
                self._unnamed[at] = False
                if not (found.more and told_more):
                    trail = (*words[0].trail, Step(Role.USED, at, "started here"))
                    self._take(_plain(words), at, trail, body, stays=self.at_birth and not waits)
        if any(found.open or found.more for found, _, _ in looked):
            self._tells(handed or site, scope)

    def _looked(self, site: _Site, frame: Frame, depth: int = 0) -> Iterator[tuple[Commands, Span, bool]]:
        """Yield what a place starts in one frame of its function, where that stands, and whether it waits for its end."""
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            return
        scope = site.scope.replace(frame=frame)
        if site.how is not None:
            yield commands(site.node, site.how, scope), scope.span(site.node), site.how.waits
        elif site.function is not None:
            inner = _inside(site.function, site.node, scope)
            for one in tuple(self._told[id(site.function.node.body)]):
                yield from self._looked(one, inner, depth + 1)

    def _take(self, words: tuple[str, ...], at: Span, trail: Trail, body: int, *, stays: bool) -> None:
        index = self._places.get((words, at))
        if index is None and len(self.tools) < MOST_TOOLS:
            index = self._places[words, at] = len(self.tools)
            self.tools.append(Tool(words, at, trail, stays=stays))
        if index is not None:
            self._graph.starts(body, index)

    def _opened(self, scope: Scope) -> Scope:
        """Return a place of a function as it is for any caller."""
        if scope.frame.kind is not FrameKind.FUNCTION or not scope.frame.parameters:
            return scope
        key = id(scope.frame.body)
        frame = self._open.get(key)
        if frame is None:
            values = {name: _opened(value) for name, value in scope.frame.parameters.items()}
            frame = self._open[key] = Frame(FrameKind.FUNCTION, scope.frame.body, values)
        return scope.replace(frame=frame)


def _opened(value: Value[Thing]) -> Value[Thing]:
    """Return a parameter as it is for any caller: of an object no more than its class."""
    if isinstance(value, Known) and isinstance(value.value, Instance):
        return Known(value.value.replace(arguments=Arguments(rest=_OPEN)), value.trail)
    return _OPEN


def _inside(function: Function, node: ast.Call, scope: Scope) -> Frame:
    """Return the body of a function as one call of it runs it: on the object that the caller has there."""
    for single in alternatives(scope.evaluate(node.func)):
        if isinstance(single, Known) and isinstance(single.value, Function) and single.value.node is function.node:
            function = single.value
    return bound_frame(function, scope.arguments_of(node))


def _plain(words: Words) -> tuple[str, ...]:
    return tuple(word.plain if word.is_known else "" for word in words)

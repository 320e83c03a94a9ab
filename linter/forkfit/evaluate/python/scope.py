"""Where an expression stands: which names it sees, up to which statement, in which run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from forkfit.evaluate.python.modules import Module, Modules
from forkfit.evaluate.python.objects import Arguments, Items, Table, Thing, wider
from forkfit.model.project import Environment, Variable
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Known, Unknown, Value

MOST_WORK = 300_000  # expressions and statements looked at in one run; a large Django project takes a tenth of that
DEEPEST = 50  # names and calls that are followed inside each other


class Patience(Record):
    """How far calls of the project's functions are followed: how deep, and for how many steps each."""

    calls: int
    work: int


SETTINGS = Patience(12, 5_000)  # settings are worth much
TASKS = Patience(2, 300)  # the conditions inside tasks are seldom decided, and there are thousands


class FrameKind(Enum):
    """What a body of statements belongs to."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


class Frame:
    """A body of statements with the names that they bind, each worked out once for each place it is asked at."""

    __slots__ = ("active", "arguments", "binders", "body", "calls", "kind", "memo", "parameters")

    def __init__(self, kind: FrameKind, body: Sequence[ast.stmt], parameters: dict[str, Value[Thing]]) -> None:
        self.kind = kind
        self.body = body
        self.parameters = parameters
        self.arguments: dict[tuple[int, int], Arguments] = {}
        self.calls: dict[tuple[int, int], Value[Thing]] = {}
        self.binders: Mapping[str, Sequence[ast.stmt]] | None = None
        self.memo: dict[tuple[str, int, int], Value[Thing]] = {}
        self.active: set[tuple[str, int, int]] = set()


class Run:
    """The state of one evaluation: modules, environment, what was worked out, and how much work is left."""

    def __init__(
        self,
        modules: Modules,
        environment: Environment,
        evaluator: Callable[[ast.expr, Scope], Value[Thing]],
        attribute: Callable[[Thing, str, Run], Value[Thing]],
    ) -> None:
        """Start with nothing worked out."""
        self.attribute = attribute
        self.modules = modules
        self.environment = environment
        self.evaluator = evaluator
        self.changes: list[tuple[tuple[Variable, ...], bool]] = []
        self.read: set[str] = set()
        self.env_files: dict[str, tuple[Variable, ...]] = {}
        self.files: dict[str, Module] = {}
        self.including: dict[str, Scope] = {}
        self.frames: dict[object, Frame] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self.touched: dict[str, Any] = {}
        self.lineages: dict[int, Any] = {}
        self.kept: dict[tuple[str, str, str], Value[Thing] | None] = {}
        self.attributes: dict[object, tuple[Thing, Value[Thing]]] = {}
        self.depth = 0
        self.nested = 0
        self.work = MOST_WORK
        self.patience = SETTINGS
        self.floor = 0
        self.called: list[int] = []
        self.open = frozenset(environment.open)
        self.main = ""  # the module that is run, by the name that it is found by
        self.given: dict[str, Value[Thing]] = {}  # what is known of the process beside its environment, such as sys.argv

    def asks(self, *names: str) -> None:
        """Take down that variables of these names were asked for; a name that ends in ``*`` stands for all that begin so."""
        self.read.update(name.lower() for name in names)

    def set_variables(self, variables: tuple[Variable, ...], *, override: bool) -> None:
        """Set variables of the environment; without `override` those that are set already win."""
        self.changes.append((variables, override))
        if not override:
            self.environment = self.environment.with_defaults(variables)
            return
        names = {v.name for v in variables}
        kept = tuple(v for v in self.environment.variables if v.name not in names)
        self.environment = Environment((*kept, *variables), self.environment.open)

    def module_scope(self, module: Module) -> Scope:
        """Return the end of a module."""
        frame = self.frames.get(module.name)
        if frame is None:
            frame = self.frames[module.name] = Frame(FrameKind.MODULE, module.tree.body, {})
        return Scope(self, module, frame, self.including.get(module.name))


class Scope(Record):
    """A place in a body: what stands before the statement `before` has run; None for its end."""

    run: Run
    module: Module
    frame: Frame
    outer: Scope | None = None
    before: ast.stmt | None = None

    def evaluate(self, node: ast.expr) -> Value[Thing]:
        """Return the value of an expression that stands here."""
        return self.run.evaluator(node, self)

    def at(self, statement: ast.stmt | None) -> Scope:
        """Return the place before a statement of the same body; its end for None."""
        return Scope(self.run, self.module, self.frame, self.outer, statement)

    def span(self, node: ast.AST) -> Span:
        """Return the place of a node in its file."""
        return self.module.span(node)

    def known(self, thing: Thing, node: ast.AST) -> Known[Thing]:
        """Return a value that is written here."""
        return Known(thing, (Step(Role.WRITTEN, self.span(node)),))

    def unknown(self, why: str, node: ast.AST) -> Unknown:
        """Return that the value of a node cannot be known, with its line."""
        at = self.span(node)
        return Unknown(f"{why} ({at.file}:{at.line})", (Step(Role.WRITTEN, at),))

    def arguments_of(self, node: ast.Call) -> Arguments:
        """Return the arguments of a call that stands here, evaluated once."""
        key = (id(node), id(self.before))
        found = self.frame.arguments.get(key)
        if found is None:
            found = self.frame.arguments[key] = self._arguments(node)
        return found

    def spread(self, nodes: Sequence[ast.expr]) -> tuple[tuple[Value[Thing], ...], Unknown | None]:
        """Return the values of a list of expressions, with ``*items`` laid out; and why there may be more of them."""
        items: list[Value[Thing]] = []
        rest: Unknown | None = None
        for node in nodes:
            if not isinstance(node, ast.Starred):
                items.append(self.evaluate(node))
                continue
            inner = self.evaluate(node.value)
            if isinstance(inner, Known) and isinstance(inner.value, Items):
                items.extend(inner.value.items)
                rest = rest or inner.value.rest
            else:
                rest = self.unknown("more items are taken in that are not known", node)
        return tuple(items), rest

    def _arguments(self, node: ast.Call) -> Arguments:
        positional, rest = self.spread(node.args)
        named: dict[str, Value[Thing]] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, Known) and isinstance(value.value, Table):
                named.update((name, v) for name, v in value.value.entries if isinstance(name, str))
                rest = wider(rest, value.value.rest)
            else:
                rest = self.unknown("more arguments are given that are not known", keyword.value)
        return Arguments(positional, tuple(named.items()), rest)

    @property
    def module_level(self) -> Scope:
        """The place at the level of the module that this one is inside of."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

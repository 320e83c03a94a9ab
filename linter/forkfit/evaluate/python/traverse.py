"""Going through statements in the order in which they run: into modules they import and functions they call."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Sequence

from forkfit.evaluate.python import effects
from forkfit.evaluate.python.branches import Reached, reached
from forkfit.evaluate.python.classes import attribute_of_class, class_scope
from forkfit.evaluate.python.dynamic import Named, named_modules
from forkfit.evaluate.python.functions import bound_frame
from forkfit.evaluate.python.inclusions import INCLUDE, included
from forkfit.evaluate.python.instances import is_property
from forkfit.evaluate.python.model_loaders import LOADED_BY
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.objects import Arguments, Class, Function, Instance, Made, Member, Thing, outside_name
from forkfit.evaluate.python.outline import outline_of
from forkfit.evaluate.python.paths import text_of_path
from forkfit.evaluate.python.reach import Reach
from forkfit.evaluate.python.runners import PARTIAL, merged, run_by
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.evaluate.python.sightings import Chain, Sightings
from forkfit.model.bodies import OUTSIDE
from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.value import Known, Value, alternatives
from forkfit.model.worker import Gap, When

MOST_BODIES = 5000  # functions followed

# Packages that only hold others: what is imported from them is a package of its own.
_NAMESPACES = frozenset(("google", "google.cloud", "azure", "azure.storage", "azure.ai", "opentelemetry", "opentelemetry.instrumentation"))
# What adds a folder to those in which modules are looked for, and which argument names it.
_ADDS_PATH = {"sys.path.append": 0, "sys.path.insert": 1}
# Methods that run when an object of a class is made.
_MAKING = ("__new__", "__init__", "__post_init__")
# Methods of a task that run it in the process that calls them.
_RUN_AT_ONCE = frozenset(("apply", "run", "__call__"))


class _Level(Record):
    """A body that is being gone through; `number` is its own among those that run in the children."""

    statements: Iterator[Reached]
    chain: Chain | None
    when: When
    optional: bool = False
    number: int = OUTSIDE


class Traversal:
    """What was gone through, and what was seen on the way."""

    def __init__(self, run: Run) -> None:
        """Begin with nothing seen."""
        self.run = run
        self.modules: dict[str, Module] = {}
        self.chains: dict[str, Chain | None] = {}
        self.seen = Sightings(run)
        self.bodies: set[int] = set()
        self._reach = Reach()
        self._reach.aim_at(name.rpartition(".")[2] for name in run.modules.loaders)
        self._levels: list[_Level] = []

    def is_seen(self, name: str) -> bool:
        """Tell whether a module was gone through."""
        return name in self.modules

    def module(self, name: str, chain: Chain | None, when: When) -> None:
        """Go through a module, its packages first, and all that it leads to."""
        self._push(self._modules(name, chain, _Level(iter(()), chain, when)))
        self._go()

    def run_as_main(self, module: Module) -> None:
        """Go through a module that a Python is started with, its packages first where it has any."""
        level = _Level(iter(()), None, When.PARENT)
        package = module.name.rpartition(".")[0]
        self._push([*(self._modules(package, None, level) if package else ()), *self._body_of(module, None, level, False)])
        self._go()

    def body(self, node: ast.AST, scope: Scope, chain: Chain | None, when: When) -> None:
        """Go through a function, and all that it leads to."""
        if id(node) not in self.bodies and len(self.bodies) < MOST_BODIES:
            self.bodies.add(id(node))
            number = self.seen.graph.number(id(node)) if when is When.CHILD else OUTSIDE
            self._levels.append(_Level(self._reached(scope), chain, when, number=number))
            self._go()

    def _go(self) -> None:
        while self._levels:
            level = self._levels[-1]
            self.seen.graph.here = level.number
            step = next(level.statements, None)
            if step is None:
                self._levels.pop()
            else:
                self._push(self._statement(step, level))

    def _reached(self, scope: Scope) -> Iterator[Reached]:
        """Return the statements of a body that may lead somewhere, one by one: what leads grows on the way."""
        self._reach.meet(scope.module)
        outline, reach = outline_of(scope.module.tree), self._reach
        return reached(scope, lambda statement: reach.leads(outline.of(statement)))

    def _push(self, levels: Sequence[_Level]) -> None:
        self._levels.extend(reversed(levels))

    def _statement(self, step: Reached, level: _Level) -> list[_Level]:
        """Take down what a statement does; return the bodies that run next."""
        scope, node = step.scope, step.node
        optional = level.optional or bool(step.supposed)
        match node:
            case ast.Import(names=names):
                return [inner for alias in names for inner in self._import(alias.name, step, level, optional)]
            case ast.ImportFrom():
                return self._import_from(node, step, level, optional)
            case ast.ClassDef():
                cls = Class(scope.module.name, node, scope)
                calls = [c for decorator in node.decorator_list for c in self._calls(decorator, step, level)]
                return [*calls, _Level(self._reached(class_scope(cls, self.run)), level.chain, level.when, optional, level.number)]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return [c for decorator in node.decorator_list for c in self._calls(decorator, step, level)]
            case _:
                effects.assigned(node, scope, step.supposed)
                if self._reach.makes_arrays:
                    self._kept(node, step, level)
                return self._calls(node, step, level)

    def _kept(self, statement: ast.AST, step: Reached, level: _Level) -> None:
        """Take down the arrays that a statement keeps."""
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)):
            from forkfit.evaluate.python.arrays import kept_by  # most workers make none

            for made, times in kept_by(statement, step.scope):
                self.seen.array(made, times, step.scope.span(statement), level.when)

    def _cached(self, function: Function, call: ast.expr, scope: Scope, level: _Level) -> None:
        """Take down the arrays that a call gives, where the function keeps them for the next one."""
        from forkfit.evaluate.python.arrays import arrays_in, is_cached  # most workers make none

        for made in arrays_in(scope.evaluate(call)) if is_cached(function) else ():
            self.seen.array(made, 1, scope.span(call), level.when)

    def _import_from(self, node: ast.ImportFrom, step: Reached, level: _Level, optional: bool) -> list[_Level]:
        modules = self.run.modules
        source = modules.relative(step.scope.module, node.level, node.module or "")
        if not source:
            self.seen.gaps.append(Gap("a relative import leads above the top package", step.scope.span(node)))
            return []
        levels = self._import(source, step, level, optional)
        found = modules.find(source)
        for alias in node.names:
            name = f"{source}.{alias.name}"
            if isinstance(found, Missing):
                if source in _NAMESPACES and found.lack is Lack.FOREIGN:
                    levels += self._import(name, step, level, optional)
            elif found.is_package and isinstance(modules.find(name), Module):
                levels += self._import(name, step, level, optional)
            elif not found.path and alias.name != "*":
                self.seen.library(source, step.scope.span(node), level.chain, level.when, optional=optional)
        return levels

    def _import(self, name: str, step: Reached, level: _Level, optional: bool) -> list[_Level]:
        at = step.scope.span(step.node)
        found = self.run.modules.find(name)
        if not isinstance(found, Missing):
            return self._modules(name, Chain(at, level.chain), level, optional)
        self._reach.aim_at(LOADED_BY.get(name.partition(".")[0], ()))  # nothing of a library is called before it is imported
        if found.lack is Lack.FOREIGN:
            self.seen.library(name, at, level.chain, level.when, optional=optional)
        elif found.lack is Lack.LOST and not step.guarded and not optional:
            self.seen.gaps.append(Gap(found.why, at))
        return self._modules(name, Chain(at, level.chain), level, optional) if found.lack is Lack.LOST else []

    def _modules(self, name: str, chain: Chain | None, level: _Level, optional: bool = False) -> list[_Level]:
        """Return the bodies of a module and of its packages that were not gone through; `level` imports them."""
        levels = []
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            found = self.run.modules.find(".".join(parts[:end]))
            if isinstance(found, Missing):
                break
            levels += self._body_of(found, chain, level, optional)
        return levels

    def _body_of(self, module: Module, chain: Chain | None, level: _Level, optional: bool) -> list[_Level]:
        number = self._lead(level, module.name, chain.at if chain is not None else module.at)
        if module.name in self.modules:
            return []
        self.modules[module.name] = module
        self.chains[module.name] = chain
        if module.broken:
            self.seen.gaps.append(Gap(f"{module.path}: {module.broken}", module.at))
        return [_Level(self._reached(self.run.module_scope(module)), chain, level.when, optional, number)]

    def _lead(self, level: _Level, key: Hashable, at: Span) -> int:
        """Take down that a body leads to another, where that is in the children; return the other's number."""
        return self.seen.graph.lead(level.number, key, at) if level.when is When.CHILD else OUTSIDE

    def _calls(self, node: ast.AST, step: Reached, level: _Level) -> list[_Level]:
        levels: list[_Level] = []
        for inner, words in outline_of(step.scope.module.tree).running(node):
            if not self._reach.leads(words):
                continue
            if isinstance(inner, ast.Call):
                levels += self._call(inner, step, level)
            else:
                levels += self._property(inner, step.scope, level)
        return levels

    def _call(self, node: ast.Call, step: Reached, level: _Level) -> list[_Level]:
        scope = step.scope
        last = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        # A name that is compared here, or in what is called from here, must be among the aims of `reach`: no other call comes this way.
        if last == "autodiscover_tasks":
            self.seen.autodiscover(node, scope)
            return []
        if last == "config_from_object":
            self.seen.configuration(node, scope)
            return []
        if last == "load_state_dict":
            self.seen.copied(node, scope)
        if last in _RUN_AT_ONCE and isinstance(node.func, ast.Attribute) and level.when is When.CHILD:
            self._ran_at_once(node.func.value, node, scope, level)
        return self._called(scope.evaluate(node.func), last, node, step, level, None)

    def _called(
        self, callee: Value[Thing], last: str, node: ast.Call, step: Reached, level: _Level, given: Arguments | None
    ) -> list[_Level]:
        """Follow what is called; `given` are its arguments where they are others than those that stand there."""
        scope = step.scope
        levels: list[_Level] = []
        for single in alternatives(callee):
            if not isinstance(single, Known):
                if level.when is When.CHILD:
                    self.seen.starts("", node, scope)
                levels += self._run_by(last, node, step, level)
                continue
            match single.value:
                case Made(of=name) as partial if name == PARTIAL:
                    arguments = merged(partial, scope.arguments_of(node) if given is None else given)
                    levels += self._called(partial.arguments.get(0), last, node, step, level, arguments)
                case Function() as function:
                    levels += self._function(function, node, step, level, given)
                case Class() as cls:
                    for name in _MAKING:
                        making = attribute_of_class(cls, name, self.run)
                        if isinstance(making, Known) and isinstance(making.value, Function):
                            made = scope.evaluate(node)
                            receiver = cls if name == "__new__" else made.value if isinstance(made, Known) else None
                            own = Arguments() if name == "__post_init__" else given
                            levels += self._function(making.value.replace(receiver=receiver), node, step, level, own)
                case Instance() as instance:
                    call = attribute_of_class(instance.of, "__call__", self.run)
                    if isinstance(call, Known) and isinstance(call.value, Function):
                        levels += self._function(call.value.replace(receiver=instance), node, step, level, given)
                case thing:
                    self.seen.method(thing, thing.name if isinstance(thing, Member) else "", node, scope, level.when)
                    levels += self._outside(outside_name(thing), last, node, step, level, callee, given)
        return levels

    def _ran_at_once(self, task: ast.expr, node: ast.Call, scope: Scope, level: _Level) -> None:
        """Take down that a task is run where it is called (``task.apply()``), not sent."""
        for single in alternatives(scope.evaluate(task)):
            if isinstance(single, Known) and isinstance(single.value, Function):
                self._lead(level, id(single.value.node), scope.span(node))

    def _outside(
        self, name: str, last: str, node: ast.Call, step: Reached, level: _Level, callee: Value[Thing], given: Arguments | None
    ) -> list[_Level]:
        scope = step.scope
        if last in effects.NAMES and effects.called(node, callee, scope, step.supposed):
            return []
        if name in _ADDS_PATH:
            for single in alternatives(scope.arguments_of(node).get(_ADDS_PATH[name], "object")):
                folder = text_of_path(single.value) if isinstance(single, Known) else None
                if folder is not None:
                    self.run.modules.also_in(folder, first=last == "insert")
            return []
        if self.seen.resource(name, node, scope, level.when, given):
            if self.seen.models:
                from forkfit.evaluate.python.loads import METHODS  # most workers load no model

                self._reach.aim_at(METHODS)  # what is done with it counts too
            return []
        if level.when is When.CHILD and self.seen.starts(name, node, scope):
            return []
        named = named_modules(name, node, scope)
        if named is not None:
            return self._dynamic(named, node, step, level)
        if name == INCLUDE:
            return [
                body
                for module in included(node, scope)
                for body in self._body_of(module, Chain(scope.span(node), level.chain), level, level.optional)
            ]
        if name.endswith(".Celery") and name.startswith("celery."):
            self.seen.application(node, scope)
            return []
        return self._run_by(name, node, step, level)

    def _run_by(self, name: str, node: ast.Call, step: Reached, level: _Level) -> list[_Level]:
        """Follow the functions that a call outside runs."""
        ran = run_by(name, node, step.scope)
        return [body for function, arguments in ran for body in self._function(function, node, step, level, arguments)]

    def _function(self, function: Function, node: ast.Call, step: Reached, level: _Level, given: Arguments | None) -> list[_Level]:
        target, scope = function.node, step.scope
        number = self._lead(level, id(target), scope.span(node))
        if level.when is When.CHILD and not isinstance(target, ast.Lambda):
            self.seen.called(function, node, scope)
        if self._reach.makes_arrays:
            self._cached(function, node, scope, level)
        if id(target) in self.bodies or len(self.bodies) >= MOST_BODIES:
            return []
        self.bodies.add(id(target))
        frame = bound_frame(function, scope.arguments_of(node) if given is None else given)
        inner = Scope(self.run, function.scope.module, frame, function.scope.replace(before=None))
        if isinstance(target, ast.Lambda):
            calls = (n for n in ast.walk(target.body) if isinstance(n, ast.Call))
            return [body for call in calls for body in self._call(call, step.replace(node=call, scope=inner), level)]
        return [_Level(self._reached(inner), Chain(scope.span(node), level.chain), level.when, level.optional, number)]

    def _property(self, node: ast.Attribute, scope: Scope, level: _Level) -> list[_Level]:
        """Return the body of a property that is read of an object (``self.model``)."""
        owner = scope.evaluate(node.value)
        if not isinstance(owner, Known) or not isinstance(owner.value, Instance):
            return []
        found = attribute_of_class(owner.value.of, node.attr, self.run)
        if not isinstance(found, Known) or not isinstance(found.value, Function) or not is_property(found.value.node):
            return []
        function = found.value.replace(receiver=owner.value)
        number = self._lead(level, id(function.node), scope.span(node))
        if self._reach.makes_arrays:
            self._cached(function, node, scope, level)
        if id(function.node) in self.bodies:
            return []
        self.bodies.add(id(function.node))
        frame = bound_frame(function, owner.value.arguments.replace(positional=(), named=()))
        inner = Scope(self.run, function.scope.module, frame, function.scope)
        return [_Level(self._reached(inner), Chain(scope.span(node), level.chain), level.when, level.optional, number)]

    def _dynamic(self, named: Named, node: ast.Call, step: Reached, level: _Level) -> list[_Level]:
        """Follow the modules that a call imports by name."""
        levels: list[_Level] = []
        for name in named.names:
            levels += self._import(name, step, level, optional=named.likely or bool(step.supposed) or level.optional)
        if not named.names and level.when is When.PARENT:
            self.seen.gaps.append(Gap("a module is imported whose name is not known", step.scope.span(node)))
        return levels

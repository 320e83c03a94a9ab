"""What is met on the way through the code of a worker: libraries, models, clients, and what leads on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from forkfit.evaluate.python import effects
from forkfit.evaluate.python.bodies import Call, Graph
from forkfit.evaluate.python.functions import called
from forkfit.evaluate.python.model_loaders import TIMES, is_loader
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Arguments, Function, Made, Thing, outside_name
from forkfit.evaluate.python.scope import Run, Scope
from forkfit.evaluate.python.starters import command_by_form, command_of, starter
from forkfit.evaluate.python.tasks import Stage
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives
from forkfit.model.worker import Gap, Import, ModelLoad, When

if TYPE_CHECKING:
    from forkfit.evaluate.python.started import Started

LONGEST_CHAIN = 200
COPIED = "copied"  # stands for an argument of what loads a file: how a module takes its weights from it
_NAMES = ("model", "model_name", "model_size_or_path", "model_name_or_path", "name", "model_path", "path_or_bytes", "repo_id", "0")
_BOTO3 = frozenset(
    f"{maker}.{kind}" for maker in ("boto3", "boto3.Session()", "boto3.session.Session()") for kind in ("client", "resource")
)


class Chain(Record):
    """The places of imports that lead to a module, as a list linked from its end."""

    at: Span
    above: Chain | None = None

    def places(self) -> tuple[Span, ...]:
        """Return the places from the application down."""
        found: list[Span] = []
        here: Chain | None = self
        while here is not None and len(found) < LONGEST_CHAIN:
            found.append(here.at)
            here = here.above
        return tuple(reversed(found))


class Sightings:
    """Everything that was met, each library, model and place once."""

    def __init__(self, run: Run) -> None:
        """Begin with nothing seen."""
        self.run = run
        self.graph = Graph()
        self.stage = Stage.BEFORE
        self.supposing = False
        self.imports: dict[tuple[str, When], Import] = {}
        self.models: dict[Span, ModelLoad] = {}
        self.gaps: list[Gap] = []
        self.discovers: list[tuple[Value[Thing] | None, str, Span]] = []
        self.included: list[tuple[str, Trail]] = []
        self.configured: list[tuple[str, Trail]] = []
        self.uses_boto3_client = False
        self.holds_boto3_client = False
        self.uses_django = False
        self.threads: Value[str] | None = None
        self.freezes_heap = False
        self.started: Started | None = None
        self.calls: dict[int, Call] = {}
        self.supposed = False

    def library(self, name: str, at: Span, chain: Chain | None, when: When, *, optional: bool) -> None:
        """Take down that a library is imported, under its own name and under its package's."""
        package = name.partition(".")[0]
        for known in dict.fromkeys((package, name)):
            if self._is_in_parent(known, when):
                continue
            if when is When.CHILD:
                self.graph.imports(known, at, optional=optional)
            before = self.imports.get((known, when))
            if before is None or (before.optional and not optional):
                self.imports[known, when] = Import(known, at, chain.places() if chain else (), when, optional)

    def _is_in_parent(self, library: str, when: When) -> bool:
        """Tell whether a child finds a library that its parent has imported."""
        before = self.imports.get((library, When.PARENT))
        return when is When.CHILD and before is not None and not before.optional

    def resource(self, name: str, node: ast.Call, scope: Scope, when: When, given: Arguments | None = None) -> bool:
        """Take down a call that costs or spares memory by itself: a model, a boto3 client, a frozen heap; tell whether it is one.

        `given` are its arguments where they are others than those that stand there.
        """
        if name in _BOTO3:
            self.holds_boto3_client |= when is When.PARENT
            if when is When.CHILD:
                self.uses_boto3_client = True
                self.graph.makes_client(self.graph.here)
        elif name == "torch.set_num_threads":
            self.threads = _texts(node, scope).get("0", self.threads)
        elif name == "gc.freeze":
            self.freezes_heap |= when is When.PARENT
        elif is_loader(name, self.run.modules.loaders):
            self._load(name, node, scope, when, scope.arguments_of(node) if given is None else given, scope.span(node))
        else:
            return False
        return True

    def array(self, made: Made, times: int, kept: Span, when: When) -> None:
        """Take down an array that the code makes and keeps, or several alike.

        One place may make several, each of another size: the next is taken down where it is `kept`.
        """
        before = self.models.get(made.at)
        at = kept if before is not None and before.given != _given(made.arguments) else made.at
        self._load(made.of, made.node, made.scope, when, made.arguments, at)
        if times > 1:
            self.models[at] = self.models[at].replace(later=((TIMES, Known(str(times))),))

    def starts(self, name: str, node: ast.Call, scope: Scope) -> bool:
        """Take down a call that starts another program in a child; tell whether it is one."""
        how = starter(name)
        words = (
            () if how is not None else command_of(name) or (command_by_form(node.func, lambda of: _name_of(of, scope)) if not name else ())
        )
        if how is None and not words:
            return False
        if self.started is None:
            from forkfit.evaluate.python.started import Started  # most workers start nothing

            self.started = Started(self.graph, self.calls)
        self.started.at_birth = self.stage is Stage.BIRTH
        if how is not None:
            self.started.started(how, node, scope, self.graph.here)
        else:
            self.started.by_itself(words, node, scope, self.graph.here)
        return True

    def called(self, function: Function, node: ast.Call, scope: Scope) -> None:
        """Take down that a function of the project is called in a child."""
        call = Call(function, node, scope, self.graph.here)
        self.calls.setdefault(id(function.node.body), call)
        if self.started is not None:
            self.started.called(call)

    def autodiscover(self, node: ast.Call, scope: Scope) -> None:
        """Take down ``autodiscover_tasks(packages=None, related_name='tasks', force=False)``."""
        arguments = scope.arguments_of(node)
        listed = arguments.get(0, "packages")
        if isinstance(listed, Known) and isinstance(listed.value, Function):
            listed = called(listed.value, Arguments(), self.run, scope)
        related = arguments.get(1, "related_name")
        name = "tasks" if isinstance(related, Absent) else related.value if isinstance(related, Known) else ""
        none = isinstance(listed, Absent) or (isinstance(listed, Known) and listed.value is None)
        if isinstance(listed, Unknown):
            self.gaps.append(Gap(f"the packages in which tasks are looked for are not known: {listed.why}", scope.span(node)))
        self.discovers.append((None if none else listed, name or "", scope.span(node)))

    def application(self, node: ast.Call, scope: Scope) -> None:
        """Take down what ``Celery(include=...)`` names."""
        for option in ("include", "imports"):
            self.included.extend(effects.texts(scope.arguments_of(node).get(None, option)))
        self._configuration(scope.arguments_of(node).get(None, "config_source"))

    def configuration(self, node: ast.Call, scope: Scope) -> None:
        """Take down the module that ``config_from_object`` names, which is imported when the configuration is read."""
        self._configuration(scope.arguments_of(node).get(0, "obj"))

    def _configuration(self, named: Value[Thing]) -> None:
        for name, trail in effects.texts(named):
            module = name.partition(":")[0]
            known = (module, module.rpartition(".")[0])  # of ``mod.Object`` it is the first part
            found = next((n for n in known if n and isinstance(self.run.modules.find(n), Module)), "")
            if found:
                self.configured.append((found, trail))

    def _load(self, name: str, node: ast.Call, scope: Scope, when: When, arguments: Arguments, at: Span) -> None:
        """Take down that a model is loaded; what is seen before the fork counts, and what is seen to be reached."""
        from forkfit.evaluate.python import loads  # most workers load no model

        self.graph.loads(at)
        before = self.models.get(at)
        if before is not None and not (before.supposed and not self.supposing) and (before.when is When.PARENT or when is When.CHILD):
            return
        given = loads.texts_of(arguments)
        label = _label(dict(given))
        opened = node.args[0] if node.args else None
        source = loads.opened_as(opened.id, scope) if isinstance(opened, ast.Name) else Absent("no file is opened")
        named = (label if isinstance(source, Absent) else source, *(value for _, value in given))
        sizes = [loads.size_of(value, scope) for value in named]
        package, _, constructor = name.partition(".")
        self.models[at] = ModelLoad(
            package,
            constructor,
            label,
            at,
            when,
            Unknown("this model was not weighed"),
            given=given,
            size=next((size for size in sizes if any(isinstance(single, Known) for single in alternatives(size))), sizes[0]),
            at_birth=self.stage is Stage.BIRTH,
            after_fork=self.stage is Stage.READY,
            supposed=self.supposing,
        )

    def copied(self, node: ast.Call, scope: Scope) -> None:
        """Take down that ``module.load_state_dict(file)`` copies a loaded file into the weights of a module, which are there beside it.

        Of a part of a file (``file["model"]``) it is not known how much it is; with ``assign=True`` nothing is copied. A module
        that is taken down as a model itself is there already.
        """
        arguments = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "state_dict")]
        if not self.models or not arguments:
            return
        from forkfit.evaluate.python import loads

        assign = scope.arguments_of(node).get(None, "assign")
        module = scope.evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else None
        into = loads.origin(module.value) if isinstance(module, Known) else None
        is_counted = into is not None and into.at in self.models
        is_assigned = isinstance(assign, Known) and assign.value is True
        for made, whole in loads.checkpoints(arguments[0], scope):
            load = self.models.get(made.at)
            if load is not None and not any(name == COPIED for name, _ in load.later):
                how = "assigned" if is_assigned else "counted" if is_counted else "whole" if whole else "part"
                self.models[made.at] = load.replace(later=(*load.later, (COPIED, Known(how))))

    def method(self, callee: Thing, method: str, node: ast.Call, scope: Scope, when: When) -> bool:
        """Take down what is done with a model that was loaded: where it goes, what it becomes, that it is run before the fork."""
        if not self.models:
            return False
        from forkfit.evaluate.python import loads

        made = loads.origin(callee)
        if made is None or made.at not in self.models:
            return False
        load = self.models[made.at]
        load = load.replace(later=(*load.later, *loads.later(method, node, scope)))
        if when is When.PARENT and self.stage is not Stage.READY and (not method or method in loads.CALLS):
            load = load.replace(called=(*load.called, scope.span(node)))
        self.models[made.at] = load
        return True


def _name_of(node: ast.expr, scope: Scope) -> str:
    found = scope.evaluate(node)
    return outside_name(found.value) if isinstance(found, Known) else ""


def _texts(node: ast.Call, scope: Scope) -> dict[str, Value[str]]:
    return dict(_given(scope.arguments_of(node)))


def _given(arguments: Arguments) -> tuple[tuple[str, Value[str]], ...]:
    from forkfit.evaluate.python import loads

    return loads.texts_of(arguments)


def _label(named: dict[str, Value[str]]) -> Value[str]:
    """Return the name of a model, by the arguments that most loaders take it in."""
    for name in _NAMES:
        if name in named:
            return named[name]
    return named.get("**", Unknown("the name of the model is not given here"))

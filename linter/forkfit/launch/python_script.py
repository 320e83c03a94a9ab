"""What a Python program of the project starts: Celery workers from within Python, and commands by way of subprocess or exec."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import product

from forkfit.evaluate.python import effects
from forkfit.evaluate.python.bindings import bodies
from forkfit.evaluate.python.branches import branches
from forkfit.evaluate.python.calls import arguments_of
from forkfit.evaluate.python.console_scripts import EntryPoint
from forkfit.evaluate.python.expression import begin
from forkfit.evaluate.python.functions import bound_frame
from forkfit.evaluate.python.modules import Missing, Module, modules_of
from forkfit.evaluate.python.objects import Arguments, Function, Items, ModuleObject, Thing, outside_name
from forkfit.evaluate.python.scope import Scope
from forkfit.launch.python_click import click_command
from forkfit.launch.python_commands import Command, commanded, each
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Step
from forkfit.model.value import Known, Unknown, alternatives
from forkfit.syntax.python import parse

MOST_PATHS = 16
MOST_COMMANDS = 64  # on one path
MOST_BODIES = 200  # functions followed
DEEPEST = 8  # functions inside each other

# A function of a module without any of these words starts nothing, unless it is close to the start of the program.
_TELLING = re.compile(r"celery|worker_main|subprocess|Popen|\bexec[lv]|\bos\.system|\bspawn", re.IGNORECASE)
_CLOSE = 2
# The command of a worker as a program puts it together, on one line.
_SPELLED = re.compile(r"""["'][^"'\n]*\bcelery\b[^\n]*\bworker\b""")

Path = tuple[Command, ...]


class Started(Record):
    """What a program starts, one path for each way it may go; `doubt` says what could not be followed, where Celery is about.

    It is `sure` to be a worker that could not be followed where the module that starts it spells out a worker's command.
    """

    paths: tuple[Path, ...] = ((),)
    doubt: Unknown | None = None
    sure: bool = False

    @property
    def starts(self) -> bool:
        """Whether any way starts anything."""
        return any(self.paths)


def of_script(script: Source, folder: str, words: Words, view: View, files: Files) -> Started:
    """Return what a file starts that Python runs by its path; `folder` is the container folder it stands in."""
    inside = view if not folder else view.replace(working_dir=Known(folder))
    walk = _Walk(inside, view, files, words, script.path.rpartition("/")[2].removesuffix(".py"))
    try:
        tree = parse(script)
    except BrokenSource as broken:
        return Started(doubt=Unknown(f"{script.path}, which starts it, cannot be read: {broken}", (Step(Role.USED, broken.at),)))
    return walk.module(Module("__main__", script.path, False, script, tree))


def of_module(name: str, words: Words, view: View, files: Files) -> Started | None:
    """Return what ``python -m name`` starts, None where the module is not the project's own."""
    walk = _Walk(view, view, files, words, name)
    found = walk.run.modules.find(name)
    if isinstance(found, Module) and found.is_package:
        found = walk.run.modules.find(f"{name}.__main__")
    return None if isinstance(found, Missing) else walk.module(found)


def of_console_script(point: EntryPoint, words: Words, view: View, files: Files) -> Started | None:
    """Return what a console script of the project starts, None where its module is not found."""
    walk = _Walk(view, view, files, words, point.module)
    found = walk.run.modules.find(point.module)
    return None if isinstance(found, Missing) else walk.entry(found, point)


def of_management(words: Words, view: View, files: Files) -> Started | None:
    """Return what ``django-admin NAME`` starts, None where no application of the project has such a command."""
    return _Walk(view, view, files, words).managed()


def of_task(words: Words, view: View, files: Files) -> Started | None:
    """Return what ``invoke NAME`` starts by way of a task in tasks.py, None where there is no such task."""
    from forkfit.launch.python_tasks import CONTEXT, task_named

    walk = _Walk(view, view, files, words, "tasks")
    found = walk.run.modules.find("tasks")
    asked = task_named(words, found, walk.run) if isinstance(found, Module) else None
    return None if asked is None or isinstance(found, Missing) else walk.function(found, asked[0], Arguments((CONTEXT,), asked[1]))


class _Walk:
    """Goes through a program from its first statement on, into the functions of the project that it calls."""

    def __init__(self, seen: View, view: View, files: Files, words: Words, name: str = "") -> None:
        self.run = begin(modules_of(seen, files, lambda _: None, name), view.environment, words)
        self.seen = seen
        self.view = view
        self.words = words
        self.argv: Known[Thing] | None = None
        self.bodies = 0
        self.open: list[int] = []
        self.mentions_celery = False
        self.told: list[Unknown] = []
        self.spelled = False

    def module(self, module: Module) -> Started:
        """Go through a module that is the program itself."""
        return self._result(module, self._body(module.tree.body, self.run.module_scope(module)))

    def entry(self, module: Module, point: EntryPoint) -> Started:
        """Go through the function that a console script calls."""
        step = Step(Role.LAUNCHED, point.at, f"{point.module}:{point.function}")
        paths: list[Path] = []
        for single in alternatives(self.run.attribute(ModuleObject(module.name), point.function, self.run)):
            if isinstance(single, Known) and isinstance(single.value, Function):
                paths += self._function(single.value, Arguments())
        command = click_command(module, point.function, self.words, self.run)
        if command is not None:
            paths += self._function(command, Arguments((), (), Unknown("the options of the command are not followed")))
        found = self._result(module, paths or [()])
        return found.replace(paths=tuple(tuple(c.replace(trail=(step, *c.trail)) for c in path) for path in found.paths))

    def function(self, module: Module, function: Function, arguments: Arguments) -> Started:
        """Go through one function of a module that is imported for it."""
        return self._result(module, self._function(function, arguments))

    def managed(self) -> Started | None:
        """Go through the command of ``django-admin NAME``."""
        called = self._command()
        if called is None:
            return None
        return self._result(called[0].scope.module, self._function(*called))

    def _managed(self) -> list[Path]:
        """Follow the command of ``manage.py NAME`` where an application of the project has it."""
        called = self._command()
        return [()] if called is None else self._function(*called)

    def _command(self) -> tuple[Function, Arguments] | None:
        from forkfit.launch.python_tasks import management_command

        name = self.words[1].plain if len(self.words) > 1 and self.words[1].is_known else ""
        return management_command(name, self.words, self.run, self.seen) if name.isidentifier() else None

    def _result(self, module: Module, paths: list[Path]) -> Started:
        self._notice(module)
        if any(paths):
            return Started(tuple(dict.fromkeys(paths)), self.told[0] if self.spelled else None, self.spelled)
        if module.broken:
            return Started(doubt=Unknown(f"{module.path}, which starts it, cannot be read: {module.broken}"))
        if self.told:
            return Started(doubt=self.told[0], sure=self.spelled)
        if not self.mentions_celery:
            return Started()
        return Started(doubt=Unknown(f"how {module.path}, which starts it, starts a worker cannot be seen", (Step(Role.USED, module.at),)))

    def _notice(self, module: Module) -> None:
        text = module.source.text.lower()
        self.mentions_celery = self.mentions_celery or ("celery" in text and "worker" in text)

    def _body(self, statements: Sequence[ast.stmt], scope: Scope) -> list[Path]:
        paths: list[Path] = [()]
        for statement in statements:
            found = self._compound(statement, scope) if bodies(statement) else self._simple(statement, scope.at(statement))
            if any(found):
                paths = _after(paths, found, restarts=isinstance(statement, ast.While))
        return paths

    def _compound(self, statement: ast.stmt, scope: Scope) -> list[Path]:
        match statement:
            case ast.If(test=test, body=body) if _asks_for_main(test):
                return self._body(body, scope)
            case ast.Try() | ast.TryStar():
                # What handlers do when the worker ends or fails is no other way to start it.
                return self._body([*statement.body, *statement.orelse, *statement.finalbody], scope)
            case ast.For(body=body, orelse=other) | ast.AsyncFor(body=body, orelse=other):
                many = Unknown("it is started in a loop", (Step(Role.USED, scope.span(statement)),))
                found = [tuple(c.replace(copies=many) for c in path) for path in self._body(body, scope)]
                return _after(found, self._body(other, scope))
            case ast.While(body=body, orelse=other):
                return self._body([*body, *other], scope)
            case _:
                ways = [(path, b.supposed) for b in branches(statement, scope) for path in self._body(b.body, scope)]
                return [tuple(c.replace(trail=(*c.trail, *supposed)) for c in path) for path, supposed in ways] or [()]

    def _simple(self, statement: ast.stmt, scope: Scope) -> list[Path]:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            return [()]
        effects.assigned(statement, scope, ())
        self._arguments_set(statement, scope)
        paths: list[Path] = [()]
        for node in _calls(statement):
            found = self._call(node, scope)
            if any(found):
                paths = _after(paths, found)
        return paths

    def _arguments_set(self, statement: ast.stmt, scope: Scope) -> None:
        """Remember ``sys.argv = [...]``, which a later ``main()`` of Celery reads."""
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "sys.argv":
            value = scope.evaluate(statement.value)
            self.argv = value if isinstance(value, Known) and isinstance(value.value, Items) else None

    def _call(self, node: ast.Call, scope: Scope) -> list[Path]:
        self._notice(scope.module)
        found: list[Path] = []
        for single in alternatives(scope.evaluate(node.func)):
            thing = single.value if isinstance(single, Known) else None
            if isinstance(thing, Function):
                found += self._function(thing, arguments_of(node, scope))
                continue
            self.mentions_celery = self.mentions_celery or _runs_celery(outside_name(thing))
            if outside_name(thing) in _RUNNERS:
                found += self._target(arguments_of(node, scope), _RUNNERS[outside_name(thing)])
                continue
            if outside_name(thing) == "django.core.management.execute_from_command_line":
                found += self._managed()
                continue
            command = commanded(node, thing, scope, self.seen, self.words, self.argv)
            if isinstance(command, Unknown):
                self.told.append(command)
                self.spelled = self.spelled or _SPELLED.search(scope.module.source.text) is not None
            elif command is not None:
                found.extend((one,) for one in each(command))
        return found or [()]

    def _target(self, arguments: Arguments, position: int | None) -> list[Path]:
        """Follow the function that a process, a thread or a reloader is to run."""
        value = arguments.get(position, "target", "main", "main_func")
        if isinstance(value, Known) and isinstance(value.value, Function):
            return self._function(value.value, Arguments())
        return [()]

    def _function(self, function: Function, arguments: Arguments) -> list[Path]:
        node = function.node
        module: Module = function.scope.module
        if isinstance(node, ast.Lambda) or id(node) in self.open or len(self.open) >= DEEPEST or self.bodies >= MOST_BODIES:
            return [()]
        if len(self.open) >= _CLOSE and not _TELLING.search(module.source.text):
            return [()]
        self.bodies += 1
        self.open.append(id(node))
        self._notice(module)
        try:
            outer = (
                function.scope.replace(before=None) if function.scope.outer is not None else Scope(self.run, module, function.scope.frame)
            )
            return self._body(node.body, Scope(self.run, module, bound_frame(function, arguments), outer))
        finally:
            self.open.pop()


def _after(paths: list[Path], found: list[Path], *, restarts: bool = False) -> list[Path]:
    """Return each path with each that may follow; what a supervising program starts again is no further process."""
    joined: dict[Path, None] = {}
    for first, then in product(paths, found):
        known = {_plain(command) for command in first}
        added = tuple(c for c in then if not ((restarts or c.is_own) and _plain(c) in known))
        joined[(first + added)[:MOST_COMMANDS]] = None
        if len(joined) == MOST_PATHS:
            break
    return list(joined)


def _plain(command: Command) -> tuple[str, ...]:
    return tuple(word.plain for word in command.words)


# What runs a function of its own accord; the worker that it starts is in the same container.
_RUNNERS: dict[str, int | None] = {
    "multiprocessing.Process": None,
    "multiprocessing.context.Process": None,
    "billiard.Process": None,
    "threading.Thread": None,
    "asyncio.run": 0,
    "anyio.run": 0,
    "django.utils.autoreload.run_with_reloader": 0,
    "watchfiles.run_process": None,
    "watchgod.run_process": 1,
}


def _runs_celery(name: str) -> bool:
    """Tell whether what is called may run Celery itself; what only sends tasks does not."""
    base, _, method = name.rpartition(".")
    return base.startswith(_RUNNING) and method not in _SENDING


_RUNNING = ("celery.Celery()", "celery.app", "celery.apps", "celery.bin", "celery.__main__", "celery.worker")
_SENDING = frozenset(
    "send_task signature task register_task config_from_object autodiscover_tasks now set_default subtask".split()  # noqa: SIM905
)


def _asks_for_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
        case _:
            return False


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls of a simple statement, those inside others first; what a lambda does is not done here."""
    pending: list[tuple[ast.AST, bool]] = [(statement, False)]
    while pending:
        node, done = pending.pop()
        if done:
            assert isinstance(node, ast.Call)
            yield node
            continue
        if isinstance(node, ast.Call):
            pending.append((node, True))
        if not isinstance(node, ast.Lambda):
            pending.extend((child, False) for child in reversed(list(ast.iter_child_nodes(node))))

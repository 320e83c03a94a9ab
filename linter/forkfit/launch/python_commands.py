"""Calls in Python that start a command or a Celery worker: which call it is, and the command line it comes to."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import product

from forkfit.evaluate.python.calls import arguments_of
from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.names import names_of
from forkfit.evaluate.python.objects import Arguments, Items, Made, Member, Outside, Table, Thing, outside_name
from forkfit.evaluate.python.scope import Scope
from forkfit.model.container import View
from forkfit.model.project import Variable, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Piece, Text, assumed
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value

MOST_WAYS = 16

# Functions that start a program: at which position its words stand, and in which form.
_LIST, _SPREAD, _STRING = "list", "spread", "string"
_STARTERS: dict[str, tuple[int, str]] = {
    **{f"subprocess.{name}": (0, _LIST) for name in ("run", "Popen", "call", "check_call", "check_output")},
    "subprocess.getoutput": (0, _STRING),
    "invoke.Context.run": (0, _STRING),
    "invoke.run": (0, _STRING),
    "os.system": (0, _STRING),
    "os.popen": (0, _STRING),
    "os.execv": (1, _LIST),
    "os.execvp": (1, _LIST),
    "os.execve": (1, _LIST),
    "os.execvpe": (1, _LIST),
    "os.execl": (1, _SPREAD),
    "os.execlp": (1, _SPREAD),
    "os.spawnv": (2, _LIST),
    "os.spawnvp": (2, _LIST),
    "os.spawnl": (2, _SPREAD),
    "os.spawnlp": (2, _SPREAD),
    "os.posix_spawn": (1, _LIST),
    "os.posix_spawnp": (1, _LIST),
    "asyncio.create_subprocess_exec": (0, _SPREAD),
    "asyncio.create_subprocess_shell": (0, _STRING),
}
# Celery's own entry points; they read sys.argv, and the environment as the program `celery` does.
_MAINS = frozenset({"celery.__main__.main", "celery.bin.celery.main"})
_APP = "celery.Celery()"
_APP_NAMES = frozenset({_APP, "celery.app.base.Celery()", "celery.app.Celery()"})
# Keywords of app.Worker(...) that are options of the command line.
_OPTIONS = {
    "concurrency": "--concurrency",
    "pool": "--pool",
    "pool_cls": "--pool",
    "autoscale": "--autoscale",
    "queues": "--queues",
    "hostname": "--hostname",
    "include": "--include",
    "max_tasks_per_child": "--max-tasks-per-child",
    "max_memory_per_child": "--max-memory-per-child",
    "loglevel": "--loglevel",
}


class Command(Record):
    """A command that a program starts: its words, or with `is_text` one word that a shell reads.

    `by_program` says that Celery is started from within Python, past its command line: the environment is not asked for
    options then. `copies` is Unknown where it is started nobody knows how often. `is_own` says that the words are the
    program's own arguments, so that starting them again is a restart.
    """

    words: Words
    view: View
    trail: Trail = ()
    is_text: bool = False
    by_program: bool = False
    copies: Value[int] = Known(1)
    is_own: bool = False


def commanded(node: ast.Call, thing: Thing, scope: Scope, view: View, words: Words, argv: Known[Thing] | None) -> Command | Unknown | None:
    """Return the command that a call starts, None where it starts none, Unknown where nobody can say which.

    `words` are the program's own, `argv` what it has put in the place of sys.argv.
    """
    name = outside_name(thing)
    seen = view.replace(environment=scope.run.environment)
    step = (Step(Role.LAUNCHED, scope.span(node), ast.unparse(node.func)),)
    if name in _STARTERS:
        return _started(name, node, scope, seen, words, step)
    if name in _MAINS:
        if argv is not None:
            return Command(_texts(argv.value.items), seen, step)
        return Command((assumed("celery", "Celery's own main() reads the words of the program"), *words[1:]), seen, step)
    attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    base = name.rpartition(".")[0]
    if attribute == "worker_main" or (attribute == "start" and base in _APP_NAMES):
        return _by_list(node, scope, seen, words, step)
    if attribute == "start" and base.endswith("Celery().Worker()") and isinstance(thing, Member) and isinstance(thing.base, Made):
        return _by_keywords(thing.base, seen, step)
    return None


def each(command: Command) -> tuple[Command, ...]:
    """Return a command for each way in which words that are one of several may turn out; the command itself past 16."""
    choices: list[tuple[Text, ...]] = []
    count = 1
    for word in command.words:
        value = word.value
        singles: tuple[Text, ...] = (word,)
        if isinstance(value, Bounded) and all(isinstance(a, Known) for a in value.alternatives):
            singles = tuple(Text((Piece(a.value, joined(value.trail, a.trail)),)) for a in value.alternatives if isinstance(a, Known))
        count *= len(singles)
        choices.append(singles)
    return (command,) if count == 1 or count > MOST_WAYS else tuple(command.replace(words=words) for words in product(*choices))


def _started(name: str, node: ast.Call, scope: Scope, view: View, words: Words, step: Trail) -> Command | Unknown | None:
    position, form = _STARTERS[name]
    arguments = arguments_of(node, scope)
    view = _inside(arguments, view)
    if form == _SPREAD:
        listed: Value[Thing] = Known(Items("list", arguments.positional[position:], arguments.rest))
    else:
        listed = arguments.get(position, "args", "cmd", "command", "argv")
        shell = arguments.get(None, "shell")
        if form == _LIST and isinstance(shell, Known) and shell.value and not _is_items(listed):
            form = _STRING
    nodes = node.args[position : position + 1]
    given = _words_given(nodes, listed, words)
    if given is not None:
        return Command(given, view, step)
    if nodes and form != _SPREAD and not _is_whole(listed):
        from forkfit.launch.python_text import cut, template  # only what a program makes up as it goes pays for it

        parts = cut(nodes[0], scope) if form == _LIST else None
        whole = template(nodes[0], scope) if form == _STRING else None
        if parts is not None:
            return Command(parts, view, step)
        if whole is not None and whole.pieces and whole.pieces[0].instead is None:
            return Command((whole,), view, step, is_text=True)
    if form == _STRING or (isinstance(listed, Known) and isinstance(listed.value, str)):
        text = _text(listed)
        # Without a shell, a text is the name of a program.
        return Command((text,), view, (*step, *text.trail), is_text=form == _STRING) if text.is_known else _open(words, view, step, listed)
    if not _is_items(listed) or not isinstance(listed, Known) or not listed.value.items:
        return _open(words, view, step, listed)
    texts = _texts(listed.value.items)
    if listed.value.rest is not None:
        texts = (*texts, Text((Piece("...", listed.value.rest.trail, instead=listed.value.rest),)))
    if position:
        program = _text(arguments.get(position - 1))
        texts = (program if program.is_known else texts[0], *texts[1:])
    return Command(texts, view, step)


def _open(words: Words, view: View, step: Trail, listed: Value[Thing]) -> Command | Unknown | None:
    """Return what stands behind ``--`` on the program's own command line, where the command that it starts is not known."""
    for index, word in enumerate(words):
        if word.plain == "--" and index + 1 < len(words):
            note = f"{words[0].plain} is taken to start the command that stands behind --"
            return Command(words[index + 1 :], view, (*step, Step(Role.ASSUMED, word.at, note)), is_own=True)
    why = listed.why if isinstance(listed, Unknown) else "what it starts is decided only when it runs"
    return Unknown(f"what {words[0].plain} starts is not known: {why}", step)


def _words_given(nodes: Sequence[ast.expr], listed: Value[Thing], words: Words) -> Words | None:
    """Return the program's own words where it passes on ``sys.argv[1:]``."""
    match nodes:
        case [ast.Subscript(value=ast.Attribute(value=ast.Name(id="sys"), attr="argv"), slice=ast.Slice(lower=ast.Constant(value=int(n))))]:
            return words[n:] or None
        case _:
            made = listed.value if isinstance(listed, Known) else None
            if isinstance(made, Made) and made.of == "shlex.split":
                return _cut(_text(made.arguments.get(0, "s")))
            return None


def _cut(text: Text) -> Words | None:
    from forkfit.syntax.shlex_words import words

    try:
        return words(text) or None if text.is_known else None
    except ValueError:
        return None


def _inside(arguments: Arguments, view: View) -> View:
    """Return the view with the ``env`` and ``cwd`` of a call."""
    environment, folder = arguments.get(None, "env"), arguments.get(None, "cwd")
    if isinstance(environment, Known) and isinstance(environment.value, Table):
        set_here = tuple(Variable(str(n), Known(_text(v))) for n, v in environment.value.entries)
        names = {v.name for v in set_here}
        kept = tuple(v for v in view.environment.variables if v.name not in names)
        view = view.replace(environment=view.environment.replace(variables=kept + set_here))
    if isinstance(folder, Known) and isinstance(folder.value, str):
        view = view.replace(working_dir=Known(folder.value, folder.trail))
    return view


def _by_list(node: ast.Call, scope: Scope, view: View, words: Words, step: Trail) -> Command | Unknown:
    """Follow ``app.worker_main([...])`` and ``app.start([...])``."""
    listed = arguments_of(node, scope).get(0, "argv")
    if isinstance(listed, Absent) or (isinstance(listed, Known) and listed.value is None):
        given: Words = words[1:]
    elif _is_items(listed) and isinstance(listed, Known) and listed.value.rest is None:
        given = _texts(listed.value.items)
    else:
        given = _words_given(node.args[:1], listed, words) or ()
        if not given:
            hole = Unknown("the words of the worker are decided only when it runs", listed.trail)
            given = (assumed("worker", "worker_main starts a worker"), Text((Piece("...", listed.trail, instead=hole),)))
    plain = [word.plain for word in given]
    if "worker" not in plain and node.func.attr == "worker_main":  # type: ignore[attr-defined]
        # Celery 4 takes the first item for the program's name.
        given = (assumed("worker", "worker_main starts a worker"), *given[1:])
    elif given and not plain[0].startswith("-") and "worker" in plain[1:]:
        given = given[1:]
    return Command((*_program(node, scope), *given), view, step, by_program=True)


def _by_keywords(worker: Made, view: View, step: Trail) -> Command:
    """Follow ``app.Worker(concurrency=..., pool=...).start()``."""
    options: list[Text] = []
    for name, value in worker.arguments.named:
        option = _OPTIONS.get(name)
        if option is None or (isinstance(value, Known) and value.value is None):
            continue
        options += [assumed(option, f"app.Worker({name}=...)"), _keyword(name, value)]
    if worker.arguments.rest is not None:
        options.append(Text((Piece("...", worker.arguments.rest.trail, instead=worker.arguments.rest),)))
    app = _program(worker.node, worker.scope)
    return Command((*app, assumed("worker", "app.Worker is a worker"), *options), view, step, by_program=True)


def _keyword(name: str, value: Value[Thing]) -> Text:
    if name == "concurrency" and isinstance(value, Known) and value.value == 0:
        # Past the command line, 0 goes past the configuration too (run on Celery 5.7).
        return Text((Piece("0", value.trail, instead=ByCpus("n", value.trail)),))
    if isinstance(value, Known) and isinstance(value.value, Items):
        parts = _texts(value.value.items)
        if all(p.is_known for p in parts):
            return Text((Piece(",".join(p.plain for p in parts), value.trail),))
    return _text(value)


def _program(node: ast.Call, scope: Scope) -> Words:
    """Return ``celery -A module:name`` for the application on which a method is called."""
    at = (Step(Role.WRITTEN, scope.span(node)),)
    found = _app(node, scope)
    note = "Celery is started from within Python"
    if found is None:
        hole = Unknown("which application the program starts a worker of cannot be seen", at)
        app = Text((Piece(ast.unparse(node.func), at, instead=hole),))
    else:
        app = Text((Piece(found, at),))
    return (assumed("celery", note), assumed("-A", note), app)


def _app(node: ast.Call, scope: Scope) -> str | None:
    """Return the application as ``-A`` would name it, None where no module has it under a name."""
    assert isinstance(node.func, ast.Attribute)
    owner = node.func.value
    value = scope.evaluate(owner)
    made = value.value if isinstance(value, Known) else None
    module = scope.module
    if isinstance(owner, ast.Name) and owner.id in names_of(module, scope.run) and _importable(module, scope):
        return f"{_import_name(module)}:{owner.id}"
    if isinstance(made, Made):
        home = made.scope.module
        for name in names_of(home, scope.run):
            held = scope.run.module_scope(home)
            if _importable(home, scope) and held.evaluate(ast.Name(id=name, ctx=ast.Load(), lineno=10**9, col_offset=0)) == value:
                return f"{_import_name(home)}:{name}"
    return None


def _importable(module: Module, scope: Scope) -> bool:
    found = scope.run.modules.find(_import_name(module))
    return isinstance(found, Module) and found.path == module.path


def _import_name(module: Module) -> str:
    """Return the name by which a file can be imported that runs by its path."""
    if module.name != "__main__":
        return module.name
    return module.path.rpartition("/")[2].removesuffix(".py")


def _is_whole(value: Value[Thing]) -> bool:
    """Tell whether a command is known in all its words."""
    match value:
        case Known(value=Items(items=items, rest=None)):
            return all(isinstance(item, Known) for item in items)
        case Known(value=str()):
            return True
    return False


def _is_items(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and isinstance(value.value, Items)


def _texts(items: Sequence[Value[Thing]]) -> Words:
    return tuple(_text(item) for item in items)


def _text(value: Value[Thing]) -> Text:
    """Return a value as a word; what is not known stands as a hole."""
    match value:
        case Known(value=str() | int() as plain) if not isinstance(plain, bool):
            return Text((Piece(str(plain), value.trail),))
        case Known(value=Outside(name="sys.executable")):
            return assumed("python", "sys.executable is the Python that runs")
        case ByCpus() | Unknown():
            return Text((Piece("...", value.trail, instead=value),))
        case Bounded(alternatives=found):
            known = tuple(Known(str(a.value), a.trail) if isinstance(a, Known) else a for a in found)
            return Text((Piece("...", value.trail, instead=Bounded(known, value.trail)),))
        case _:
            return Text((Piece("...", value.trail, instead=Unknown("this word is decided only when it runs", value.trail)),))

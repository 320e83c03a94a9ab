"""What each name of a module may lead to, read once a file: the words by which its functions call, import and load."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache

from forkfit.evaluate.python.bindings import bodies, heads, inside, target_names
from forkfit.evaluate.python.starters import PROGRAMS_BY_NAME

IMPORT = "import"  # no name can be this word
CALLED = "()"  # what is called has no name, or one that is bound to a value
_LITERAL = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Compare, ast.BinOp)
_FILLING = frozenset(("setdefault", "update", "append", "insert"))
_RUN_AT_ONCE = frozenset(("apply", "run", "__call__"))  # a task that stands before it
_MAKING = frozenset(("__new__", "__init__", "__post_init__"))
_NOTHING: frozenset[str] = frozenset()

Words = frozenset[str]


def called(name: str) -> str:
    """Return the word for reading an attribute of an object, which calls where it is a property."""
    return f"@{name}"


def filled(name: str) -> str:
    """Return the word for what is put into a mapping or list: ``os.environ[...] = ...``, ``sys.path.append(...)``."""
    return f"[{name}]"


def made_as(name: str) -> str:
    """Return the word for making an object by what a class inherits: a library's class makes nothing that is followed."""
    return f"class {name}"


def by(module: str) -> str:
    """Return the word for calling anything of a module by its own name: ``sh.git(...)``."""
    return f"{module}."


class Outline:
    """The words of each statement of a module, what runs inside it, and the words that each name stands for.

    `named` has every function, class, property and alias of the module, by the name that a call would use. Names are
    compared as they are written, wherever they are bound: that finds more than there is, and never less. `imported` has
    what it imports: modules, and names of modules behind them (``shutil``, ``subprocess.run``), `globals` what its functions declare
    to be global.
    """

    __slots__ = ("_bodies", "globals", "imported", "named", "runs", "words")

    def __init__(self, tree: ast.Module) -> None:
        """Go through a module once."""
        self.globals: set[str] = set()
        self.imported: set[str] = set()
        self.named: list[tuple[str, Words]] = []
        self.runs: dict[int, tuple[tuple[ast.Call | ast.Attribute, Words], ...]] = {}
        self.words: dict[int, Words] = {}
        self._bodies: dict[int, Words] = {}
        self._together(tree.body, None)

    def of(self, statement: ast.stmt) -> Words:
        """Return the words of a statement with all that runs inside it."""
        return self.words.get(id(_written(statement, self.words)), _NOTHING)

    def running(self, node: ast.AST) -> tuple[tuple[ast.Call | ast.Attribute, Words], ...]:
        """Return the calls in a statement or a decorator, and the attributes that it reads, in the order in which they run."""
        return self.runs.get(id(_written(node, self.runs)), ())

    def _together(self, body: Iterable[ast.stmt], own: frozenset[str] | None) -> Words:
        """Take in statements; `own` are the names that the functions around bind to values, None at the level of a module."""
        found = [words for statement in body if (words := self._statement(statement, own))]
        return found[0] if len(found) == 1 else _NOTHING.union(*found)

    def _statement(self, statement: ast.stmt, own: frozenset[str] | None) -> Words:
        match statement:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                words = frozenset((IMPORT,))
                source = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
                for alias in names:
                    self.imported.add(f"{source}{alias.name}")
                    if alias.asname is not None:
                        self._alias(alias.asname, alias.name)
            case ast.Global(names=names):
                words = _NOTHING
                self.globals.update(names)
                self.named.extend((name, frozenset((CALLED,))) for name in names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                words = self._decorators(statement, own)
                self._function(statement, own)
            case ast.ClassDef():
                words = self._decorators(statement, own) | self._class(statement, own)
            case _ if parts := bodies(statement):
                if own is None:
                    self._values(_bound_by_head(statement))
                head = self._head(statement, own)
                words = head.union(*(self._together(part, own) for part in parts))
            case _:
                words = self._simple(statement, own)
        if words:
            self.words[id(statement)] = words
        return words

    def _simple(self, statement: ast.stmt, own: frozenset[str] | None) -> Words:
        words = self._running(statement, own)
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="connect"), args=[ast.Lambda(args=spec, body=body), *_])):
                self.words[id(body)] = self._running(body, (own or _NOTHING).union(a.arg for a in spec.args))
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            words |= {filled(_last(t.value)) for t in targets if isinstance(t, ast.Subscript)}
            for target in targets:
                if isinstance(statement.value, (ast.Name, ast.Attribute)) and _last(target):
                    self.named.append((filled(_last(target)), frozenset((filled(_last(statement.value)),))))
            if statement.value is None:
                self._values(targets if _holds_functions(statement) else ())
            else:
                plain = isinstance(statement.value, _LITERAL)
                self._values(t for t in targets if isinstance(t, (ast.Tuple, ast.List)) or (not plain and (own is None or not _is_name(t))))
        return words

    def _values(self, targets: Iterable[ast.AST]) -> None:
        """Take in names that are bound to values which nobody follows here."""
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
                    self.named.append((_last(node), frozenset((CALLED,))))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, own: frozenset[str] | None) -> None:
        spec = node.args
        bound: set[str] = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg) if a is not None}
        for statement in node.body:
            bound.update(name for inner in (statement, *inside(statement)) for target in _targets(inner) for name in target_names(target))
        words = self._bodies[id(node)] = self._together(node.body, (own or _NOTHING) | bound)
        if words:
            self.named.append((node.name, words))
            if any("property" in _last(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list):
                self.named.append((called(node.name), words))

    def _class(self, node: ast.ClassDef, own: frozenset[str] | None) -> Words:
        words = self._together(node.body, own)
        making = {s.name: self._bodies[id(s)] for s in node.body if isinstance(s, ast.FunctionDef) and s.name in _MAKING}
        made = _NOTHING.union(*making.values())
        if "__init__" not in making:
            parents = (b.value if isinstance(b, ast.Subscript) else b for b in node.bases)
            made |= frozenset(made_as(_last(parent)) if _last(parent) else CALLED for parent in parents)
        self.named += ((node.name, made), (made_as(node.name), made))
        return words

    def _decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, own: frozenset[str] | None) -> Words:
        return _NOTHING.union(*(self._running(d, own) for d in node.decorator_list))

    def _alias(self, name: str, of: str) -> None:
        self.named += ((word(name), frozenset((word(of),))) for word in (str, filled, made_as))

    def _running(self, node: ast.AST, own: frozenset[str] | None) -> Words:
        """Take in the calls of a statement, or of a decorator, and the attributes that it reads."""
        return self._run_in(node, (node,), own)

    def _head(self, statement: ast.stmt, own: frozenset[str] | None) -> Words:
        """Take in the calls and the attributes in the head of a compound statement."""
        parts = heads(statement)
        return self._run_in(statement, parts, own) if parts else _NOTHING

    def _run_in(self, statement: ast.AST, parts: Iterable[ast.AST], own: frozenset[str] | None) -> Words:
        found: list[tuple[ast.Call | ast.Attribute, Words]] = []
        for inner in (inner for part in parts for inner in _run_now(part)):
            if isinstance(inner, ast.Call):
                found.append((inner, _of_call(inner, own or _NOTHING)))
            else:
                found.append((inner, frozenset((called(inner.attr),))))
        if not found:
            return _NOTHING
        self.runs[id(statement)] = tuple(found)
        return _NOTHING.union(*(words for _, words in found))


def _written(node: ast.AST, known: Container[int]) -> ast.AST:
    """Return what stands in the file: a head of a statement, and a lambda that is connected to a signal, are followed as statements."""
    return node.value if isinstance(node, ast.Expr) and id(node) not in known else node


def _of_call(node: ast.Call, own: frozenset[str]) -> Words:
    match node.func:
        case ast.Name(id=name):
            return frozenset((CALLED if name in own else name,))
        case ast.Attribute(value=base, attr=name):
            if name in _RUN_AT_ONCE:
                return frozenset((name, _last(base)))
            if (root := _root(base)) in PROGRAMS_BY_NAME:
                return frozenset((name, by(root)))
            return frozenset((name, filled(_last(base)))) if name in _FILLING else frozenset((name,))
        case _:
            return frozenset((CALLED,))


def _targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield what a statement itself binds to values."""
    match statement:
        case ast.Assign(targets=targets):
            yield from targets
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            yield target
        case _:
            yield from _bound_by_head(statement)


def _bound_by_head(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield what a compound statement binds before its body runs."""
    match statement:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield target
        case ast.With(items=items) | ast.AsyncWith(items=items):
            yield from (item.optional_vars for item in items if item.optional_vars is not None)


def _holds_functions(field: ast.Assign | ast.AnnAssign) -> bool:
    """Tell whether a field of a class is declared to hold something that is called."""
    return isinstance(field, ast.AnnAssign) and any(_last(node) == "Callable" for node in ast.walk(field.annotation))


def _is_name(target: ast.expr) -> bool:
    return isinstance(target, ast.Name)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.AST) -> str:
    """Return the first name of a dotted one; empty for all else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _run_now(node: ast.AST) -> Iterator[ast.Call | ast.Attribute]:
    """Yield the calls and attributes in a statement that are worked out when it runs, those inside calls first; no lambdas."""
    pending: list[ast.AST | None] = [node]
    while pending:
        here = pending.pop()
        if here is None:  # what is inside the next one is done
            yield pending.pop()  # type: ignore[misc]
            continue
        if isinstance(here, (ast.Call, ast.Attribute)):
            pending += (here, None)
        for field in reversed(here._fields):
            inner = getattr(here, field, None)
            if inner.__class__ is list:
                pending.extend(each for each in reversed(inner) if isinstance(each, ast.AST) and type(each) not in _LEAVES)
            elif isinstance(inner, ast.AST) and type(inner) not in _LEAVES:
                pending.append(inner)


# What holds no calls, or none that run with the statement.
_LEAVES = frozenset((ast.Lambda, ast.Constant, ast.Name, ast.Load, ast.Store, ast.Del))


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def outline_of(tree: ast.Module) -> Outline:
    """Return the outline of a tree; a tree is one object a run."""
    return Outline(tree)

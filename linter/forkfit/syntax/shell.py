"""Read shell scripts: the grammar finds the statements, and the words in them are read by hand.

The reader of words is the one that reads plain command strings, so that both ways of reading agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from forkfit.syntax.shell_brackets import read_test
from forkfit.syntax.shell_compound import Inside, read_calculation, read_case, read_counted, read_for, read_if, read_while
from forkfit.syntax.shell_grammar import Leaf, Unclear, grow
from forkfit.syntax.shell_nodes import VEIL, Background, Block, Both, Command, Function, Not, Pipeline, Redirect, Statement, Unread
from forkfit.syntax.shell_simple import read_redirect, read_simple, shown
from forkfit.syntax.shell_words import read_whole

DEEPEST_STATEMENT = 30  # statements inside each other


def parse(plain: str) -> Block:
    """Return the statements of a script, by character offset; what the grammar cannot read is an `Unread` among them."""
    root = grow(plain.replace(VEIL, "_"))  # which the grammar takes for a letter
    return Block(0, len(plain), _statements(plain, root.children, 0))


def _statements(plain: str, leaves: Iterable[Leaf], depth: int) -> tuple[Statement, ...]:
    """Return the statements among some nodes; an ampersand puts the one before it into the background."""
    found: list[Statement] = []
    for leaf in leaves:
        error = plain[leaf.start : leaf.end].strip() if leaf.kind == "ERROR" else None
        if leaf.kind == "&" or error == "&":
            if found:
                last = found.pop()
                found.append(Background(last.start, leaf.end, last))
        elif leaf.named and leaf.kind not in _SKIPPED and error not in ("", ";"):
            if error is not None:
                found.extend(_before_error(plain, leaf, depth))
            found.append(_statement(plain, leaf, depth))
    return tuple(found)


_SKIPPED = frozenset(("comment", "heredoc_body", "heredoc_end", "heredoc_start", "variable_name", "regex"))


def _before_error(plain: str, leaf: Leaf, depth: int) -> Iterator[Statement]:
    """Yield what stands before the first thing that cannot be read: the shell runs it before it finds the error."""
    for child in leaf.children:
        if child.named and child.kind in _READERS:
            yield _statement(plain, child, depth)
        elif child.kind not in (";", "\n", "comment"):
            return


def _statement(plain: str, leaf: Leaf, depth: int) -> Statement:
    if depth > DEEPEST_STATEMENT:
        return Unread(leaf.start, leaf.end, f"statements are nested more than {DEEPEST_STATEMENT} deep")
    read = _READERS.get(leaf.kind)

    def inside(leaves: Iterable[Leaf]) -> tuple[Statement, ...]:
        return _statements(plain, leaves, depth + 1)

    try:
        if read is not None:
            return read(plain, leaf, inside)
    except Unclear as unclear:
        return Unread(leaf.start, leaf.end, str(unclear))
    return Unread(leaf.start, leaf.end, f"`{shown(plain, leaf.start, leaf.end)}` is not understood")


def _one(leaf: Leaf, inside: Inside) -> Statement:
    """Read a node that is one statement."""
    found = inside((leaf,))
    if len(found) != 1:
        raise Unclear("a statement is missing")
    return found[0]


def _simple(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    return read_simple(plain, leaf, leaf.children)


def _assigned(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    return read_simple(plain, leaf, (leaf,))


def _redirected(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    """Read a statement with redirections; behind a here-document's mark the statement may go on."""
    body: Statement | None = None
    redirects: list[Redirect] = []
    more: list[Leaf] = []
    for child in leaf.children:
        if child.kind.endswith("_redirect"):
            redirects.append(read_redirect(plain, child))
            if child.kind == "heredoc_redirect":
                more.extend(one for one in child.children if not one.kind.startswith(("heredoc", "<<")))
        elif body is None and child.named and child.kind != "comment":
            body = _one(child, inside)
    if body is None:
        return Command(leaf.start, leaf.end, (), (), tuple(redirects))
    return _continued(plain, _with(body, tuple(redirects)), more, inside)


def _with(statement: Statement, redirects: tuple[Redirect, ...]) -> Statement:
    """Give redirections to the last simple command of a chain, which is the one they stand behind."""
    match statement:
        case Command() | Block():
            return statement.replace(redirects=statement.redirects + redirects)
        case Both():
            return statement.replace(right=_with(statement.right, redirects))
        case Pipeline():
            return statement.replace(stages=(*statement.stages[:-1], _with(statement.stages[-1], redirects)))
        case Not():
            return statement.replace(body=_with(statement.body, redirects))
        case _:
            return Block(statement.start, statement.end, (statement,), redirects=redirects)


def _continued(plain: str, statement: Statement, leaves: list[Leaf], inside: Inside) -> Statement:
    """Join what stands behind the mark of a here-document, on its line, to the statement before it."""
    operator = ""
    for leaf in leaves:
        if leaf.kind in ("&&", "||"):
            operator = leaf.kind
        elif leaf.kind == "pipeline":
            statement = Pipeline(statement.start, leaf.end, (statement, *inside(leaf.children)))
        elif operator and leaf.named:
            right = _one(leaf, inside)
            statement, operator = Both(statement.start, right.end, operator, statement, right), ""
        elif leaf.kind == "ERROR" and plain[leaf.start : leaf.end].strip() == "&":
            statement = Background(statement.start, leaf.end, statement)
        elif leaf.named and not leaf.kind.endswith("redirect") and isinstance(statement, Command):
            statement = statement.replace(words=(*statement.words, read_whole(plain, leaf.start, leaf.end)))
    return statement


def _list(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    """Read ``&&`` and ``||`` from left to right; a long chain is deep on its left side only."""
    rights: list[tuple[str, Leaf]] = []
    while leaf.kind == "list":
        named = [child for child in leaf.children if child.named and child.kind != "comment"]
        operators = [child.kind for child in leaf.children if child.kind in ("&&", "||")]
        if len(named) != 2 or len(operators) != 1:
            raise Unclear("a chain of commands is not understood")
        rights.append((operators[0], named[1]))
        leaf = named[0]
    statement = _one(leaf, inside)
    for operator, right in reversed(rights):
        following = _one(right, inside)
        statement = Both(statement.start, following.end, operator, statement, following)
    return statement


def _pipeline(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    return Pipeline(leaf.start, leaf.end, inside(leaf.children))


def _negated(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    found = inside(leaf.children)
    if len(found) != 1:
        raise Unclear("a statement is missing behind `!`")
    return Not(leaf.start, leaf.end, found[0])


def _subshell(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    return Block(leaf.start, leaf.end, inside(leaf.children), subshell=True)


def _group(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    if leaf.children and leaf.children[0].kind == "((":
        return read_calculation(plain, leaf)
    return Block(leaf.start, leaf.end, inside(leaf.children))


def _test(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    if leaf.children and leaf.children[0].kind == "((":
        return read_calculation(plain, leaf)
    return read_test(plain, leaf)


def _function(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    name, body = leaf.child("name"), leaf.child("body")
    if name is None or body is None:
        raise Unclear("a function has no body")
    return Function(leaf.start, leaf.end, plain[name.start : name.end], _one(body, inside))


_READERS: dict[str, Callable[[str, Leaf, Inside], Statement]] = {
    "command": _simple,
    "declaration_command": _simple,
    "unset_command": _simple,
    "variable_assignment": _assigned,
    "variable_assignments": _simple,
    "redirected_statement": _redirected,
    "list": _list,
    "pipeline": _pipeline,
    "negated_command": _negated,
    "subshell": _subshell,
    "compound_statement": _group,
    "function_definition": _function,
    "if_statement": read_if,
    "case_statement": read_case,
    "while_statement": read_while,
    "for_statement": read_for,
    "c_style_for_statement": read_counted,
    "test_command": _test,
}

"""Read shell scripts by the grammar of tree-sitter-bash into our own nodes; the only reader of that grammar.

The grammar finds statements. Words are read by hand within the stretch that it gives them, by the same reader that reads
plain command strings, so that both ways of reading agree.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from forkfit.model.record import Record
from forkfit.syntax.shell_nodes import (
    VEIL,
    Assignment,
    Background,
    Block,
    Both,
    Calculation,
    Case,
    CaseItem,
    Command,
    Condition,
    Counted,
    For,
    Function,
    If,
    Not,
    Opaque,
    Pipeline,
    Redirect,
    Statement,
    Unread,
    While,
    Word,
)
from forkfit.syntax.shell_plain import declares, read_assignment
from forkfit.syntax.shell_words import read_whole, read_word

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

DEEPEST_STATEMENT = 30  # statements inside each other


class _Text(Record):
    """A script's characters, and the index of the character in which each byte lies; None where they are the same."""

    plain: str
    characters: array[int] | None

    def span(self, node: Node) -> tuple[int, int]:
        """Return the offsets of a node in characters."""
        if self.characters is None:
            return node.start_byte, node.end_byte
        return self.characters[node.start_byte], self.characters[node.end_byte]


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def parse(plain: str) -> Block:
    """Return the statements of a script, by character offset; what the grammar cannot read is an `Unread` among them."""
    readable = plain.replace(VEIL, "_")  # which the grammar takes for a letter
    content = readable.encode("utf-8", "surrogatepass")
    text = _Text(plain, None if len(content) == len(plain) else _characters(readable))
    root = _parser().parse(content).root_node
    return Block(0, len(plain), _statements(text, root.children, 0))


def _characters(plain: str) -> array[int]:
    found = array("I")
    for index, letter in enumerate(plain):
        found.extend([index] * len(letter.encode("utf-8", "surrogatepass")))
    found.append(len(plain))
    return found


def _statements(text: _Text, nodes: Iterable[Node], depth: int) -> tuple[Statement, ...]:
    """Return the statements among some nodes; an ampersand puts the one before it into the background."""
    found: list[Statement] = []
    for node in nodes:
        if node.type == "&" or (node.type == "ERROR" and node.text == b"&"):
            if found:
                last = found.pop()
                found.append(Background(last.start, text.span(node)[1], last))
        elif node.is_named and node.type not in _SKIPPED and not (node.type == "ERROR" and (node.text or b"").strip() in (b"", b";")):
            if node.type == "ERROR":
                found.extend(_before_error(text, node, depth))
            found.append(_statement(text, node, depth))
    return tuple(found)


def _before_error(text: _Text, node: Node, depth: int) -> Iterator[Statement]:
    """Yield what stands before the first thing that cannot be read: the shell runs it before it finds the error."""
    for child in node.children:
        if child.is_named and child.type in _READERS:
            yield _statement(text, child, depth)
        elif child.type not in (";", "\n", "comment"):
            return


_SKIPPED = frozenset(("comment", "heredoc_body", "heredoc_end", "heredoc_start", "variable_name", "regex"))


def _statement(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    read = _READERS.get(node.type)
    if depth > DEEPEST_STATEMENT:
        return Unread(start, end, f"statements are nested more than {DEEPEST_STATEMENT} deep")
    if read is None:
        return Unread(start, end, f"{_shown(text, start, end)} is not understood")
    return read(text, node, depth + 1)


def _shown(text: _Text, start: int, end: int) -> str:
    plain = " ".join(text.plain[start : min(end, start + 80)].split())
    return f"`{plain}`"


def _block(text: _Text, node: Node, nodes: Iterable[Node], depth: int, *, subshell: bool = False) -> Block:
    start, end = text.span(node)
    return Block(start, end, _statements(text, nodes, depth), subshell)


# Simple commands


def _command(text: _Text, node: Node, depth: int) -> Statement:  # noqa: ARG001
    return _simple(text, node, node.children)


def _simple(text: _Text, node: Node, nodes: list[Node]) -> Command:
    """Return a command of assignments, words and redirections; nodes that touch are one word."""
    start, end = text.span(node)
    assignments: list[Assignment] = []
    words: list[Word | Assignment] = []
    redirects: list[Redirect] = []
    name = ""
    for first, last, group in _touching(text, nodes):
        kind = group[0].type
        if kind.endswith("_redirect"):
            redirects.extend(_redirect(text, one) for one in group if one.type.endswith("_redirect"))
        elif kind == "variable_assignment" and not words:
            assignments.append(_assignment(text, group[0], last))
        elif kind == "variable_assignment" and declares(name):
            words.append(_assignment(text, group[0], last))
        elif any(one.type == "ERROR" for one in group):
            words.append(Word(first, last, (Opaque(first, last, f"{_shown(text, first, last)} is not understood"),)))
        else:
            for word in _words(text.plain, first, last):
                assigned = read_assignment(text.plain, word) if declares(name) else None
                words.append(assigned if assigned is not None else word)
                name = name or text.plain[word.start : word.end]
    return Command(start, end, tuple(assignments), tuple(words), tuple(redirects))


def _words(plain: str, index: int, stop: int) -> Iterator[Word]:
    """Yield the words of a stretch: one, unless the grammar has taken a blank for a part of it."""
    while (index := _past_blanks(plain, index, stop)) < stop:
        word = read_word(plain, index, stop)
        yield word if word.end > index else (word := read_whole(plain, index, stop))
        index = word.end


def _touching(text: _Text, nodes: list[Node]) -> Iterator[tuple[int, int, list[Node]]]:
    """Yield groups of nodes without a gap between them, with their stretch."""
    group: list[Node] = []
    first = last = 0
    for node in nodes:
        if node.type in ("comment", "heredoc_body", "heredoc_end") or node.is_missing:
            continue
        start, end = text.span(node)
        if group and start == last and not node.type.endswith("_redirect") and not group[-1].type.endswith("_redirect"):
            group.append(node)
        else:
            if group:
                yield first, last, group
            group, first = [node], start
        last = end
    if group:
        yield first, last, group


_ASSIGNS = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[(?P<index>[^\]]*)\])?(?P<plus>\+?)=")


def _assignment(text: _Text, node: Node, end: int) -> Assignment:
    start, _ = text.span(node)
    found = _ASSIGNS.match(text.plain, start, end)
    if found is None:
        return Assignment(start, end, "_", Word(start, end, (Opaque(start, end, "this assignment is not understood"),)))
    index = read_whole(text.plain, found.start("index"), found.end("index"), quoted=True) if found["index"] is not None else None
    appends = bool(found["plus"])
    array_node = next((child for child in node.children if child.type == "array"), None)
    if array_node is not None and index is None:
        inside = [child for child in array_node.children if child.type not in ("(", ")")]
        items = tuple(read_whole(text.plain, first, last) for first, last, _ in _touching(text, inside))
        return Assignment(start, end, found["name"], None, items, appends=appends)
    return Assignment(start, end, found["name"], read_whole(text.plain, found.end(), end), (), index, appends)


def _assigned(text: _Text, node: Node, depth: int) -> Statement:  # noqa: ARG001
    return _simple(text, node, [node])


def _redirect(text: _Text, node: Node) -> Redirect:
    start, end = text.span(node)
    operator = descriptor = ""
    target: Word | None = None
    for child in node.children:
        first, last = text.span(child)
        if child.type == "file_descriptor":
            descriptor = text.plain[first:last]
        elif not child.is_named and not operator:
            operator = child.type
        elif child.is_named and target is None and node.type != "heredoc_redirect":
            target = read_whole(text.plain, first, last)
    return Redirect(start, end, operator, target, descriptor)


def _redirected(text: _Text, node: Node, depth: int) -> Statement:
    """Read a statement with redirections; behind a here-document's mark the statement may go on."""
    body: Statement | None = None
    redirects: list[Redirect] = []
    more: list[Node] = []
    for child in node.children:
        if child.type.endswith("_redirect"):
            redirects.append(_redirect(text, child))
            more.extend(one for one in child.children if child.type == "heredoc_redirect" and not one.type.startswith(("heredoc", "<<")))
        elif body is None and child.is_named and child.type != "comment":
            body = _statement(text, child, depth)
    start, end = text.span(node)
    if body is None:
        return Command(start, end, (), (), tuple(redirects))
    return _continued(text, _with(body, tuple(redirects)), more, depth)


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


def _continued(text: _Text, statement: Statement, nodes: list[Node], depth: int) -> Statement:
    """Join what stands behind the mark of a here-document, on its line, to the statement before it."""
    operator = ""
    for node in nodes:
        if node.type in ("&&", "||"):
            operator = node.type
        elif node.type == "pipeline":
            stages = tuple(_statement(text, child, depth) for child in node.children if child.is_named)
            statement = Pipeline(statement.start, stages[-1].end if stages else statement.end, (statement, *stages))
        elif operator and node.is_named:
            right = _statement(text, node, depth)
            statement, operator = Both(statement.start, right.end, operator, statement, right), ""
        elif node.type == "ERROR" and (node.text or b"").strip() == b"&":
            statement = Background(statement.start, text.span(node)[1], statement)
        elif node.is_named and not node.type.endswith("redirect") and isinstance(statement, Command):
            first, last = text.span(node)
            statement = statement.replace(words=(*statement.words, read_whole(text.plain, first, last)))
    return statement


# Lists, groups and functions


def _list(text: _Text, node: Node, depth: int) -> Statement:
    """Read ``&&`` and ``||`` from left to right; a long chain is deep on its left side only."""
    rights: list[tuple[str, Node]] = []
    while node.type == "list":
        named = [child for child in node.children if child.is_named and child.type != "comment"]
        operators = [child.type for child in node.children if child.type in ("&&", "||")]
        if len(named) != 2 or len(operators) != 1:
            start, end = text.span(node)
            return Unread(start, end, f"{_shown(text, start, end)} is not understood")
        rights.append((operators[0], named[1]))
        node = named[0]
    statement = _statement(text, node, depth)
    for operator, right in reversed(rights):
        following = _statement(text, right, depth)
        statement = Both(statement.start, following.end, operator, statement, following)
    return statement


def _pipeline(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    return Pipeline(
        start, end, tuple(_statement(text, child, depth) for child in node.children if child.is_named and child.type != "comment")
    )


def _negated(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    inside = _statements(text, node.children, depth)
    return Not(start, end, inside[0]) if len(inside) == 1 else Unread(start, end, f"{_shown(text, start, end)} is not understood")


def _subshell(text: _Text, node: Node, depth: int) -> Statement:
    return _block(text, node, node.children, depth, subshell=True)


def _compound(text: _Text, node: Node, depth: int) -> Statement:
    if node.children and node.children[0].type == "((":
        return _calculation(text, node, depth)
    return _block(text, node, node.children, depth)


def _calculation(text: _Text, node: Node, depth: int) -> Statement:  # noqa: ARG001
    start, end = text.span(node)
    return Calculation(start, end, read_whole(text.plain, start + 2, max(end - 2, start + 2), quoted=True))


def _function(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is None or body is None:
        return Unread(start, end, f"{_shown(text, start, end)} is not understood")
    first, last = text.span(name)
    return Function(start, end, text.plain[first:last], _statement(text, body, depth))


# Branches and loops


def _parts(node: Node) -> dict[str, list[Node]]:
    """Return the children of a statement by the keyword before them."""
    found: dict[str, list[Node]] = {}
    keyword = ""
    for child in node.children:
        if not child.is_named and child.type.isalpha():
            keyword = child.type
        elif child.type not in (";", "\n"):
            found.setdefault(keyword, []).append(child)
    return found


def _span_block(text: _Text, nodes: list[Node], depth: int, node: Node) -> Block:
    if not nodes:
        start, _ = text.span(node)
        return Block(start, start, ())
    return Block(text.span(nodes[0])[0], text.span(nodes[-1])[1], _statements(text, nodes, depth))


def _if(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    branches: list[tuple[Block, Block]] = []
    otherwise: Block | None = None
    clauses = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
    for clause in (node, *clauses):
        own = _parts(clause)
        if clause.type == "else_clause":
            otherwise = _span_block(text, own.get("else", []), depth, clause)
            continue
        condition = own.get("if", own.get("elif", []))
        body = [child for child in own.get("then", []) if child.type not in ("elif_clause", "else_clause")]
        branches.append((_span_block(text, condition, depth, clause), _span_block(text, body, depth, clause)))
    return If(start, end, tuple(branches), otherwise)


def _case(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    subject = node.child_by_field_name("value")
    if subject is None:
        return Unread(start, end, f"{_shown(text, start, end)} is not understood")
    items: list[CaseItem] = []
    for child in node.children:
        if child.type == "case_item":
            items.append(_case_item(text, child, depth))
        elif child.type == "ERROR":
            first, last = text.span(child)
            items.append(CaseItem(first, last, (Word(first, last, ()),), Block(first, last, (Unread(first, last, "not understood"),))))
    return Case(start, end, read_whole(text.plain, *text.span(subject)), tuple(items))


def _case_item(text: _Text, node: Node, depth: int) -> CaseItem:
    start, end = text.span(node)
    patterns: list[Word] = []
    body: list[Node] = []
    terminator, inside = ";;", False
    opened = [child for child in node.children if child.type not in ("(", "|", ")")]
    close = next((text.span(child)[0] for child in node.children if child.type == ")"), end)
    heads = [child for child in opened if text.span(child)[1] <= close]
    for first, last, _ in _touching(text, heads):
        patterns.append(read_whole(text.plain, first, last))
    for child in node.children:
        if child.type == ")":
            inside = True
        elif child.type in (";;", ";&", ";;&"):
            terminator = child.type
        elif inside and child.type != ";":
            body.append(child)
    return CaseItem(start, end, tuple(patterns), _span_block(text, body, depth, node), terminator)


def _while(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    own = _parts(node)
    keyword = "until" if "until" in own else "while"
    condition = [child for child in own.get(keyword, []) if child.type != "do_group"]
    return While(start, end, _span_block(text, condition, depth, node), _do(text, node, depth), keyword == "until")


def _do(text: _Text, node: Node, depth: int) -> Block:
    group = node.child_by_field_name("body") or next((child for child in node.children if child.type == "do_group"), None)
    if group is None:
        start, end = text.span(node)
        return Block(start, end, (Unread(start, end, "a loop has no body"),))
    return _block(text, group, [child for child in group.children if child.type not in ("do", "done", "{", "}")], depth)


def _for(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    name = node.child_by_field_name("variable")
    if name is None or (node.children and node.children[0].type == "select"):
        return Unread(start, end, f"{_shown(text, start, end)} asks whoever runs it")
    first, last = text.span(name)
    listed = any(child.type == "in" for child in node.children)
    values = node.children_by_field_name("value")
    words = tuple(read_whole(text.plain, begin, stop) for begin, stop, _ in _touching(text, list(values)))
    return For(start, end, text.plain[first:last], words if listed else None, _do(text, node, depth))


def _counted(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    bounds = [text.span(child) for child in node.children if child.type in ("((", ";", "))")]
    if len(bounds) < 4:
        return Unread(start, end, f"{_shown(text, start, end)} is not understood")
    first, condition, step = (read_whole(text.plain, bounds[i][1], bounds[i + 1][0], quoted=True) for i in range(3))
    return Counted(start, end, first, condition, step, _do(text, node, depth))


# Tests


def _test(text: _Text, node: Node, depth: int) -> Statement:
    start, end = text.span(node)
    opening = node.children[0].type if node.children else ""
    if opening == "((":
        return _calculation(text, node, depth)
    if opening == "[[":
        return Condition(start, end, tuple(_tokens(text.plain, start + 2, end - 2)))
    words: list[Word | Assignment] = []
    index = start
    while (index := _past_blanks(text.plain, index, end)) < end:
        word = read_word(text.plain, index, end)
        if word.end <= index:  # an operator of the shell, which belongs in quotes here
            return Unread(start, end, f"{_shown(text, start, end)} is not understood")
        words.append(word)
        index = word.end
    return Command(start, end, (), tuple(words))


_BLANKS = re.compile(r"(?:\s|\\\n)*")
_SIGN = re.compile(r"&&|\|\||[()<>]|!(?=\s)|(?:=~|==|!=|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=\s)")
_QUESTION = re.compile(r"-[a-zA-Z](?=\s)")


def _past_blanks(plain: str, index: int, stop: int) -> int:
    found = _BLANKS.match(plain, index, stop)
    return found.end() if found else index


def _tokens(plain: str, index: int, stop: int) -> Iterator[Word | str]:
    """Yield the words and operators between ``[[`` and ``]]``; behind ``=~`` a word may hold parentheses and bars."""
    before = ""
    while (index := _past_blanks(plain, index, stop)) < stop:
        if before == "=~":
            end = _end_of_expression(plain, index, stop)
            yield read_whole(plain, index, end)
            before, index = "", end
            continue
        sign = _SIGN.match(plain, index, stop) or (_QUESTION.match(plain, index, stop) if before in ("", "&&", "||", "(", "!") else None)
        if sign is not None:
            before = sign.group()
            yield before
            index = sign.end()
            continue
        word = read_word(plain, index, stop)
        if word.end <= index:
            word = read_whole(plain, index, index + 1)
        yield word
        before, index = "word", word.end


def _end_of_expression(plain: str, index: int, stop: int) -> int:
    """Return where an extended expression ends: at the first blank outside parentheses, brackets and quotes."""
    depth, quote = 0, ""
    while index < stop:
        letter = plain[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "\\":
            index += 1
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter.isspace() and depth <= 0:
            break
        index += 1
    return min(index, stop)


_READERS: dict[str, Callable[[_Text, Node, int], Statement]] = {
    "command": _command,
    "declaration_command": _command,
    "unset_command": _command,
    "variable_assignment": _assigned,
    "variable_assignments": _command,
    "redirected_statement": _redirected,
    "list": _list,
    "pipeline": _pipeline,
    "negated_command": _negated,
    "subshell": _subshell,
    "compound_statement": _compound,
    "function_definition": _function,
    "if_statement": _if,
    "case_statement": _case,
    "while_statement": _while,
    "for_statement": _for,
    "c_style_for_statement": _counted,
    "test_command": _test,
}

"""Read branches and loops from the grammar's nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from forkfit.syntax.shell_grammar import Leaf, Unclear
from forkfit.syntax.shell_nodes import Block, Calculation, Case, CaseItem, Counted, For, If, Statement, Unread, While, Word
from forkfit.syntax.shell_simple import shown, touching
from forkfit.syntax.shell_words import read_whole

Inside = Callable[[Iterable[Leaf]], tuple[Statement, ...]]  # reads the statements among some nodes, one level further down


def _by_keyword(leaf: Leaf) -> dict[str, list[Leaf]]:
    """Return the children of a statement by the keyword before them."""
    found: dict[str, list[Leaf]] = {}
    keyword = ""
    for child in leaf.children:
        if not child.named and child.kind.isalpha():
            keyword = child.kind
        elif child.kind not in (";", "\n"):
            found.setdefault(keyword, []).append(child)
    return found


def _block(leaves: Sequence[Leaf], leaf: Leaf, inside: Inside) -> Block:
    if not leaves:
        return Block(leaf.start, leaf.start, ())
    return Block(leaves[0].start, leaves[-1].end, inside(leaves))


def read_if(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    """Read ``if`` with all its branches."""
    branches: list[tuple[Block, Block]] = []
    otherwise: Block | None = None
    for clause in (leaf, *(child for child in leaf.children if child.kind in ("elif_clause", "else_clause"))):
        own = _by_keyword(clause)
        if clause.kind == "else_clause":
            otherwise = _block(own.get("else", []), clause, inside)
            continue
        body = [child for child in own.get("then", []) if child.kind not in ("elif_clause", "else_clause")]
        branches.append((_block(own.get("if", own.get("elif", [])), clause, inside), _block(body, clause, inside)))
    return If(leaf.start, leaf.end, tuple(branches), otherwise)


def read_case(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    """Read ``case``."""
    subject = leaf.child("value")
    if subject is None:
        raise Unclear("`case` has no subject")
    items: list[CaseItem] = []
    for child in leaf.children:
        if child.kind == "case_item":
            items.append(_case_item(plain, child, inside))
        elif child.kind == "ERROR":
            unread = Block(child.start, child.end, (Unread(child.start, child.end, "a branch of `case` is not understood"),))
            items.append(CaseItem(child.start, child.end, (Word(child.start, child.end, ()),), unread))
    return Case(leaf.start, leaf.end, read_whole(plain, subject.start, subject.end), tuple(items))


def _case_item(plain: str, leaf: Leaf, inside: Inside) -> CaseItem:
    close = next((child.start for child in leaf.children if child.kind == ")"), leaf.end)
    heads = [child for child in leaf.children if child.end <= close and child.kind not in ("(", "|")]
    patterns = tuple(read_whole(plain, first, last) for first, last, _ in touching(heads))
    terminator = next((child.kind for child in leaf.children if child.kind in (";;", ";&", ";;&")), ";;")
    body = [child for child in leaf.children if child.start > close and child.kind not in (";;", ";&", ";;&", ";")]
    return CaseItem(leaf.start, leaf.end, patterns, _block(body, leaf, inside), terminator)


def read_while(plain: str, leaf: Leaf, inside: Inside) -> Statement:  # noqa: ARG001
    """Read ``while`` and ``until``."""
    own = _by_keyword(leaf)
    keyword = "until" if "until" in own else "while"
    condition = [child for child in own.get(keyword, []) if child.kind != "do_group"]
    return While(leaf.start, leaf.end, _block(condition, leaf, inside), _body(leaf, inside), keyword == "until")


def _body(leaf: Leaf, inside: Inside) -> Block:
    """Return what stands between ``do`` and ``done``."""
    group = leaf.child("body") or next((child for child in leaf.children if child.kind == "do_group"), None)
    if group is None:
        raise Unclear("a loop has no body")
    return _block([child for child in group.children if child.kind not in ("do", "done", "{", "}")], group, inside)


def read_for(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    """Read ``for name in words``; ``select`` asks whoever runs it."""
    name = leaf.child("variable")
    if name is None or leaf.children[0].kind == "select":
        raise Unclear(f"`{shown(plain, leaf.start, leaf.end)}` asks whoever runs it")
    listed = any(child.kind == "in" for child in leaf.children)
    values = [child for child in leaf.children if child.field == "value"]
    words = tuple(read_whole(plain, first, last) for first, last, _ in touching(values))
    return For(leaf.start, leaf.end, plain[name.start : name.end], words if listed else None, _body(leaf, inside))


def read_counted(plain: str, leaf: Leaf, inside: Inside) -> Statement:
    """Read ``for ((first; condition; step))``."""
    signs = [child for child in leaf.children if child.kind in ("((", ";", "))")]
    if len(signs) < 4:
        raise Unclear("the head of a loop is not understood")
    first, condition, step = (read_whole(plain, signs[i].end, signs[i + 1].start, quoted=True) for i in range(3))
    return Counted(leaf.start, leaf.end, first, condition, step, _body(leaf, inside))


def read_calculation(plain: str, leaf: Leaf) -> Calculation:
    """Read ``(( ))`` as a statement."""
    expression = read_whole(plain, leaf.start + 2, max(leaf.end - 2, leaf.start + 2), quoted=True)
    return Calculation(leaf.start, leaf.end, expression)

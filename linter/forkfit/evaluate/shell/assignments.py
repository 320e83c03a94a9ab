"""Assign to variables as a script writes it."""

from __future__ import annotations

from forkfit.evaluate.shell.frame import MOST_ELEMENTS
from forkfit.evaluate.shell.states import Content, Context, State, unknown
from forkfit.evaluate.shell.variables import assign, is_inherited, lookup
from forkfit.evaluate.shell.words import fields, single
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import Assignment


def hiding(state: State, name: str) -> State:
    """Return the state in which a variable is local to the function under way."""
    if not state.outer or name in state.outer[-1]:
        return state
    return state.replace(outer=(*state.outer[:-1], {**state.outer[-1], name: state.variables.get(name)}))


def assign_word(context: Context, state: State, assignment: Assignment, *, exported: bool | None = None) -> State:
    """Return the state after an assignment as it is written."""
    name = assignment.name
    inherited = is_inherited(context, name)
    if assignment.value is None:
        items: list[Text] = []
        for word in assignment.items:
            texts, state = fields(context, state, word)
            items.extend(texts)
        if assignment.appends:
            before = lookup(context, state, name)
            items = [*(before if isinstance(before, tuple) else (before,) if isinstance(before, Text) else ()), *items]
        if len(items) > MOST_ELEMENTS:
            text = unknown(f"${{{name}[@]}}", f"it has more than {MOST_ELEMENTS} elements")
            return assign(state, name, text, exported=exported, inherited=inherited)
        return assign(state, name, tuple(items), exported=exported, inherited=inherited)
    text, state = single(context, state, assignment.value)
    content = lookup(context, state, name) if assignment.appends or assignment.index is not None else None
    if assignment.index is not None:
        return _assign_element(context, state, assignment, text, content)
    if isinstance(content, Text):
        text = content + text
    elif isinstance(content, tuple) and content:
        return assign(state, name, (content[0] + text, *content[1:]), exported=exported, inherited=inherited)
    return assign(state, name, text, exported=exported, inherited=inherited)


def _assign_element(context: Context, state: State, assignment: Assignment, text: Text, content: Content | None) -> State:
    """Set one element of an array; past its end by one at most, otherwise the array is not known any more."""
    assert assignment.index is not None
    from forkfit.evaluate.shell.arithmetic import number

    index, state = single(context, state, assignment.index)
    position, state = number(context, state, index)
    items = content if isinstance(content, tuple) else (content,) if isinstance(content, Text) else ()
    if not isinstance(position, int) or not 0 <= position <= len(items):
        return assign(state, assignment.name, unknown(f"${{{assignment.name}[@]}}", "its elements are set by names or out of order"))
    if assignment.appends and position < len(items):
        text = items[position] + text
    return assign(state, assignment.name, (*items[:position], text, *items[position + 1 :]))

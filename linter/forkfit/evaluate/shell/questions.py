"""Put ``[[ ]]``, ``[ ]`` and ``test`` to the state of the shell."""

from __future__ import annotations

from forkfit.evaluate.shell.comparisons import Operand
from forkfit.evaluate.shell.conditions import Item, judge, key_of
from forkfit.evaluate.shell.script import place, shown
from forkfit.evaluate.shell.states import Context, Question, State, origin_of
from forkfit.evaluate.shell.words import pattern_of, single
from forkfit.syntax.shell_nodes import Condition, Statement


def follow_test(context: Context, state: State, test: Condition) -> State:
    """Return the state after ``[[ ]]``."""
    items: list[Item] = []
    for token in test.tokens:
        if isinstance(token, str):
            items.append(token)
            continue
        if items and items[-1] in ("==", "!=", "="):
            wanted, state = pattern_of(context, state, token)
            text, state = single(context, state, token)
            items.append(Operand(text, origin_of(token), wanted))
        else:
            text, state = single(context, state, token)
            items.append(Operand(text, origin_of(token)))
    return answered(context, state, tuple(items), test, double=True)


def answered(context: Context, state: State, items: tuple[Item, ...], node: Statement, *, double: bool) -> State:
    """Return the state after a test: its status, or the question on which it depends."""
    verdict = judge(context, state, items, double=double)
    if verdict is None:
        return state.replace(status=2, question=None)
    if verdict.truth is not None:
        return state.replace(status=0 if verdict.truth else 1, question=None)
    at = place(context.script, node.start, node.end)
    question = Question(f"`{shown(context.script, node)}` holds", at, key_of(items), verdict.holds, verdict.fails)
    return state.replace(status=None, question=question)

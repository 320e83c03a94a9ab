"""Follow loops: round by round where the rounds are known, as often as makes a difference where they are not."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell.arithmetic import number
from forkfit.evaluate.shell.branches import condition
from forkfit.evaluate.shell.frame import Started
from forkfit.evaluate.shell.merge import essence, merge, widened
from forkfit.evaluate.shell.states import Context, Flow, Slot, State, Unset, unknown
from forkfit.evaluate.shell.variables import assign, is_inherited
from forkfit.evaluate.shell.words import fields, single
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import Block, Counted, For, While

Ask = Callable[[State], tuple[list[State], list[State], list[State]]]

MOST_ROUNDS = 256
MOST_EXITS = 4  # ways out of one loop that are told apart


def follow_while(context: Context, state: State, loop: While) -> list[State]:
    """Follow ``while`` and ``until``. A round that changes nothing is the last one that is followed."""

    def ask(one: State) -> tuple[list[State], list[State], list[State]]:
        good, bad, over = condition(context, one, loop.condition)
        return (bad, good, over) if loop.until else (good, bad, over)

    return _rounds(context, state, loop.body, ask, lambda one: one)


def follow_counted(context: Context, state: State, loop: Counted) -> list[State]:
    """Follow ``for ((first; condition; step))``."""
    text, state = single(context, state, loop.first)
    _, state = number(context, state, text)

    def ask(one: State) -> tuple[list[State], list[State], list[State]]:
        text, one = single(context, one, loop.condition)
        found, one = number(context, one, text) if text.pieces else (1, one)
        if isinstance(found, int):
            return ([one], [], []) if found else ([], [one], [])
        return [one], [one], []

    def step(one: State) -> State:
        text, one = single(context, one, loop.step)
        return number(context, one, text)[1]

    return _rounds(context, state, loop.body, ask, step)


def _rounds(context: Context, state: State, body: Block, ask: Ask, step: Callable[[State], State]) -> list[State]:
    """Go round: `ask` parts the states that go on from those that leave, `step` is what follows each round."""
    left: list[State] = []
    waiting = [state]
    seen: set[object] = set()
    for _ in range(MOST_ROUNDS):
        following: list[State] = []
        for one in waiting:
            good, bad, over = ([_again(one, s) for s in answer] for answer in ask(one))
            # A loop is left sooner or later, so that nothing behind it hangs on its condition.
            left.extend(s.replace(status=0, question=None, conditions=state.conditions) for s in bad)
            left.extend(over)
            key = _place_of(one)
            if key in seen:
                # Nothing has changed: it may end at any time, or it never ends.
                left.extend(_once(state, s).replace(flow=Flow.FOREVER) for s in good if not bad)
                continue
            seen.add(key)
            for held in good:
                for after in context.execute(context, held, body):
                    stays, after = _after_round(after)
                    if stays:
                        # What was supposed of this round need not hold in the next one.
                        after = after.replace(conditions=state.conditions, decided=state.decided, supposed=_lasting(state, after))
                        following.append(_again(one, step(after)))
                    else:
                        left.append(after.replace(conditions=state.conditions) if after.flow is Flow.ON else after)
        waiting = merge(following)
        if not waiting:
            return _fewer(left)
    for one in waiting:
        worn = _worn_out(state, one)
        good, bad, over = ask(worn) if worn.flow is Flow.ON else ([], [worn], [])
        left.extend([*bad, *over, *(s.replace(flow=Flow.FOREVER) for s in good if not bad)])
    return _fewer(left)


def _again(before: State, after: State) -> State:
    """Return the state in which the next round begins.

    A command for which the shell waits, started again at the same place with the same words, is the same one restarted.
    """
    new = after.started[len(before.started) :]
    if not new or any(started.background for started in new):
        return after
    known = {(started.trail, essence(started.argv)) for started in before.started}
    if any((started.trail, essence(started.argv)) not in known for started in new):
        return after
    return after.replace(started=before.started, told=before.told)


def _once(before: State, state: State) -> State:
    """Return a state of an endless loop in which each command that the shell waits for is told once, whatever its words."""
    seen: set[object] = set()
    kept: list[Started] = []
    for started in state.started[len(before.started) :]:
        if started.background or started.trail not in seen:
            kept.append(started)
        seen.add(started.trail)
    return state.replace(started=(*before.started, *kept))


def _lasting(before: State, after: State) -> dict[str, Text | Unset]:
    return {n: v for n, v in before.supposed.items() if n in after.supposed}


def follow_for(context: Context, state: State, loop: For) -> list[State]:
    """Follow ``for name in words``, one round a word."""
    items: list[Text] = []
    if loop.words is None:
        items.extend(state.arguments[1:])
    else:
        for word in loop.words:
            texts, state = fields(context, state, word)
            items.extend(texts)
    left: list[State] = []
    waiting = [state.replace(status=0, question=None)]
    for item in items[:MOST_ROUNDS]:
        following: list[State] = []
        for one in waiting:
            inner = assign(one, loop.name, item, inherited=is_inherited(context, loop.name))
            for after in context.execute(context, inner, loop.body):
                stays, after = _after_round(after)
                (following if stays else left).append(_again(one, after))
        waiting = merge(following)
        if not waiting:
            break
    if len(items) > MOST_ROUNDS:
        waiting = [_worn_out(state, one) for one in waiting]
    return _fewer([*left, *waiting])


def _after_round(state: State) -> tuple[bool, State]:
    """Tell whether a state goes into the next round, and take ``break`` and ``continue`` off it."""
    if state.flow in (Flow.BREAK, Flow.CONTINUE):
        if state.levels > 1:
            return False, state.replace(levels=state.levels - 1)
        return state.flow is Flow.CONTINUE, state.replace(flow=Flow.ON, levels=0)
    return state.flow is Flow.ON, state


def _place_of(state: State) -> object:
    """Return what a round depends on."""
    variables = frozenset((name, essence(slot.content)) for name, slot in state.variables.items())
    return (variables, essence(state.arguments), len(state.functions), state.options)


def _fewer(states: list[State]) -> list[State]:
    """Return the states after a loop; when a loop was left hardly matters, so a few of them do."""
    found = merge(states)
    return widened(found) if len(found) > MOST_EXITS else found


def _worn_out(before: State, state: State) -> State:
    """Return the state of a loop with more rounds than are followed: what it changed is not known any more."""
    if any(started.background for started in state.started[len(before.started) :]):
        return state.replace(flow=Flow.LOST, why=f"a loop that starts commands has more than {MOST_ROUNDS} rounds")
    variables = {
        name: slot
        if name in before.variables and essence(before.variables[name].content) == essence(slot.content)
        else Slot(unknown(f"${name}", f"it changes in a loop of more than {MOST_ROUNDS} rounds"), slot.exported)
        for name, slot in state.variables.items()
    }
    return _once(before, state).replace(variables=variables, status=0, question=None)

"""Follow ``if`` and ``case``; where a condition is not known, both ways."""

from __future__ import annotations

from forkfit.evaluate.shell.comparisons import Operand, supposing
from forkfit.evaluate.shell.merge import essence, merge, part
from forkfit.evaluate.shell.patterns import ANYTHING, fits
from forkfit.evaluate.shell.script import place, shown
from forkfit.evaluate.shell.states import Context, Flow, Question, State, is_solid, origin_of
from forkfit.evaluate.shell.words import pattern_of, single
from forkfit.syntax.shell_nodes import Case, If, Statement


def condition(context: Context, state: State, block: Statement) -> tuple[list[State], list[State], list[State]]:
    """Return the states in which a condition holds, those in which it does not, and those that it has ended."""
    good: list[State] = []
    bad: list[State] = []
    over: list[State] = []
    for after in context.execute(context, state.replace(guarded=True), block):
        after = after.replace(guarded=state.guarded)
        if after.flow is not Flow.ON:
            over.append(after)
            continue
        held, failed = part(after)
        if held is not None:
            good.append(held)
        if failed is not None:
            bad.append(failed)
    return good, bad, over


def follow_if(context: Context, state: State, statement: If) -> list[State]:
    """Follow each branch whose condition may hold, in the order in which they are written."""
    found: list[State] = []
    states = [state]
    for question, body in statement.branches:
        remaining: list[State] = []
        for one in states:
            good, bad, over = condition(context, one, question)
            found.extend(over)
            for held in good:
                found.extend(context.execute(context, held, body))
            remaining.extend(bad)
        states = merge(remaining)
    for one in states:
        if statement.otherwise is None:
            found.append(one.replace(status=0, question=None))
        else:
            found.extend(context.execute(context, one, statement.otherwise))
    return merge(found)


def follow_case(context: Context, state: State, statement: Case) -> list[State]:
    """Follow each item one of whose patterns may fit, and what comes behind where none need fit."""
    subject, state = single(context, state, statement.subject)
    operand = Operand(subject, origin_of(statement.subject))
    found: list[State] = []
    waiting: list[State] = [state]
    falling: list[State] = []
    for item in statement.items:
        taken, falling = falling, []
        for word in item.patterns:
            following: list[State] = []
            for one in waiting:
                wanted, one = pattern_of(context, one, word)
                if wanted is not None and is_solid(subject):
                    (taken if fits(wanted, subject.plain) else following).append(one)
                    continue
                said = f"`{shown(context.script, statement.subject)}` fits `{shown(context.script, word)}`"
                at = place(context.script, word.start, word.end)
                holds = supposing(operand, wanted, subject) if wanted is not None else ()
                key = ("case", essence(subject), shown(context.script, word))
                asked = one.replace(status=None, question=Question(said, at, key, holds))
                if wanted == ANYTHING:
                    taken.append(one)
                    continue
                held, failed = part(asked)
                if held is not None:
                    taken.append(held)
                if failed is not None:
                    following.append(failed)
            waiting = merge(following)
        after = [s for one in merge(taken) for s in context.execute(context, one.replace(status=0, question=None), item.body)]
        for one in after:
            if one.flow is Flow.ON and item.terminator == ";&":
                falling.append(one)
            elif one.flow is Flow.ON and item.terminator == ";;&":
                waiting.append(one)
            else:
                found.append(one)
    return merge([*found, *falling, *(one.replace(status=0, question=None) for one in waiting)])

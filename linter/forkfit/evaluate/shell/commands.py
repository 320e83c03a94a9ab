"""Follow the statements of a script, one state at a time; nothing is ever run."""

from __future__ import annotations

from forkfit.evaluate.shell.calls import follow_command
from forkfit.evaluate.shell.frame import MOST_LEVELS, MOST_STEPS
from forkfit.evaluate.shell.merge import merge, mixed, part
from forkfit.evaluate.shell.redirects import redirected
from forkfit.evaluate.shell.states import Context, Flow, Routine, State, Unset
from forkfit.evaluate.shell.words import single
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import (
    Background,
    Block,
    Both,
    Calculation,
    Case,
    Command,
    Condition,
    Counted,
    For,
    Function,
    If,
    Not,
    Pipeline,
    Statement,
    Unread,
    While,
)


class TooMuch(Exception):
    """The script takes more steps than are followed."""

    def __init__(self, state: State) -> None:
        super().__init__(f"the script takes more than {MOST_STEPS} steps")
        self.state = state


def execute(context: Context, state: State, statement: Statement) -> list[State]:
    """Return the states in which a shell may be after a statement."""
    if next(context.steps) > MOST_STEPS:
        raise TooMuch(state)
    if context.level > MOST_LEVELS:
        return [state.replace(flow=Flow.LOST, why=f"statements, functions and files are nested more than {MOST_LEVELS} deep")]
    if not isinstance(statement, Command):
        context = context.replace(level=context.level + 1)
    match statement:
        case Command():
            return follow_command(context, state, statement)
        case Block():
            return _block(context, state, statement)
        case Both():
            return _both(context, state, statement)
        case Not():
            return [_negated(after) for after in execute(context, state, statement.body)]
        case Pipeline():
            return _pipeline(context, state, statement)
        case Background():
            return _background(context, state, statement)
        case Function():
            routine = Routine(statement.body, context.script)
            return [state.replace(functions={**state.functions, statement.name: routine}, status=0, question=None)]
        case Unread():
            return [state.replace(flow=Flow.LOST, why=statement.why)]
        case _:
            return _compound(context, state, statement)


def _compound(context: Context, state: State, statement: If | Case | While | For | Counted | Condition | Calculation) -> list[State]:
    """Follow branches, loops and tests; what knows them is loaded when a script has them, and a plain command has none."""
    from forkfit.evaluate.shell.arithmetic import number
    from forkfit.evaluate.shell.branches import follow_case, follow_if
    from forkfit.evaluate.shell.loops import follow_counted, follow_for, follow_while
    from forkfit.evaluate.shell.questions import follow_test

    match statement:
        case If():
            return follow_if(context, state, statement)
        case Case():
            return follow_case(context, state, statement)
        case While():
            return follow_while(context, state, statement)
        case For():
            return follow_for(context, state, statement)
        case Counted():
            return follow_counted(context, state, statement)
        case Condition():
            return [follow_test(context, state, statement)]
        case Calculation():
            expression, state = single(context, state, statement.expression)
            found, state = number(context, state, expression)
            return [state.replace(status=int(found == 0) if isinstance(found, int) else None, question=None)]


def sequence(context: Context, states: list[State], statements: tuple[Statement, ...]) -> list[State]:
    """Run statements one after the other in each state that goes on."""
    for statement in statements:
        if not any(state.flow is Flow.ON for state in states):
            break
        states = merge(after for state in states for after in (execute(context, state, statement) if state.flow is Flow.ON else (state,)))
    return states


def _block(context: Context, state: State, block: Block) -> list[State]:
    if not block.subshell:
        return redirected(block.redirects, context, state, lambda inner: sequence(context, [inner], block.statements))
    return [outside(state, after) for after in sequence(context, [state], block.statements)]


def outside(before: State, after: State) -> State:
    """Return the state of a shell whose subshell has come to its end: what it started stays, what it set does not."""
    flow = after.flow if after.flow in (Flow.LOST, Flow.FOREVER) else Flow.ON
    return before.replace(
        started=after.started,
        told=after.told,
        conditions=after.conditions,
        supposed={**before.supposed, **_still(before, after)} if after.supposed else before.supposed,
        decided=after.decided,
        output=after.output if before.output is not None else None,
        status=after.status,
        question=after.question,
        flow=flow,
        why=after.why if flow is not Flow.ON else before.why,
    )


def _still(before: State, after: State) -> dict[str, Text | Unset]:
    """Return what branches in a subshell suppose of variables that it has not set itself."""
    return {n: v for n, v in after.supposed.items() if after.variables.get(n) is before.variables.get(n)}


def _negated(state: State) -> State:
    if state.flow is not Flow.ON:
        return state
    if state.status is not None:
        return state.replace(status=int(state.status == 0))
    question = state.question
    return state.replace(question=question.replace(flipped=not question.flipped) if question is not None else None)


def _both(context: Context, state: State, both: Both) -> list[State]:
    """Run each right side where what stands left of it succeeds, or fails; a long chain is deep on its left only."""
    chain: list[tuple[str, Statement]] = []
    left: Statement = both
    while isinstance(left, Both):
        chain.append((left.operator, left.right))
        left = left.left
    states = execute(context, state.replace(guarded=True), left)
    for operator, right in reversed(chain):
        found: list[State] = []
        for after in states:
            if after.flow is not Flow.ON:
                found.append(after)
                continue
            good, bad = part(after, before=operator)
            going, staying = (good, bad) if operator == "&&" else (bad, good)
            ran = execute(context, going.replace(guarded=right is not both.right or state.guarded), right) if going is not None else []
            stayed = [staying] if staying is not None else []
            found.extend(ran + stayed if operator == "&&" else stayed + ran)
        states = merge(found)
    return [after.replace(guarded=state.guarded) for after in states]


def _pipeline(context: Context, state: State, pipeline: Pipeline) -> list[State]:
    """Run each stage in a subshell that reads what the one before it prints."""
    states = [state]
    last = len(pipeline.stages) - 1
    for index, stage in enumerate(pipeline.stages):
        following: list[State] = []
        for one in states:
            if one.flow is not Flow.ON:
                following.append(one)
                continue
            capturing = index < last or state.output is not None
            inner = one.replace(output=Text() if capturing else None)
            for after in execute(context, inner, stage):
                kept = outside(one.replace(output=Text()), after)
                following.append(kept.replace(given=kept.output if capturing else None, output=None))
        states = merge(following)
    found = []
    for one in states:
        output = None if state.output is None else state.output + (one.given or Text())
        found.append(one.replace(given=state.given, output=output))
    return found


def _background(context: Context, state: State, statement: Background) -> list[State]:
    """Run a statement beside the shell: the shell goes on at once."""
    count = len(state.started)
    found = []
    for after in execute(context, state, statement.body):
        kept = outside(state, after).replace(status=0, question=None, flow=Flow.LOST if after.flow is Flow.LOST else Flow.ON)
        beside = tuple(started.replace(background=True, replaces=False) for started in kept.started[count:])
        found.append(kept.replace(started=kept.started[:count] + beside, told=mixed(context, kept.told, ("&", len(beside)))))
    return found

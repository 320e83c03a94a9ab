"""Follow the statements of a script, one state at a time; nothing is ever run."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell_arithmetic import number
from forkfit.evaluate.shell_builtins import BUILTINS, Call
from forkfit.evaluate.shell_conditions import Item, Operand, judge, key_of, origin_of, supposing
from forkfit.evaluate.shell_frame import DEEPEST, MOST_STEPS, Started
from forkfit.evaluate.shell_loops import follow_counted, follow_for, follow_while
from forkfit.evaluate.shell_merge import merge, part, told
from forkfit.evaluate.shell_outputs import printed
from forkfit.evaluate.shell_patterns import fits
from forkfit.evaluate.shell_script import cut, place
from forkfit.evaluate.shell_states import (
    Context,
    Flow,
    Question,
    Routine,
    State,
    assign,
    environment_of,
    is_inherited,
    is_solid,
    lookup,
    unknown,
)
from forkfit.evaluate.shell_words import fields, pattern_of, single
from forkfit.model.span import Role, Step
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import (
    Assignment,
    Background,
    Block,
    Both,
    Calculation,
    Case,
    Command,
    Counted,
    For,
    Function,
    If,
    Not,
    Pipeline,
    Redirect,
    Statement,
    Test,
    Unread,
    While,
    Word,
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
    match statement:
        case Command():
            return _command(context, state, statement)
        case Block():
            return _block(context, state, statement)
        case Both():
            return _both(context, state, statement)
        case Not():
            return [_negated(after) for after in execute(context, state, statement.body)]
        case If():
            return _if(context, state, statement)
        case Case():
            return _case(context, state, statement)
        case While():
            return follow_while(context, state, statement)
        case For():
            return follow_for(context, state, statement)
        case Counted():
            return follow_counted(context, state, statement)
        case Pipeline():
            return _pipeline(context, state, statement)
        case Background():
            return _background(context, state, statement)
        case Function():
            routine = Routine(statement.body, context.script)
            return [state.replace(functions={**state.functions, statement.name: routine}, status=0, question=None)]
        case Test():
            return [_test(context, state, statement)]
        case Calculation():
            expression, state = single(context, state, statement.expression)
            found, state = number(context, state, expression)
            return [state.replace(status=int(found == 0) if isinstance(found, int) else None, question=None)]
        case Unread():
            return [state.replace(flow=Flow.LOST, why=statement.why)]


def sequence(context: Context, states: list[State], statements: tuple[Statement, ...]) -> list[State]:
    """Run statements one after the other in each state that goes on."""
    for statement in statements:
        if not any(state.flow is Flow.ON for state in states):
            break
        states = merge(
            after for state in states for after in (execute(context, state, statement) if state.flow is Flow.ON else (state,))
        )
    return states


def _block(context: Context, state: State, block: Block) -> list[State]:
    if not block.subshell:
        return _with_output(block.redirects, context, state, lambda inner: sequence(context, [inner], block.statements))
    return [outside(state, after) for after in sequence(context, [state], block.statements)]


def outside(before: State, after: State) -> State:
    """Return the state of a shell whose subshell has come to its end: what it started stays, what it set does not."""
    flow = after.flow if after.flow in (Flow.LOST, Flow.FOREVER) else Flow.ON
    return before.replace(
        started=after.started,
        told=after.told,
        conditions=after.conditions,
        supposed=before.supposed if after.supposed is before.supposed else {**before.supposed, **_still(before, after)},
        decided=after.decided,
        output=after.output if before.output is not None else None,
        status=after.status,
        question=after.question,
        flow=flow,
        why=after.why if flow is not Flow.ON else before.why,
    )


def _still(before: State, after: State) -> dict[str, Text | object]:
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
    """Run the right side where the left one succeeds, or fails."""
    found: list[State] = []
    for after in execute(context, state.replace(guarded=True), both.left):
        after = after.replace(guarded=state.guarded)
        if after.flow is not Flow.ON:
            found.append(after)
            continue
        good, bad = part(after, quiet=True)
        going, staying = (good, bad) if both.operator == "&&" else (bad, good)
        if staying is not None:
            found.append(staying)
        if going is not None:
            found.extend(execute(context, going, both.right))
    return merge(found)


def condition(context: Context, state: State, block: Statement) -> tuple[list[State], list[State], list[State]]:
    """Return the states in which a condition holds, those in which it does not, and those that it has ended."""
    good: list[State] = []
    bad: list[State] = []
    over: list[State] = []
    for after in execute(context, state.replace(guarded=True), block):
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


def _if(context: Context, state: State, statement: If) -> list[State]:
    found: list[State] = []
    states = [state]
    for question, body in statement.branches:
        remaining: list[State] = []
        for one in states:
            good, bad, over = condition(context, one, question)
            found.extend(over)
            for held in good:
                found.extend(execute(context, held, body))
            remaining.extend(bad)
        states = merge(remaining)
    for one in states:
        if statement.otherwise is None:
            found.append(one.replace(status=0, question=None))
        else:
            found.extend(execute(context, one, statement.otherwise))
    return merge(found)


def _case(context: Context, state: State, statement: Case) -> list[State]:
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
                said = f"`{_shown(context, statement.subject)}` fits `{_shown(context, word)}`"
                at = place(context.script, word.start, word.end)
                holds = supposing(operand, wanted, subject) if wanted is not None else ()
                everything = wanted is not None and len(wanted) == 1 and fits(wanted, "any word") and fits(wanted, "")
                key = ("case", _shown(context, statement.subject), _shown(context, word))
                asked = one.replace(status=None, question=Question(said, at, key, holds))
                if everything:
                    taken.append(one)
                    continue
                held, failed = part(asked)
                if held is not None:
                    taken.append(held)
                if failed is not None:
                    following.append(failed)
            waiting = merge(following)
        after = [s for one in merge(taken) for s in execute(context, one.replace(status=0, question=None), item.body)]
        for one in after:
            if one.flow is Flow.ON and item.terminator == ";&":
                falling.append(one)
            elif one.flow is Flow.ON and item.terminator == ";;&":
                waiting.append(one)
            else:
                found.append(one)
    return merge([*found, *falling, *(one.replace(status=0, question=None) for one in waiting)])


def _shown(context: Context, node: Statement | Word) -> str:
    """Return source text for a note, shortened."""
    plain = " ".join(cut(context.script, node.start, min(node.end, node.start + 200)).plain.split())
    return plain if len(plain) <= 70 else plain[:67] + "..."


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
        found.append(kept.replace(started=kept.started[:count] + beside, told=(*kept.told, ("&", len(beside)))))
    return found


def _with_output(
    redirects: tuple[Redirect, ...], context: Context, state: State, run: Callable[[State], list[State]]
) -> list[State]:
    """Run with output going elsewhere where a redirection says so, and with what a file or here-string gives to read."""
    for redirect in redirects:
        if redirect.operator == "<<<" and redirect.target is not None:
            text, state = single(context, state, redirect.target)
            state = state.replace(given=text)
    elsewhere = any(r.operator.startswith((">", "&>")) and r.descriptor in ("", "1") and r.operator != ">&" for r in redirects)
    if not elsewhere or state.output is None:
        return run(state)
    return [after.replace(output=state.output) for after in run(state.replace(output=Text()))]


def _test(context: Context, state: State, test: Test) -> State:
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
    question = Question(f"`{_shown(context, node)}` holds", at, key_of(items), verdict.holds, verdict.fails)
    return state.replace(status=None, question=question)


def _command(context: Context, state: State, command: Command) -> list[State]:
    """Run a simple command: assignments alone, a function, a builtin, or a program."""
    states: list[State]
    before: list[tuple[str, Text]] = []
    if not command.words:
        state = state.replace(status=0, question=None)
        for assignment in command.assignments:
            state = assign_word(context, state, assignment)
        return [state]
    for assignment in command.assignments:
        if assignment.value is not None:
            text, state = single(context, state, assignment.value)
            before.append((assignment.name, text))
    words: list[Text] = []
    origins: list[object] = []
    for word in command.words:
        if isinstance(word, Assignment):
            words.append(Text())
            origins.append(word)
            continue
        texts, state = fields(context, state, word)
        words.extend(texts)
        origins.extend([origin_of(word) if len(texts) == 1 else None] * len(texts))
    if state.flow is not Flow.ON:
        return [state]
    if not words:
        return [state.replace(status=0, question=None)]
    call = Call(tuple(words), tuple(origins), tuple(before), command)
    states = _with_output(command.redirects, context, state, lambda inner: run_call(context, inner, call))
    if "errexit" in state.options and not state.guarded:
        states = [_stopped(after) for after in states]
    return states


def _stopped(state: State) -> State:
    """End a run in which a command has failed for certain, as ``set -e`` does."""
    if state.flow is Flow.ON and state.status:
        return state.replace(flow=Flow.EXIT, why="a command fails, and errexit is set")
    return state


def run_call(context: Context, state: State, call: Call) -> list[State]:
    """Run what a command's words say."""
    name = call.words[0]
    if name.is_known:
        plain = name.plain
        routine = state.functions.get(plain)
        if routine is not None:
            return _function(context, state, call, routine)
        builtin = BUILTINS.get(plain)
        if builtin is not None:
            return builtin(context, state, call)
    return [start(context, state, call)]


def start(context: Context, state: State, call: Call, *, replaces: bool = False) -> State:
    """Return the state after a program is started; whether it succeeds is not known."""
    at = place(context.script, call.command.start, call.command.end)
    here = Step(Role.LAUNCHED, at, "" if at is not None else "a command")
    environment = environment_of(context, state, call.before)
    started = Started(
        call.words, environment, state.working_dir, replaces=replaces, conditions=state.conditions, trail=(*context.trail, here)
    )
    output = state.output
    if output is not None:
        output = output + printed(context, state, call.words)
    known = state.told
    if context.frame.matters(call.words):
        known = (*known, told(started, state))
    name = call.words[0].plain.rpartition("/")[2]
    question = Question(f"`{_shown(context, call.command)}` succeeds", at, likely=name not in _QUERIES)
    status = {"true": 0, "false": 1}.get(name)
    return state.replace(
        started=(*state.started, started), told=known, output=output, status=status, question=question if status is None else None
    )


# Programs that are asked something: that they fail is an answer, not a fault.
_QUERIES = frozenset(
    "grep egrep fgrep which pgrep nc netcat curl wget pg_isready redis-cli mysqladmin ping getent id diff cmp mountpoint nvidia-smi"
    " pidof systemd-detect-virt expr test".split()
)


def _function(context: Context, state: State, call: Call, routine: Routine) -> list[State]:
    """Call a function with its arguments; its local variables end with it."""
    if context.depth >= DEEPEST:
        return [state.replace(flow=Flow.LOST, why=f"functions and files are nested more than {DEEPEST} deep")]
    at = place(context.script, call.command.start, call.command.end)
    step = Step(Role.LAUNCHED, at, f"calls the function {call.words[0].plain}")
    below = context.replace(script=routine.script, depth=context.depth + 1, trail=(*context.trail, step))
    inner = state.replace(arguments=(state.arguments[0] if state.arguments else Text(), *call.words[1:]), outer=(*state.outer, {}))
    for name, text in call.before:
        inner = assign(hiding(inner, name), name, text, exported=True)
    found = []
    for after in execute(below, inner, routine.body):
        variables = dict(after.variables)
        for name, slot in after.outer[len(state.outer)].items():
            if slot is None:
                variables.pop(name, None)
            else:
                variables[name] = slot
        flow = Flow.ON if after.flow is Flow.RETURN else after.flow
        found.append(after.replace(arguments=state.arguments, outer=state.outer, variables=variables, flow=flow))
    return merge(found)


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
        return assign(state, name, tuple(items[:5000]), exported=exported, inherited=inherited)
    text, state = single(context, state, assignment.value)
    content = lookup(context, state, name) if assignment.appends or assignment.index is not None else None
    if assignment.index is not None:
        return _assign_element(context, state, assignment, text, content)
    if isinstance(content, Text):
        text = content + text
    elif isinstance(content, tuple) and content:
        return assign(state, name, (content[0] + text, *content[1:]), exported=exported, inherited=inherited)
    return assign(state, name, text, exported=exported, inherited=inherited)


def _assign_element(context: Context, state: State, assignment: Assignment, text: Text, content: object) -> State:
    """Set one element of an array; past its end by one at most, otherwise the array is not known any more."""
    assert assignment.index is not None
    index, state = single(context, state, assignment.index)
    position, state = number(context, state, index)
    items = content if isinstance(content, tuple) else (content,) if isinstance(content, Text) else ()
    if not isinstance(position, int) or not 0 <= position <= len(items):
        return assign(state, assignment.name, unknown(f"${{{assignment.name}[@]}}", "its elements are set by names or out of order"))
    if assignment.appends and position < len(items):
        text = items[position] + text
    return assign(state, assignment.name, (*items[:position], text, *items[position + 1 :]))


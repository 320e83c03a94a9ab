"""Follow simple commands: assignments, functions, builtins, programs."""

from __future__ import annotations

from forkfit.evaluate.shell.assignments import assign_word, hiding
from forkfit.evaluate.shell.builtins import BUILTINS
from forkfit.evaluate.shell.frame import DEEPEST
from forkfit.evaluate.shell.merge import merge
from forkfit.evaluate.shell.programs import Call, start
from forkfit.evaluate.shell.redirects import redirected
from forkfit.evaluate.shell.script import place
from forkfit.evaluate.shell.states import Context, Flow, Routine, State, origin_of
from forkfit.evaluate.shell.variables import assign
from forkfit.evaluate.shell.words import fields, single
from forkfit.model.span import Role, Step
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import Assignment, Command, Parameter


def follow_command(context: Context, state: State, command: Command) -> list[State]:
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
    origins: list[Parameter | Assignment | None] = []
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
    states = redirected(command.redirects, context, state, lambda inner: run_call(context, inner, call))
    if "errexit" in state.options and not state.guarded:
        states = [_stopped(after) for after in states]
    return states


def _stopped(state: State) -> State:
    """End a run in which a command has failed for certain, as ``set -e`` does."""
    if state.flow is Flow.ON and state.status:
        return state.replace(flow=Flow.EXIT, why="a command fails, and errexit is set")
    return state


def run_call(context: Context, state: State, call: Call) -> list[State]:
    """Run what a command's words say; ``time`` before them only measures."""
    while call.words[0].plain == "time" and len(call.words) > 1:
        call = call.without(2 if call.words[1].plain == "-p" and len(call.words) > 2 else 1)
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
    for after in context.execute(below, inner, routine.body):
        variables = dict(after.variables)
        for name, slot in after.outer[len(state.outer)].items():
            if slot is None:
                variables.pop(name, None)
            else:
                variables[name] = slot
        flow = Flow.ON if after.flow is Flow.RETURN else after.flow
        found.append(after.replace(arguments=state.arguments, outer=state.outer, variables=variables, flow=flow))
    return merge(found)

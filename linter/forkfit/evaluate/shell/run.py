"""Follow a shell script in all the ways it may run, and say which commands each of them starts; nothing is ever run."""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from forkfit.evaluate.shell.commands import TooMuch, execute, sequence
from forkfit.evaluate.shell.frame import LARGEST_SCRIPT, Ending, Frame, How, Started
from forkfit.evaluate.shell.merge import merge
from forkfit.evaluate.shell.script import lines_of, script
from forkfit.evaluate.shell.states import Context, Flow, State
from forkfit.model.text import Text
from forkfit.model.value import Absent
from forkfit.syntax.shell_nodes import Block, Unread
from forkfit.syntax.shell_plain import read_plain

__all__ = ["Ending", "Frame", "How", "Started", "lines_of", "run"]


def run(text: Text, frame: Frame) -> tuple[Ending, ...]:
    """Return the ways in which a script may run, at most 64, in the order in which its branches are written.

    `text` is the script: that of ``sh -c``, or a file's by `lines_of`. What cannot be followed ends in `How.UNKNOWN`
    with the reason, after what was started up to there.
    """
    state = State({}, frame.arguments, frame.working_dir, {})
    context = Context(frame, script(text), execute, _read, count(1), {})
    try:
        states = _read(context, state)
    except TooMuch as broken:
        states = [broken.state.replace(flow=Flow.LOST, why=str(broken))]
    except RecursionError:
        states = [state.replace(flow=Flow.LOST, why="the script is nested too deeply")]
    return tuple(_ending(after) for after in merge(_finished(after) for after in states))


def _read(context: Context, state: State) -> list[State]:
    """Read the text of a context's script and follow it."""
    return sequence(context, [state], _parsed(context.script.plain).statements)


@lru_cache(maxsize=64)  # a function or a loop has its substitutions read each time it comes by
def _parsed(plain: str) -> Block:
    """Return the statements of a script, by hand where that will do, so that no grammar is loaded for it."""
    if len(plain) > LARGEST_SCRIPT:
        return Block(0, 0, (Unread(0, 0, f"the script has {len(plain)} characters; more than {LARGEST_SCRIPT} are not read"),))
    found = read_plain(plain)
    if found is not None:
        return found
    from forkfit.syntax.shell import parse

    return parse(plain)


def _finished(state: State) -> State:
    """Return the state in which nothing but the end remains, so that runs which differ in variables only are one."""
    flow = state.flow if state.flow in (Flow.REPLACED, Flow.FOREVER, Flow.LOST) else Flow.EXIT
    return State(
        {},
        (),
        Absent("the run is over"),
        {},
        started=state.started,
        told=state.told,
        conditions=state.conditions,
        status=state.status,
        flow=flow,
        why=state.why,
    )


def _ending(state: State) -> Ending:
    match state.flow:
        case Flow.REPLACED:
            how = How.REPLACED
        case Flow.FOREVER:
            how = How.FOREVER
        case Flow.LOST:
            how = How.UNKNOWN
        case _:
            how = How.FAILS if state.status else How.EXITS
    return Ending(state.started, how, state.status, state.why, state.conditions)

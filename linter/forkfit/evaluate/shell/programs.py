"""Start programs: what the caller of a script wants to know."""

from __future__ import annotations

from forkfit.evaluate.shell.frame import Started
from forkfit.evaluate.shell.merge import telling
from forkfit.evaluate.shell.script import place, shown
from forkfit.evaluate.shell.states import Context, Question, State
from forkfit.evaluate.shell.variables import environment_of
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import Assignment, Command, Parameter


class Call(Record):
    """A simple command with its words expanded.

    For each word, `origins` has the parameter that it is made of alone, or the assignment that it is. `before` are the
    assignments that hold for this command only.
    """

    words: tuple[Text, ...]
    origins: tuple[Parameter | Assignment | None, ...]
    before: tuple[tuple[str, Text], ...]
    command: Command

    def without(self, count: int) -> Call:
        """Return the call without its first words."""
        return self.replace(words=self.words[count:], origins=self.origins[count:])


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
        from forkfit.evaluate.shell.outputs import printed

        output = output + printed(context, state, call.words)
    known = telling(context, state, started) if context.frame.matters(call.words) else state.told
    name = call.words[0].plain.rpartition("/")[2]
    question = Question(f"`{shown(context.script, call.command)}` succeeds", at, likely=name not in _QUERIES)
    status = {"true": 0, "false": 1}.get(name)
    if name == "which" and output is not None and output.is_known:
        status = 0  # what it prints is taken to be there
    return state.replace(
        started=(*state.started, started), told=known, output=output, status=status, question=question if status is None else None
    )


# Programs that are asked something: that they fail is an answer, not a fault.
_QUERIES = frozenset(
    """
    grep egrep fgrep which pgrep nc netcat curl wget pg_isready redis-cli mysqladmin ping getent id diff cmp mountpoint
    nvidia-smi pidof systemd-detect-virt expr test
    """.split()  # noqa: SIM905
)

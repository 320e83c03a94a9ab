"""Follow redirections as far as they decide what is read and what a substitution gets to see."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell.states import Context, State
from forkfit.evaluate.shell.words import single
from forkfit.model.text import Text
from forkfit.syntax.shell_nodes import Redirect

Run = Callable[[State], list[State]]


def redirected(redirects: tuple[Redirect, ...], context: Context, state: State, run: Run) -> list[State]:
    """Run with output going elsewhere where a redirection says so, and with what a here-string gives to read."""
    if not redirects:
        return run(state)
    before = state.given
    for redirect in redirects:
        if redirect.operator == "<<<" and redirect.target is not None:
            text, state = single(context, state, redirect.target)
            state = state.replace(given=text)
        elif redirect.operator.startswith("<"):
            state = state.replace(given=None)
    states = _run(redirects, state, run)
    return [after.replace(given=before) for after in states]


def _run(redirects: tuple[Redirect, ...], state: State, run: Run) -> list[State]:
    elsewhere = any(r.operator in (">", ">>", ">|", "&>", "&>>") and r.descriptor in ("", "1") for r in redirects)
    elsewhere = elsewhere or any(r.operator == ">&" and r.descriptor in ("", "1") for r in redirects)
    if not elsewhere or state.output is None:
        return run(state)
    return [after.replace(output=state.output) for after in run(state.replace(output=Text()))]

"""Declare variables, take them away, and set options and positional arguments."""

from __future__ import annotations

from forkfit.evaluate.shell.assignments import assign_word, hiding
from forkfit.evaluate.shell.frame import MOST_ELEMENTS
from forkfit.evaluate.shell.programs import Call
from forkfit.evaluate.shell.script import place
from forkfit.evaluate.shell.states import Context, Flow, State, Unset
from forkfit.evaluate.shell.variables import assign, is_inherited, lookup
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text
from forkfit.syntax.shell_nodes import Assignment


def done(state: State, status: int = 0) -> list[State]:
    """Return the state after a command that changes nothing else, with its status."""
    return [state.replace(status=status, question=None)]


def declare(context: Context, state: State, call: Call) -> list[State]:
    """Follow ``export``, ``readonly``, ``local``, ``declare`` and ``typeset``."""
    name = call.words[0].plain
    letters = "".join(word.plain[1:] for word in call.words[1:] if word.plain.startswith("-"))
    exported: bool | None = True if (name == "export" or "x" in letters) and "n" not in letters else None
    local = name == "local" or (name in ("declare", "typeset") and state.outer and "g" not in letters)
    for word, origin in zip(call.words[1:], call.origins[1:], strict=True):
        if isinstance(origin, Assignment):
            if local:
                state = hiding(state, origin.name)
            state = assign_word(context, state, origin, exported=exported)
            continue
        if not word.is_known:
            # `export $(...)` of text that is not known may set any variable.
            at = place(context.script, call.command.start, call.command.end)
            state = state.replace(open=(*state.open, Step(Role.ASSUMED, at, "this may set more variables")))
            continue
        key, sign, _ = word.plain.partition("=")
        if word.plain.startswith(("-", "+")) or not key.isidentifier():
            continue
        if local:
            state = hiding(state, key)
        if sign:
            state = assign(state, key, word[len(key) + 1 :], exported=exported, inherited=is_inherited(context, key))
        elif exported or local:
            content = Unset() if local and not exported else lookup(context, state, key)
            state = assign(state, key, content, exported=exported)
    return done(state)


def unset(context: Context, state: State, call: Call) -> list[State]:
    """Follow ``unset``; a command does not see what is unset."""
    functions = any(word.plain == "-f" for word in call.words[1:])
    for word in call.words[1:]:
        name = word.plain
        if functions:
            state = state.replace(functions={n: f for n, f in state.functions.items() if n != name})
        elif name.isidentifier():
            state = assign(state, name, Unset(), exported=is_inherited(context, name))
    return done(state)


_OPTIONS = {"e": "errexit", "a": "allexport", "u": "nounset", "f": "noglob"}


def set_options(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    """Follow ``set``: options first, then the positional arguments."""
    words = list(call.words[1:])
    options = set(state.options)
    while words:
        plain = words[0].plain
        if plain in ("-", "--"):
            words.pop(0)
            return _with_arguments(state, words, options)
        if not words[0].is_known or plain[:1] not in ("-", "+") or len(plain) < 2:
            return _with_arguments(state, words, options)
        words.pop(0)
        names = {_OPTIONS[letter] for letter in plain[1:] if letter in _OPTIONS}
        if "o" in plain[1:] and words:
            names.add(words.pop(0).plain)
        options = options | names if plain[0] == "-" else options - names
    return done(state.replace(options=frozenset(options)))


def _with_arguments(state: State, words: list[Text], options: set[str]) -> list[State]:
    if len(words) > MOST_ELEMENTS:
        return [state.replace(flow=Flow.LOST, why=f"there are more than {MOST_ELEMENTS} positional arguments")]
    return done(state.replace(arguments=(*zeroth(state), *words), options=frozenset(options)))


def zeroth(state: State) -> tuple[Text, ...]:
    """Return ``$0``."""
    return state.arguments[:1] or (Text((Piece("sh"),)),)

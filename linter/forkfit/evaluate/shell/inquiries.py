"""What the shell's own commands do that ask or read something: tests, options, numbers, input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from forkfit.evaluate.shell.arithmetic import number
from forkfit.evaluate.shell.comparisons import Operand
from forkfit.evaluate.shell.declarations import done
from forkfit.evaluate.shell.filters import LINE_END, formatted
from forkfit.evaluate.shell.line_fields import fields_of
from forkfit.evaluate.shell.programs import Call
from forkfit.evaluate.shell.questions import answered
from forkfit.evaluate.shell.script import place
from forkfit.evaluate.shell.states import Content, Context, Question, State, Unset, unknown
from forkfit.evaluate.shell.variables import assign, lookup, separators
from forkfit.model.text import Piece, Text
from forkfit.syntax.shell_nodes import Parameter

# What `read` is followed with: raw, silent or with editing; into an array, or into names. Words are parted by NUL.
_READ = re.compile(r"(?:-[erst]*\0)*(?:-[er]*a\0(?P<array>\w+)|(?P<names>\w+(?:\0\w+)*)?)")


def _may_fail(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return [state.replace(status=None, question=None)]


def _printf(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    words = call.words[1:]
    if len(words) > 1 and words[0].plain == "-v":
        return done(assign(state, words[1].plain, formatted(words[2:])))
    if state.output is None:
        return done(state)
    return done(state.replace(output=state.output + formatted(words)))


def _test(context: Context, state: State, call: Call) -> list[State]:
    words, origins = call.words[1:], call.origins[1:]
    if call.words[0].plain == "[":
        if not words or words[-1].plain != "]":
            return done(state, 2)
        words, origins = words[:-1], origins[:-1]
    if not words:
        return done(state, 1)
    items = tuple(Operand(w, o if isinstance(o, Parameter) else None) for w, o in zip(words, origins, strict=True))
    return [answered(context, state, items, call.command, double=False)]


def _let(context: Context, state: State, call: Call) -> list[State]:
    found: object = 0
    for word in call.words[1:]:
        found, state = number(context, state, word)
    return [state.replace(status=int(found == 0) if isinstance(found, int) else None, question=None)]


def _read(context: Context, state: State, call: Call) -> list[State]:
    """Take a line from what is given to read; where that is not known, the variables are not."""
    wanted = _READ.fullmatch("\0".join(word.plain for word in call.words[1:]))
    given = state.given
    divides = dict(call.before).get("IFS", Text((Piece(separators(context, state)),)))
    if wanted is not None and given is not None and given.is_known and divides.is_known:
        line = given[: len(given.plain.partition("\n")[0])]
        for name, content in _filled(wanted, line, divides.plain):
            state = assign(state, name, content)
        return done(state.replace(given=given[len(line) + 1 :]), 0 if given.plain else 1)
    for word in call.words[1:]:
        if word.plain.isidentifier():
            state = assign(state, word.plain, unknown(f"${word.plain}", "it is read when the script runs"))
    return [state.replace(status=None, question=Question("`read` finds a line", likely=True))]


def _filled(wanted: re.Match[str], line: Text, divides: str) -> Iterator[tuple[str, Content]]:
    """Yield what each variable gets of a line: an array all fields, names one each and the last one the rest."""
    if wanted["array"]:
        yield wanted["array"], fields_of(line, divides)
        return
    names = wanted["names"].split("\0") if wanted["names"] else ["REPLY"]
    texts = fields_of(line, divides, len(names)) if wanted["names"] else (line,)
    for index, name in enumerate(names):
        yield name, texts[index] if index < len(texts) else Text()


def _getopts(context: Context, state: State, call: Call) -> list[State]:
    """Take the next option off the arguments; where it is not known, neither is what it gives nor whether there is one.

    OPTIND also holds where in a cluster such as ``-vx`` the next option stands, behind a dot.
    """
    words = call.words
    if len(words) < 3:
        return done(state, 2)
    wanted, name = words[1], words[2].plain
    arguments = words[3:] or state.arguments[1:]
    held = lookup(context, state, "OPTIND")
    found = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?", held.plain) if isinstance(held, Text) and held.is_known else None
    index, offset = (max(int(found[1]), 1) - 1, int(found[2] or "1")) if found is not None else (0, 1)
    argument = arguments[index] if index < len(arguments) else Text()
    if not (wanted.is_known and argument.is_known):
        for variable in (name, "OPTARG"):
            state = assign(state, variable, unknown(f"${variable}", "which options are given is not known"))
        return [state.replace(status=None, question=Question("`getopts` finds an option"))]
    if not argument.plain.startswith("-") or argument.plain == "-" or offset >= len(argument) or argument.plain == "--":
        state = assign(state, "OPTIND", Text((Piece(str(index + (2 if argument.plain == "--" else 1))),)))
        return done(assign(state, name, Text((Piece("?"),))), 1)
    letter, letters = argument[offset : offset + 1], wanted.plain.lstrip(":")
    at = letters.find(letter.plain)
    following = str(index + 2)
    state = assign(state, "OPTARG", Unset())
    if at != -1 and letters[at + 1 : at + 2] == ":":
        value = argument[offset + 1 :]
        if not value.pieces:
            value = arguments[index + 1] if index + 1 < len(arguments) else Text()
            following = str(index + 3)
        state = assign(state, "OPTARG", value)
    elif offset + 1 < len(argument):
        following = f"{index + 1}.{offset + 1}"
    state = assign(state, "OPTIND", Text((Piece(following),)))
    return done(assign(state, name, letter if at != -1 else Text((Piece("?"),))))


def _type(context: Context, state: State, call: Call) -> list[State]:
    """Follow ``type``, ``hash`` and ``command -v``: what programs the image has is not known, unless a script takes the answer."""
    wanted = call.words[-1]
    if wanted.is_known and (wanted.plain in state.functions or wanted.plain in INQUIRIES):
        return done(state)
    output = state.output
    if output is not None and [word.plain for word in call.words[:-1]] == ["command", "-v"] and wanted.is_known:
        from forkfit.evaluate.shell.outputs import found_program

        return done(state.replace(output=output + found_program(wanted) + LINE_END))
    if output is not None:
        output += unknown(f"$({' '.join(w.plain for w in call.words)})", "what programs there are is not known")
    said = f"the image has {wanted.plain}"
    at = place(context.script, call.command.start, call.command.end)
    return [state.replace(status=None, output=output, question=Question(said, at, ("has", wanted.plain)))]


INQUIRIES: dict[str, Callable[[Context, State, Call], list[State]]] = {
    "mapfile": _may_fail,
    "readarray": _may_fail,
    "printf": _printf,
    "test": _test,
    "[": _test,
    "let": _let,
    "read": _read,
    "getopts": _getopts,
    "type": _type,
    "hash": _type,
}

"""What the shell's own commands do that ask or read something: tests, options, numbers, input."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell_arithmetic import number
from forkfit.evaluate.shell_conditions import Operand
from forkfit.evaluate.shell_outputs import formatted
from forkfit.evaluate.shell_programs import Call
from forkfit.evaluate.shell_questions import answered
from forkfit.evaluate.shell_script import place
from forkfit.evaluate.shell_states import Context, Flow, Question, State, Unset, assign, lookup, unknown
from forkfit.model.text import Piece, Text
from forkfit.syntax.shell_nodes import Parameter


def _done(state: State, status: int = 0) -> list[State]:
    return [state.replace(status=status, question=None)]


def _may_fail(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return [state.replace(status=None, question=None)]


def _printf(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    words = call.words[1:]
    if len(words) > 1 and words[0].plain == "-v":
        return _done(assign(state, words[1].plain, formatted(words[2:])))
    if state.output is None:
        return _done(state)
    return _done(state.replace(output=state.output + formatted(words)))


def _test(context: Context, state: State, call: Call) -> list[State]:
    words, origins = call.words[1:], call.origins[1:]
    if call.words[0].plain == "[":
        if not words or words[-1].plain != "]":
            return _done(state, 2)
        words, origins = words[:-1], origins[:-1]
    if not words:
        return _done(state, 1)
    items = tuple(Operand(w, o if isinstance(o, Parameter) else None) for w, o in zip(words, origins, strict=True))
    return [answered(context, state, items, call.command, double=False)]


def _let(context: Context, state: State, call: Call) -> list[State]:
    found: object = 0
    for word in call.words[1:]:
        found, state = number(context, state, word)
    return [state.replace(status=int(found == 0) if isinstance(found, int) else None, question=None)]


def _read(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    """Take a line from what is given to read; where that is not known, the variables are not."""
    names = [word.plain for word in call.words[1:] if word.plain.isidentifier()]
    given = state.given
    if given is not None and given.is_known and not any(word.plain.startswith("-") and word.plain != "-r" for word in call.words[1:]):
        first = given.plain.partition("\n")[0]
        rest = given[len(first) + 1 :]
        texts = given[: len(first)].words()
        for index, name in enumerate(names):
            last = index == len(names) - 1
            text = _from(given[: len(first)], texts, index) if last else texts[index] if index < len(texts) else Text()
            state = assign(state, name, text)
        return _done(state.replace(given=rest), 0 if given.plain else 1)
    for name in names:
        state = assign(state, name, unknown(f"${name}", "it is read when the script runs"))
    return [state.replace(status=None, question=Question("`read` finds a line", likely=True))]


def _from(line: Text, texts: tuple[Text, ...], index: int) -> Text:
    """Return the line from one of its words on."""
    if index >= len(texts):
        return Text()
    position = 0
    for text in texts[:index]:
        position = line.plain.find(text.plain, position) + len(text)
    return line[position:].stripped()


def _getopts(context: Context, state: State, call: Call) -> list[State]:
    """Take the next option off the arguments; where one is not known, neither is what it gives."""
    words = call.words
    if len(words) < 3 or not words[1].is_known:
        return [state.replace(flow=Flow.LOST, why="the options of getopts are not known")]
    wanted, name = words[1].plain, words[2].plain
    arguments = words[3:] or state.arguments[1:]
    held = lookup(context, state, "OPTIND")
    position, _, inside = (held.plain if isinstance(held, Text) and held.is_known else "1").partition(".")
    index = int(position) - 1 if position.isdigit() else 0
    if index >= len(arguments) or not arguments[index].plain.startswith("-") or arguments[index].plain in ("-", "--"):
        index += index < len(arguments) and arguments[index].plain == "--"
        state = assign(state, "OPTIND", Text((Piece(str(index + 1)),)))
        return _done(assign(state, name, Text((Piece("?"),))), 1)
    argument = arguments[index]
    if not argument.is_known:
        return [state.replace(flow=Flow.LOST, why="which options are given is not known")]
    offset = int(inside or "1")
    letter = argument[offset : offset + 1]
    at = wanted.lstrip(":").find(letter.plain)
    state = assign(state, "OPTARG", Unset())
    if at != -1 and wanted.lstrip(":")[at + 1 : at + 2] == ":":
        value = argument[offset + 1 :]
        if not value.pieces:
            index += 1
            value = arguments[index] if index < len(arguments) else Text()
        state = assign(state, "OPTARG", value)
        following = str(index + 2)
    elif offset + 1 < len(argument):
        following = f"{index + 1}.{offset + 1}"
    else:
        following = str(index + 2)
    state = assign(state, "OPTIND", Text((Piece(following),)))
    return _done(assign(state, name, letter if at != -1 else Text((Piece("?"),))))


def _type(context: Context, state: State, call: Call) -> list[State]:
    """Follow ``type``, ``hash`` and ``command -v``: what programs the image has is not known."""
    wanted = call.words[-1]
    if wanted.is_known and (wanted.plain in state.functions or wanted.plain in INQUIRIES):
        return _done(state)
    output = (
        state.output + unknown(f"$({' '.join(w.plain for w in call.words)})", "what programs there are is not known")
        if (state.output is not None)
        else None
    )
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

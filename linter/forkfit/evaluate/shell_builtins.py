"""What the shell's own commands do to its state."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell_arithmetic import number
from forkfit.evaluate.shell_assignments import assign_word, hiding
from forkfit.evaluate.shell_conditions import Operand
from forkfit.evaluate.shell_frame import DEEPEST, MOST_ELEMENTS
from forkfit.evaluate.shell_outputs import formatted
from forkfit.evaluate.shell_programs import Call, start
from forkfit.evaluate.shell_questions import answered
from forkfit.evaluate.shell_script import lines_of, place, script
from forkfit.evaluate.shell_states import (
    Context,
    Flow,
    Question,
    State,
    Unset,
    assign,
    is_inherited,
    lookup,
    unknown,
)
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Known, Unknown
from forkfit.syntax.shell_nodes import Assignment, Parameter

Builtin = Callable[[Context, State, Call], list[State]]


def _done(state: State, status: int = 0) -> list[State]:
    return [state.replace(status=status, question=None)]


def _nothing(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return _done(state)


def _false(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return _done(state, 1)


def _may_fail(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return [state.replace(status=None, question=None)]


def _echo(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    if state.output is None:
        return _done(state)
    words = list(call.words[1:])
    ends = Text((Piece("\n"),))
    while words and words[0].plain in ("-n", "-e", "-E", "-ne", "-en"):
        if "n" in words.pop(0).plain:
            ends = Text()
    text = Text()
    for index, word in enumerate(words):
        text = text + Text((Piece(" "),)) + word if index else word
    return _done(state.replace(output=state.output + text + ends))


def _printf(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    words = call.words[1:]
    if len(words) > 1 and words[0].plain == "-v":
        return _done(assign(state, words[1].plain, formatted(words[2:])))
    if state.output is None:
        return _done(state)
    return _done(state.replace(output=state.output + formatted(words)))


def _cd(context: Context, state: State, call: Call) -> list[State]:
    words = [word for word in call.words[1:] if word.plain not in ("-P", "-L", "--")]
    if not words:
        home = lookup(context, state, "HOME")
        words = [home] if isinstance(home, Text) else []
    target = words[0] if words else unknown("cd", "where cd leads is not known")
    if target.plain == "-":
        last = lookup(context, state, "OLDPWD")
        target = last if isinstance(last, Text) else unknown("cd -", "the folder before this one is not known")
    if not target.is_known:
        where: Known[str] | Unknown = Unknown(f"cd {target.plain} leads where it is decided only when it runs", target.trail)
    elif target.plain.startswith("/"):
        where = Known(target.plain, target.trail)
    elif isinstance(state.working_dir, Known):
        where = Known(f"{state.working_dir.value.rstrip('/')}/{target.plain}", target.trail)
    else:
        where = Unknown(f"cd {target.plain} begins in a folder that is not known", target.trail)
    if isinstance(where, Known):
        from posixpath import normpath

        where = Known(normpath(where.value), where.trail)
    before = state.working_dir
    if isinstance(before, Known):
        state = assign(state, "OLDPWD", Text((Piece(before.value),)))
    return _done(state.replace(working_dir=where))


def _pwd(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    if state.output is None:
        return _done(state)
    where = state.working_dir
    text = Text((Piece(where.value, where.trail),)) if isinstance(where, Known) else unknown("$(pwd)", "the folder is not known")
    return _done(state.replace(output=state.output + text))


def _declare(context: Context, state: State, call: Call) -> list[State]:
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
            if not (isinstance(content, Unset) and not local):
                state = assign(state, key, content, exported=exported)
    return _done(state)


def _unset(context: Context, state: State, call: Call) -> list[State]:
    functions = any(word.plain == "-f" for word in call.words[1:])
    for word in call.words[1:]:
        name = word.plain
        if functions:
            state = state.replace(functions={n: f for n, f in state.functions.items() if n != name})
        elif name.isidentifier():
            state = assign(state, name, Unset(), exported=is_inherited(context, name))
    return _done(state)


_OPTIONS = {"e": "errexit", "a": "allexport", "u": "nounset", "f": "noglob"}


def _set(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
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
    return _done(state.replace(options=frozenset(options)))


def _with_arguments(state: State, words: list[Text], options: set[str]) -> list[State]:
    if len(words) > MOST_ELEMENTS:
        return [state.replace(flow=Flow.LOST, why=f"there are more than {MOST_ELEMENTS} positional arguments")]
    return _done(state.replace(arguments=(*_zeroth(state), *words), options=frozenset(options)))


def _zeroth(state: State) -> tuple[Text, ...]:
    return state.arguments[:1] or (Text((Piece("sh"),)),)


def _shift(context: Context, state: State, call: Call) -> list[State]:
    count, state = number(context, state, call.words[1]) if len(call.words) > 1 else (1, state)
    if not isinstance(count, int):
        return [state.replace(flow=Flow.LOST, why="how many arguments are shifted is not known")]
    if count < 0 or count > len(state.arguments) - 1:
        return _done(state, 1)
    return _done(state.replace(arguments=(*_zeroth(state), *state.arguments[1 + count :])))


def _eval(context: Context, state: State, call: Call) -> list[State]:
    words = call.words[1:]
    if not all(word.is_known for word in words) and not any(word.is_known for word in words[:1]):
        return [start(context, state, call)]
    text = join(t for i, word in enumerate(words) for t in ((Text((Piece(" "),)), word) if i else (word,)))
    return _inside(context, state, call, text, "evaluates this text")


def _inside(context: Context, state: State, call: Call, text: Text, note: str) -> list[State]:
    """Follow further script text in the same shell."""
    if context.depth >= DEEPEST:
        return [state.replace(flow=Flow.LOST, why=f"functions and files are nested more than {DEEPEST} deep")]
    at = place(context.script, call.command.start, call.command.end)
    trail = (*context.trail, Step(Role.LAUNCHED, at, note))
    return context.read(context.replace(script=script(text), depth=context.depth + 1, trail=trail), state)


def _exec(context: Context, state: State, call: Call) -> list[State]:
    count = 1
    while count < len(call.words) and call.words[count].plain in ("-c", "-l", "-a", "--", "-cl"):
        count += 2 if call.words[count].plain == "-a" else 1
    if count >= len(call.words):
        return _done(state)
    after = start(context, state, call.without(count), replaces=True)
    return [after.replace(flow=Flow.REPLACED, status=None, question=None)]


def _exit(context: Context, state: State, call: Call) -> list[State]:
    return [_with_status(context, state, call).replace(flow=Flow.EXIT)]


def _return(context: Context, state: State, call: Call) -> list[State]:
    return [_with_status(context, state, call).replace(flow=Flow.RETURN)]


def _with_status(context: Context, state: State, call: Call) -> State:
    """Return the state with the status that the words give; without any, that of the command before."""
    if len(call.words) < 2:
        return state
    found, state = number(context, state, call.words[1])
    return state.replace(status=found & 255 if isinstance(found, int) else None, question=None)


def _leave(flow: Flow) -> Builtin:
    def leave(context: Context, state: State, call: Call) -> list[State]:
        found, state = number(context, state, call.words[1]) if len(call.words) > 1 else (1, state)
        return [state.replace(flow=flow, levels=found if isinstance(found, int) and found > 0 else 1, status=0, question=None)]

    return leave


def _source(context: Context, state: State, call: Call) -> list[State]:
    """Follow a file in the same shell; one that cannot be read may set any variable."""
    words = [word for word in call.words[1:] if word.plain != "--"]
    if not words:
        return _done(state, 2)
    path = words[0]
    found = context.frame.read(path.plain, state.working_dir) if path.is_known else None
    if found is not None:
        inner = state if len(words) == 1 else state.replace(arguments=(*_zeroth(state), *words[1:]))
        states = _inside(context, inner, call, lines_of(found), f"reads {path.plain}")
        return [_returned(after, state, len(words) > 1) for after in states]
    if path.plain.rpartition("/")[2] in _HARMLESS:
        return _done(state)
    at = place(context.script, call.command.start, call.command.end)
    step = Step(Role.ASSUMED, at, f"{path.plain} is not in the repository")
    return _done(state.replace(open=(*state.open, step) if step not in state.open else state.open))


# Files that set the search path and nothing else that matters.
_HARMLESS = frozenset(("activate", "bashrc", ".bashrc", "profile", ".profile", "conda.sh"))


def _returned(after: State, before: State, with_arguments: bool) -> State:
    flow = Flow.ON if after.flow is Flow.RETURN else after.flow
    return after.replace(flow=flow, arguments=before.arguments if with_arguments else after.arguments)


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
    if wanted.is_known and (wanted.plain in state.functions or wanted.plain in BUILTINS):
        return _done(state)
    output = (
        state.output + unknown(f"$({' '.join(w.plain for w in call.words)})", "what programs there are is not known")
        if (state.output is not None)
        else None
    )
    said = f"the image has {wanted.plain}"
    at = place(context.script, call.command.start, call.command.end)
    return [state.replace(status=None, output=output, question=Question(said, at, ("has", wanted.plain)))]


def _command(context: Context, state: State, call: Call) -> list[State]:
    count = 1
    while count < len(call.words) and call.words[count].plain.startswith("-"):
        if call.words[count].plain in ("-v", "-V"):
            return _type(context, state, call)
        count += 1
    inner = call.without(count)
    if not inner.words:
        return _done(state)
    builtin = BUILTINS.get(inner.words[0].plain) if inner.words[0].is_known else None
    return builtin(context, state, inner) if builtin is not None else [start(context, state, inner)]


BUILTINS: dict[str, Builtin] = {
    **dict.fromkeys((":", "true", "trap", "wait", "umask", "ulimit", "alias", "unalias", "shopt", "times", "enable", "jobs"), _nothing),
    **dict.fromkeys(("kill", "bg", "fg", "disown", "history", "logout", "bind", "complete", "compgen"), _nothing),
    "false": _false,
    "mapfile": _may_fail,
    "readarray": _may_fail,
    "echo": _echo,
    "printf": _printf,
    "cd": _cd,
    "pushd": _cd,
    "popd": _nothing,
    "pwd": _pwd,
    **dict.fromkeys(("export", "readonly", "local", "declare", "typeset"), _declare),
    "unset": _unset,
    "set": _set,
    "shift": _shift,
    "eval": _eval,
    "exec": _exec,
    "exit": _exit,
    "return": _return,
    "break": _leave(Flow.BREAK),
    "continue": _leave(Flow.CONTINUE),
    "source": _source,
    ".": _source,
    "test": _test,
    "[": _test,
    "let": _let,
    "read": _read,
    "getopts": _getopts,
    "type": _type,
    "hash": _type,
    "command": _command,
    "builtin": _command,
}

"""What the shell's own commands do to its state."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell.declarations import declare, done, set_options, unset, zeroth
from forkfit.evaluate.shell.frame import DEEPEST
from forkfit.evaluate.shell.programs import Call, start
from forkfit.evaluate.shell.script import lines_of, place, script
from forkfit.evaluate.shell.states import Context, Flow, State, unknown
from forkfit.evaluate.shell.variables import assign, lookup
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Known, Unknown

Builtin = Callable[[Context, State, Call], list[State]]


def _nothing(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return done(state)


def _false(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    return done(state, 1)


def _echo(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    if state.output is None:
        return done(state)
    words = list(call.words[1:])
    ends = Text((Piece("\n"),))
    while words and words[0].plain in ("-n", "-e", "-E", "-ne", "-en"):
        if "n" in words.pop(0).plain:
            ends = Text()
    text = Text()
    for index, word in enumerate(words):
        text = text + Text((Piece(" "),)) + word if index else word
    return done(state.replace(output=state.output + text + ends))


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
    return done(state.replace(working_dir=where))


def _pwd(context: Context, state: State, call: Call) -> list[State]:  # noqa: ARG001
    if state.output is None:
        return done(state)
    where = state.working_dir
    text = Text((Piece(where.value, where.trail),)) if isinstance(where, Known) else unknown("$(pwd)", "the folder is not known")
    return done(state.replace(output=state.output + text))


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
        return done(state)
    after = start(context, state, call.without(count), replaces=True)
    return [after.replace(flow=Flow.REPLACED, status=None, question=None)]


def _count(context: Context, state: State, call: Call, default: int) -> tuple[int | None, State]:
    """Return the number that the first argument gives, None where it is not known."""
    if len(call.words) < 2:
        return default, state
    plain = call.words[1].plain
    if call.words[1].is_known and plain.isascii() and plain.isdigit() and len(plain) < 6:
        return int(plain), state
    from forkfit.evaluate.shell.arithmetic import number

    found, state = number(context, state, call.words[1])
    return (found if isinstance(found, int) else None), state


def _shift(context: Context, state: State, call: Call) -> list[State]:
    count, state = _count(context, state, call, 1)
    if count is None:
        return [state.replace(flow=Flow.LOST, why="how many arguments are shifted is not known")]
    if count < 0 or count > len(state.arguments) - 1:
        return done(state, 1)
    return done(state.replace(arguments=(*zeroth(state), *state.arguments[1 + count :])))


def _exit(context: Context, state: State, call: Call) -> list[State]:
    return [_with_status(context, state, call).replace(flow=Flow.EXIT)]


def _return(context: Context, state: State, call: Call) -> list[State]:
    return [_with_status(context, state, call).replace(flow=Flow.RETURN)]


def _with_status(context: Context, state: State, call: Call) -> State:
    """Return the state with the status that the words give; without any, that of the command before."""
    if len(call.words) < 2:
        return state
    found, state = _count(context, state, call, 0)
    return state.replace(status=found & 255 if found is not None else None, question=None)


def _leave(flow: Flow) -> Builtin:
    def leave(context: Context, state: State, call: Call) -> list[State]:
        found, state = _count(context, state, call, 1)
        return [state.replace(flow=flow, levels=max(found or 1, 1), status=0, question=None)]

    return leave


def _source(context: Context, state: State, call: Call) -> list[State]:
    """Follow a file in the same shell; one that cannot be read may set any variable."""
    words = [word for word in call.words[1:] if word.plain != "--"]
    if not words:
        return done(state, 2)
    path = words[0]
    found = context.frame.read(path.plain, state.working_dir) if path.is_known else None
    if found is not None:
        inner = state if len(words) == 1 else state.replace(arguments=(*zeroth(state), *words[1:]))
        states = _inside(context, inner, call, lines_of(found), f"reads {path.plain}")
        return [_returned(after, state, len(words) > 1) for after in states]
    if path.plain.rpartition("/")[2] in _HARMLESS:
        return done(state)
    at = place(context.script, call.command.start, call.command.end)
    step = Step(Role.ASSUMED, at, f"{path.plain} is not in the repository")
    return done(state.replace(open=(*state.open, step) if step not in state.open else state.open))


# Files that set the search path and nothing else that matters.
_HARMLESS = frozenset(("activate", "bashrc", ".bashrc", "profile", ".profile", "conda.sh"))


def _returned(after: State, before: State, with_arguments: bool) -> State:
    flow = Flow.ON if after.flow is Flow.RETURN else after.flow
    return after.replace(flow=flow, arguments=before.arguments if with_arguments else after.arguments)


def _command(context: Context, state: State, call: Call) -> list[State]:
    count = 1
    while count < len(call.words) and call.words[count].plain.startswith("-"):
        if call.words[count].plain in ("-v", "-V"):
            return asked(context, state, call)
        count += 1
    inner = call.without(count)
    if not inner.words:
        return done(state)
    builtin = BUILTINS.get(inner.words[0].plain) if inner.words[0].is_known else None
    return builtin(context, state, inner) if builtin is not None else [start(context, state, inner)]


def asked(context: Context, state: State, call: Call) -> list[State]:
    """Follow a builtin that asks or reads something; the module that knows them is loaded when a script has one."""
    from forkfit.evaluate.shell.inquiries import INQUIRIES

    name = call.words[0].plain
    return INQUIRIES["type" if name in ("command", "builtin") else name](context, state, call)


BUILTINS: dict[str, Builtin] = {
    **dict.fromkeys((":", "true", "trap", "wait", "umask", "ulimit", "alias", "unalias", "shopt", "times", "enable", "jobs"), _nothing),
    **dict.fromkeys(("kill", "bg", "fg", "disown", "history", "logout", "bind", "complete", "compgen"), _nothing),
    "false": _false,
    "echo": _echo,
    "cd": _cd,
    "pushd": _cd,
    "popd": _nothing,
    "pwd": _pwd,
    **dict.fromkeys(("export", "readonly", "local", "declare", "typeset"), declare),
    "unset": unset,
    "set": set_options,
    "shift": _shift,
    "eval": _eval,
    "exec": _exec,
    "exit": _exit,
    "return": _return,
    "break": _leave(Flow.BREAK),
    "continue": _leave(Flow.CONTINUE),
    "source": _source,
    ".": _source,
    "command": _command,
    "builtin": _command,
    **dict.fromkeys(("printf", "test", "[", "let", "read", "getopts", "type", "hash", "mapfile", "readarray"), asked),
}

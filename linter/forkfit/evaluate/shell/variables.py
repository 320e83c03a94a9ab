"""What variables hold, where they are looked up, and what a command sees of them."""

from __future__ import annotations

from forkfit.evaluate.shell.states import Content, Context, Slot, State, Unset, unknown
from forkfit.model.project import Environment, Variable
from forkfit.model.span import joined
from forkfit.model.text import Piece, Text
from forkfit.model.value import Absent, Bounded, Known, Single, Unknown, Value, alternatives, apply


def lookup(context: Context, state: State, name: str) -> Content:
    """Return what a variable holds: what a branch supposes of it, what the script sets, what the environment gives."""
    if name in state.supposed:
        return state.supposed[name]
    slot = state.variables.get(name)
    if slot is not None:
        return slot.content
    given = content_of(name, context.frame.environment.get(name))
    if isinstance(given, Unset):
        if name == "PWD":
            return content_of(name, _written(state.working_dir))
        if name == "IFS":
            return Text((Piece(" \t\n"),))
        if name in _ALWAYS_SET:
            return unknown(f"${name}", _ALWAYS_SET[name])
        if state.open:
            return Unset(joined(given.trail, state.open))
    return given


def separators(context: Context, state: State) -> str:
    """Return the characters at which unquoted expansions are divided."""
    held = lookup(context, state, "IFS")
    return held.plain if isinstance(held, Text) and held.is_known else " \t\n"


# What the shell or the container runtime sets by itself.
_ALWAYS_SET = {
    "HOSTNAME": "the name of the container is given when it starts",
    "HOME": "the home directory is that of the image's user",
    "PATH": "the search path is that of the image",
    "RANDOM": "it is random",
    "SECONDS": "it is a time",
    "UID": "the user is that of the image",
    "EUID": "the user is that of the image",
    "PPID": "process numbers are given when it runs",
    "BASHPID": "process numbers are given when it runs",
    "BASH_SOURCE": "the path of the script is not followed",
    "BASH_VERSION": "the shell is that of the image",
    "OSTYPE": "the system is that of the image",
    "MACHTYPE": "the system is that of the image",
    "LINENO": "line numbers are not followed",
    "FUNCNAME": "the names of functions are not followed",
}


def content_of(name: str, value: Value[Text]) -> Text | Unset:
    """Return what a variable holds whose value comes from elsewhere."""
    match value:
        case Known():
            return value.value.because(*value.trail) if value.trail else value.value
        case Absent():
            return Unset(value.trail)
        case Bounded():
            plain = tuple(_plain(single) for single in alternatives(value))
            return Text((Piece(f"${name}", value.trail, instead=Bounded(plain)),))
        case _:
            return Text((Piece(f"${name}", value.trail, instead=value),))


def _plain(single: Single[Text]) -> Single[str]:
    if isinstance(single, Known):
        return Known(single.value.plain, joined(single.value.trail, single.trail)) if single.value.is_known else Unknown("it is not known")
    return single


def _written(value: Value[str]) -> Value[Text]:
    return apply(lambda path: Text((Piece(path),)), value)


def assign(state: State, name: str, content: Content, *, exported: bool | None = None, inherited: bool = False) -> State:
    """Return the state in which a variable holds something else; it stays exported where it was."""
    before = state.variables.get(name)
    shown = before.exported if before is not None else inherited
    slot = Slot(content, shown or "allexport" in state.options if exported is None else exported)
    supposed = state.supposed
    if name in supposed:
        supposed = {n: v for n, v in supposed.items() if n != name}
    return state.replace(variables={**state.variables, name: slot}, supposed=supposed)


def is_inherited(context: Context, name: str) -> bool:
    """Tell whether the environment declares a variable, so that commands see what is assigned to it."""
    return any(variable.name == name for variable in context.frame.environment.variables)


def environment_of(context: Context, state: State, before: tuple[tuple[str, Text], ...] = ()) -> Environment:
    """Return what a command started now would see, with the assignments written before it."""
    changed: dict[str, Value[Text]] = {}
    for name, slot in state.variables.items():
        if slot.exported:
            changed[name] = _value(name, slot.content)
    for name, text in before:
        changed[name] = _value(name, text)
    given = context.frame.environment
    if not changed and not state.open:
        return given
    kept = tuple(v for v in given.variables if v.name not in changed)
    return Environment((*kept, *(Variable(n, v) for n, v in changed.items())), joined(given.open, state.open))


def _value(name: str, content: Content) -> Value[Text]:
    if isinstance(content, Unset):
        return Absent(f"{name} is not set", content.trail)
    text = content if isinstance(content, Text) else content[0] if content else Text()
    if text.is_known:
        return Known(text)
    match text.value:
        case Known() | Absent():
            return Known(text)
        case Bounded() as bounded:
            return Bounded(tuple(_textual(single) for single in bounded.alternatives), bounded.trail)
        case other:
            return other


def _textual(single: Single[str]) -> Single[Text]:
    return Known(Text((Piece(single.value, single.trail),))) if isinstance(single, Known) else single

"""The state of a shell between two commands, and the questions that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from forkfit.evaluate.shell_frame import Frame, Started
from forkfit.evaluate.shell_script import Script
from forkfit.model.project import Environment, Variable
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail, joined
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Single, Unknown, Value, alternatives
from forkfit.syntax.shell_nodes import Parameter, Part, Statement, Word


class Unset(Record):
    """A variable that nothing sets, as far as can be seen; the trail names what might."""

    trail: Trail = ()


Items = tuple[Text, ...]
Content = Text | Items | Unset


class Kind(Enum):
    """What becomes of the characters that a part of a word stands for."""

    QUOTED = "quoted"  # taken as they are
    LITERAL = "literal"  # not divided, but with a meaning in patterns
    SPLIT = "split"  # divided at blanks
    BREAK = "break"  # between two elements of a list


class Chunk(Record):
    """What one part of a word stands for."""

    kind: Kind
    text: Text = Text()


class Slot(Record):
    """What a variable of the script holds."""

    content: Content
    exported: bool = False


class Routine(Record):
    """A function, with the script that its offsets count in."""

    body: Statement
    script: Script


class Flow(Enum):
    """Where a run goes after a command."""

    ON = "on"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    EXIT = "exit"
    REPLACED = "replaced"
    FOREVER = "for ever"
    LOST = "lost"


class Question(Record):
    """What a status that is not known depends on, said as a sentence.

    `holds` and `fails` are what each answer says of variables. A question with a `key` has one answer in a run. A
    `likely` one is whether a command succeeds, which needs no mention where it does. ``!`` has flipped a `flipped` one.
    """

    said: str
    at: Span | None = None
    key: object = None
    holds: tuple[tuple[str, Text | Unset], ...] = ()
    fails: tuple[tuple[str, Text | Unset], ...] = ()
    likely: bool = False
    flipped: bool = False


class State(Record):
    """A shell between two commands. Dictionaries in it are never changed, only replaced.

    `supposed` and `decided` are what branches have taken for granted; `told` is the number of what tells this run from others;
    `output` gathers what is printed where somebody reads it, `given` is what can be read from standard input.
    `outer` holds, for each function under way, what its local variables hide; `guarded` says that somebody asks how the
    command under way ends, so that errexit does not apply.
    """

    variables: dict[str, Slot]
    arguments: Items
    working_dir: Value[str]
    functions: dict[str, Routine]
    started: tuple[Started, ...] = ()
    told: int = 0
    conditions: Trail = ()
    supposed: dict[str, Text | Unset] = {}
    decided: dict[object, bool] = {}
    options: frozenset[str] = frozenset()
    open: Trail = ()
    outer: tuple[dict[str, Slot | None], ...] = ()
    output: Text | None = None
    given: Text | None = None
    status: int | None = 0
    question: Question | None = None
    guarded: bool = False
    flow: Flow = Flow.ON
    levels: int = 0
    why: str = ""


Expand = Callable[["Context", State, tuple[Part, ...]], tuple[list[Chunk], State]]


class Context(Record):
    """What stays the same while one script text is followed.

    `execute` runs a statement, `read` reads the script's text and runs it. `steps` counts what has been run, and
    `numbers` gives a number to each sequence of started commands, so that two of them compare at no cost.
    """

    frame: Frame
    script: Script
    execute: Callable[[Context, State, Statement], list[State]]
    read: Callable[[Context, State], list[State]]
    steps: Iterator[int]
    numbers: dict[object, int]
    depth: int = 0
    level: int = 0
    trail: Trail = ()


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
    from forkfit.model.value import apply

    return apply(lambda path: Text((Piece(path),)), value)


def unknown(shown: str, why: str, trail: Trail = ()) -> Text:
    """Return text that is not known, as it is shown, and why."""
    return Text((Piece(shown, trail, instead=Unknown(why)),))


def by_cpus(shown: str, expression: str, trail: Trail = ()) -> Text:
    """Return the text of a number that the host's CPU count decides."""
    return Text((Piece(shown, trail, instead=ByCpus(expression)),))


def may_be_set(name: str, trail: Trail) -> Step:
    """Return the step that says that a variable counts as unset although something unseen may set it."""
    where = next((step.at for step in trail if step.at is not None), None)
    return Step(Role.ASSUMED, where, f"{name} {_TAKEN}")


_TAKEN = "is taken as not set; what is named here may set it"


def is_solid(text: Text) -> bool:
    """Tell whether a text may decide a branch: it is known, and no default that something unseen may replace."""
    return text.is_known and not any(
        step.role is Role.ASSUMED and step.note.endswith(_TAKEN) for piece in text.pieces for step in piece.trail
    )


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


def origin_of(word: Word) -> Parameter | None:
    """Return the parameter that a word consists of alone, so that an answer says something of it."""
    parts = word.parts
    if len(parts) == 1 and isinstance(parts[0], Parameter) and parts[0].index is None and not parts[0].indirect:
        return parts[0]
    return None


def joined_chunks(chunks: list[Chunk]) -> Text:
    """Return what chunks read as where words are not divided."""
    return join(Text((Piece(" "),)) if chunk.kind is Kind.BREAK else chunk.text for chunk in chunks)

"""The state of a shell between two commands, and the questions that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from forkfit.evaluate.shell.frame import Frame, Started
from forkfit.evaluate.shell.script import Script
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import ByCpus, Unknown, Value
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


def origin_of(word: Word) -> Parameter | None:
    """Return the parameter that a word consists of alone, so that an answer says something of it."""
    parts = word.parts
    if len(parts) == 1 and isinstance(parts[0], Parameter) and parts[0].index is None and not parts[0].indirect:
        return parts[0]
    return None


def joined_chunks(chunks: list[Chunk]) -> Text:
    """Return what chunks read as where words are not divided."""
    return join(Text((Piece(" "),)) if chunk.kind is Kind.BREAK else chunk.text for chunk in chunks)

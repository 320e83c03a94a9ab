"""The nouns of a shell script: statements and words by character offset, whoever has read them."""

from __future__ import annotations

from forkfit.model.record import Record

# Stands for a character that is not known, so that nobody reads source text as code.
VEIL = "\ue000"


class Literal(Record):
    """Characters that stand for themselves; `text` is given only where an escape makes them others."""

    start: int
    end: int
    quoted: bool = False
    text: str | None = None


class Parameter(Record):
    """``$name`` or ``${name operator argument}``; `operator` is empty for the plain value, ``length`` for ``${#name}``.

    `index` is the word between the brackets of an array; `second` the replacement, or the length of a slice.
    """

    start: int
    end: int
    name: str
    quoted: bool = False
    operator: str = ""
    argument: Word | None = None
    second: Word | None = None
    index: Word | None = None
    indirect: bool = False


class Substitution(Record):
    """``$( )`` or backticks around a script; `script` is given where backslashes had to be taken off first."""

    start: int
    end: int
    inner: int
    inner_end: int
    quoted: bool = False
    script: str | None = None


class Arithmetic(Record):
    """``$(( ))`` around an expression, which is expanded like quoted text first."""

    start: int
    end: int
    expression: Word
    quoted: bool = False


class Opaque(Record):
    """A part of a word that is not read, and why."""

    start: int
    end: int
    why: str
    quoted: bool = False


Part = Literal | Parameter | Substitution | Arithmetic | Opaque


class Word(Record):
    """Parts without a blank between them."""

    start: int
    end: int
    parts: tuple[Part, ...]


class Assignment(Record):
    """``name=word``, ``name+=word``, ``name[index]=word`` or ``name=(words)``; `value` is None for an array."""

    start: int
    end: int
    name: str
    value: Word | None
    items: tuple[Word, ...] = ()
    index: Word | None = None
    appends: bool = False


class Redirect(Record):
    """``operator target``; a here-document has no target."""

    start: int
    end: int
    operator: str
    target: Word | None
    descriptor: str = ""


class Command(Record):
    """A simple command: assignments before it, then words, among them assignments for ``export`` and its like."""

    start: int
    end: int
    assignments: tuple[Assignment, ...]
    words: tuple[Word | Assignment, ...]
    redirects: tuple[Redirect, ...] = ()


class Both(Record):
    """``left && right`` where `operator` is ``&&``, ``left || right`` otherwise."""

    start: int
    end: int
    operator: str
    left: Statement
    right: Statement


class Not(Record):
    """``! statement``."""

    start: int
    end: int
    body: Statement


class Background(Record):
    """``statement &``."""

    start: int
    end: int
    body: Statement


class Pipeline(Record):
    """Statements, each reading what the one before it prints."""

    start: int
    end: int
    stages: tuple[Statement, ...]


class Block(Record):
    """Statements one after the other; a subshell keeps what they change to itself."""

    start: int
    end: int
    statements: tuple[Statement, ...]
    subshell: bool = False
    redirects: tuple[Redirect, ...] = ()


class If(Record):
    """Conditions with their bodies, the first that holds wins; `otherwise` is what remains."""

    start: int
    end: int
    branches: tuple[tuple[Block, Block], ...]
    otherwise: Block | None


class CaseItem(Record):
    """Patterns and what runs where one fits; `terminator` is ``;;``, ``;&`` (falls through) or ``;;&`` (tests on)."""

    start: int
    end: int
    patterns: tuple[Word, ...]
    body: Block
    terminator: str = ";;"


class Case(Record):
    """``case subject in``."""

    start: int
    end: int
    subject: Word
    items: tuple[CaseItem, ...]


class While(Record):
    """``while condition``; ``until`` where it is negated."""

    start: int
    end: int
    condition: Block
    body: Block
    until: bool = False


class For(Record):
    """``for name in words``; without `words` over the positional arguments."""

    start: int
    end: int
    name: str
    words: tuple[Word, ...] | None
    body: Block


class Counted(Record):
    """``for ((first; condition; step))``."""

    start: int
    end: int
    first: Word
    condition: Word
    step: Word
    body: Block


class Function(Record):
    """``name() body``."""

    start: int
    end: int
    name: str
    body: Statement


class Condition(Record):
    """``[[ ]]``: its tokens, each a word or an operator as it is written."""

    start: int
    end: int
    tokens: tuple[Word | str, ...]


class Calculation(Record):
    """``(( ))`` as a statement."""

    start: int
    end: int
    expression: Word


class Unread(Record):
    """A stretch that the grammar cannot read, and why."""

    start: int
    end: int
    why: str


Statement = (
    Command | Both | Not | Background | Pipeline | Block | If | Case | While | For | Counted | Function | Condition | Calculation | Unread
)

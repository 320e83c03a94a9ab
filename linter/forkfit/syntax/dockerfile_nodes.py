"""The nouns of a Dockerfile: instructions with their flags, words and here-documents, each with its place."""

from __future__ import annotations

from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Span
from forkfit.model.text import Text


class Flag(Record):
    """An option of an instruction: ``--from=builder``; the text of one without ``=`` is empty."""

    name: str
    value: Text


class Heredoc(Record):
    """A here-document: its text without the terminator, `at` its lines; `expands` where variables in it are replaced."""

    name: str
    text: str
    at: Span
    expands: bool
    chomps: bool = False


class Instruction(Record):
    """One instruction: its name in capitals and what follows its flags.

    `words` are those of the exec form, None for the shell form; `inner` is what ONBUILD keeps for later. The rest of a
    HEALTHCHECK is its command, nothing for NONE.
    """

    name: str
    at: Span
    rest: Text
    flags: tuple[Flag, ...] = ()
    words: tuple[Text, ...] | None = None
    heredocs: tuple[Heredoc, ...] = ()
    inner: Instruction | None = None

    def flag(self, name: str) -> Text | None:
        """Return the value of the last flag of that name, None where there is none."""
        return next((f.value for f in reversed(self.flags) if f.name == name), None)

    def arguments(self) -> tuple[Text, ...]:
        """Return the words of the exec form, or the runs between blanks."""
        return self.words if self.words is not None else self.rest.words()


class Fault(Record):
    """Something for which BuildKit refuses the file; the rest of it is still read."""

    message: str
    at: Span
    cure: str


class Dockerfile(Record):
    """A Dockerfile: its instructions in order, its escape character, and what is wrong with it."""

    source: Source
    instructions: tuple[Instruction, ...]
    escape: str = "\\"
    faults: tuple[Fault, ...] = ()

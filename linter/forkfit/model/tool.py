"""A program that tasks start: its command, where it is started, and what it needs."""

from __future__ import annotations

from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.value import Unknown, Value
from forkfit.model.weight import Confidence
from forkfit.model.worker import Import


class Tool(Record):
    """A program that the worker's code starts in its children: ffmpeg, git, a second Python.

    `words` are its command as far as that is known, its own name first, without a folder and without what only wraps it; a
    word that is not known is empty. `trail` is the way of that name. `stays` says that each child starts it before any task
    and leaves it running; `doubtful` that only tasks start it of which it is not known whether the worker gets them. `need`
    is what it takes at its peak, with all that it starts itself, and `grows_with` what makes it need more. Of another
    Python `imports` are what its module imports, and `modules` counts the project's own among them.
    """

    words: tuple[str, ...]
    at: Span
    trail: Trail = ()
    stays: bool = False
    doubtful: bool = False
    need: Value[Memory] = Unknown("this program was not weighed")
    grows_with: str = ""
    confidence: Confidence = Confidence.TABLE
    imports: tuple[Import, ...] = ()
    modules: int = 0

    @property
    def name(self) -> str:
        """The program's own name, of a module that a Python runs ``python -m`` and the module's."""
        return " ".join(self.words[:3]) if self.words[:2] == ("python", "-m") else self.words[0]
